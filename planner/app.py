"""The program without a command line: what each command does, from files to files."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner import findings
from planner.cases import place_of, places_of_sources, refuse_inputs
from planner.certify import certify
from planner.errors import GAP_NOT_CLOSED, CertificateError, Interrupted, OptionError, WriteError
from planner.files import read_case
from planner.lp import Options
from planner.model import RULES
from planner.objectives import OBJECTIVES
from planner.report import write_report
from planner.report.dossier import Dossier, Provenance
from planner.report.scenario import probabilities
from planner.results import Result, foreign, run_id, save
from planner.schema import Case
from planner.schema.goals import Objective
from planner.schema.scenarios import scenarios
from planner.solution import Solution, Status
from planner.solve import Report, Timing, session
from planner.study.bridge import WithoutPlant, without_plant
from planner.study.frontier import Point, not_dominated
from planner.study.frontier import frontier as trace
from planner.study.risk import Risk
from planner.study.risk import risk as study_risk


@dataclass(frozen=True)
class Outcome:
    """What `optimize` found and where it is."""

    result: Result
    workbook: Path
    folder: Path
    exit_code: int
    """0 when the plan is proven within the asked gap, 5 when it is not, 130 when it was stopped with a plan."""
    points: tuple[Point, ...] = ()
    """Plans on the frontier, the cheapest first, where it was asked for."""


@dataclass(frozen=True)
class Inputs:
    """What a case was read from."""

    names: tuple[str, ...]
    """The files, from the case's folder."""
    places: Mapping[str, str]
    """Where each input that has a source was typed, by the path that its source speaks of."""
    place: Callable[[str], str]
    """Where the input at a dotted path was typed."""


@dataclass(frozen=True)
class Question:
    """A case file with what is asked of it."""

    path: Path
    overlays: Sequence[str] = ()
    output: Path | None = None
    objective: Objective | None = None
    """Objective in place of the case's own."""
    risk_weight: float | None = None
    """Weight of the costliest scenarios in place of the case's own."""
    risk_level: float | None = None
    """Confidence level of their mean in place of the case's own."""
    allow_outside: bool = False
    """Whether the case may extend and include files outside its own folder."""
    options: Options = field(default_factory=Options)
    report: Report = lambda stage, text: None

    def read(self, timing: Timing) -> tuple[Case, Inputs]:
        """The case, with overlays and objective, and the files it was read from.

        Raises OptionError where the result would take the place of one of them.
        """
        with timing.stage("read"):
            self.report("read", str(self.path))
            case, origins = read_case(self.path, overlays=self.overlays, allow_outside=self.allow_outside)
        asked = {"objective": self.objective, "risk_weight": self.risk_weight, "risk_level": self.risk_level}
        goals = case.goals.model_copy(update={name: value for name, value in asked.items() if value is not None})
        _refuse_inputs(self, origins.files)
        return case.model_copy(update={"goals": goals}), Inputs(
            origins.files, places_of_sources(case, origins), lambda path: place_of(case, origins, path)
        )

    @property
    def workbook(self) -> Path:
        """Where the workbook goes: as asked, or reports/<case>.xlsx, overlays in the name.

        Raises OptionError where it is no workbook, or where its result folder would take the place of something else.
        """
        workbook = self.output or Path("reports") / ("+".join([self.path.stem, *self.overlays]) + ".xlsx")
        if workbook.suffix.lower() != ".xlsx" or workbook.is_dir():
            raise OptionError(f"the report is an Excel workbook, such as plan.xlsx; found {str(workbook)!r}")
        folder = workbook.with_suffix("")
        if reason := foreign(folder):
            raise OptionError(
                f"the tables of {workbook} go to the folder {folder}, but that {reason}; "
                "give the workbook another name with -o"
            )
        return workbook


def _refuse_inputs(question: Question, files: Sequence[str]) -> None:
    """Refuse a workbook, or a result folder, that would take the place of a file that the case is read from."""
    workbook = question.workbook
    folder = workbook.with_suffix("").resolve()
    refuse_inputs(workbook, question.path, files, remedy="give the report another name with -o")
    for file in files:
        if (question.path.parent / file).resolve().is_relative_to(folder):
            raise OptionError(
                f"the tables of {workbook} would take the place of the folder that holds {file}, which the case is "
                "read from; give the report another name with -o"
            )


def optimize(question: Question) -> Outcome:
    """Solve a case file, check the plan and write its workbook and result folder.

    Raises a PlannerError with the exit code that belongs to it; what was found is never lost.
    """
    workbook, timing = question.workbook, Timing()
    case, files = question.read(timing)
    with session(case, question.options, report=question.report, timing=timing) as s:
        solution = OBJECTIVES[case.goals.objective](s)
        with timing.stage("verify"):
            if solution.status is Status.OPTIMAL:
                solution = s.verify_prices(solution)
        # A second integer program would take as long as the first.
        comparable = solution.linear and case.goals.objective == "cost" and question.options.solver == "HiGHS"
        bridge = without_plant(s) if comparable else None
    result = _certified(question, case, files, solution, timing)
    if bridge is not None:
        result = replace(result, run={**result.run, "without_plant": bridge.to_json()})
    folder = _write(result, workbook, (), question.report, timing)
    _refuse_failed(result, folder)
    return Outcome(result, workbook, folder, _exit_code(solution))


def risk(question: Question) -> Outcome:
    """Solve a case for what to commit to before it is known which future comes, and study what that is worth.

    The workbook and folder hold the plan and the study; stopped by the user during the study, the plan alone.
    Raises OptionError for a case without uncertainty, or one whose objective is a matter of time.
    """
    workbook, timing = question.workbook, Timing()
    case, files = question.read(timing)
    _refuse_certain(case)
    study, stopped = None, False
    with session(case, question.options, report=question.report, timing=timing) as s:
        solution = OBJECTIVES[case.goals.objective](s)
        try:
            with timing.stage("risk"):
                study = study_risk(s, solution, report=question.report)
            with timing.stage("verify"):
                if solution.status is Status.OPTIMAL:
                    solution = s.verify_prices(solution)
        except (KeyboardInterrupt, Interrupted):
            question.report("risk", "stopped; the plan is kept, the study is left out")
            stopped = True
    result = replace(_certified(question, case, files, solution, timing), risk=study)
    folder = _write(result, workbook, (), question.report, timing)
    _refuse_failed(result, folder)
    return Outcome(result, workbook, folder, Interrupted.exit_code if stopped else _exit_code(solution))


def _refuse_certain(case: Case) -> None:
    if len(scenarios(case)) == 1:
        raise OptionError(
            "the case has nothing uncertain in it: type a table uncertainty, with a reveal and its outcomes, "
            "or run planner optimize"
        )
    if case.goals.objective not in ("cost", "regret"):
        raise OptionError(
            f"the study of risk weighs costs, and the objective of the case is {case.goals.objective}; "
            "add --objective cost or --objective regret"
        )


def frontier(question: Question, points: int) -> Outcome:
    """Solve a case for plans between the cheapest and the soonest; each gets a result folder.

    The workbook is that of the cheapest, with the frontier in it. Stopped by the user, it holds what was found.
    """
    workbook, timing = question.workbook, Timing()
    case, files = question.read(timing)
    # Each point limits the delay and minimises cash, which is neither what a weight on risk nor regret asks for.
    case = case.model_copy(update={"goals": case.goals.model_copy(update={"risk_weight": 0.0})})
    found: list[Point] = []
    stopped = False
    with session(case, question.options, report=question.report, timing=timing) as s:
        try:
            for point in trace(s, points):
                found.append(point)
                place = f"{point.delay_months:.3f} months, {point.cost_musd:,.0f} million USD"
                question.report("frontier", f"point {len(found)} of {points}: {place}")
        except (KeyboardInterrupt, Interrupted):
            if not found:
                raise
            stopped = True
    kept = not_dominated(found)
    results = [_certified(question, case, files, point.solution, timing) for point in kept]
    folder = _write(results[0], workbook, tuple(kept), question.report, timing)
    for position, result in enumerate(results, start=1):
        kept_in = folder / "frontier" / f"{position}"
        save(result, kept_in)
        _refuse_failed(result, kept_in)
    code = max(_exit_code(result.solution) for result in results)
    return Outcome(results[0], workbook, folder, Interrupted.exit_code if stopped else code, tuple(kept))


def _certified(question: Question, case: Case, files: Inputs, solution: Solution, timing: Timing) -> Result:
    """A solution with its certificate and the record of the run."""
    with timing.stage("certify"):
        question.report("certify", "")
        certificate = certify(case, solution)
    tool, options = version("planner"), question.options
    asked = {"solver": options.solver, "gap": options.gap, "threads": options.threads, "time_limit": options.time_limit}
    run = {
        "planner": tool,
        "run": run_id(case, tool, asked),
        "inputs": [{"file": file, "sha256": _sha256(question.path.parent / file)} for file in files.names],
        "places": {
            **files.places,
            **{path: files.place(path) for path in sorted(set(solution["prices"]["typed"])) if path},
        },
        "overlays": list(question.overlays),
        "options": asked,
    }
    return Result(case, solution, certificate, run)


def _refuse_failed(result: Result, folder: Path) -> None:
    failed = [check for check in result.certificate.checks if not check.ok]
    if failed:
        raise CertificateError(
            "the plan does not hold when it is checked again, which is a fault of this tool; do not use it.\n"
            + "\n".join(f"  {c.id}: off by {c.worst:.6g} {c.unit} at {c.where}" for c in failed)
            + f"\n  The result is kept in {folder} and marked as failed."
        )


def summary(outcome: Outcome) -> dict[str, Any]:
    """The result in plain data, for `--json` and for the terminal.

    Keys: status, exit_code, present_cost_musd, minimised_musd, bound_musd, continuous_cost_musd, gap,
    certificate_ok, cost_by_account_musd, chips_ordered, final_it_mw, first_fully_served, binding (rule, where,
    weight_musd, first, last), average_delay_months, milestones, frontier (delay_months, present_cost_musd),
    scenarios (name, probability, present_cost_musd, average_delay_months, own_best_musd), risk, warnings, workbook,
    folder, run.
    """
    solution = outcome.result.solution
    return {
        "status": solution.status.value,
        "exit_code": outcome.exit_code,
        "present_cost_musd": solution.objective_musd,
        "minimised_musd": solution.minimised_musd,
        "bound_musd": solution.bound_musd,
        "continuous_cost_musd": solution.solver.get("continuous_musd"),
        "gap": solution.gap,
        "certificate_ok": outcome.result.certificate.ok,
        "cost_by_account_musd": findings.cost_by_account(solution),
        "chips_ordered": findings.chips_ordered(solution),
        "final_it_mw": findings.final_it_mw(solution),
        "first_fully_served": findings.first_served(solution),
        "binding": [asdict(binding) for binding in findings.bindings(solution)[:10]],
        "average_delay_months": findings.average_delay(outcome.result.case, solution),
        "milestones": findings.milestones_reached(outcome.result.case, solution),
        "frontier": [{"delay_months": p.delay_months, "present_cost_musd": p.cost_musd} for p in outcome.points],
        "scenarios": _scenarios(outcome.result),
        "risk": _risk(outcome.result.risk),
        "warnings": list(solution.warnings),
        "workbook": str(outcome.workbook),
        "folder": str(outcome.folder),
        "run": outcome.result.run["run"],
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


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _exit_code(solution: Solution) -> int:
    if "nterrupt" in str(solution.solver.get("said", "")):
        return Interrupted.exit_code
    return 0 if solution.status is Status.OPTIMAL else GAP_NOT_CLOSED


def _write(result: Result, workbook: Path, points: tuple[Point, ...], report: Report, timing: Timing) -> Path:
    """Write folder and workbook; where that fails, keep them elsewhere and say so."""
    report("write", str(workbook))
    folder = workbook.with_suffix("")
    try:
        _write_both(result, workbook, folder, points, timing)
    except (OSError, WriteError) as error:
        kept = Path(tempfile.mkdtemp(prefix="planner-"))
        _write_both(result, kept / workbook.name, kept / folder.name, points, timing)
        raise WriteError(
            f"could not write {workbook}: {error}\n"
            f"  The plan is kept in {kept}. Close the file where it is open, or ask for another place with -o."
        ) from error
    return folder


def _write_both(result: Result, workbook: Path, folder: Path, points: tuple[Point, ...], timing: Timing) -> None:
    workbook.parent.mkdir(parents=True, exist_ok=True)
    with timing.stage("write"):
        write_report(workbook, dossier_of(result, points))
    seconds = {stage: round(spent, 3) for stage, spent in timing.seconds.items()}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    save(
        replace(result, run={**result.run, "seconds": seconds, "finished": finished}),
        folder,
    )


def dossier_of(result: Result, points: tuple[Point, ...] = ()) -> Dossier:
    """All that the report is drawn from."""
    run = result.run
    return Dossier(
        case=result.case,
        solution=result.solution,
        certificate=result.certificate,
        rules={rule.name: rule.sentence for rule in RULES},
        provenance=Provenance(
            version=run["planner"],
            run=run["run"],
            inputs=tuple((item["file"], item["sha256"]) for item in run["inputs"]),
            overlays=tuple(run["overlays"]),
            options=run["options"],
        ),
        frontier=points,
        without_plant=WithoutPlant(**run["without_plant"]) if "without_plant" in run else None,
        risk=result.risk,
        places=run.get("places", {}),
    )
