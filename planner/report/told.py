"""What the inputs' warnings say, in the language in use: a result holds them as sentences already filled."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.report.words import say

FORMS: tuple[str, ...] = (
    "The horizon of {horizon} months is short for {path} of {lead} months: late starts look useless, so plan at least "
    "{least} months.",
    "chips.{chip}.it_kw is {value} kW a chip: is it in W?",
    "chips.{chip}.markets.{market}.price_usd is {value} USD a chip: is it in millions?",
    "regions.{region}.tariff_usd_per_mwh is {value} USD per MWh: is it per kWh?",
    "regions.{region}.carbon_t_per_mwh is {value} t per MWh: is it in g per kWh?",
    "sites.{site}.max_it_mw is {value} MW: is it in kW?",
    "sites.{site}.build_options.{option}.capex_musd_per_mw is {value} million USD per MW: is it in USD or per GW?",
    "workloads.{workload}.chips.{chip}.efficiency is {value}: is it in percent?",
    "policy.import_fees.{fee}.rate is {value} times the customs value: is it in percent?",
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
"""Every warning of planner.warnings, and what readers note of workbooks, as a template."""

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
            return say(form, **match.groupdict())
    return warning


__all__ = ["FORMS", "told"]
