"""The case: one planning question as typed, and the only place where its cross-references are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from planner.errors import CaseError, Problem
from planner.message import Message, english
from planner.schema.alternatives import Alternative
from planner.schema.assumptions import Assumption
from planner.schema.base import Name, Row
from planner.schema.chips import Chip, PlacedOrder, Pool
from planner.schema.goals import Goals, Milestone
from planner.schema.onsite import OnsiteSource
from planner.schema.places import Market, Region, Site
from planner.schema.policy import Policy
from planner.schema.settings import Settings
from planner.schema.uncertainty import Reveal, ShockList
from planner.schema.walk_fields import range_problems
from planner.schema.wording import near, shown, size_problems, typed_problems
from planner.schema.workloads import Workload
from planner.time_profile import value_at


class Case(Row):
    """One planning question."""

    settings: Settings
    """Name, periods and money."""
    markets: dict[Name, Market]
    """Countries with their electricity balance."""
    regions: dict[Name, Region]
    """Grid regions."""
    sites: dict[Name, Site]
    """Places for halls."""
    onsite_sources: dict[Name, OnsiteSource] = {}
    """Kinds of on-site plant."""
    chips: dict[Name, Chip]
    """Accelerators."""
    pools: dict[Name, Pool] = {}
    """Supplies that several chips draw on."""
    orders_placed: dict[Name, PlacedOrder] = {}
    """Chips ordered before the plan begins and not yet delivered."""
    workloads: dict[Name, Workload]
    """Demands for compute."""
    policy: Policy = Policy()
    """Rules of governments and boards."""
    goals: Goals = Goals()
    """What the plan is best at."""
    shocks: dict[Name, ShockList] = {}
    """Named changes, for `--with NAME` and for the outcomes of a reveal."""
    uncertainty: dict[Name, Reveal] = {}
    """What becomes known while the plan runs; reveals are independent unless an outcome names the next."""
    alternatives: dict[Name, Alternative] = {}
    """Other plans that the recommended one is compared with, each solved for itself."""
    assumptions: list[Assumption] = []
    """Sources and confidence of the inputs."""

    def market_of(self, site: str) -> str:
        """Market that a site lies in."""
        return self.regions[self.sites[site].region].market

    def is_whole(self, site: str) -> bool:
        """Whether a site opens as yes or no and is built in whole phases."""
        own = self.sites[site].whole_phases
        return self.settings.whole_phases if own is None else own

    def milestones(self) -> dict[str, Milestone]:
        """What `earliest` reaches: as typed, or each workload's last demand."""
        if self.goals.milestones:
            return dict(self.goals.milestones)
        line = self.settings.timeline
        days = line.first_day(line.periods - 1), line.first_day(line.periods)
        last = {name: value_at(row.demand_pflops, *days, plan_start=line.start) for name, row in self.workloads.items()}
        return {name: Milestone(workload=name, pflops=demand) for name, demand in last.items() if demand > 0}


def parse_case(data: Mapping[str, Any]) -> Case:
    """The case that nested plain data describes, with types and cross-references checked.

    Raises CaseError with every problem found; the paths are those of the data.
    """
    sizes = list(size_problems(data))
    try:
        case = Case.model_validate(data)
    except ValidationError as error:
        found = typed_problems(error, Case, per_usd=_cny_per_usd(data))
        raise CaseError([*found, *(size for size in sizes if not any(_same(each, size) for each in found))]) from error
    problems = [
        each
        for each in cross_reference_problems(case)
        if not any(size.path[: len(each.path)] == each.path for size in sizes)
    ]
    if sizes or problems:
        raise CaseError([*sizes, *problems])
    return case


def _cny_per_usd(data: Mapping[str, Any]) -> float | None:
    """The case's own rate of CNY per USD, where it shows money in CNY."""
    settings = data.get("settings")
    shown_in = settings.get("display_currency") if isinstance(settings, Mapping) else None
    if not isinstance(shown_in, Mapping) or shown_in.get("code") != "CNY":
        return None
    rate = shown_in.get("per_usd")
    return float(rate) if isinstance(rate, int | float) and not isinstance(rate, bool) and rate > 0 else None


def _same(problem: Problem, size: Problem) -> bool:
    """Whether a problem is about the number whose size is wrong."""
    same_place = size.path[: len(problem.path)] == problem.path
    found, other = problem.message.fields.get("found", ""), size.message.fields.get("found", "")
    return same_place and english(found) == english(other)


def cross_reference_problems(case: Case) -> Iterator[Problem]:
    """Every name that refers to nothing, every date outside the plan and every pair that cannot work together."""
    yield from range_problems(case, case.settings.timeline)
    yield from _place_problems(case)
    yield from _chip_problems(case)
    yield from _workload_problems(case)
    yield from _policy_problems(case)
    yield from _goal_problems(case)
    yield from _capacity_problems(case)
    yield from _assumption_problems(case)
    yield from _outcome_problems(case)
    yield from _alternative_problems(case)


def _place_problems(case: Case) -> Iterator[Problem]:
    for name, region in case.regions.items():
        yield from _unknown(("regions", name, "market"), [region.market], case.markets, "markets")
    for name, site in case.sites.items():
        at = ("sites", name)
        yield from _unknown((*at, "region"), [site.region], case.regions, "regions")
        yield from _unknown((*at, "existing_fleet"), site.existing_fleet, case.chips, "chips")
        yield from _unknown((*at, "onsite"), site.onsite, case.onsite_sources, "onsite_sources")
        built = site.existing_it_mw + sum(halls.it_mw for halls in site.committed.values())
        if built > site.max_it_mw * (1 + 1e-9):
            yield Problem(
                (*at, "max_it_mw"),
                Message(
                    "found {max_it_mw}, below the {built} MW that exist or are committed; type {built} or more",
                    max_it_mw=site.max_it_mw,
                    built=built,
                ),
            )
        for halls_name, halls in site.committed.items():
            if halls.ready < case.settings.start:
                yield Problem(
                    (*at, "committed", halls_name, "ready"),
                    Message(
                        "found {ready}, before the plan starts on {start}; put halls that are ready by then into "
                        "existing_it_mw",
                        ready=halls.ready,
                        start=case.settings.start,
                    ),
                )
        if site.earliest_start and site.latest_start and site.latest_start < site.earliest_start:
            yield Problem(
                (*at, "latest_start"),
                Message(
                    "found {latest_start}, before earliest_start {earliest_start}",
                    latest_start=site.latest_start,
                    earliest_start=site.earliest_start,
                ),
            )
    for name, source in case.onsite_sources.items():
        supplied = ("onsite_sources", name, "supply_mw_per_year")
        yield from _unknown(supplied, source.supply_mw_per_year, case.markets, "markets")


def _chip_problems(case: Case) -> Iterator[Problem]:
    line = case.settings.timeline
    for name, chip in case.chips.items():
        at = ("chips", name)
        yield from _unknown((*at, "markets"), chip.markets, case.markets, "markets")
        yield from _unknown((*at, "pools"), chip.pools, case.pools, "pools")
    for name, order in case.orders_placed.items():
        at = ("orders_placed", name)
        yield from _unknown((*at, "chip"), [order.chip], case.chips, "chips")
        yield from _unknown((*at, "market"), [order.market], case.markets, "markets")
        if order.due < line.start:
            yield Problem(
                (*at, "due"),
                Message(
                    "found {due}, before the plan starts on {start}; put chips already delivered into the site's "
                    "existing_fleet or the channel's stock_units",
                    due=order.due,
                    start=line.start,
                ),
            )
        paid = order.units * order.price_usd
        if order.deposit_paid_usd > paid * (1 + 1e-9) + 1e-6:
            yield Problem(
                (*at, "deposit_paid_usd"),
                Message(
                    "found {deposit_paid_usd}, more than units x price_usd = {paid}",
                    deposit_paid_usd=order.deposit_paid_usd,
                    paid=paid,
                ),
            )


def _workload_problems(case: Case) -> Iterator[Problem]:
    for name, workload in case.workloads.items():
        at = ("workloads", name)
        yield from _unknown((*at, "markets"), workload.markets or (), case.markets, "markets")
        yield from _unknown((*at, "regions"), workload.regions or (), case.regions, "regions")
        yield from _unknown((*at, "chips"), workload.chips or (), case.chips, "chips")
        precisions = {precision for chip in case.chips.values() for precision in chip.peak_pflops}
        yield from _unknown((*at, "precision"), [workload.precision], precisions, "the chips' peak_pflops")
        for chip_name, pair in (workload.chips or {}).items():
            chip = case.chips.get(chip_name)
            precision = pair.precision or workload.precision
            if chip is not None and precision not in chip.peak_pflops:
                yield Problem(
                    (*at, "chips", chip_name),
                    Message(
                        "{chip_name} has no {precision} peak; give this pair a precision of its own "
                        "({peak_pflops}) with the efficiency that belongs to it, or take it out",
                        chip_name=chip_name,
                        precision=precision,
                        peak_pflops=tuple(sorted(chip.peak_pflops)),
                    ),
                )


_REFERENCES = {
    "chips": "chips",
    "foreign": "chips",
    "domestic": "chips",
    "markets": "markets",
    "market": "markets",
    "regions": "regions",
    "region": "regions",
    "sites": "sites",
}


def _policy_problems(case: Case) -> Iterator[Problem]:
    tables: dict[str, Mapping[str, Any]] = {
        "chips": case.chips,
        "markets": case.markets,
        "regions": case.regions,
        "sites": case.sites,
    }
    origins = {chip.origin for chip in case.chips.values() if chip.origin} | set(case.markets)
    precisions = {precision for chip in case.chips.values() for precision in chip.peak_pflops}
    for kind in type(case.policy).model_fields:
        for name, rule in getattr(case.policy, kind).items():
            at = ("policy", kind, name)
            for field in type(rule).model_fields:
                typed = getattr(rule, field)
                names = [typed] if isinstance(typed, str) else typed
                if field in _REFERENCES and typed is not None:
                    table = _REFERENCES[field]
                    yield from _unknown((*at, field), names, tables[table], table)
                elif field == "origins" and typed is not None:
                    yield from _unknown((*at, field), names, origins, "the chips' origins")
            counts_pflops = getattr(rule, "measure", None) == "pflops"
            if counts_pflops and rule.precision not in precisions:
                yield from _unknown((*at, "precision"), [rule.precision], precisions, "the chips' peak_pflops")


def _goal_problems(case: Case) -> Iterator[Problem]:
    yield from _unknown(("goals", "delay_weights"), case.goals.delay_weights, case.workloads, "workloads")
    if case.goals.delay_weights and not any(case.goals.delay_weights.values()):
        yield Problem(("goals", "delay_weights"), Message("found no weight above 0; give one, or leave the table out"))
    for name, milestone in case.goals.milestones.items():
        at = ("goals", "milestones", name)
        yield from _unknown((*at, "workload"), filter(None, [milestone.workload]), case.workloads, "workloads")
        yield from _unknown((*at, "market"), filter(None, [milestone.market]), case.markets, "markets")


def _outcome_problems(case: Case) -> Iterator[Problem]:
    for reveal_name, reveal in case.uncertainty.items():
        for name, outcome in reveal.outcomes.items():
            at = ("uncertainty", reveal_name, "outcomes", name)
            yield from _unknown((*at, "shocks"), outcome.shocks, case.shocks, "shocks")
            yield from _unknown((*at, "next"), filter(None, [outcome.next]), case.uncertainty, "uncertainty")


def _alternative_problems(case: Case) -> Iterator[Problem]:
    for name, row in case.alternatives.items():
        at = ("alternatives", name)
        yield from _unknown((*at, "shocks"), row.shocks, case.shocks, "shocks")
        yield from _unknown((*at, "order_most"), row.order_most or (), case.chips, "chips")
        yield from _unknown((*at, "order_most_in"), row.order_most_in or (), case.markets, "markets")
        yield from _unknown((*at, "only_market"), filter(None, [row.only_market]), case.markets, "markets")


def _capacity_problems(case: Case) -> Iterator[Problem]:
    """Limits that ask for more than they allow, told for the first period in which they do."""
    line = case.settings.timeline
    for name, limit in case.policy.capacity_limits.items():
        if limit.least is None or limit.most is None:
            continue
        for period in line:
            days = line.first_day(period), line.first_day(period + 1)
            if not line.in_force(period, limit.since, limit.until):
                continue
            try:
                least, most = (value_at(each, *days, plan_start=line.start) for each in (limit.least, limit.most))
            except OverflowError:
                break
            if least > most * (1 + 1e-9):
                yield Problem(
                    ("policy", "capacity_limits", name, "least"),
                    Message(
                        "found {least}, above most, which is {most} (in {period})",
                        least=least,
                        most=most,
                        period=line.label(period),
                    ),
                )
                break


def _assumption_problems(case: Case) -> Iterator[Problem]:
    for position, assumption in enumerate(case.assumptions):
        if not _exists(case, assumption.path):
            yield Problem(
                ("assumptions", str(position), "path"),
                Message("found {path}, which is no table, row or field of this case", path=shown(assumption.path)),
            )


def _exists(case: Case, path: str) -> bool:
    """Whether a dotted path leads somewhere; names may hold dots themselves."""

    def follow(value: Any, rest: str) -> bool:
        if not rest:
            return True
        keys: Iterable[str]
        if isinstance(value, Row):
            keys = type(value).model_fields
        elif isinstance(value, Mapping):
            keys = [key for key in value if isinstance(key, str)]
        else:
            return False
        for key in keys:
            if rest == key or rest.startswith(f"{key}."):
                below = getattr(value, key) if isinstance(value, Row) else value[key]
                if follow(below, rest[len(key) + 1 :]):
                    return True
        return False

    return follow(case, path)


def _unknown(path: tuple[str, ...], names: Iterable[str], known: Iterable[str], table: str) -> Iterator[Problem]:
    known = list(known)
    for name in names:
        if name not in known:
            yield Problem(
                path,
                Message(
                    "found {name}, which is not in {table}{hint}", name=shown(name), table=table, hint=near(name, known)
                ),
            )
