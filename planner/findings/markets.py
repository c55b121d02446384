"""What sets one country apart from another in a plan: cost, time, power, chips and what binds there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.findings.binding_resources import binding_by_market, weight_by_resource
from planner.findings.construction_schedule import Construction, MonthsTaken
from planner.findings.levelised_cost import Built, all_chips
from planner.findings.plan_summary import Binding, bindings, final_it_mw
from planner.findings.reported import reported
from planner.instance.compute import eligible_regions
from planner.schema import Case
from planner.solution import Solution


@dataclass(frozen=True)
class Moment:
    """A market in one period."""

    period: str
    """Label of the period."""
    pflops: float
    """Effective PFLOP/s served from the market."""
    chips: float
    """Chips that are switched on."""
    load_mw: float
    """IT load, MW."""
    facility_mw: float
    """Facility load, from the grid and from plant, MW."""
    it_mw: float
    """Halls ready, MW of IT."""
    draw_mw: float
    """Draw from the grid, MW facility."""
    headroom_mw: float | None
    """What the grid can give in all regions of the market, MW facility; none where one has no limit."""
    need_twh: float
    """Grid energy, TWh a year."""
    generation_twh: float | None
    """National generation, TWh a year; none where it is not given."""
    plant_mw: float
    """On-site plant that stands, MW facility."""


@dataclass(frozen=True)
class Tightest:
    """Where the grid leaves least, as a share of what it can give."""

    region: str
    """Region."""
    period: str
    """Label of the first period in which it is tightest."""
    share: float
    """Draw over headroom."""


@dataclass(frozen=True)
class MarketFigures:
    """A market as one scenario of the plan leaves it."""

    built: Built
    """All chips of the market: present cost and present-weighted output."""
    begun_mw: float
    """Halls begun by the plan, MW of IT."""
    begun_musd: float
    """What these halls, openings, grid connections and plant cost, not discounted, million USD."""
    begun_present_musd: float
    """The same at present worth."""
    to_ready: MonthsTaken | None
    """Months from start of construction to ready halls, for halls begun by the plan."""
    to_power: MonthsTaken | None
    """Months from start of construction to halls that are ready and fed, by the grid or by plant."""
    unfed_mw: float
    """Halls begun by the plan that nothing can feed by the end, MW of IT."""
    to_grid: MonthsTaken | None
    """Months from applying for a grid connection to having it."""
    middle: Moment
    """Halfway through the periods that are reported."""
    end: Moment
    """In the last period that is reported."""
    solved_it_mw: float
    """Halls ready in the last period that is solved, MW of IT: what the present cost has built."""
    growth_twh: float | None
    """Growth of national generation over the plan, TWh a year each year; none where it is not given."""
    need_growth_twh: float
    """Growth of the plan's own need over the plan, TWh a year each year."""
    tightest: Tightest | None
    """Tightest region; none where no region has a limit."""
    rented_share: float | None
    """Share of the demand that only this market may serve which is not served; none without such demand."""
    bindings: tuple[Binding, ...]
    """Limits that bind there, the weightiest first."""
    weights: Mapping[str, float]
    """Weight of these limits by resource, million USD."""


def market_figures(case: Case, solution: Solution, built: Mapping[str, Sequence[Built]]) -> dict[str, MarketFigures]:
    """What the plan comes to in each market; of one scenario, with its own case. `built` is what `as_built` finds."""
    shown, solved = reported(case, solution), final_it_mw(solution)
    binding = binding_by_market(case, bindings(shown))
    moments = {market: _moments(case, shown, market) for market in case.markets}
    found = {}
    for market in case.markets:
        line, halls = moments[market], Construction(case, solution, market)
        years = _years_apart(case)
        first, last = line[0], line[-1]
        grown = None
        if first.generation_twh is not None and last.generation_twh is not None:
            grown = (last.generation_twh - first.generation_twh) / years
        cost, present = halls.cost()
        to_power, unfed = halls.to_power()
        found[market] = MarketFigures(
            all_chips(market, built[market]),
            sum(mw for _, _, _, mw in halls.starts), cost, present,
            halls.to_ready(), to_power, unfed, halls.to_grid(),
            line[_halfway(case)], last, solved.get(market, 0.0),
            grown, (last.need_twh - first.need_twh) / years,
            _tightest(case, shown, market), _rented_share(case, shown, market),
            tuple(binding[market]), weight_by_resource(binding[market]),
        )  # fmt: skip
    return found


def _years_apart(case: Case) -> float:
    """Years from the middle of the first period to that of the last reported; its own where there is no other."""
    line = case.settings.timeline
    return line.middle(line.reported - 1) - line.middle(0) if line.reported > 1 else line.years(0)


def _halfway(case: Case) -> int:
    """Period in which half of the time that is reported has passed."""
    line = case.settings.timeline
    return max(t for t in range(line.reported) if 2 * line.offset(t) <= line.offset(line.reported))


def _moments(case: Case, solution: Solution, market: str) -> list[Moment]:
    """A market period by period."""
    periods = dict(solution.rows("nodes", "node", "period"))
    years = {node: case.settings.timeline.years(period) for node, period in periods.items()}
    here = [site for site in case.sites if case.market_of(site) == market]
    regions = [name for name, region in case.regions.items() if region.market == market]
    chips = _sums(solution, "fleet", "powered", "site", here)
    pflops = _sums(solution, "serve", "pflops", "region", regions)
    room = _sums(solution, "regions", "headroom_mw", "region", regions)
    plant, output = (_sums(solution, "onsite", column, "site", here) for column in ("cap_mw", "output_mw"))
    labels = dict(solution.rows("nodes", "node", "label"))
    columns = ("node", "market", "it_mw", "it_load_mw", "grid_mw", "energy_twh", "generation_twh")
    return [
        Moment(
            labels[node], pflops[node], chips[node], load, grid + output[node], ready, grid,
            room[node] if regions and math.isfinite(room[node]) else None,
            energy / years[node], generation / years[node] if math.isfinite(generation) else None, plant[node],
        )
        for node, name, ready, load, grid, energy, generation in solution.rows("markets", *columns)
        if name == market
    ]  # fmt: skip


def _tightest(case: Case, solution: Solution, market: str) -> Tightest | None:
    """Region and first period with the largest share of headroom drawn."""
    labels = dict(solution.rows("nodes", "node", "label"))
    found: Tightest | None = None
    for node, region, draw, room in solution.rows("regions", "node", "region", "draw_mw", "headroom_mw"):
        if case.regions[region].market == market and room > 0:
            share = draw / room
            if found is None or share > found.share + 1e-6:
                found = Tightest(region, labels[node], share)
    return found


def _rented_share(case: Case, solution: Solution, market: str) -> float | None:
    """Share not served by own chips of the demand that only this market may serve."""
    own = set()
    for name, workload in case.workloads.items():
        regions = eligible_regions(case, workload)
        if regions and all(case.regions[region].market == market for region in regions):
            own.add(name)
    line, periods = case.settings.timeline, dict(solution.rows("nodes", "node", "period"))
    demand = missing = 0.0
    for node, name, need, short in solution.rows("service", "node", "workload", "demand", "shortfall"):
        if name in own:
            months = line.months(periods[node])
            demand, missing = demand + months * need, missing + months * short
    return missing / demand if demand > 0 else None


def _sums(solution: Solution, table: str, amount: str, key: str, kept: Iterable[str]) -> dict[str, float]:
    """Amounts by node of the rows whose key is among those kept."""
    names, found = set(kept), dict.fromkeys(solution["nodes"]["node"].tolist(), 0.0)
    for node, name, value in solution.rows(table, "node", key, amount):
        if name in names:
            found[node] += value
    return found
