"""Lots, and units of plant, that are larger than what can ever be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf, prod

from planner.message import Figure, Message
from planner.schema import Case
from planner.schema.policy import LicenceQuota
from planner.time_profile import Profile, numbers, value_at
from planner.timeline import MONTHS_PER_YEAR, Timeline

_SEPARATED = ",.6g"
_ROUNDING = 1e-9


def whole_amount_warnings(case: Case) -> Iterator[Message]:
    """Lots that a supply or a licence never fills, and units of on-site plant that no twelve months or site have."""
    if case.settings.whole_lots:
        yield from _unfilled(case)
        yield from _beyond_quotas(case)
    yield from _beyond_plant(case)


def _lots(case: Case) -> Iterator[tuple[str, str, float]]:
    """Chip, market and chips in a lot."""
    for name, chip in case.chips.items():
        for market, channel in chip.markets.items():
            if channel.lot_units is not None:
                yield name, market, channel.lot_units


def _unfilled(case: Case) -> Iterator[Message]:
    """Lots larger than all that the plan's periods supply."""
    for name, market, lot in _lots(case):
        chip, channel = case.chips[name], case.chips[name].markets[market]
        supplies: list[tuple[str, float, tuple[Profile | None, ...]]] = [
            (f"chips.{name}.markets.{market}.supply_per_year", 1.0, (channel.supply_per_year, channel.operator_share)),
            (f"chips.{name}.supply_per_year", 1.0, (chip.supply_per_year, chip.operator_share)),
        ]
        for pool_name, take in chip.pools.items():
            if (pool := case.pools.get(pool_name)) is not None:
                made_of = pool.capacity_per_year, pool.yield_share, pool.operator_share
                supplies.append((f"pools.{pool_name}.capacity_per_year", take, made_of))
        for path, take, factors in supplies:
            made = _in_all(case, factors)
            if made < take * lot * (1.0 - _ROUNDING):
                yield Message(
                    "chips.{chip}.markets.{market}.lot_units of {lot} is more than {path} makes for this operator in "
                    "the whole plan, enough for {most} chips: none is ever ordered; type a smaller lot or a larger "
                    "supply.",
                    chip=name,
                    market=market,
                    lot=Figure(lot, _SEPARATED),
                    path=path,
                    most=Figure(made / take, _SEPARATED),
                )


def _in_all(case: Case, factors: tuple[Profile | None, ...]) -> float:
    """What is made in all periods, of an amount a year and the shares of it that count; endless without an amount."""
    given = [each for each in factors if each is not None]
    if len(given) < len(factors):
        return inf
    line = case.settings.timeline
    return sum(line.years(t) * _product(line, t, given) for t in line)


def _product(line: Timeline, period: int, factors: Iterable[Profile]) -> float:
    """Product of profiles in a period."""
    days = line.first_day(period), line.first_day(period + 1)
    return prod(value_at(each, *days, line.start) for each in factors)


def _beyond_quotas(case: Case) -> Iterator[Message]:
    """Lots larger than what a hard quota ever licenses in a window."""
    for name, market, lot in _lots(case):
        for rule, quota in case.policy.licence_quotas.items():
            hard = quota.enabled and quota.violation_usd_per_unit_year is None
            if not hard or name not in quota.chips or market not in quota.markets:
                continue
            most = max(_licensed(case.settings.timeline, quota), default=0.0)
            if 0.0 < most < lot * (1.0 - _ROUNDING):
                yield Message(
                    "chips.{chip}.markets.{market}.lot_units of {lot} is more than policy.licence_quotas.{rule} ever "
                    "licenses to this operator in a window, {most} chips: none arrives under it; type a smaller lot "
                    "or a larger quota.",
                    chip=name,
                    market=market,
                    lot=Figure(lot, _SEPARATED),
                    rule=rule,
                    most=Figure(most, _SEPARATED),
                )


def _licensed(line: Timeline, quota: LicenceQuota) -> Iterator[float]:
    """Chips that a quota licenses to this operator in each of its windows; a part of a calendar year counts whole."""
    windows: dict[int, list[int]] = {}
    for t in line:
        if line.in_force(t, quota.since, quota.until):
            key = {"whole": 0, "calendar_year": line.calendar_year(t), "period": t}[quota.window]
            windows.setdefault(key, []).append(t)
    for window in windows.values():
        if quota.sales_units_per_year is not None:
            factors = quota.sales_units_per_year, quota.sales_share, quota.operator_share
            yield sum(line.years(t) * _product(line, t, factors) for t in window)
        elif quota.units is not None:
            months = sum(line.months(t) for t in window) if quota.window == "calendar_year" else 0
            yield max(1.0, months / MONTHS_PER_YEAR) * _product(line, window[0], (quota.units, quota.operator_share))


def _beyond_plant(case: Case) -> Iterator[Message]:
    """Units of plant larger than a market's supply in any twelve months, or than a site has room for."""
    for name, site in case.sites.items():
        market = case.regions[site.region].market if site.region in case.regions else ""
        for kind, allowed in site.onsite.items() if case.is_whole(name) else ():
            source = case.onsite_sources.get(kind)
            if source is None or source.unit_mw is None:
                continue
            supply = source.supply_mw_per_year.get(market)
            limits = [
                (
                    f"onsite_sources.{kind}.supply_mw_per_year.{market}",
                    None if supply is None else max(numbers(supply)),
                ),
                (f"sites.{name}.onsite.{kind}.max_mw", allowed.max_mw),
            ]
            for path, most in limits:
                if most is not None and 0.0 < most < source.unit_mw * (1.0 - _ROUNDING):
                    yield Message(
                        "onsite_sources.{source}.unit_mw of {unit} never fits into {path}, which is {most} MW: none is "
                        "ordered for {site} in whole units; type a smaller unit or a larger limit.",
                        source=kind,
                        unit=source.unit_mw,
                        path=path,
                        most=most,
                        site=name,
                    )
