"""How sure: the share of present cost by confidence of what it rests on, and the weak inputs that matter most."""

from __future__ import annotations

import re

from planner import findings
from planner.findings import CONFIDENCES, Input, Sureness
from planner.findings.scenario import solution_of_scenario
from planner.report.by_period import View, decimals
from planner.report.dossier import Dossier
from planner.report.sheet_spec import ONE, SHARE, Block, Column, Formula, Note, Ref, Table, Value
from planner.report.words import filled, money, percent, say, sentences
from planner.schema.scenarios import scenarios


def sureness_of(dossier: Dossier) -> Sureness:
    """What the present cost rests on, expected over scenarios."""
    case, solution = dossier.case, dossier.solution
    if len(dossier.scenarios) == 1:
        return findings.sureness(case, [(1.0, case, solution)])
    owns = {each.name: each.case.model_copy(update={"uncertainty": {}}) for each in scenarios(case)}
    return findings.sureness(
        case,
        [
            (chance, owns[name], solution_of_scenario(solution, name, owns[name]))
            for name, chance in dossier.scenarios.items()
        ],
    )


def sureness_sentence(view: View) -> str:
    """How much of the present cost rests on weak sources, and which weak input matters most, in one sentence."""
    return _sentence(sureness_of(view.dossier))


def _sentence(found: Sureness) -> str:
    if found.total <= 0:
        return say("The plan pays nothing, so no price matters to its cost.")
    share = percent(found.weak_share)
    if not found.weakest:
        return say("Of what is paid, {share} rests on low confidence, an assumption or no source.", share=share)
    most = found.weakest[0]
    return say(
        "Of what is paid, {share} rests on low confidence, an assumption or no source; of these inputs the {input} "
        "matters most: 1 % of it moves the present cost by {amount}.",
        share=share, input=input_words(most.path), amount=money(most.one_percent_musd),
    )  # fmt: skip


def sureness_messages(found: Sureness) -> tuple[str, ...]:
    """Wordings of a headline, the longest first; none where nothing is paid."""
    if found.total <= 0:
        return ()
    share = percent(found.weak_share)
    short = say("{share} of what is paid rests on low confidence, an assumption or no source.", share=share)
    if not found.weakest:
        return (short,)
    words = say(
        "{share} of what is paid rests on low confidence, an assumption or no source; the {input} matters most.",
        share=share,
        input=input_words(found.weakest[0].path),
    )
    return words, short


def sureness_blocks(dossier: Dossier, found: Sureness) -> list[Block]:
    """The sentence, the shares by confidence, and the few weak inputs that matter most."""
    blocks: list[Block] = [Note(_sentence(found)), _confidence_table(found)]
    if found.weakest:
        blocks.append(_weakest_table(dossier, found))
    blocks.append(Note(_reading(found)))
    return blocks


def _confidence_table(found: Sureness) -> Table:
    id = "sureness"
    rows: list[tuple[Value, ...]] = []
    for position, name in enumerate(CONFIDENCES):
        at = {"paid": Ref(id, "paid", position), "all": Ref(id, "paid", total=True)}
        share: Value = Formula("{paid}/{all}", at, found.share(name)) if found.total > 0 else None
        rows.append((confidence_words(name), found.paid[name], share, found.benefits[name]))
    return Table(
        id,
        say("What the present cost rests on, by confidence of the input whose price makes it; million USD, present"),
        (
            Column("name", say("Confidence"), width=32),
            Column("paid", say("Paid"), say("million USD"), ONE, 18, total=True),
            Column("share", say("Share"), say("of what is paid"), SHARE, 21, total=True),
            Column("benefits", say("Given back"), say("million USD"), ONE, 14, total=True),
        ),
        tuple(rows),
        say("Total"),
    )


def confidence_words(name: str) -> str:
    """A confidence in words."""
    return {
        "high": say("high"),
        "medium": say("medium"),
        "low": say("low"),
        "assumption": say("assumption"),
    }.get(name, say("no source, or none stated"))


def _weakest_table(dossier: Dossier, found: Sureness) -> Table:
    form = decimals([each.one_percent_musd for each in found.weakest])
    rows = [
        (
            each.path,
            *([findings.nearest(dossier.places, each.path)] if dossier.places else ()),
            confidence_words(each.confidence),
            each.one_percent_musd,
            _why(each),
        )
        for each in found.weakest
    ]
    return Table(
        "weakest",
        say("Weak inputs that matter most: a first-order effect, from the plan's own prices"),
        (
            Column("path", say("Input"), width=32, wrap=True),
            *([Column("place", say("Typed at"), width=18, wrap=True)] if dossier.places else ()),
            Column("confidence", say("Confidence"), width=21, wrap=True),
            Column("effect", say("1 % moves"), say("million USD"), form, 14),
            Column("why", say("What it is"), width=36, wrap=True),
        ),
        tuple(rows),
    )


def _why(each: Input) -> str:
    if each.kind == "limit":
        return say("limit that binds: {input}", input=input_words(each.path))
    if each.kind == "life":
        return say("{input}: leaves {amount} of value at the end", input=input_words(each.path),
                   amount=money(each.present_musd))  # fmt: skip
    return say("{input}: makes {amount} of what is paid", input=input_words(each.path), amount=money(each.present_musd))


def _reading(found: Sureness) -> str:
    words = [
        say(
            "Each amount counts for the input whose price makes it, with the source that speaks of that input, its "
            "row or its table. Given back: residual value, which rests on lives, subsidies and refunds."
        ),
        say(
            "What 1 % moves is worked out with the plan held: of a price, what is paid at it less the residual value "
            "that scales with it; of a limit, its price times the limit. Inputs that are neither, such as a chip's "
            "speed or a building time, are not ranked here."
        ),
    ]
    if found.demand_musd > 0:
        words.append(
            say(
                "Demand is what the plan is asked for and stands apart: 1 % more of all of it would cost {amount}.",
                amount=money(found.demand_musd),
            )
        )
    return sentences(*words)


_SHAPES = (
    r"chips\.(?P<a>.+)\.markets\.(?P<b>.+)\.price_usd",
    r"chips\.(?P<a>.+)\.markets\.(?P<b>.+)\.supply_per_year",
    r"chips\.(?P<a>.+)\.supply_per_year",
    r"chips\.(?P<a>.+)\.residual_life_years",
    r"chips\.(?P<a>.+)\.om_usd_per_unit_year",
    r"sites\.(?P<a>.+)\.build_options\.(?P<b>.+)\.capex_musd_per_mw",
    r"sites\.(?P<a>.+)\.max_it_mw",
    r"regions\.(?P<a>.+)\.headroom_mw",
    r"regions\.(?P<a>.+)\.tariff_usd_per_mwh",
    r"pools\.(?P<a>.+)\.capacity_per_year",
    r"orders_placed\.(?P<a>.+)\.price_usd",
    r"onsite_sources\.(?P<a>.+)\.capex_usd_per_kw",
    r"onsite_sources\.(?P<a>.+)\.supply_mw_per_year\.(?P<b>.+)",
    r"workloads\.(?P<a>.+)\.shortfall\.usd_per_pflops_year",
)
"""Paths of the inputs that weigh most in practice."""


def input_words(path: str) -> str:
    """An input as a reader says it; the path itself where there are no words for it.

    >>> input_words("chips.GB300.markets.US.price_usd"), input_words("regions.ERCOT.headroom_mw")
    ('price of GB300 in US', 'headroom of ERCOT')
    >>> input_words("policy.licence_quotas.half")
    'input policy.licence_quotas.half'
    """
    words = (
        say("price of {a} in {b}"),
        say("supply of {a} in {b}"),
        say("supply of {a}"),
        say("residual life of {a}"),
        say("operation of {a}"),
        say("cost of halls at {a}, {b}"),
        say("size of {a}"),
        say("headroom of {a}"),
        say("tariff of {a}"),
        say("capacity of {a}"),
        say("price of the order {a}"),
        say("cost of {a}"),
        say("supply of {a} in {b}"),
        say("price of compute not served for {a}"),
    )
    for shape, template in zip(_SHAPES, words, strict=True):
        if found := re.fullmatch(shape, path):
            return filled(template, **found.groupdict())
    return say("input {path}", path=path)


__all__ = [
    "confidence_words",
    "input_words",
    "sureness_blocks",
    "sureness_messages",
    "sureness_of",
    "sureness_sentence",
]
