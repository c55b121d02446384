"""Prices: which limits bind and what one more unit of each is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import Any

from planner import findings
from planner.measures import one_of
from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.sheet_spec import COUNT, ONE, TWO, Block, Column, Note, Sheet, Table, Value
from planner.report.sheets.common.parts import page_title, parts_words
from planner.report.words import known, message, money, say, several, short, three
from planner.solution import SAVES

MOST_ROWS = 150
"""Prices listed one by one; the result's tables hold all of them."""

LONGEST_NODE = 36
"""Characters of a node's name that stand on one line."""


def prices(dossier: Dossier) -> Sheet | None:
    """Limits that bind, the verified prices first."""
    view = View(dossier)
    if view.solution["prices"].empty:
        return None
    blocks: tuple[Block, ...] = (
        Note(_what_prices_are(view)),
        *([Note(_what_minus_is())] if any(each.saved_musd < 0 for each in findings.bindings(view.solution)) else []),
        *(Note(text) for text in _branched(view)),
        *(Note(text) for text in held(view)),
        *([_verified(view)] if not view.solution["verified"].empty else []),
        *(table for table in (_limits(view), _rules(view), _all(view)) if table.rows),
    )
    return Sheet("Prices", _message(view), page_title(view, say("What binds and what one more unit is worth")), blocks)


def _what_prices_are(view: View) -> str:
    if view.solution["verified"].empty:
        return say(
            "A price is what one more unit of a limit would save in present cost, in money of the period's day. "
            "Prices hold for small changes."
        )
    return say(
        "A price is what one more unit of a limit would save in present cost, in money of the period's day. "
        "Prices hold for small changes; those below were found again with one step more and one less."
    )


def _what_minus_is() -> str:
    return say("Below 0 stand limits that ask for at least so much: there one unit more costs, and one less saves.")


def _branched(view: View) -> list[str]:
    """How prices of a tree are to be read; nothing where there is only one scenario."""
    if len(view.scenarios) == 1:
        return []
    words = "A price of a branch counts should that branch come about; what 1 % more would save is expected over all."
    return [say(words)]


def held(view: View) -> list[str]:
    """What the prices hold where it is, in words."""
    found = []
    if not view.solution.linear:
        found.append(say("Prices hold the whole numbers, phases and openings, where they are in this plan."))
        found += parts_words(view)
        continuous = view.solution.solver.get("continuous_musd")
        if continuous is not None:
            lumps = view.solution.minimised_musd - continuous
            words = "In parts of phases the plan would cost {cost}; whole ones add {more}."
            found.append(say(words, cost=money(continuous), more=money(lumps)))
    tidiness = view.solution.tidiness
    if tidiness is not None:
        words = "This plan costs {more} more than the cheapest one found; prices are what limits are worth to that one."
        found.append(say(words, more=money(view.solution.objective_musd - tidiness.cheapest_musd)))
    if view.dossier.case.goals.objective == "earliest":
        found.append(say("Prices hold every milestone at the period in which this plan reaches it."))
    if view.dossier.case.goals.objective == "delay":
        found.append(say("Prices hold the average delay at what this plan reaches."))
    if view.dossier.case.goals.objective == "regret":
        found.append(say("Prices hold the largest regret at what this plan reaches."))
    if view.solution.criterion_musd is not None:
        found.append(
            say("Prices are weighted by risk: in expensive scenarios they count for more than their probability.")
        )
    return found


def _message(view: View) -> str:
    found = findings.bindings(view.solution)
    if not found:
        return message(
            say(
                "No limit of the plan binds apart from demand itself, over {periods}.",
                periods=several(len(view.periods), "{n} period", "{n} periods"),
            )
        )
    top = found[0]
    fields = {
        "rule": rule_words(top.rule), "where": short(top.where, 40), "first": top.first, "last": top.last,
        "one": money(abs(top.saved_musd)), "all": several(len(found), "{n} limit binds", "{n} limits bind"),
    }  # fmt: skip
    if top.saved_musd < 0:
        return message(
            say(
                "What binds most is {rule} of {where}, {first} to {last}: 1 % more would cost about {one}; "
                "{all} in all.",
                **fields,
            ),
            say("{all}; the one that weighs most would cost about {one} were it 1 % larger.", **fields),
        )
    return message(
        say(
            "What binds most is {rule} of {where}, {first} to {last}: 1 % more would save about {one}; {all} in all.",
            **fields,
        ),
        say("{all}; the one that weighs most would save about {one} were it 1 % larger.", **fields),
    )


def rule_words(rule: str) -> str:
    """A rule's identity as words.

    >>> rule_words("licence_quota")
    'licence quota'
    """
    return say(rule.replace("_", " "))


def verified_sentences(view: View, most: int) -> list[str]:
    """The weightiest limits in words, with their price from both sides."""
    found = []
    columns = ("rule", "where", "node", "unit", "step", "more_usd", "less_usd")
    costs = _costing_more(view)
    for rule, where, node, unit, step, more, less in islice(view.solution.rows("verified", *columns), most):
        fields = {
            "rule": rule_words(rule).capitalize(),
            "where": where,
            "period": node,
            "step": say("one {unit}", unit=known(one_of(unit)))
            if step == 1
            else say("{amount} {unit}", amount=three(step), unit=known(unit)),
            "more": _worth(abs(more) * step),
            "less": _worth(abs(less) * step),
        }
        found.append(_both_sides(math.isfinite(more), math.isfinite(less), fields, costs=costs[rule, where, node]))
    return found


def _both_sides(more: bool, less: bool, fields: Mapping[str, Any], *, costs: bool) -> str:
    """What is said of both sides of a price: by whether more and less were found, and whether more costs."""
    if not (more or less):
        return say("{rule} of {where}, {period}: neither {step} more nor {step} less was found.", **fields)
    if costs and more and less:
        return say(
            "{rule} of {where}, {period}: {step} more would cost {more}, {step} less would save {less}.", **fields
        )
    if costs and more:
        return say("{rule} of {where}, {period}: {step} more would cost {more}; {step} less was not found.", **fields)
    if costs:
        return say("{rule} of {where}, {period}: {step} more cannot be met, {step} less would save {less}.", **fields)
    if more and less:
        return say(
            "{rule} of {where}, {period}: {step} more would save {more}, {step} less would cost {less}.", **fields
        )
    if more:
        return say("{rule} of {where}, {period}: {step} more would save {more}, {step} less cannot be met.", **fields)
    return say("{rule} of {where}, {period}: {step} less would cost {less}; {step} more was not found.", **fields)


def _costing_more(view: View) -> dict[tuple[str, str, str], bool]:
    """Whether one unit more of a limit costs, by rule, name and node."""
    rows = view.solution.rows("prices", "rule", "where", "node", "more")
    return {(rule, where, node): more != SAVES for rule, where, node, more in rows}


def _worth(usd: float) -> str:
    """An amount in words; what is lost in the solver's rounding is nothing."""
    if not math.isfinite(usd):
        return say("an amount that was not found")
    return money(usd / 1e6) if abs(usd) >= 1 else say("nothing")


def _node_widths(view: View) -> tuple[float, float, bool]:
    """Widths of a column of nodes with an empty one beside it and of one by itself, and whether long names wrap."""
    longest = max(map(len, view.period_of))
    return (12 if longest <= 22 else min(longest, LONGEST_NODE)), max(18, min(longest, LONGEST_NODE)), longest > 22


def _heads(view: View) -> tuple[Column, ...]:
    """Columns that say which limit a price is of, and when."""
    period, _, wraps = _node_widths(view)
    return (
        Column("rule", say("Rule"), width=20),
        Column("where", say("Where"), width=30, wrap=True),
        Column("first", say("Period"), width=period, wrap=wraps),
        Column("gap", "", width=12),
        Column("unit", say("Unit of the limit"), width=16),
    )


def _verified(view: View) -> Table:
    rows: list[tuple[Value, ...]] = []
    costs = _costing_more(view)
    columns = ("rule", "where", "node", "unit", "step", "price_usd", "more_usd", "less_usd")
    for rule, where, node, unit, step, price, more, less in view.solution.rows("verified", *columns):
        rows.append(
            (
                rule_words(rule),
                where,
                node,
                None,
                known(unit),
                step,
                -price if costs[rule, where, node] else price,
                more if math.isfinite(more) else say("cannot be met") if costs[rule, where, node] else say("not found"),
                less if math.isfinite(less) else say("not found") if costs[rule, where, node] else say("cannot be met"),
            )
        )
    return Table(
        "verified",
        say("Prices solved again from both sides"),
        (
            *_heads(view),
            Column("step", say("Step tried"), say("units"), ONE, 14),
            Column("price", say("Price"), say("USD per unit"), COUNT, 16),
            Column("more", say("Saved with one step more"), say("USD per unit"), COUNT, 22),
            Column("less", say("Cost of one step less"), say("USD per unit"), COUNT, 18),
        ),
        tuple(rows),
    )


def _limits(view: View) -> Table:
    """Limits over the whole plan, the weightiest first."""
    _, when, wraps = _node_widths(view)
    peak: dict[tuple[str, str], tuple[float, str, str]] = {}
    typed: dict[tuple[str, str], str] = {}
    places = view.dossier.places
    columns = ("rule", "where", "node", "price_usd", "unit", "typed", "more")
    for rule, where, node, price, unit, path, more in view.solution.rows("prices", *columns):
        typed[rule, where] = path
        if (rule, where) not in peak or price > abs(peak[rule, where][0]):
            peak[rule, where] = (price if more == SAVES else -price), unit, node
    rows: list[tuple[Value, ...]] = []
    for found in findings.bindings(view.solution):
        price, unit, costliest = peak[found.rule, found.where]
        rows.append(
            (
                rule_words(found.rule),
                found.where,
                found.first,
                found.last,
                known(unit),
                found.saved_musd,
                price,
                costliest,
                *([places.get(typed[found.rule, found.where], "")] if places else ()),
            )
        )
    return Table(
        "limits",
        say("Limits that bind, the weightiest first"),
        (
            Column("rule", say("Rule"), width=20),
            Column("where", say("Where"), width=30, wrap=True),
            Column("first", say("Binds from"), width=12),
            Column("last", say("Binds until"), width=12),
            Column("unit", say("Unit of the limit"), width=16),
            Column("weight", say("Saved by 1 % more throughout"), say("million USD"), TWO, 14),
            Column("price", say("Highest price"), say("USD per unit"), COUNT, 16),
            Column("when", say("in"), width=when, wrap=wraps),
            *([Column("place", say("Limit typed at"), width=18, wrap=True)] if places else ()),
        ),
        tuple(rows),
    )


def _rules(view: View) -> Table:
    """What the rules that have a price say."""
    data = view.solution["prices"]
    rows = []
    for rule in dict.fromkeys(data["rule"].tolist()):
        count = int((data["rule"] == rule).sum())
        sentence = say(view.dossier.rules.get(rule, "A rule of the model."))
        rows.append((rule_words(rule), sentence, count))
    return Table(
        "rules",
        say("What these rules say"),
        (
            Column("rule", say("Rule"), width=20),
            Column("sentence", say("Sentence and unit"), span=6),
            Column("count", say("Prices"), say("number"), COUNT, 18),
        ),
        tuple(rows),
    )


def _all(view: View) -> Table:
    data = view.solution["prices"]
    kept = data[(data["present_musd"] > 0) & (data["rule"] != "demand")].sort_values(
        ["present_musd", "rule", "where", "node"], ascending=[False, True, True, True]
    )
    caption = say("Every price of a limit, the weightiest first; those of demand are in the result's tables")
    if len(kept) > MOST_ROWS:
        caption = say(
            "The {most} weightiest of {all} prices; the result's table of prices holds every one",
            most=MOST_ROWS,
            all=len(kept),
        )
    rows: list[tuple[Value, ...]] = []
    columns = ["rule", "where", "node", "unit", "price_usd", "limit", "present_musd", "more"]
    for rule, where, node, unit, price, limit, weight, more in kept[columns].head(MOST_ROWS).itertuples(index=False):
        rows.append(
            (
                rule_words(rule),
                where,
                node,
                None,
                known(unit),
                limit if math.isfinite(limit) else None,
                price if more == SAVES else -price,
                weight / (100 if more == SAVES else -100),
            )
        )
    return Table(
        "prices",
        caption,
        (
            *_heads(view),
            Column("limit", say("Limit"), say("units"), ONE, 14),
            Column("price", say("Price"), say("USD per unit"), COUNT, 16),
            Column("weight", say("Saved by 1 % more"), say("million USD"), TWO, 18),
        ),
        tuple(rows),
    )
