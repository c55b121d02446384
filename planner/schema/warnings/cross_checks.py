"""Values that are odd beside others of the case: rent of a chip's hour, demand beside sites and supply."""

from __future__ import annotations

from collections.abc import Iterator

from planner.message import Figure, Message
from planner.schema import Case
from planner.schema.walk_fields import CasePath
from planner.schema.workloads import Workload
from planner.time_profile import Profile, numbers, value_at
from planner.units import DEMAND_SLIPS, HOURS_PER_YEAR, KW_PER_MW, RENT_SLIPS

RENT = 0.02, 60.0
"""USD that a chip's hour of rent lies between, whatever the chip."""
TIMES_THE_SITES = 100.0
"""How often demand may exceed what all sites could do with the best chip before its unit is doubted."""
TIMES_THE_SUPPLY = 30.0
"""How often demand may exceed what the supply of every chip that may serve it comes to; the rest is rented."""
FORMATS = ("fp", "bf", "int", "tf")
"""How the names of number formats begin; a precision of another name counts units of the planner's own."""


def is_format(precision: str) -> bool:
    """Whether a precision is a number format, so that its compute is in PFLOP/s."""
    return precision.lower().startswith(FORMATS)


def beside(case: Case) -> Iterator[tuple[CasePath, Message, str, float]]:
    """Values that are odd beside others: path, the value with what it was held against, likely slip, value."""
    line = case.settings.timeline
    days = line.first_day(0), line.first_day(1)
    end = line.first_day(line.periods - 1), line.first_day(line.periods)
    mw = sum(site.max_it_mw for site in case.sites.values())
    for name, workload in case.workloads.items():
        done = _done(case, workload) if is_format(workload.precision) else {}
        best = max(done.values(), default=0.0)
        if best <= 0:
            continue
        if workload.shortfall is not None and workload.shortfall.kind == "rent":
            price = value_at(workload.shortfall.usd_per_pflops_year, *days, plan_start=line.start)
            rent = price * best / HOURS_PER_YEAR
            if price not in (0.0, 1.0) and not RENT[0] <= rent <= RENT[1]:
                found = Message(
                    "{value} USD, {rent} USD for an hour of its best chip", value=price, rent=Figure(rent, ".3g")
                )
                slip = RENT_SLIPS[rent > RENT[1]]
                yield ("workloads", name, "shortfall", "usd_per_pflops_year"), found, slip, price
        demand = value_at(workload.demand_pflops, *end, plan_start=line.start)
        powers = {chip: case.chips[chip].it_kw for chip in done}
        dense = max((value / powers[chip] for chip, value in done.items() if powers[chip]), default=0.0)
        sites, supply = mw * KW_PER_MW * dense, _supplied(case, workload, done)
        at = ("workloads", name, "demand_pflops")
        if sites > 0 and demand > TIMES_THE_SITES * sites:
            found = Message(
                "{value} PFLOP/s, {times} times what all sites could do with the best chip",
                value=demand,
                times=Figure(demand / sites, ",.0f"),
            )
            yield at, found, DEMAND_SLIPS[demand > 1e3 * TIMES_THE_SITES * sites], demand
        elif supply is not None and 0 < TIMES_THE_SUPPLY * supply < demand:
            found = Message(
                "{value} PFLOP/s, {times} times what the supply of every chip that may serve it comes to",
                value=demand,
                times=Figure(demand / supply, ",.0f"),
            )
            yield at, found, DEMAND_SLIPS[demand > 1e3 * TIMES_THE_SUPPLY * supply], demand


def _done(case: Case, workload: Workload) -> dict[str, float]:
    """Effective PFLOP/s that one chip of each kind gives a workload at best."""
    found: dict[str, float] = {}
    for name, chip in case.chips.items():
        pair = None if workload.chips is None else workload.chips.get(name)
        peak = chip.peak_pflops.get((pair.precision if pair else None) or workload.precision)
        if peak is None or (workload.chips is not None and pair is None):
            continue
        if chip.memory_gb is not None and chip.memory_gb < workload.min_memory_gb:
            continue
        found[name] = peak * max(numbers(pair.efficiency if pair else 1.0))
    return found


def _supplied(case: Case, workload: Workload, done: dict[str, float]) -> float | None:
    """Effective PFLOP/s of all chips that may serve a workload and can be had by the plan's end, those that stand
    included; None where a supply has no limit."""
    markets = set(case.markets if workload.markets is None else workload.markets)
    total = 0.0
    for name, each in done.items():
        chip = case.chips[name]
        units = sum(
            site.existing_fleet[name].units
            for site in case.sites.values()
            if name in site.existing_fleet and case.regions[site.region].market in markets
        )
        units += sum(row.units for row in case.orders_placed.values() if row.chip == name and row.market in markets)
        channels = {market: row for market, row in chip.markets.items() if market in markets}
        units += sum(row.stock_units for row in channels.values())
        limits = [sum(_over(case, row.supply_per_year, row.operator_share) for row in channels.values())]
        limits.append(_over(case, chip.supply_per_year, chip.operator_share))
        if channels and min(limits) == float("inf"):
            return None
        total += each * (units + (min(limits) if channels else 0.0))
    return total


def _over(case: Case, supply: Profile | None, share: Profile) -> float:
    """Chips of a yearly supply over the whole plan, the operator's share of them; infinite where it has no limit."""
    if supply is None:
        return float("inf")
    line = case.settings.timeline
    start = line.start
    return sum(
        value_at(supply, *days, plan_start=start) * value_at(share, *days, plan_start=start) * line.years(period)
        for period in line
        for days in [(line.first_day(period), line.first_day(period + 1))]
    )


__all__ = ["FORMATS", "beside", "is_format"]
