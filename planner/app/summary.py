"""The result in plain data, for `--json` and for the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from planner import findings
from planner.app.optimize import FinishedRun
from planner.findings.scenario import probabilities
from planner.results import Result
from planner.study.alternatives import Option
from planner.study.risk import Risk


def summary(finished: FinishedRun) -> dict[str, Any]:
    """The result in plain data, for `--json` and for the terminal.

    Keys: status, exit_code, present_cost_musd, minimised_musd, bound_musd, continuous_cost_musd, gap,
    certificate_ok, cost_by_account_musd, chips_ordered, final_it_mw, first_fully_served, binding (rule, where,
    weight_musd, first, last, more), average_delay_months, milestones, frontier (delay_months, present_cost_musd),
    alternatives (name, present_cost_musd, more_than_plan_musd, average_delay_months, why_none),
    scenarios (name, probability, present_cost_musd, average_delay_months, own_best_musd), risk, warnings,
    warning_messages (template, fields), workbook, folder, run, checks_failed (plan, check, sentence, unit, off,
    tolerance, where, expected, found).

    Bound and gap are None where the solver was stopped before it had proven any bound.
    """
    solution = finished.result.solution
    return {
        "status": solution.status.value,
        "exit_code": finished.exit_code,
        "present_cost_musd": solution.objective_musd,
        "minimised_musd": solution.minimised_musd,
        "bound_musd": None if solution.gap is None else solution.bound_musd,
        "continuous_cost_musd": solution.solver.get("continuous_musd"),
        "gap": solution.gap,
        "certificate_ok": all(certificate.ok for _, certificate in finished.result.certificates),
        "cost_by_account_musd": findings.cost_by_account(solution),
        "chips_ordered": findings.chips_ordered(solution),
        "final_it_mw": findings.final_it_mw(solution),
        "first_fully_served": findings.first_served(solution),
        "binding": [asdict(binding) for binding in findings.bindings(solution)[:10]],
        "average_delay_months": findings.average_delay(finished.result.case, solution),
        "milestones": findings.milestones_reached(finished.result.case, solution),
        "frontier": [
            {
                "delay_months": findings.average_delay(point.case, point.solution),
                "present_cost_musd": findings.cash_cost(point.case, point.solution),
            }
            for point in finished.result.frontier
        ],
        "alternatives": [_alternative(each.option, solution.objective_musd) for each in finished.result.alternatives],
        "scenarios": _scenarios(finished.result),
        "risk": _risk(finished.result.risk),
        "warnings": [str(warning) for warning in solution.warnings],
        "warning_messages": [warning.to_json() for warning in solution.warnings],
        "workbook": str(finished.workbook),
        "folder": str(finished.folder),
        "run": finished.result.run["run"],
        "checks_failed": [asdict(failed) for failed in finished.failed],
    }


def _alternative(option: Option, plan_musd: float) -> dict[str, Any]:
    """What an alternative comes to, amounts being None where there is no plan."""
    plan = option.solution
    return {
        "name": option.name,
        "present_cost_musd": None if plan is None else plan.objective_musd,
        "more_than_plan_musd": None if plan is None else plan.objective_musd - plan_musd,
        "average_delay_months": None if plan is None else findings.average_delay(option.case, plan),
        "why_none": option.why_none or None,
    }


def _scenarios(result: Result) -> list[dict[str, Any]]:
    """Name, probability, present cost and delay of each scenario; its own best plan's cost where that was studied."""
    solution = result.solution
    cost, delay = findings.cost_by_scenario(solution), findings.delay_by_scenario(result.case, solution)
    own = {} if result.risk is None else {each.name: each.own_cost_musd for each in result.risk.scenarios}
    return [
        {
            "name": name,
            "probability": probability,
            "present_cost_musd": cost[name],
            "average_delay_months": delay[name],
            "own_best_musd": own.get(name),
        }
        for name, probability in probabilities(solution).items()
    ]


def _risk(study: Risk | None) -> dict[str, Any] | None:
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
