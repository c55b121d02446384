"""Markets, grid regions, sites and the ways to build at a site."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.schema.base import Day, Name, NonNegativeProfile, Plausible, Positive, Row, ShareProfile, Size
from planner.schema.onsite import OnsiteAtSite


class Market(Row):
    """A country with its electricity balance."""

    generation_twh_per_year: Annotated[NonNegativeProfile | None, Plausible(10, 60000)] = None
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
    headroom_mw: Annotated[NonNegativeProfile | None, Plausible(2, 30000)] = None
    """MW that the grid can give this operator's sites here, existing ones included; no limit when left out."""
    tariff_usd_per_mwh: Annotated[NonNegativeProfile, Plausible(12, 300)] = 0.0
    """Price of grid energy, USD per MWh."""
    carbon_t_per_mwh: Annotated[NonNegativeProfile, Plausible(0.003, 1.5)] = 0.0
    """Carbon of grid energy, t CO2 per MWh."""
    note: str | None = None
    """Anything a reader should know."""


class BuildOption(Row):
    """A way to build halls at a site."""

    build_months: Annotated[NonNegativeProfile, Plausible(2, 84)] = 0.0
    """Months from start of construction to halls ready for racks."""
    capex_musd_per_mw: Annotated[NonNegativeProfile, Plausible(0.5, 60)] = 0.0
    """Cost of halls, million USD per MW of IT, at the start's date."""
    phase_mw: Annotated[Positive | None, Plausible(0.5, 2000)] = None
    """MW of IT in one phase; with whole phases, starts are multiples of it."""
    max_start_mw_per_year: Annotated[NonNegativeProfile | None, Plausible(1, 10000)] = None
    """Most MW of IT that may be started here in any twelve months (where it moves, the largest limit in force in them);
    no limit when left out."""
    life_years: Annotated[Positive | None, Plausible(5, 80)] = None
    """Years over which the halls lose their value, straight line from readiness; no residual value when left out."""


class CommittedHalls(Row):
    """Halls already under construction when the plan begins."""

    ready: Day
    """Date on which they are ready for racks."""
    it_mw: Annotated[Size, Plausible(0.3, 10000)]
    """MW of IT that becomes ready."""
    remaining_cost_musd: Annotated[Size, Plausible(0.05, 100000)] = 0.0
    """What is still to be paid for them, million USD, in equal parts until they are ready."""


class ExistingFleet(Row):
    """Chips of one kind that run at a site on the plan's first day."""

    units: Annotated[Size, Plausible(20, 2e07)]
    """Number of chips."""
    until: Day | None = None
    """Date by which they reach the end of their service life; never when left out."""


class Site(Row):
    """A place for data-centre halls: greenfield, under construction or running."""

    region: Name
    """Grid region that feeds the site."""
    max_it_mw: Annotated[Size, Plausible(0.5, 15000)]
    """Most MW of IT that fit, existing and committed halls included."""
    pue: float = Field(default=1.0, ge=1.0, le=5.0, strict=True, allow_inf_nan=False)
    """Facility power over IT power."""
    load_factor: ShareProfile = 1.0
    """Mean draw over the draw that is reserved, for energy, carbon and subsidy."""
    grid_connection_months: Annotated[NonNegativeProfile, Plausible(2, 150)] = 0.0
    """Months from applying for a grid connection until it can feed the site."""
    grid_connection_musd_per_mw: Annotated[NonNegativeProfile, Plausible(0.005, 10)] = 0.0
    """Cost of a grid connection, million USD per MW of facility power, paid at application and not refunded."""
    grid_connected_from: Day | None = None
    """Date on which the whole site is connected without an application; none when left out."""
    opening_musd: Annotated[NonNegativeProfile, Plausible(0.05, 9000)] = 0.0
    """Cost of acquiring and opening the site, million USD; sites with existing or committed halls are open already."""
    om_musd_per_mw_year: Annotated[NonNegativeProfile, Plausible(0.003, 10)] = 0.0
    """Operations and maintenance of halls, million USD per MW of IT and year."""
    earliest_start: Day | None = None
    """First day on which construction may start."""
    latest_start: Day | None = None
    """Last day on which construction may start."""
    max_ready_mw_per_year: Annotated[NonNegativeProfile | None, Plausible(1, 10000)] = None
    """Most MW of IT that may become ready here in any twelve months, committed halls first, which pass it; no limit
    when left out."""
    whole_phases: bool | None = None
    """Whether opening is yes or no, starts come in whole phases and on-site plant in whole units here; as the settings
    say when left out."""
    existing_it_mw: Annotated[Size, Plausible(0.3, 10000)] = 0.0
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
