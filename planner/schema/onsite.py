"""On-site power: plant that bridges the wait for the grid, or stays."""

from __future__ import annotations

from planner.schema.base import Name, NonNegativeProfile, Positive, Row, ShareProfile, Size


class OnsiteSource(Row):
    """A kind of on-site plant: engines, turbines, fuel cells, batteries with solar, ..."""

    capex_usd_per_kw: NonNegativeProfile = 0.0
    """Cost at the order's date, USD per kW."""
    lead_months: NonNegativeProfile = 0.0
    """Months from order until the plant can run."""
    fuel_usd_per_mwh: NonNegativeProfile = 0.0
    """Fuel, USD per MWh made."""
    operating_usd_per_mwh: NonNegativeProfile = 0.0
    """Operation and maintenance, USD per MWh made."""
    carbon_t_per_mwh: NonNegativeProfile = 0.0
    """Carbon, t CO2 per MWh made."""
    availability: ShareProfile = 1.0
    """Share of the plant that can be counted on."""
    life_years: Positive | None = None
    """Years after which the plant stops (rounded down to whole periods, at least one), and over which it loses its
    value (not rounded); neither when left out."""
    supply_mw_per_year: dict[Name, NonNegativeProfile] = {}
    """MW that this operator can order in any twelve months, by market; no limit in a market that is left out."""
    note: str | None = None
    """Anything a reader should know."""


class OnsiteAtSite(Row):
    """A kind of plant that a site allows."""

    max_mw: Size | None = None
    """Most MW of it at the site; no limit when left out."""
