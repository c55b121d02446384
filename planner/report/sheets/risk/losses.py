"""What a scenario leaves lying: cancelled orders, halls that wait for chips, chips that wait for halls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.report.by_period import View, decimals
from planner.report.sheet_spec import COUNT, ONE, Block, Column, Formula, Note, Ref, Table, Value
from planner.report.words import money, percent, say
from planner.study.risk import ScenarioRisk


def loss_blocks(view: View, scenarios: Sequence[ScenarioRisk]) -> Iterator[Block]:
    """Cancellation and idleness by scenario."""
    if any(each.cancelled for each in scenarios):
        yield _cancelled(scenarios)
        yield Note(
            say(
                "Cancelled: ordered, before the plan too, and never arrives. Months from order to cancellation are a "
                "mean over these chips. Deposit: paid for them by then. Money is that of its day, not discounted."
            )
        )
    else:
        yield Note(say("No scenario cancels an order."))
    yield _idle(scenarios)
    halls = sum(each.probability * each.idle_halls.musd for each in scenarios)
    chips = sum(each.probability * each.idle_chips.musd for each in scenarios)
    yield Note(
        say(
            "Halls wait where MW are ready and no chip is switched on in them; chips wait where they are delivered and "
            "not switched on. Cost: upkeep plus interest at {rate} a year on what was paid, not discounted; expected "
            "over the scenarios {halls} for halls and {chips} for chips.",
            rate=percent(view.dossier.case.settings.discount_rate),
            halls=money(halls),
            chips=money(chips),
        )
    )


def _cancelled(scenarios: Sequence[ScenarioRisk]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for each in scenarios:
        for gone in each.cancelled:
            cells = {key: Ref("cancelled", key, len(rows)) for key in ("probability", "deposit", "refund", "lost")}
            rows.append(
                (
                    each.name,
                    each.probability,
                    gone.units,
                    gone.months,
                    gone.deposit_musd,
                    gone.refund_musd,
                    Formula("{deposit}-{refund}", cells, gone.lost_musd),
                    Formula("{probability}*{lost}", cells, each.probability * gone.lost_musd),
                    gone.chip,
                    gone.market,
                )
            )
    return Table(
        "cancelled",
        say("Cancelled orders, money in million USD"),
        (
            Column("name", say("Scenario"), width=27, wrap=True),
            Column("probability", say("Probability"), "", "0.0%", 10.5),
            Column("units", say("Never arrive"), say("chips"), COUNT, 10.5),
            Column("months", say("Order to cancellation"), say("months"), ONE, 11),
            Column("deposit", say("Deposit"), "", ONE, 11),
            Column("refund", say("Refunded"), "", ONE, 10.5),
            Column("lost", say("Lost"), "", ONE, 10.5),
            Column("counted", say("Lost, times probability"), "", ONE, 10.5, total=True),
            Column("chip", say("Chip"), width=10.5, span=2),
            Column("market", say("Market"), width=9),
        ),
        tuple(rows),
        say("Expected"),
    )


def _idle(scenarios: Sequence[ScenarioRisk]) -> Table:
    """Halls and chips that wait for each other."""
    halls, chips = [each.idle_halls for each in scenarios], [each.idle_chips for each in scenarios]
    form = decimals([waste.musd for waste in (*halls, *chips)])
    rows: list[tuple[Value, ...]] = [
        (
            each.name,
            each.probability,
            each.idle_halls.peak,
            each.idle_halls.unit_months,
            each.idle_halls.musd,
            each.idle_chips.peak / 1000,
            each.idle_chips.unit_months / 1000,
            each.idle_chips.musd,
        )
        for each in scenarios
    ]
    return Table(
        "idle",
        say("Halls that wait for chips, and chips that wait for halls; cost in million USD"),
        (
            Column("name", say("Scenario"), width=27, wrap=True),
            Column("probability", say("Probability"), "", "0.0%", 10.5),
            Column("mw", say("Halls, peak"), say("MW IT"), decimals([w.peak for w in halls]), 10.5),
            Column("mw months", say("Halls"), say("MW-months"), decimals([w.unit_months for w in halls]), 11),
            Column("halls", say("Halls: cost"), "", form, 11),
            Column("units", say("Chips, peak"), say("thousand"), decimals([w.peak / 1000 for w in chips]), 10.5),
            Column(
                "unit months",
                say("Chips"),
                say("thousand months"),
                decimals([w.unit_months / 1000 for w in chips]),
                10.5,
            ),
            Column("chips", say("Chips: cost"), "", form, 10.5),
        ),
        tuple(rows),
    )
