"""Profiles as a workbook holds them: a number in its cell, rows of Series, or one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from planner.files.excel.extra_sheets import CHANGE_FORMS
from planner.files.excel.layout import ANY_NAME, SheetColumn, SheetLayout
from planner.files.write import flow
from planner.time_profile import FORMS, Changed, Growth, Linear, Profile, Step

CellValue: TypeAlias = bool | int | float | str | date | None
"""What a cell holds: text as it is typed, None where it is blank."""


@dataclass(frozen=True)
class SeriesRow:
    """A row of Series: one profile, or one change of it."""

    subject: tuple[str, str, str]
    """Table, row and field."""
    form: str
    growth: tuple[CellValue, ...] = (None, None, None)
    """base, growth_per_year and base_date."""
    points: Mapping[date, float] = field(default_factory=dict)


class TargetCell(NamedTuple):
    """The cell that a value is written for."""

    column: SheetColumn
    layout: SheetLayout
    names: tuple[str, ...]
    """Names of the cell's row, parents first."""
    series: list[SeriesRow]
    """Rows of Series so far, to which the value may add its own."""

    @property
    def subject(self) -> tuple[str, str, str] | None:
        """Table, row and field of a profile; None where a dot in a name would make the field ambiguous."""
        first = self.layout.path.index(ANY_NAME)
        below, waiting = self.layout.path[first + 1 :], iter(self.names[1:])
        if any("." in name for name in self.names[1:]):
            return None
        parts = [next(waiting) if part == ANY_NAME else part for part in below]
        return ".".join(self.layout.path[:first]), self.names[0], ".".join([*parts, *self.column.path])


def write_profile(profile: Profile, target: TargetCell) -> CellValue:
    """The number in a profile's cell; rows of Series for all else, or one text where no row can say it."""
    subject, series = target.subject, target.series
    base: Profile
    base, changes = (profile.profile, profile.changes) if isinstance(profile, Changed) else (profile, None)
    if isinstance(base, float | int) and changes is None:
        return base
    nested = any(isinstance(each.set, tuple(FORMS.values())) for each in changes or ())
    if subject is None or isinstance(base, Changed) or changes == [] or nested:
        return flow(profile)
    number = None
    if isinstance(base, Growth):
        series.append(SeriesRow(subject, "growth", (base.base, base.growth_per_year, base.base_date)))
    elif isinstance(base, Step):
        series.append(SeriesRow(subject, "step", points=base.step))
    elif isinstance(base, Linear):
        series.append(SeriesRow(subject, "linear", points=base.linear))
    else:
        number = base
    for change in changes or ():
        form = next(form for form in CHANGE_FORMS if getattr(change, form) is not None)
        series.append(SeriesRow(subject, form, points={change.since: getattr(change, form)}))
    return number
