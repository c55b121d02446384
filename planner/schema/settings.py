"""What holds for the whole case: its name, its clock and its money."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import Name, Number, Positive, Row
from planner.schema.kinds.grids import MOST_PERIODS, TimeGrid
from planner.time_profile import Day
from planner.timeline import EqualPeriods, Frequency, Timeline

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""Years in which a plan may start; the longest plan then ends far before the last year of the calendar, 9999."""


class DisplayCurrency(Row):
    """A currency in which money may also be shown; every input and the plan itself are in USD."""

    code: str = Field(pattern="^[A-Z]{3}$")
    """ISO code, such as CNY."""
    per_usd: Positive
    """Units of it per USD."""


class Settings(Row):
    """The case's name, periods and money."""

    name: Name
    """Name of the case."""
    prepared: Day | None = None
    """Date on which the inputs were last reviewed; the date printed on the report."""
    start: Day
    """First day of the plan."""
    frequency: Frequency | None = None
    """Length of a period where all are alike; a quarter when left out."""
    periods: int | None = Field(default=None, ge=1, le=MOST_PERIODS, strict=True)
    """Number of periods where all are alike."""
    grid: TimeGrid | None = None
    """Periods of several lengths in place of `frequency` and `periods`: 15 months, 8 quarters, 4 years."""
    report_until: Day | None = None
    """First day that is solved and not reported: what comes after it keeps the end of the plan from distorting it."""
    price_base_year: int | None = Field(default=None, ge=1990, le=2100, strict=True)
    """Year whose prices all money is in; the year of `start` when left out."""
    discount_rate: Number = Field(default=0.0, gt=-1.0, le=1.0)
    """Real discount rate a year: 0.08 is 8 %."""
    residual_price: Literal["market", "paid"] = "market"
    """Price on which chips' residual value rests: the lower of price paid and last price, or the price paid."""
    whole_phases: bool = True
    """Whether sites open as yes or no, starts come in whole phases and on-site plant in whole units, as what is carried
    out must; `--continuous` leaves it out for a study."""
    whole_lots: bool = True
    """Whether chips are ordered in whole lots where a market's offer says how many chips are in one; `--continuous`
    leaves it out for a study."""
    whole_after_reveal: bool = False
    """Whether what is decided after the first reveal of a tree is whole as well; else it comes in parts, to be made
    whole once it is known."""
    tidy_within: Number = Field(default=0.0005, ge=0.0, le=0.1)
    """Share that a plan may cost above the cheapest for fewer and larger starts and orders; 0 takes the cheapest."""
    display_currency: DisplayCurrency | None = None
    """Another currency for display."""
    note: str | None = None
    """What the case asks, in a sentence or two."""

    @field_validator("start")
    @classmethod
    def _in_years_and_months_that_can_be_counted(cls, start: Day) -> Day:
        if not FIRST_YEAR <= start.year <= LAST_YEAR:
            raise RefusedValueError(
                Message(
                    "found {start}; allowed: a day in the years {first_year} to {last_year}",
                    start=start,
                    first_year=FIRST_YEAR,
                    last_year=LAST_YEAR,
                )
            )
        if start.day > 28:
            raise RefusedValueError(Message("start on a day that every month has: the 28th at the latest"))
        return start

    @model_validator(mode="after")
    def _one_way_to_say_the_periods(self) -> Settings:
        if self.grid is not None and (self.periods is not None or self.frequency is not None):
            raise RefusedValueError(
                Message(
                    "`grid` says the periods; leave `frequency` and `periods` out (type null over those of a case that "
                    "is extended), or set `grid` to null"
                )
            )
        if self.grid is None and self.periods is None:
            raise RefusedValueError(
                Message("say how many `periods` the plan has, or a `grid` such as 15 months, 8 quarters, 4 years")
            )
        if self.report_until is not None and self.timeline.reported == 0:
            raise RefusedValueError(
                Message(
                    "report_until {day} leaves no period to report; the first ends on {end}",
                    day=self.report_until,
                    end=self.timeline.first_day(1),
                )
            )
        if self.report_until is not None and self.report_until > (
            end := self.timeline.first_day(self.timeline.periods)
        ):
            raise RefusedValueError(
                Message(
                    "report_until {day} comes after {end}, when the plan ends; type that day or an earlier one, or "
                    "more periods",
                    day=self.report_until,
                    end=end,
                )
            )
        return self

    @property
    def timeline(self) -> Timeline:
        """The plan's periods."""
        spans = (
            (EqualPeriods(self.frequency or "quarter", self.periods or 0),) if self.grid is None else self.grid.spans
        )
        return Timeline(self.start, spans, self.report_until)
