"""The average future: numbers at their mean over the scenarios, all else as in the likeliest one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.schema.base import Row
from planner.schema.case import Case, parse_case
from planner.schema.scenarios import Scenario, scenarios
from planner.schema.walk_fields import CasePath, fields_of, is_profile, value_of
from planner.time_profile import value_at
from planner.timeline import Timeline


def average_case(case: Case) -> Case:
    """The case that a planner would plan with who reckons with averages, without uncertainty.

    Every value that moves in time is its mean over the scenarios, weighed by probability, period by period; rules,
    dates and whatever else scenarios differ in are those of the likeliest scenario, the first of equals.
    """
    futures = scenarios(case)
    likeliest = max(futures, key=lambda scenario: scenario.probability)
    data = likeliest.case.model_dump()
    line = case.settings.timeline
    for path in _differing([scenario.case for scenario in futures]):
        *tables, field = path
        at = data
        for table in tables:
            at = at[table]
        if (mean := _mean(futures, path, line)) is not None:
            at[field] = mean
    data["uncertainty"] = {}
    data["assumptions"] = []
    return parse_case(data)


def _mean(futures: Sequence[Scenario], path: CasePath, line: Timeline) -> dict[str, Any] | None:
    """Mean of a profile in every period; none where some scenario has no value."""
    typed = [(scenario.probability, value_of(scenario.case, path)) for scenario in futures]
    if any(profile is None for _, profile in typed):
        return None
    steps = {}
    for period in line:
        days = line.first_day(period), line.first_day(period + 1)
        values = [(share, value_at(profile, *days, plan_start=line.start)) for share, profile in typed]
        first = values[0][1]
        all_same = all(value == first for _, value in values)
        steps[days[0]] = first if all_same else sum(share * value for share, value in values)
    return {"step": steps}


def _differing(cases: Sequence[Case]) -> Iterator[CasePath]:
    """Paths of profiles that are not the same in all cases."""
    yield from _below(cases, ())


def _below(rows: Sequence[Row], path: CasePath) -> Iterator[CasePath]:
    for name, annotation in fields_of(type(rows[0])).items():
        values = [getattr(row, name) for row in rows]
        if all(value is values[0] or value == values[0] for value in values):
            continue
        here = (*path, name)
        if is_profile(annotation):
            yield here
        elif all(isinstance(value, Row) for value in values):
            yield from _below(values, here)
        elif all(isinstance(value, Mapping) for value in values):
            for key in values[0]:
                entries = [value[key] for value in values if key in value]
                if len(entries) == len(values) and all(isinstance(entry, Row) for entry in entries):
                    yield from _below(entries, (*here, key))
                elif len(entries) == len(values) and any(entry != entries[0] for entry in entries):
                    yield (*here, key)
