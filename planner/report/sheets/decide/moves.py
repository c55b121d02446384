"""Commitments in words, with their units and what one unit of them costs."""

from __future__ import annotations

from collections.abc import Iterable

from planner.report.by_period import View, digits
from planner.report.sheet_spec import COUNT, Cell, Value
from planner.report.words import filled, say, several
from planner.schema import Case
from planner.time_profile import Profile, value_at
from planner.units import USD_PER_MUSD

KINDS = ("order", "cancel", "start", "phases", "open", "connect", "plant")
"""Kinds of commitment, and cancelling an order, in the order in which they are listed."""
KW_PER_MW = 1000.0
LEAST = 1e-9
"""Share of the largest amount of its kind below which a move is rounding."""
PART = 1e-6
"""Share of lots, units or phases by which an amount may miss a whole number of them."""


def move_words(kind: str, item: tuple[str, ...]) -> str:
    """What a commitment is."""
    if kind in ("order", "cancel"):
        words = say("Order {chip} for {market}") if kind == "order" else say("Cancel {chip} for {market}")
        return filled(words, chip=item[0], market=item[1])
    if kind in ("start", "phases"):
        return say("Begin {site}, {option}", site=item[0], option=item[1])
    if kind == "plant":
        return say("Order {source} at {site}", source=item[0], site=item[1])
    words = say("Acquire {site}") if kind == "open" else say("Apply for grid connection at {site}")
    return filled(words, site=item[0])


def counted_words(case: Case, kind: str, item: tuple[str, ...], amount: float) -> str:
    """What a commitment is, and how many lots, units or phases; without these where it is no whole number of them."""
    size = _size(case, kind, item)
    number = 0 if size is None else round(amount / size)
    if size is None or number < 1 or abs(amount / size - number) > PART * number:
        return move_words(kind, item)
    parts = {
        "order": several(number, "{n} lot of {size} chips", "{n} lots of {size} chips", size=f"{size:,g}"),
        "plant": several(number, "{n} unit of {size} MW", "{n} units of {size} MW", size=f"{size:,g}"),
        "start": several(number, "{n} phase of {size} MW", "{n} phases of {size} MW", size=f"{size:,g}"),
    }[kind]
    return say("{what}: {parts}", what=move_words(kind, item), parts=parts)


def _size(case: Case, kind: str, item: tuple[str, ...]) -> float | None:
    """Chips in a lot, MW in a unit of plant or in a phase, where they are whole; None where any amount may be."""
    if kind == "order" and case.settings.whole_lots:
        channel = case.chips[item[0]].markets.get(item[1])
        return None if channel is None else channel.lot_units
    if kind == "plant" and case.is_whole(item[1]):
        return case.onsite_sources[item[0]].unit_mw
    if kind == "start" and case.is_whole(item[0]):
        return case.sites[item[0]].build_options[item[1]].phase_mw
    return None


def unit_of(kind: str) -> str:
    """Unit of a commitment's amount."""
    return {
        "order": say("chips"),
        "cancel": say("chips"),
        "start": say("MW IT"),
        "phases": say("phases"),
        "open": say("share"),
    }.get(kind, say("MW"))


def least_of(amounts: Iterable[float]) -> float:
    """Amount above which a move counts, beside others of its kind."""
    return LEAST * max(map(abs, amounts), default=0.0)


def amount_cell(kind: str, amount: float) -> Value:
    """An amount as a reader sees it: a share as per cent, MW with three digits; nothing where there is none."""
    if not amount:
        return None
    return Cell(amount, amount_format(kind, amount))


def amount_format(kind: str, amount: float) -> str:
    """Number format of an amount."""
    if kind == "open":
        return "0%" if amount >= 0.0995 else "0.0%"
    return COUNT if kind in ("order", "cancel", "phases") else digits(amount)


def unit_cost(view: View, kind: str, item: tuple[str, ...], period: int) -> float:
    """Price of one unit in a period, by the case before any reveal, million USD."""
    case = view.dossier.case
    line = case.settings.timeline

    def at(profile: Profile) -> float:
        return value_at(profile, line.first_day(period), line.first_day(period + 1), line.start)

    if kind in ("order", "cancel"):
        channel = case.chips[item[0]].markets.get(item[1])
        return at(channel.price_usd) / USD_PER_MUSD if channel is not None else 0.0
    if kind == "start":
        return at(case.sites[item[0]].build_options[item[1]].capex_musd_per_mw)
    if kind == "open":
        return at(case.sites[item[0]].opening_musd)
    if kind == "connect":
        return at(case.sites[item[0]].grid_connection_musd_per_mw)
    if kind == "plant":
        return at(case.onsite_sources[item[0]].capex_usd_per_kw) * KW_PER_MW / USD_PER_MUSD
    return 0.0
