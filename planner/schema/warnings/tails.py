"""The end of a plan that is solved further than it is reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.message import Message
from planner.schema import Case
from planner.time_profile import Changed, Linear, Profile


def tail_warnings(case: Case) -> Iterator[Message]:
    """A day of report that no period ends on, and demands that grow no more in the tail."""
    yield from _inside(case)
    yield from _level(case)


def _inside(case: Case) -> Iterator[Message]:
    line, until = case.settings.timeline, case.settings.report_until
    first = line.first_day(line.reported)
    if until is not None and until != first:
        yield Message(
            "settings.report_until {day} is inside {period}: the plan is reported until {first}; type that "
            "day or {next}.",
            day=until,
            period=line.label(line.reported),
            first=first,
            next=line.first_day(line.reported + 1),
        )


def _level(case: Case) -> Iterator[Message]:
    """Demands typed as lines that end before the tail begins: told once, however many they are."""
    line = case.settings.timeline
    if line.reported == line.periods:
        return
    first = line.first_day(line.reported)
    names = [name for name, workload in case.workloads.items() if _ends(workload.demand_pflops, first)]
    if names:
        yield Message(
            "workloads.{workload}.demand_pflops has no point from {first} on and stays level in the tail, to {end}: "
            "what is solved there sees no growth; type points up to {end}.",
            "workloads.{workload}.demand_pflops and others, {n} in all, have no point from {first} on and stay level "
            "in the tail, to {end}: what is solved there sees no growth; type points up to {end}.",
            n=len(names),
            workload=names[0],
            first=first,
            end=line.first_day(line.periods),
        )


def _ends(profile: Profile, day: date) -> bool:
    """Whether a line that moves between its last two points has none from a day on."""
    if isinstance(profile, Changed):
        return _ends(profile.profile, day)
    if not isinstance(profile, Linear) or len(profile.linear) < 2:
        return False
    *_, before, last = sorted(profile.linear)
    return last < day and profile.linear[before] != profile.linear[last]
