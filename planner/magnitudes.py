"""Quantities outside the band that their field calls plausible, grouped by field and likely slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_origin

from planner.profile import Changed, Growth, Profile, numbers, value_at
from planner.schema import Case
from planner.schema.base import Plausible, Row
from planner.schema.walk import Path, fields_of, is_profile, table_of
from planner.units import HOURS_PER_YEAR, KW_PER_MW

MOST_GROWTH = 2.0
"""Growth a year from which a percentage was probably typed: 2 is three times as much every year."""
RENT = 0.02, 200.0
"""USD that a chip's hour of rent lies between, whatever the chip."""
TIMES_THE_SITES = 1000.0
"""How often demand may exceed what all sites could do with the best chip before its unit is doubted."""
FORMATS = ("fp", "bf", "int", "tf")
"""How the names of number formats begin; a precision of another name counts units of the planner's own."""
NAMED = 3
"""Places that a group names."""


def magnitude_warnings(case: Case) -> Iterator[str]:
    """Values that would be ordinary in another unit, those of one field and slip in one sentence.

    A case none of whose precisions is a number format counts units of its own, so nothing is said of its sizes; 0 and 1
    stand for none and for one unit of anything, and are passed over.
    """
    if not any(name.lower().startswith(FORMATS) for chip in case.chips.values() for name in chip.peak_pflops):
        return
    for path, unit, slip, value in (*_outside(case, ()), *_related(case)):
        yield f"{'.'.join(path)} is {value:g}{f' {unit}' if unit else ''}: is it {slip}?"


def grouped(warnings: Iterable[str]) -> Iterator[str]:
    """Warnings of one path once, and those of one field and one question in one sentence.

    >>> list(grouped(["sites.A.max_it_mw is 90000 MW: is it in kW?", "sites.B.max_it_mw is 80000 MW: is it in kW?"]))
    ['sites.A.max_it_mw is 90000 MW: is it in kW? The same is asked of 1 more: sites.B.max_it_mw']
    """
    groups: dict[tuple[str, str, str], dict[str, str]] = {}
    seen: set[str] = set()
    for warning in warnings:
        path = warning.split(" is ")[0]
        if path in seen:
            continue
        seen.add(path)
        table, *_, field = path.split(".")
        groups.setdefault((table, field, warning.rpartition(": ")[2]), {})[path] = warning
    for each in groups.values():
        first, *others = each
        named = f"{', '.join(others[:NAMED])}{', ...' if len(others) > NAMED else ''}"
        yield each[first] + (f" The same is asked of {len(others)} more: {named}" if others else "")


def _outside(row: Row, path: Path) -> Iterator[tuple[Path, str, str, float]]:
    """Values below a row that lie outside their field's band: path, unit, slip and value."""
    for name, annotation in fields_of(type(row)).items():
        value, at = getattr(row, name), (*path, name)
        band = _band(annotation)
        if value is None or name in ("shocks", "alternatives", "uncertainty", "assumptions"):
            continue
        if isinstance(value, Row):
            yield from _outside(value, at)
        elif table_of(annotation) is not None and isinstance(value, Mapping):
            for key, item in value.items():
                if isinstance(item, Row):
                    yield from _outside(item, (*at, key))
                elif band is not None and key.lower().startswith(FORMATS):
                    yield from _against(band, item, (*at, key))
        elif is_profile(annotation) or isinstance(value, float):
            if is_profile(annotation):
                yield from _growth(value, at)
            if band is not None:
                yield from _against(band, value, at)


def _against(band: Plausible, value: Profile, path: Path) -> Iterator[tuple[Path, str, str, float]]:
    typed = [abs(each) for each in numbers(value) if each not in (0.0, 1.0)]
    if not typed:
        return
    if max(typed) > band.high and band.above:
        yield path, band.unit, band.above, max(typed)
    elif max(typed) < band.low and band.below:
        yield path, band.unit, band.below, max(typed)


def _growth(value: Profile, path: Path) -> Iterator[tuple[Path, str, str, float]]:
    if isinstance(value, Changed):
        yield from _growth(value.profile, path)
    elif isinstance(value, Growth) and value.growth_per_year >= MOST_GROWTH:
        yield (*path, "growth_per_year"), "a year", "in percent", value.growth_per_year


def _related(case: Case) -> Iterator[tuple[Path, str, str, float]]:
    """Values that are odd beside others: rent of a chip's hour, and demand beside what the sites could do."""
    line = case.settings.timeline
    days = line.first_day(0), line.first_day(1)
    end = line.first_day(line.periods - 1), line.first_day(line.periods)
    mw = sum(site.max_it_mw for site in case.sites.values())
    for name, workload in case.workloads.items():
        if not workload.precision.lower().startswith(FORMATS):
            continue
        done = {
            chip: row.peak_pflops[workload.precision] * max(numbers(pair.efficiency if pair else 1.0))
            for chip, row in case.chips.items()
            if workload.precision in row.peak_pflops
            for pair in [(workload.chips or {}).get(chip)]
            if workload.chips is None or pair is not None
        }
        best = max(done.values(), default=0.0)
        if workload.shortfall is not None and workload.shortfall.kind == "rent" and best > 0:
            price = value_at(workload.shortfall.usd_per_pflops_year, *days, plan_start=line.start)
            rent = price * best / HOURS_PER_YEAR
            if price and not RENT[0] <= rent <= RENT[1]:
                unit = f"USD, {rent:.3g} USD for an hour of its best chip"
                slip = "per TFLOP/s, or for an hour" if rent < RENT[0] else "in another currency"
                yield ("workloads", name, "shortfall", "usd_per_pflops_year"), unit, slip, price
        powers = {chip: case.chips[chip].it_kw for chip in done}
        dense = max((value / powers[chip] for chip, value in done.items() if powers[chip]), default=0.0)
        demand = value_at(workload.demand_pflops, *end, plan_start=line.start)
        if dense > 0 and mw > 0 and demand > TIMES_THE_SITES * mw * KW_PER_MW * dense:
            unit = f"PFLOP/s, {demand / (mw * KW_PER_MW * dense):,.0f} times what all sites could do with the best chip"
            yield ("workloads", name, "demand_pflops"), unit, "in TFLOP/s", demand


def _band(annotation: Any) -> Plausible | None:
    """The band in an annotation, if any."""
    if get_origin(annotation) is None:
        return None
    own = getattr(annotation, "__metadata__", ())
    return next((each for each in own if isinstance(each, Plausible)), None)


__all__ = ["grouped", "magnitude_warnings"]
