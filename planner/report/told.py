"""What the inputs' warnings say, in the language in use: a result holds them as sentences already filled."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.report.words import known, say
from planner.units import DEMAND_SLIPS, GROWTH_SLIPS, RENT_SLIPS, SLIPS

LIKELY = tuple(
    dict.fromkeys((*(slip for slips in SLIPS.values() for _, slip in slips), *GROWTH_SLIPS, *DEMAND_SLIPS, *RENT_SLIPS))
)
"""What a value outside its band likely is, as the end of a question."""
FORMS: tuple[str, ...] = (
    "The horizon of {horizon} months is short for {path} of {lead} months: late starts look useless, so plan at least "
    "{least} months.",
    "sites.{site}.existing_fleet takes {mw} MW, but {ready} MW of halls are ready on the plan's first day: what does "
    "not fit is retired then; type existing_it_mw {least} or fewer units.",
    "{at}.phase_mw of {phase} never fits into {path}, which is {most} MW in twelve months: nothing is begun there in "
    "whole phases; type a smaller phase or a larger limit.",
    "{path} is {value}: is it {slip}? The same is asked of {n} more: {others}",
    "{path} is {value}: is it {slip}?",
    "chips.{chip}.origin is {origin}, which is no market and stands in no rule: domestic rules never count this chip.",
    "uncertainty.{reveal}.outcomes.{outcome}.probability is {value}: what the plan does there hardly counts and may be "
    "poor; type 0 to leave it out, or look at it with --with.",
    "orders_placed.{order}.due is {day}, but the plan ends before {end}: it never arrives.",
    "sites.{site}.committed.{halls}.ready is {day}, but the plan ends before {end}: these halls never come.",
    "shocks.{shock}.changes.{position}.since is {day}, but the plan ends before {end}: it has no effect.",
    "policy.{kind}.{rule} begins on {day}, after the plan ends: it has no effect.",
    "{workbook} counts its dates from 1904, and they are read so: one that is copied to or from another workbook moves "
    "by four years.",
    "{workbook}: the sheet {sheet} is hidden as only add-ins hide theirs; it is not read.",
)
"""Every warning of planner.schema.warnings, and what readers note of workbooks, as a template."""

_FIELD = re.compile(r"\{(\w+)\}")


def told(warnings: Iterable[str]) -> list[str]:
    """Warnings of a result in the language in use; one of an unknown form stays as it is.

    >>> told(["sites.A.max_it_mw is 90000 MW: is it in kW?"])
    ['sites.A.max_it_mw is 90000 MW: is it in kW?']
    """
    return [_told(warning) for warning in warnings]


def _told(warning: str) -> str:
    for form in FORMS:
        pieces = _FIELD.split(form)
        pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(pieces))
        if match := re.fullmatch(pattern, warning, re.DOTALL):
            fields = match.groupdict()
            if slip := fields.get("slip"):
                fields["slip"] = known(slip)
            return say(form, **fields)
    return warning


__all__ = ["FORMS", "told"]
