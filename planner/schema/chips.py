"""Chips, the markets they are offered in, the pools they share, and what was ordered before the plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.schema.base import Day, Name, NonNegativeProfile, Plausible, Positive, Row, Share, ShareProfile, Size

_LEAD_MONTHS = Plausible(0, 60, "months", above="in days")
_PEAK_PFLOPS = Plausible(0.01, 90, "PFLOP/s a chip", "in EFLOP/s", "in TFLOP/s")
_IT_KW = Plausible(0.05, 50, "kW a chip", "in MW", "in W")
_MEMORY_GB = Plausible(8, 8000, "GB", "in TB", "in MB")
_ATTRITION_PER_YEAR = Plausible(0, 0.5, "a year", above="in percent")


class Channel(Row):
    """A chip offered to a market."""

    price_usd: Annotated[
        NonNegativeProfile,
        Plausible(300, 1e6, "USD a chip", "in thousands of USD", "in another currency, or of a whole rack"),
    ] = 0.0
    """All-in price of one chip at the order's date, with its share of server, network and rack, USD."""
    chip_value_usd: NonNegativeProfile = 0.0
    """Customs value of the chip alone at the order's date, on which an import fee is charged, USD; for orders placed
    before the plan that of its first day."""
    lead_months: Annotated[NonNegativeProfile, _LEAD_MONTHS] = 0.0
    """Months from order to delivery, as quoted at the order's date."""
    deposit_share: ShareProfile = 0.0
    """Share of the price paid at the order; the rest falls due at arrival."""
    available_from: Day | None = None
    """First day on which the chip can be ordered here."""
    available_until: Day | None = None
    """First day on which it can no longer be ordered here."""
    supply_per_year: NonNegativeProfile | None = None
    """Chips a year that can be ordered in this market, before the operator's share; no limit when left out."""
    operator_share: ShareProfile = 1.0
    """This operator's share of that supply."""
    usable_share: ShareProfile = 1.0
    """Share of the fleet that policy and software support leave usable in this market."""
    stock_units: Size = 0.0
    """Chips delivered before the plan begins that wait for a hall."""
    note: str | None = None
    """Anything a reader should know."""


class Chip(Row):
    """An accelerator with its share of server, network and rack."""

    vendor: str | None = None
    """Maker."""
    origin: Name | None = None
    """Market whose rules count the chip as domestic; none when left out."""
    peak_pflops: Annotated[dict[Name, Size], _PEAK_PFLOPS] = Field(min_length=1)
    """Dense peak by precision, PFLOP/s a chip: bf16, fp8, ..."""
    it_kw: Annotated[Size, _IT_KW]
    """IT load of one chip with its share of server, network and rack, kW."""
    memory_gb: Annotated[Size | None, _MEMORY_GB] = None
    """Memory of one chip, GB."""
    availability: ShareProfile = 1.0
    """Share of the fleet that works: failures and spares taken off."""
    attrition_per_year: Annotated[Share, _ATTRITION_PER_YEAR] = 0.0
    """Share of the fleet that fails for good in a year."""
    service_life_years: Positive | None = None
    """Years from delivery after which a chip must be retired, rounded down to whole periods, at least one; never when
    left out."""
    residual_life_years: Positive | None = None
    """Years from delivery over which a chip loses its value, straight line; no residual value when left out."""
    om_usd_per_unit_year: Annotated[
        NonNegativeProfile, Plausible(0, 1e5, "USD per chip and year", above="in another currency")
    ] = 0.0
    """Operations and maintenance, USD per chip in the fleet and year."""
    holding_usd_per_unit_year: NonNegativeProfile = 0.0
    """Cost of a delivered chip that waits for a hall, USD per chip and year."""
    supply_per_year: NonNegativeProfile | None = None
    """Chips a year over all markets, before the operator's share; no limit when left out."""
    operator_share: ShareProfile = 1.0
    """This operator's share of the supply over all markets."""
    pools: dict[Name, Size] = {}
    """Units that one chip takes of each shared supply pool."""
    markets: dict[Name, Channel] = {}
    """Where the chip is offered, by market."""
    note: str | None = None
    """Anything a reader should know."""


class Pool(Row):
    """A supply that several chips draw on: wafers, memory stacks, packaging."""

    unit: str
    """What is counted: dies, stacks, ..."""
    capacity_per_year: NonNegativeProfile
    """Units a year before yield and the operator's share."""
    yield_share: ShareProfile = 1.0
    """Good units over units made."""
    operator_share: ShareProfile = 1.0
    """This operator's share."""
    note: str | None = None
    """Anything a reader should know."""


class PlacedOrder(Row):
    """Chips ordered before the plan begins and not yet delivered."""

    chip: Name
    """Chip."""
    market: Name
    """Market it is delivered to."""
    units: Size
    """Number of chips."""
    due: Day
    """Date of delivery, any inspection included."""
    price_usd: Size = 0.0
    """All-in price of one chip as ordered, USD."""
    deposit_paid_usd: Size = 0.0
    """What was paid for the whole order before the plan begins, USD; the rest falls due at arrival."""
    cancellable: bool = True
    """Whether a ban can cancel it; otherwise it arrives."""
    note: str | None = None
    """Anything a reader should know."""
