"""The result in plain data, for `--json` and for the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from planner import findings
from planner.app.optimize import FinishedRun
from planner.findings.scenario import on_likeliest_path, probabilities
from planner.results import Result
from planner.schema.continuous import parts_from
from planner.study import STUDIES
from planner.study.risk import RISK


def summary(finished: FinishedRun) -> dict[str, Any]:
    """The result in plain data, for `--json` and for the terminal.

    What comes after the periods that are reported counts in costs and the average delay, and in nothing else.

    Keys: status, exit_code, in_fractions, parts_from, reported_until, present_cost_musd, minimised_musd, bound_musd,
    continuous_cost_musd, gap, certificate_ok, tidiness (within, cheapest_musd, least_musd, before, after),
    cost_by_account_musd, chips_ordered, final_it_mw, first_fully_served, binding (rule, where,
    weight_musd, first, last, more), average_delay_months, milestones, frontier (delay_months, present_cost_musd),
    alternatives (name, present_cost_musd, more_than_plan_musd, average_delay_months, why_none,
    why_none_message), cheapest (present_cost_musd, plan_costs_more_musd, average_delay_months, milestones,
    more_by_account_musd; beside a plan for the objective earliest),
    scenarios (name, probability, present_cost_musd, average_delay_months, own_best_musd), risk, carried_out, warnings,
    warning_messages (template, fields), workbook, folder, run, checks_failed (plan, check, sentence, unit, off,
    tolerance, where, expected, found).

    Bound and gap are None where the solver was stopped before it had proven any bound.
    """
    solution, case = finished.result.solution, finished.result.case
    line, shown = case.settings.timeline, findings.reported(case, solution)
    return {
        "status": solution.status.value,
        "exit_code": finished.exit_code,
        "in_fractions": finished.result.in_fractions,
        "parts_from": None if (day := parts_from(finished.result.case)) is None else day.isoformat(),
        "reported_until": line.first_day(line.reported).isoformat() if line.reported < line.periods else None,
        "present_cost_musd": solution.objective_musd,
        "minimised_musd": solution.minimised_musd,
        "bound_musd": None if solution.gap is None else solution.bound_musd,
        "continuous_cost_musd": solution.solver.get("continuous_musd"),
        "gap": solution.gap,
        "certificate_ok": all(certificate.ok for _, certificate in finished.result.certificates),
        "tidiness": None if solution.tidiness is None else asdict(solution.tidiness),
        "cost_by_account_musd": findings.cost_by_account(solution),
        "chips_ordered": findings.chips_ordered(shown),
        "final_it_mw": findings.final_it_mw(shown),
        "first_fully_served": findings.first_served(shown),
        "binding": [asdict(binding) for binding in findings.bindings(shown)[:10]],
        "average_delay_months": findings.average_delay(case, solution),
        "milestones": findings.milestones_reached(case, solution),
        **_studies(finished.result),
        "scenarios": _scenarios(finished.result),
        "carried_out": asdict(findings.carried_out(*on_likeliest_path(case, solution))),
        "warnings": [str(warning) for warning in solution.warnings],
        "warning_messages": [warning.to_json() for warning in solution.warnings],
        "workbook": str(finished.workbook),
        "folder": str(finished.folder),
        "run": finished.result.run["run"],
        "checks_failed": [asdict(failed) for failed in finished.failed],
    }


def _studies(result: Result) -> dict[str, Any]:
    """What each study found, or that it was not run."""
    return {
        study.name: study.in_json(result.studied.get(study), result.solution)
        for study in STUDIES
        if study.in_json is not None
    }


def _scenarios(result: Result) -> list[dict[str, Any]]:
    """Name, probability, present cost and delay of each scenario; its own best plan's cost where that was studied."""
    solution = result.solution
    cost, delay = findings.cost_by_scenario(solution), findings.delay_by_scenario(result.case, solution)
    risk = result.studied.get(RISK)
    own = {} if risk is None else {each.name: each.own_cost_musd for each in risk.scenarios}
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
