"""What is told of the study of risk: to programs, and in a few lines on the terminal."""

from __future__ import annotations

from typing import Any

from planner.solution import Solution
from planner.study.risk.record import Risk
from planner.study.short_text import SHOWN, amount


def risk_in_json(study: Risk | None, plan: Solution) -> dict[str, Any] | None:
    """The study as `--json` has it, amounts in million USD; None where it was not run."""
    if study is None:
        return None
    return {
        "first_reveal": study.reveal,
        "expected_musd": study.expected_musd,
        "worst_mean_musd": study.worst_mean_musd,
        "evpi_musd": study.value_of_information_musd,
        "vss_musd": study.value_of_stochastic_musd,
        "average_plan_infeasible_in": list(study.average.infeasible_in),
        "largest_regret_musd": study.largest_regret_musd,
        "first_moves": [
            {
                "kind": move.kind,
                "item": list(move.item),
                "amount": move.amount,
                "commits_musd": move.musd,
                "shared_by_all": move.shared,
                "premium_musd": move.premium_musd,
            }
            for move in study.moves
        ],
        "waiting": [{"kind": w.kind, "item": list(w.item), "costs_musd": w.cost_musd} for w in study.waits],
        "regret_musd": study.regrets,
    }


def risk_lines(risk: dict[str, Any] | None) -> dict[str, str]:
    """What the study says in short; nothing where it was not run."""
    if risk is None:
        return {}
    lost = risk["vss_musd"]
    if lost is None:
        lost_in = "; ".join(risk["average_plan_infeasible_in"][:SHOWN])
        averages = f"leaves no plan in {lost_in}" if lost_in else "has no plan itself"
    else:
        averages = f"would lose {amount(lost)} million USD"
    hedges = [move for move in risk["first_moves"] if move["premium_musd"]]
    told = "; ".join(f"{move['kind']} {' '.join(move['item'])}" for move in hedges[:SHOWN])
    waiting = next((each["costs_musd"] for each in risk["waiting"] if each["kind"] == "everything"), None)
    return {
        "knowing it now": f"would save {amount(risk['evpi_musd'])} million USD",
        "planning on averages": averages,
        "regretted somewhere": told or "no first move",
        "deciding nothing now": f"until {risk['first_reveal']}: "
        + ("leaves no plan" if waiting is None else f"costs {amount(waiting)} million USD more"),
    }
