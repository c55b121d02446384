"""The types that every table of a case is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from planner.frozen import FrozenModel
from planner.message import Message, RefusedValueError
from planner.time_profile import Day, NonNegativeProfile, Number, Profile, ShareProfile

__all__ = [
    "Dated",
    "Day",
    "Name",
    "Names",
    "NonNegativeProfile",
    "Number",
    "OptionalNames",
    "Plausible",
    "Positive",
    "Profile",
    "Row",
    "Share",
    "ShareProfile",
    "Size",
    "SoftAmount",
    "Softness",
]

Name: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
"""Name of a row: any text of up to 80 characters."""
Size: TypeAlias = Annotated[Number, Field(ge=0)]
"""A number that is 0 or more."""
Positive: TypeAlias = Annotated[Number, Field(gt=0)]
"""A number above 0."""
Share: TypeAlias = Annotated[Number, Field(ge=0, le=1)]
"""A fraction from 0 to 1."""


def _named(names: list[str]) -> list[str]:
    if not names:
        raise RefusedValueError(Message("found an empty list; name at least one"))
    return names


def _named_or_left_out(names: list[str] | None) -> list[str] | None:
    if names is not None and not names:
        raise RefusedValueError(Message("found an empty list; name at least one, or leave it out"))
    return names


Names: TypeAlias = Annotated[list[Name], AfterValidator(_named)]
"""Names of rows, at least one."""
OptionalNames: TypeAlias = Annotated[list[Name] | None, AfterValidator(_named_or_left_out)]
"""Names of rows, at least one, or none typed."""


@dataclass(frozen=True)
class Plausible:
    """The band in which a quantity of a real case lies; what a value outside it likely is follows from its unit."""

    low: float
    """Values below are told where a slip of unit brings them into the band."""
    high: float
    """Values above are told."""
    usual: float | None = None
    """Where most values lie; the middle of the band when left out."""
    grows: tuple[float, float] = (0.0, 0.6)
    """Growth a year, where it grows: below, a month's is asked for; above, percent."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """The band in the JSON Schema, for whoever reads it."""
        found: dict[str, Any] = handler(schema)
        return found | {"x-plausible": {"from": self.low, "to": self.high}}


class Row(FrozenModel):
    """A row of a table: frozen, with no field that the schema does not know."""


class Dated(Row):
    """A rule in force between two dates, both read on the first day of a period."""

    enabled: bool = True
    """Whether the rule counts at all; a shock can switch it on or off."""
    since: Day | None = None
    """First day on which the rule holds; from the plan's first day when left out."""
    until: Day | None = None
    """First day on which the rule no longer holds; for good when left out."""
    note: str | None = None
    """What the rule is and where it comes from."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Dated:
        since: date | None = self.since
        if since and self.until and self.until <= since:
            raise RefusedValueError(
                Message("until ({until}) must lie after since ({since})", until=self.until, since=since)
            )
        return self


class Softness(Row):
    """A rule that may be violated at a price."""

    paid_once: ClassVar[bool] = False
    """Whether a violation is of an amount, which is paid for once, and not of a level that lasts."""

    violation_usd_per_unit_year: Size | None = None
    """Price of one unit of violation, USD; left out, the rule is hard. The unit is that of the rule's own limit. Of an
    amount (chips or million USD in a window, t CO2, MW started) a unit is paid once; of a level (MW drawn, capacity,
    the measure of a share, domestic chips missing in a bundle) for each year that it lasts."""


class SoftAmount(Softness):
    """A rule on an amount that may be violated at a price."""

    paid_once: ClassVar[bool] = True
