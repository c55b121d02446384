"""Order-by dates: the last period in which each commitment of a plan can be made with all that runs still running.

The rule is the float of the critical path method (Kelley and Walker 1959, Critical-Path Planning and Scheduling),
read off the plan's physical balances. A lot that arrives may slip until the first period in which the spare of what
it adds to is smaller than the lot; it can be committed until the last period whose own lead arrives by then.
Every lot is judged with all others held as planned, so the floats of two lots on one balance cannot both be used. Nor
does a float ask whether the later period's supply, quota, budget or price would allow the move: it is physical.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from planner.plan_reader import ChipDecisions, PathTables, PeriodValues, banned, fate, first_at_least, fleets, left
from planner.schema import Case
from planner.schema.places import Site
from planner.solution import Solution
from planner.time_profile import Profile
from planner.timeline import PerPeriod
from planner.units import KW_PER_MW, USD_PER_MUSD

NOISE = 1e-9
"""Share of the largest amount of a table below which an amount is the solver's rounding."""
SHORT = 1e-6
"""Share of a lot by which a spare may miss it and still do."""


@dataclass(frozen=True)
class CommittedLot:
    """A lot that the plan commits to in one period."""

    kind: str
    """order (chips), start (halls), open (acquiring a site), connect (grid) or plant (on site)."""
    item: tuple[str, ...]
    """Chip and market, site and option, site, or source and site."""
    amount: float
    """Chips, MW of IT, share of the site, or MW of facility power."""
    musd: float
    """Price of the whole lot at the commitment, million USD, not discounted; fees at arrival are none of it."""
    period: int
    """Period in which the plan commits to it."""
    arrives: int | None
    """Period from which it counts; None where it is cancelled or arrives after the plan's end."""
    needed: int | None
    """First period in which what runs could not do without it; None where it is not needed within the plan."""
    latest: int | None
    """Last period in which it could be committed and still arrive when needed; None where it is not needed."""

    @property
    def slack(self) -> int | None:
        """Periods by which the commitment could slip; None where it is not needed within the plan."""
        return None if self.latest is None else self.latest - self.period


@dataclass(frozen=True)
class _Balance:
    """What lots of one item add to, by period."""

    spare: PerPeriod
    """What is there less what is used."""
    size: PerPeriod
    """What is there; rounding is measured by it."""
    left: Callable[[int, int], float]
    """What one unit that arrived in a period still adds in another one."""
    arrives: Callable[[int], int | None]
    """Period in which a lot committed in a period arrives; None where it cannot be committed then or never comes."""

    def needed(self, amount: float, arrived: int) -> int | None:
        """First period in which the spare is smaller than what is left of a lot."""
        for t in range(arrived, len(self.spare)):
            lot = amount * self.left(arrived, t)
            if self.spare[t] < lot * (1 - SHORT) - NOISE * self.size[t]:
                return t
        return None

    def latest(self, committed: int, needed: int) -> int:
        """Last period whose own lead arrives when needed or before."""
        for t in range(len(self.spare) - 1, committed, -1):
            arrived = self.arrives(t)
            if arrived is not None and arrived <= needed:
                return t
        return committed


def commitments(case: Case, solution: Solution) -> list[CommittedLot]:
    """Every commitment of a plan on one path, as they come, with its order-by period.

    `case` is the path's own: without uncertainty, or as one scenario knows it.
    """
    plan = PathTables(case, solution)
    found = [*_orders(plan), *_starts(plan), *_openings(plan), *_connections(plan), *_plants(plan)]
    return sorted(found, key=lambda lot: lot.period)


def _lots(
    kind: str, item: tuple[str, ...], amounts: PerPeriod, price: PerPeriod, balance: _Balance, *, largest: float
) -> Iterator[CommittedLot]:
    """The lots of one item, those of rounding left out."""
    for period, amount in enumerate(amounts):
        if amount <= NOISE * largest:
            continue
        arrives = balance.arrives(period)
        needed = None if arrives is None else balance.needed(amount, arrives)
        latest = None if needed is None else balance.latest(period, needed)
        yield CommittedLot(kind, item, amount, amount * price[period], period, arrives, needed, latest)


def _orders(plan: PathTables) -> Iterator[CommittedLot]:
    """Chips: those that are or could still be in a market less those switched on, attrition and lives counted."""
    values = plan.values
    ordered, powered, there = plan.read("orders", "ordered"), plan.by_market("powered"), _chips_there(plan)
    largest = _largest(ordered)
    for (chip, market), amounts in ordered.items():
        channel = values.channel(chip, market)
        if channel is None or not any(amounts):
            continue
        service = plan.case.chips[chip].service_life_years
        balance = _Balance(
            _less(there[chip, market], powered.get((chip, market), plan.zeros())),
            there[chip, market],
            _fading(values, service, partial(left, values, chip)),
            _chip_arrivals(values, chip, market),
        )
        price = [usd / USD_PER_MUSD for usd in values.of(channel.price_usd)]
        yield from _lots("order", (chip, market), amounts, price, balance, largest=largest)


def _chips_there(plan: PathTables) -> dict[tuple[str, str], PerPeriod]:
    """Chips installed or in stock by chip and market, were none retired or scrapped but for age or an eviction.

    Those that the plan lets go early could have stayed, had a lot come later.
    """
    values = plan.values
    decided = ChipDecisions(plan.pairs("orders", "ordered"), {}, plan.pairs("fleet", "install"), {})
    kept = fleets(values, plan.nodes, decided)
    gone: dict[tuple[str, str], int] = {}
    for bar in plan.case.policy.site_bars.values():
        since = [t for t in values.periods if bar.evict and values.in_force(bar)[t]][:1]
        for pair in ((chip, site) for chip in bar.chips for site in bar.sites):
            gone[pair] = min([*since, gone.get(pair, len(values.periods))])
    there = {pair: list(line) for pair, line in kept.stock.items()}
    for (chip, site), line in kept.fleet.items():
        market = plan.case.market_of(site)
        for t in range(gone.get((chip, site), len(line))):
            there[chip, market][t] += line[t]
    return {
        pair: [min(each) for each in zip(line, kept.young[pair], strict=True)] if pair in kept.young else line
        for pair, line in there.items()
    }


def _starts(plan: PathTables) -> Iterator[CommittedLot]:
    """Halls: MW ready at the site less its IT load."""
    values, started = plan.values, plan.read("starts", "start_mw")
    ready, load = plan.read("halls", "it_mw"), plan.read("halls", "it_load_mw")
    largest = _largest(started)
    for (name, option), amounts in started.items():
        site = plan.case.sites[name]
        build = site.build_options[option]
        arrivals = _hall_arrivals(values, site, option)
        balance = _Balance(_less(ready[name,], load[name,]), ready[name,], _whole, arrivals)
        yield from _lots("start", (name, option), amounts, values.of(build.capex_musd_per_mw), balance, largest=largest)


def _openings(plan: PathTables) -> Iterator[CommittedLot]:
    """Sites: the share acquired less the share that is built on, connected or holds plant."""
    opens, opened = plan.read("halls", "open"), plan.read("halls", "opened")
    begun, applied = plan.read("halls", "begun_mw"), plan.read("halls", "grid_apply_mw")
    plants = plan.read("onsite", "begun_mw")
    largest = _largest(opens)
    for (name,), amounts in opens.items():
        site = plan.case.sites[name]
        if not site.max_it_mw or not any(amounts):
            continue
        used = [mw / site.max_it_mw for mw in begun[name,]]
        used = _larger(used, [mw / (site.pue * site.max_it_mw) for mw in accumulate(applied[name,])])
        for (source, at), mw in plants.items():
            if at == name and (most := _room(plan, source, site)) > 0:
                used = _larger(used, [each / most for each in mw])
        balance = _Balance(_less(opened[name,], used), opened[name,], _whole, lambda t: t)
        yield from _lots("open", (name,), amounts, plan.values.of(site.opening_musd), balance, largest=largest)


def _connections(plan: PathTables) -> Iterator[CommittedLot]:
    """Grid: the connection that stands less the draw."""
    values, applied = plan.values, plan.read("halls", "grid_apply_mw")
    stands, draw = plan.read("halls", "grid_cap_mw"), plan.read("halls", "grid_mw")
    largest = _largest(applied)
    for (name,), amounts in applied.items():
        site = plan.case.sites[name]
        arrivals = _matured(values, site.grid_connection_months)
        balance = _Balance(_less(stands[name,], draw[name,]), stands[name,], _whole, arrivals)
        price = values.of(site.grid_connection_musd_per_mw)
        yield from _lots("connect", (name,), amounts, price, balance, largest=largest)


def _plants(plan: PathTables) -> Iterator[CommittedLot]:
    """Plant: what stands times its availability less its output."""
    values, ordered = plan.values, plan.read("onsite", "start_mw")
    stands, output = plan.read("onsite", "cap_mw"), plan.read("onsite", "output_mw")
    largest = _largest(ordered)
    for (name, site), amounts in ordered.items():
        source = plan.case.onsite_sources[name]
        share = values.of(source.availability)
        firm = [mw * s for mw, s in zip(stands[name, site], share, strict=True)]
        fading = _fading(values, source.life_years, partial(_available, share))
        balance = _Balance(_less(firm, output[name, site]), firm, fading, _matured(values, source.lead_months))
        price = [usd * KW_PER_MW / USD_PER_MUSD for usd in values.of(source.capex_usd_per_kw)]
        yield from _lots("plant", (name, site), amounts, price, balance, largest=largest)


def _chip_arrivals(values: PeriodValues, chip: str, market: str) -> Callable[[int], int | None]:
    """When an order of each period arrives; None where the chip is not on sale, banned, or cancelled on its way."""
    channel, stopped = values.case.chips[chip].markets[market], banned(values, chip, market)

    def arrives(t: int) -> int | None:
        sold = values.line.in_force(t, channel.available_from, channel.available_until)
        return fate(values, chip, market, t)[0] if sold and not stopped[t] else None

    return arrives


def _hall_arrivals(values: PeriodValues, site: Site, option: str) -> Callable[[int], int | None]:
    """When halls begun in each period are ready; None outside the site's earliest and latest start."""
    reached = values.matured(site.build_options[option].build_months)

    def arrives(t: int) -> int | None:
        day = values.line.first_day(t)
        early = site.earliest_start is not None and day < site.earliest_start
        late = site.latest_start is not None and day > site.latest_start
        return None if early or late else first_at_least(reached, t)

    return arrives


def _matured(values: PeriodValues, months: Profile) -> Callable[[int], int | None]:
    """When what is committed in each period has matured; None beyond the plan's end."""
    reached = values.matured(months)
    return lambda t: first_at_least(reached, t)


def _fading(
    values: PeriodValues, life_years: float | None, adds: Callable[[int, int], float]
) -> Callable[[int, int], float]:
    """What one unit that arrived in a period adds in another: `adds` of it, nothing past its life."""

    ends = values.life_ends(life_years)

    def within_life(arrived: int, t: int) -> float:
        return 0.0 if t >= ends[arrived] else adds(arrived, t)

    return within_life


def _available(share: PerPeriod, arrived: int, t: int) -> float:
    return share[t]


def _whole(arrived: int, t: int) -> float:
    return 1.0


def _room(plan: PathTables, source: str, site: Site) -> float:
    """Most plant of a source that a site holds, MW: its own limit, or what would feed the whole site."""
    allowed = site.onsite[source].max_mw
    if allowed is not None:
        return allowed
    available = [share for share in plan.values.of(plan.case.onsite_sources[source].availability) if share > 0]
    return site.pue * site.max_it_mw / min(available, default=1.0)


def _largest(amounts: dict[tuple[str, ...], PerPeriod]) -> float:
    return max((max(line) for line in amounts.values()), default=0.0)


def _less(one: PerPeriod, other: PerPeriod) -> PerPeriod:
    return [a - b for a, b in zip(one, other, strict=True)]


def _larger(one: PerPeriod, other: PerPeriod) -> PerPeriod:
    return [max(a, b) for a, b in zip(one, other, strict=True)]


__all__ = ["CommittedLot", "commitments"]
