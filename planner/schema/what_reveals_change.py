"""What a reveal may change: nothing that was before it, since until then every scenario is one and the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.message import Message
from planner.schema.base import Dated
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below, is_profile, value_of

_ACTING = frozenset(
    {"bans", "import_fees", "inspections", "site_bars", "power_subsidies", "carbon_prices"},
)
"""Policy tables whose rules act on each day by themselves, so that every field of theirs may change."""
_TOTALS = frozenset({("policy", "licence_quotas"), ("policy", "budgets")})
"""Policy tables whose limits are read in the first period of their window."""
_SWITCHES = frozenset({"enabled", "since", "until"})
_DATES: dict[str, date] = {
    "grid_connected_from": date.max,
    "earliest_start": date.min,
    "latest_start": date.max,
    "available_from": date.min,
    "available_until": date.max,
    "due": date.min,
}
"""Dates that may move while they lie ahead, with the day that each stands for when left out."""
_FIXED = Message(
    "is fixed for the whole plan, so it cannot become known at a reveal; change a value that moves in time instead"
)


def why_not_at_reveal(before: Case, after: Case, path: CasePath, day: date) -> Message | None:
    """Why a value cannot change at a reveal, in words; None where it can.

    `before` and `after` are the case without and with the change, and `day` that of the reveal.
    """
    if is_profile(_annotation(path)):
        return _why_not_total(before, path, day)
    if path[-1] == "note":
        return None
    if path[0] == "policy":
        return _why_not_rule(value_of(before, path[:3]), value_of(after, path[:3]), path, before.settings.start, day)
    if path[-1] in _DATES and len(path) > 2:
        old, new = (value_of(case, path) or _DATES[path[-1]] for case in (before, after))
        if min(old, new) >= day:
            return None
        return Message(
            "cannot move from {before} to {after} at a reveal on {day}: both must lie on or after it",
            before=_told(old),
            after=_told(new),
            day=day,
        )
    return _FIXED


def _why_not_total(before: Case, path: CasePath, day: date) -> Message | None:
    """Why a limit over a whole window cannot change within it."""
    if path[:2] not in _TOTALS or path[-1] not in ("units", "operator_share", "musd"):
        return None
    rule = value_of(before, path[:3])
    if rule.window != "whole" or _in_force(rule, before.settings.start, day) is None:
        return None
    return Message(
        "is one limit over a window that has begun before {day}, so a change then would have no effect; switch "
        "the rule off and another on",
        day=day,
    )


def _why_not_rule(old: Any, new: Any, path: CasePath, start: date, day: date) -> Message | None:
    if not isinstance(old, Dated) or not isinstance(new, Dated):
        return _FIXED
    was, will_have_been = _in_force(old, start, day), _in_force(new, start, day)
    if path[-1] in _SWITCHES:
        if was == will_have_been:
            return _why_not_cut_short(new, path, was, day)
        return Message(
            "would change when the rule held before it is known on {day}; change it from that day on", day=day
        )
    if path[1] not in _ACTING:
        return _FIXED
    if was is None and will_have_been is None:
        return None
    return Message(
        "is in force before it is known on {day}; let a rule of its own begin on that day, switched on by the shock",
        day=day,
    )


def _why_not_cut_short(rule: Any, path: CasePath, was: tuple[date, date] | None, day: date) -> Message | None:
    """Why a soft limit cannot end in the middle of its window: what breaks it would be paid before that is known."""
    if path[:2] not in _TOTALS or rule.violation_usd_per_unit_year is None or was is None:
        return None
    ends = not rule.enabled or (rule.until is not None and rule.until <= day)
    within = rule.window == "whole" or (rule.window == "calendar_year" and (day.month, day.day) != (1, 1))
    if not ends or not within:
        return None
    return Message(
        "is a soft limit over a window that is not over on {day}; let it end with the window, or make it hard", day=day
    )


def _in_force(rule: Dated, start: date, day: date) -> tuple[date, date] | None:
    """Span before a day in which a rule holds."""
    since, until = max(rule.since or start, start), min(rule.until or day, day)
    return (since, until) if rule.enabled and since < until else None


def _told(day: date) -> str:
    return {date.min: "the plan's first day", date.max: "never"}.get(day, str(day))


def _annotation(path: CasePath) -> Any:
    at: Any = Case
    for part in path:
        at = below(at, part)
    return at
