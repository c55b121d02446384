"""Checks of what the tables state beside the plan: lead times, and prices of limits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, RuleCheck, same, wrong
from planner.plan_reader import PeriodValues, inspection_months
from planner.solution import COSTS_MORE, SAVES
from planner.units import USD_PER_MUSD

_CLOSE = 1e-6
_STEP = 0.01
"""Share of a limit by which it is moved where its price is tried, one unit at the most."""


def stated_leads(r: Recomputed) -> Iterator[Finding]:
    """Lead times and service lives are stated as the case has them on the plan's first day, and in whole periods."""
    values = PeriodValues(r.case)
    line = r.case.settings.timeline
    due = {where: (months, line.arrival(0, months)) for where, months in _leads(values)}
    due |= {where: (12.0 * years, line.life_ends(0, years)) for where, years in _lives(values)}
    seen = set[tuple[str, str]]()
    for kind, item, months, periods, rounded in _rows(
        r, "leads", "kind", "item", "months", "periods", "rounded_months"
    ):
        where = str(kind), str(item)
        yield wrong(where not in due or where in seen, *where)
        seen.add(where)
        if where in due:
            span, whole = due[where]
            yield same(float(months), span, 1.0, *where)
            yield wrong(int(periods) != whole, *where)
            yield same(float(rounded), float(line.offset(whole)), 1.0, *where)
    for where in due if seen else ():
        yield wrong(where not in seen, *where)


def prices_worth(r: Recomputed) -> Iterator[Finding]:
    """Every price is told once, at a node of the plan, and weighs as much as it times its limit.

    Of a limit in any twelve months that changes, a shorter run and a longer one may each have a price at a node.
    """
    yield wrong(False)
    seen = set()
    columns = "rule", "where", "node", "price_usd", "limit", "present_musd"
    for rule, where, node, price, limit, weight in _rows(r, "prices", *columns):
        at = str(rule), str(where), str(node)
        known = r.tables.nodes.get(at[2])
        yield wrong(known is None or (at, float(limit)) in seen or not math.isfinite(float(price)), *at)
        seen.add((at, float(limit)))
        if known is None:
            continue
        worth = abs(float(price) * float(limit)) / USD_PER_MUSD if math.isfinite(limit) else 0.0
        of_the_day = worth * known.probability * known.discount
        stated = abs(float(weight))
        nearer = min((worth, of_the_day), key=lambda each: abs(each - stated))
        yield same(stated, nearer, r.floors.musd * _CLOSE, *at)


def unused(r: Recomputed, checks: Iterable[RuleCheck[Recomputed]]) -> Iterator[Finding]:
    """What is left of limits that have a price, and prices that say the wrong way what more of a limit does.

    What a tidy plan leaves of a limit is worth no more, at its price, than the plan may lie above the least cost.
    """
    yield wrong(False)
    priced: dict[str, dict[tuple[str, str], str]] = {}
    may_leave: dict[tuple[str, str, str], float] = {}
    above_usd = 0.0 if r.solution.tidiness is None else (r.minimised_musd - r.solution.bound_musd) * USD_PER_MUSD
    for rule, where, node, price, more in _rows(r, "prices", "rule", "where", "node", "price_usd", "more"):
        if float(price) != 0.0:
            priced.setdefault(str(rule), {})[str(where), str(node)] = str(more)
            known = r.tables.nodes.get(str(node))
            day = known.probability * known.discount if known is not None else 1.0
            may_leave[str(rule), str(where), str(node)] = max(0.0, above_usd) / (abs(float(price)) * min(1.0, day))
    for check in (check for check in checks if check.prices in priced):
        places = priced[check.prices]
        for row in check.find(r):
            *names, node = row.where
            at = ", ".join(names), node
            if at in places:
                left = abs(row.excess) - may_leave[check.prices, *at]
                yield Finding(left, row.size, (check.prices, *row.where))
                told = {True: COSTS_MORE, False: SAVES, None: places[at]}[check.least]
                yield wrong(places[at] != told, check.prices, *row.where)


def prices_tried(r: Recomputed) -> Iterator[Finding]:
    """A price that was tried from both sides is the one in the table of prices, and lies between what was found."""
    yield wrong(False)
    told = {
        (str(rule), str(where), str(node)): (float(price), str(unit), float(limit), str(more))
        for rule, where, node, price, unit, limit, more in _rows(
            r, "prices", "rule", "where", "node", "price_usd", "unit", "limit", "more"
        )
    }
    columns = "rule", "where", "node", "price_usd", "unit", "step", "more_usd", "less_usd"
    for rule, where, node, price, unit, step, more, less in _rows(r, "verified", *columns):
        at = str(rule), str(where), str(node)
        yield wrong(at not in told, *at)
        if at not in told:
            continue
        limit = told[at][2]
        yield wrong(told[at][1] != unit, *at)
        yield same(float(step), min(1.0, _STEP * limit) if limit > 0.0 else 1.0, 0.0, *at)
        yield same(float(price), told[at][0], 0.0, *at)
        known = r.tables.nodes.get(at[2])
        day = known.probability * known.discount if known is not None else 1.0
        # Two present costs were subtracted: what the solver leaves open in either is open in the difference.
        open_usd = 1e-3 * abs(r.present_cost_musd) * USD_PER_MUSD / float(step) / max(min(day, 1.0), 1e-9)
        signed = float(price) if told[at][3] == SAVES else -float(price)
        tried = [float(each) for each in (more, less) if not math.isnan(float(each))]
        if len(tried) == 2:
            outside = max(min(tried) - signed, signed - max(tried))
            yield Finding(outside, max(open_usd, abs(float(price))), at)


def _leads(values: PeriodValues) -> Iterator[tuple[tuple[str, str], float]]:
    """Lead times on the plan's first day, months."""
    case = values.case
    for name, source in case.onsite_sources.items():
        yield ("on-site plant", name), values.of(source.lead_months)[0]
    for name, site in case.sites.items():
        for option, build in site.build_options.items():
            yield ("build", f"{name}, {option}"), values.of(build.build_months)[0]
        yield ("grid connection", name), values.of(site.grid_connection_months)[0]
    for name, chip in case.chips.items():
        for market, channel in chip.markets.items():
            months = values.of(channel.lead_months)[0] + inspection_months(values, name, market)[0]
            yield ("chip delivery", f"{name}, {market}"), months


def _lives(values: PeriodValues) -> Iterator[tuple[tuple[str, str], float]]:
    """Service lives, years."""
    for name, source in values.case.onsite_sources.items():
        if source.life_years is not None:
            yield ("plant life", name), source.life_years
    for name, chip in values.case.chips.items():
        if chip.service_life_years is not None:
            yield ("chip life", name), chip.service_life_years


def _rows(r: Recomputed, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    return r.solution.rows(table, *columns) if table in r.solution.tables else iter(())
