"""Markets, grid regions, sites and the ways to build at a site."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.schema.base import Day, Name, NonNegativeProfile, Plausible, Positive, Row, ShareProfile, Size
from planner.schema.onsite import OnsiteAtSite

_HEADROOM_MW = Plausible(1, 100000, "MW", "in GW", "in kW")
_TARIFF_USD_PER_MWH = Plausible(5, 350, "USD per MWh", "per kWh", "in CNY per MWh")
_CARBON_T_PER_MWH = Plausible(0, 1.5, "t per MWh", above="in kg per MWh")
_BUILD_MONTHS = Plausible(0, 120, "months", above="in days")
_MAX_IT_MW = Plausible(0.5, 50000, "MW", "in GW", "in kW")
_GRID_CONNECTION_MONTHS = Plausible(0, 180, "months", above="in days")
_OPENING_MUSD = Plausible(0, 20000, "million USD", above="in USD")


class Market(Row):
    """A country with its electricity balance."""

    generation_twh_per_year: Annotated[
        NonNegativeProfile | None, Plausible(10, 60000, "TWh a year", "in PWh", "in GWh")
    ] = None
    """National generation, TWh a year; no limit on energy when left out."""
    ai_share: ShareProfile = 1.0
    """Share of national generation that is open to AI data centres."""
    operator_share: ShareProfile = 1.0
    """This operator's share of what is open to AI data centres."""
    note: str | None = None
    """Anything a reader should know."""


class Region(Row):
    """A grid region of one market."""

    market: Name
    """Market that the region lies in."""
    headroom_mw: Annotated[NonNegativeProfile | None, _HEADROOM_MW] = None
    """MW that the grid can give this operator's sites here, existing ones included; no limit when left out."""
    tariff_usd_per_mwh: Annotated[NonNegativeProfile, _TARIFF_USD_PER_MWH] = 0.0
    """Price of grid energy, USD per MWh."""
    carbon_t_per_mwh: Annotated[NonNegativeProfile, _CARBON_T_PER_MWH] = 0.0
    """Carbon of grid energy, t CO2 per MWh."""
    note: str | None = None
    """Anything a reader should know."""


class BuildOption(Row):
    """A way to build halls at a site."""

    build_months: Annotated[NonNegativeProfile, _BUILD_MONTHS] = 0.0
    """Months from start of construction to halls ready for racks."""
    capex_musd_per_mw: Annotated[
        NonNegativeProfile, Plausible(0.5, 60, "million USD per MW", "in billion USD", "in CNY, or USD per MW")
    ] = 0.0
    """Cost of halls, million USD per MW of IT, at the start's date."""
    phase_mw: Positive | None = None
    """MW of IT in one phase; with whole phases, starts are multiples of it."""
    max_start_mw_per_year: NonNegativeProfile | None = None
    """Most MW of IT that may be started here in any twelve months (where it moves, the largest limit in force in them);
    no limit when left out."""
    life_years: Positive | None = None
    """Years over which the halls lose their value, straight line from readiness; no residual value when left out."""


class CommittedHalls(Row):
    """Halls already under construction when the plan begins."""

    ready: Day
    """Date on which they are ready for racks."""
    it_mw: Size
    """MW of IT that becomes ready."""
    remaining_cost_musd: Size = 0.0
    """What is still to be paid for them, million USD, in equal parts until they are ready."""


class ExistingFleet(Row):
    """Chips of one kind that run at a site on the plan's first day."""

    units: Size
    """Number of chips."""
    until: Day | None = None
    """Date by which they reach the end of their service life; never when left out."""


class Site(Row):
    """A place for data-centre halls: greenfield, under construction or running."""

    region: Name
    """Grid region that feeds the site."""
    max_it_mw: Annotated[Size, _MAX_IT_MW]
    """Most MW of IT that fit, existing and committed halls included."""
    pue: float = Field(default=1.0, ge=1.0, le=5.0, strict=True, allow_inf_nan=False)
    """Facility power over IT power."""
    load_factor: ShareProfile = 1.0
    """Mean draw over the draw that is reserved, for energy, carbon and subsidy."""
    grid_connection_months: Annotated[NonNegativeProfile, _GRID_CONNECTION_MONTHS] = 0.0
    """Months from applying for a grid connection until it can feed the site."""
    grid_connection_musd_per_mw: NonNegativeProfile = 0.0
    """Cost of a grid connection, million USD per MW of facility power, paid at application and not refunded."""
    grid_connected_from: Day | None = None
    """Date on which the whole site is connected without an application; none when left out."""
    opening_musd: Annotated[NonNegativeProfile, _OPENING_MUSD] = 0.0
    """Cost of acquiring and opening the site, million USD; sites with existing or committed halls are open already."""
    om_musd_per_mw_year: Annotated[
        NonNegativeProfile, Plausible(0, 20, "million USD per MW and year", above="in USD")
    ] = 0.0
    """Operations and maintenance of halls, million USD per MW of IT and year."""
    earliest_start: Day | None = None
    """First day on which construction may start."""
    latest_start: Day | None = None
    """Last day on which construction may start."""
    max_ready_mw_per_year: NonNegativeProfile | None = None
    """Most MW of IT that may become ready here in any twelve months, committed halls first, which pass it; no limit
    when left out."""
    whole_phases: bool | None = None
    """Whether opening is yes or no and starts come in whole phases here; as the settings say when left out."""
    existing_it_mw: Size = 0.0
    """MW of IT ready on the plan's first day."""
    committed: dict[Name, CommittedHalls] = {}
    """Halls under construction on the plan's first day."""
    existing_fleet: dict[Name, ExistingFleet] = {}
    """Chips that are installed here on the plan's first day, by chip; what does not fit into the halls that are ready
    then is retired on that day."""
    build_options: dict[Name, BuildOption] = {}
    """Ways to build here."""
    onsite: dict[Name, OnsiteAtSite] = {}
    """On-site plant that is allowed here, by source."""
    note: str | None = None
    """Anything a reader should know."""
