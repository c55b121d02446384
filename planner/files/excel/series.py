"""Profiles that stand on Series and Series by date: their rows put together and laid into the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from planner.errors import Problem
from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import BASE_FORMS, CHANGE_FORMS, SERIES, SERIES_BY_DATE, VALUE_BELOW
from planner.files.excel.fields import checks_of
from planner.files.excel.headers import Headed
from planner.files.excel.layout import SheetColumn
from planner.files.excel.source_columns import Sources
from planner.files.excel.tables import ReadTables, profile_names, profiles_below, rows_on, table_named
from planner.files.values_with_places import Placed
from planner.message import Message, message_of
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below
from planner.schema.wording import near, shown

_NONE_TO_CHANGE = Message(
    "has changes but no value to change; type the value in its own cell, or a row with form step, linear or growth"
)
_SUBJECT = tuple(key.header for key in SERIES.keys)
_GROWTH = ("base", "growth_per_year", "base_date")


@dataclass
class Subject:
    """A profile that rows speak of."""

    path: CasePath
    """Where it stands in the case."""
    place: str
    """Where its first row names its field."""
    row_place: str
    """Where that one names its row."""
    checks: tuple[Callable[[Any], Any], ...]
    """Checks of each of its numbers."""
    form: str | None = None
    """Form of its base, when one was typed."""
    base_place: str = ""
    growth: dict[str, Placed] = field(default_factory=dict)
    points: dict[str, Placed] = field(default_factory=dict)
    changes: list[Placed] = field(default_factory=list)
    is_wrong: bool = False
    """Whether something about it is wrong and told."""


class WorkbookProfiles:
    """The profiles of a workbook."""

    def __init__(self, tables: ReadTables, problems: list[Problem]) -> None:
        self.tables = tables
        self.problems = problems
        self.known: dict[tuple[str, ...], Subject | tuple[str, Message]] = {}
        self.subjects: dict[CasePath, Subject] = {}

    def problem(self, path: CasePath, message: Message, place: str) -> None:
        self.problems.append(Problem(path, message, place))

    def read(self, sheet: Headed, rows: list[int], sources: Sources) -> None:
        """One of the two sheets."""
        layout = sheet.layout
        numbers = {column.header: number for number, column in sheet.columns.items()}
        needed = layout.columns[:1] if layout is SERIES else layout.columns
        missing = [column.header for column in needed if column.header not in numbers]
        for header in missing:
            self.problem(
                (header,), Message("found no column headed {header}", header=header), sheet.at(sheet.header, 1)
            )
        if missing or any(key.header not in numbers for key in layout.keys):
            return
        keys = {numbers[column.header]: column for column in layout.keys}
        others = {numbers[column.header]: column for column in layout.columns if column.header in numbers}
        for row in rows:

            def at(header: str, row: int = row) -> str:
                return sheet.at(row, numbers.get(header, 1))

            names, wrong = sheet.typed(row, keys, lambda column: (column.header,))
            subject = None if wrong else self.subject(names, at)
            if subject is not None:
                self._read_row(sheet, row, others, subject, at)
                sources.add(sheet, row, subject.path)

    def _read_row(
        self, sheet: Headed, row: int, columns: dict[int, SheetColumn], subject: Subject, at: Callable[[str], str]
    ) -> None:
        """What a row says of its profile."""
        values, wrong = sheet.typed(row, columns, lambda _: subject.path)
        found = sheet.values(row, dict.fromkeys(sorted(sheet.dates), VALUE_BELOW), lambda _: subject.path)
        if wrong or len(found) < len(sheet.dates):
            subject.is_wrong = True
        elif sheet.layout is SERIES:
            points = [(sheet.dates[number], node) for number, node in found.items() if node is not None]
            self.wide(subject, values, points, at)
        else:
            self.by_date(subject, values, at)

    def subject(self, values: dict[str, Placed], at: Callable[[str], str]) -> Subject | None:
        """The profile that a row names; None when it names none, which is told."""
        for header in _SUBJECT:
            if header not in values:
                self.problem(
                    (header,), Message("the row has no {header}; type it, or clear the row", header=header), at(header)
                )
                return None
        names = tuple(str(values[header].value) for header in _SUBJECT)
        if names not in self.known:
            self.known[names] = self._named(*names, places=(values["field"].place, values["row"].place))
        found = self.known[names]
        if isinstance(found, Subject):
            return found
        header, message = found
        self.problem((header,), message, values[header].place)
        return None

    def _named(self, table: str, row: str, name: str, *, places: tuple[str, str]) -> Subject | tuple[str, Message]:
        """A profile by its table, row and field; or the column that is wrong and why."""
        path = table_named(table)
        if path is None:
            known = [layout.table for layout in sheets() if layout.form == "table" and layout.path.count("*") == 1]
            hint = near(table, known)
            return "table", Message(
                "found {table}, which is no table of named rows{hint}", table=shown(table), hint=hint
            )
        annotation: Any = Case
        for part in (*path, row):
            annotation = below(annotation, part)
        found = [(*path, row, *rest) for rest in profiles_below(annotation, name.split("."))]
        if not found:
            hint = near(name, profile_names(annotation))
            return "field", Message(
                "found {field}, which is no field of {table} that moves in time{hint}",
                field=shown(name),
                table=table,
                hint=hint,
            )
        meant = next((each for each in found if all(each in self.tables.rows for each in rows_on(each))), found[0])
        if meant not in self.subjects:
            for part in meant[len(path) + 1 :]:
                annotation = below(annotation, part)
            self.subjects[meant] = Subject(meant, *places, checks_of(annotation))
        return self.subjects[meant]

    def wide(
        self,
        subject: Subject,
        values: dict[str, Placed],
        points: list[tuple[Placed, Placed]],
        at: Callable[[str], str],
    ) -> None:
        """A row of Series."""
        form = self._form(subject, values, SERIES.columns[0].choices, at)
        if form is None:
            return
        growth = {header: values[header] for header in _GROWTH if header in values}
        if form == "growth":
            if points:
                message = Message("growth goes with base and growth_per_year; clear the values under dates")
                self._refuse(subject, message, points[0][1].place)
            elif self._base(subject, form, at("form")):
                subject.growth = growth
            return
        if growth:
            place = next(iter(growth.values())).place
            self._refuse(
                subject,
                Message("base, growth_per_year and base_date go with growth, not with {form}", form=form),
                place,
            )
        elif not points:
            self._refuse(
                subject, Message("the row has no values; type them under the dates, or clear the row"), at("form")
            )
        elif form in CHANGE_FORMS or self._base(subject, form, at("form")):
            for day, value in points:
                self._add(subject, form, Placed(value.place, day.value, day.text), value)

    def by_date(self, subject: Subject, values: dict[str, Placed], at: Callable[[str], str]) -> None:
        """A row of Series by date."""
        form = self._form(subject, values, SERIES_BY_DATE.columns[0].choices, at)
        if form is None:
            return
        for header in ("date", "value"):
            if header not in values:
                self._refuse(
                    subject, Message("the row has no {header}; type it, or clear the row", header=header), at(header)
                )
                return
        if form in CHANGE_FORMS or form == subject.form or self._base(subject, form, at("form")):
            self._add(subject, form, values["date"], values["value"])

    def _form(
        self, subject: Subject, values: dict[str, Placed], allowed: tuple[str, ...], at: Callable[[str], str]
    ) -> str | None:
        node = values.get("form")
        if node is not None and node.value in allowed:
            return str(node.value)
        found: Message | str = Message("nothing") if node is None else shown(node.value)
        self._refuse(
            subject,
            Message("found {found}; allowed as form: {allowed}", found=found, allowed=tuple(allowed)),
            at("form"),
        )
        return None

    def _base(self, subject: Subject, form: str, place: str) -> bool:
        """Give a profile its base; whether it had none before."""
        if subject.form is not None:
            self._refuse(
                subject,
                Message("typed twice, first at {base_place}; keep one of them", base_place=subject.base_place),
                place,
            )
            return False
        subject.form, subject.base_place = form, place
        return True

    def _add(self, subject: Subject, form: str, day: Placed, value: Placed) -> None:
        """Add a point or a change."""
        if form in (*BASE_FORMS, "set"):
            try:
                for check in subject.checks:
                    check(value.value)
            except ValueError as error:
                self._refuse(subject, message_of(error), value.place)
                return
        text = str(day.value)
        if form in CHANGE_FORMS:
            subject.changes.append(Placed(value.place, {"since": day, form: value}))
            return
        whole = f"{text}-01" if len(text) == 7 else text
        if whole in subject.points:
            self._refuse(
                subject,
                Message("typed twice, first at {place}; keep one of them", place=subject.points[whole].place),
                value.place,
            )
        else:
            subject.points[whole] = value

    def _refuse(self, subject: Subject, message: Message, place: str) -> None:
        subject.is_wrong = True
        self.problem(subject.path, message, place)

    def finish(self) -> None:
        """Lay every profile into the tables."""
        for subject in self.subjects.values():
            self.tables.speak_of(subject.path, (subject.row_place, subject.place))
            if not subject.is_wrong:
                self._lay(subject)

    def _lay(self, subject: Subject) -> None:
        typed = self.tables.get(subject.path)
        if subject.form is not None and typed is not None:
            self._refuse(
                subject,
                Message("typed twice, first at {place}; keep one of them", place=typed.place),
                subject.base_place,
            )
            return
        if subject.form == "growth":
            typed = Placed(subject.place, dict(subject.growth))
        elif subject.form is not None:
            typed = Placed(subject.place, {subject.form: Placed(subject.place, dict(subject.points))})
        if typed is None:
            self._refuse(subject, _NONE_TO_CHANGE, subject.place)
            return
        if subject.changes:
            changes = Placed(subject.changes[0].place, list(subject.changes))
            typed = Placed(typed.place, {"profile": typed, "changes": changes})
        self.tables.put(subject.path, typed, subject.place)
