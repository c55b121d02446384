"""On-site power: plant that bridges the wait for the grid, or stays."""

from __future__ import annotations

from typing import Annotated

from planner.schema.base import Name, NonNegativeProfile, Plausible, Positive, Row, ShareProfile, Size


class OnsiteSource(Row):
    """A kind of on-site plant: engines, turbines, fuel cells, batteries with solar, ..."""

    capex_usd_per_kw: Annotated[NonNegativeProfile, Plausible(100, 25000)] = 0.0
    """Cost at the order's date, USD per kW."""
    lead_months: Annotated[NonNegativeProfile, Plausible(1, 96)] = 0.0
    """Months from order until the plant can run."""
    fuel_usd_per_mwh: Annotated[NonNegativeProfile, Plausible(1, 350)] = 0.0
    """Fuel, USD per MWh made."""
    operating_usd_per_mwh: Annotated[NonNegativeProfile, Plausible(0.5, 250)] = 0.0
    """Operation and maintenance, USD per MWh made."""
    carbon_t_per_mwh: Annotated[NonNegativeProfile, Plausible(0.003, 2)] = 0.0
    """Carbon, t CO2 per MWh made."""
    unit_mw: Annotated[Positive | None, Plausible(0.05, 600)] = None
    """MW in one unit: an engine, a turbine; with whole phases, orders are multiples of it. Any size when left out."""
    availability: ShareProfile = 1.0
    """Share of the plant that can be counted on."""
    life_years: Annotated[Positive | None, Plausible(5, 80)] = None
    """Years after which the plant stops (rounded down to whole periods, at least one), and over which it loses its
    value (not rounded); neither when left out."""
    supply_mw_per_year: Annotated[dict[Name, NonNegativeProfile], Plausible(0.5, 10000)] = {}
    """MW that this operator can order in any twelve months, by market; no limit in a market that is left out."""
    note: str | None = None
    """Anything a reader should know."""


class OnsiteAtSite(Row):
    """A kind of plant that a site allows."""

    max_mw: Annotated[Size | None, Plausible(0.5, 10000)] = None
    """Most MW of it at the site; no limit when left out."""
