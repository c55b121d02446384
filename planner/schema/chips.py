"""Chips, the markets they are offered in, the pools they share, and what was ordered before the plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.schema.base import Day, Name, NonNegativeProfile, Plausible, Positive, Row, Share, ShareProfile, Size


class Channel(Row):
    """A chip offered to a market."""

    price_usd: Annotated[NonNegativeProfile, Plausible(1000, 200000, usual=30000)] = 0.0
    """All-in price of one chip at the order's date, with its share of server, network and rack, USD."""
    chip_value_usd: Annotated[NonNegativeProfile, Plausible(1000, 200000, usual=30000)] = 0.0
    """Customs value of the chip alone at the order's date, on which an import fee is charged, USD; for orders placed
    before the plan that of its first day."""
    lead_months: Annotated[NonNegativeProfile, Plausible(0.3, 36)] = 0.0
    """Months from order to delivery, as quoted at the order's date."""
    deposit_share: ShareProfile = 0.0
    """Share of the price paid at the order; the rest falls due at arrival."""
    available_from: Day | None = None
    """First day on which the chip can be ordered here."""
    available_until: Day | None = None
    """First day on which it can no longer be ordered here."""
    supply_per_year: Annotated[NonNegativeProfile | None, Plausible(50, 2e08)] = None
    """Chips a year that can be ordered in this market, before the operator's share; no limit when left out."""
    operator_share: ShareProfile = 1.0
    """This operator's share of that supply."""
    lot_units: Annotated[Positive | None, Plausible(1, 100000)] = None
    """Chips in a lot: a rack, a pod; with whole lots, orders are multiples of it. Any number of chips when left out."""
    usable_share: ShareProfile = 1.0
    """Share of the fleet that policy and software support leave usable in this market."""
    stock_units: Annotated[Size, Plausible(20, 2e07)] = 0.0
    """Chips delivered before the plan begins that wait for a hall."""
    note: str | None = None
    """Anything a reader should know."""


class Chip(Row):
    """An accelerator with its share of server, network and rack."""

    vendor: str | None = None
    """Maker."""
    origin: Name | None = None
    """Market whose rules count the chip as domestic; none when left out."""
    peak_pflops: Annotated[dict[Name, Size], Plausible(0.01, 90)] = Field(min_length=1)
    """Dense peak by precision, PFLOP/s a chip: bf16, fp8, ..."""
    it_kw: Annotated[Size, Plausible(0.05, 20)]
    """IT load of one chip with its share of server, network and rack, kW."""
    memory_gb: Annotated[Size | None, Plausible(4, 4000)] = None
    """Memory of one chip, GB."""
    availability: ShareProfile = 1.0
    """Share of the fleet that works: failures and spares taken off."""
    attrition_per_year: Annotated[Share, Plausible(0.0005, 0.5)] = 0.0
    """Share of the fleet that fails for good in a year."""
    service_life_years: Annotated[Positive | None, Plausible(1, 20)] = None
    """Years from delivery after which a chip must be retired, rounded down to whole periods, at least one; never when
    left out."""
    residual_life_years: Annotated[Positive | None, Plausible(1, 20)] = None
    """Years from delivery over which a chip loses its value, straight line; no residual value when left out."""
    om_usd_per_unit_year: Annotated[NonNegativeProfile, Plausible(5, 50000)] = 0.0
    """Operations and maintenance, USD per chip in the fleet and year."""
    holding_usd_per_unit_year: Annotated[NonNegativeProfile, Plausible(2, 50000)] = 0.0
    """Cost of a delivered chip that waits for a hall, USD per chip and year."""
    supply_per_year: Annotated[NonNegativeProfile | None, Plausible(50, 2e08)] = None
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
    capacity_per_year: Annotated[NonNegativeProfile, Plausible(50, 1e12)]
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
    units: Annotated[Size, Plausible(20, 2e07)]
    """Number of chips."""
    due: Day
    """Date of delivery, any inspection included."""
    price_usd: Annotated[Size, Plausible(1000, 200000, usual=30000)] = 0.0
    """All-in price of one chip as ordered, USD."""
    deposit_paid_usd: Annotated[Size, Plausible(1000, 1e12)] = 0.0
    """What was paid for the whole order before the plan begins, USD; the rest falls due at arrival."""
    cancellable: bool = True
    """Whether a ban can cancel it; otherwise it arrives."""
    note: str | None = None
    """Anything a reader should know."""
