"""The program without a command line: what each command does, from files to files."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner import findings
from planner.certify import certify
from planner.errors import GAP_NOT_CLOSED, CertificateError, Interrupted, OptionError, WriteError
from planner.files import read_case
from planner.lp import Options
from planner.model import RULES
from planner.report import write_report
from planner.report.dossier import Dossier, Provenance
from planner.results import Result, foreign, run_id, save
from planner.schema import Case
from planner.solution import Solution, Status
from planner.solve import Report, Timing, session
from planner.warnings import input_warnings


@dataclass(frozen=True)
class Outcome:
    """What `optimize` found and where it is."""

    result: Result
    workbook: Path
    folder: Path
    exit_code: int
    """0 when the plan is proven within the asked gap, 5 when it is not, 130 when it was stopped with a plan."""


@dataclass(frozen=True)
class Checked:
    """What `check` found in a case that can be used."""

    case: Case
    warnings: tuple[str, ...]


def optimize(
    path: Path,
    *,
    overlays: Sequence[str] = (),
    output: Path | None = None,
    options: Options | None = None,
    allow_outside: bool = False,
    report: Report = lambda stage, text: None,
) -> Outcome:
    """Solve a case file, check the plan and write its workbook and result folder.

    Raises a PlannerError with the exit code that belongs to it; what was found is never lost.
    """
    options = options or Options()
    workbook = output_path(path, overlays, output)
    timing = Timing()
    with timing.stage("read"):
        report("read", str(path))
        case, origins = read_case(path, overlays=overlays, allow_outside=allow_outside)
    solution = _solve(case, options, report, timing)
    with timing.stage("certify"):
        report("certify", "")
        certificate = certify(case, solution)
    tool = version("planner")
    asked = {"solver": options.solver, "gap": options.gap, "threads": options.threads, "time_limit": options.time_limit}
    run = {
        "planner": tool,
        "run": run_id(case, tool, asked),
        "inputs": [{"file": file, "sha256": _sha256(path.parent / file)} for file in origins.files],
        "overlays": list(overlays),
        "options": asked,
    }
    result = Result(case, solution, certificate, run)
    folder = _write(result, workbook, report, timing)
    if not certificate.ok:
        failed = [check for check in certificate.checks if not check.ok]
        raise CertificateError(
            "the plan does not hold when it is checked again, which is a fault of this tool; do not use it.\n"
            + "\n".join(f"  {c.id}: off by {c.worst:.6g} {c.unit} at {c.where}" for c in failed)
            + f"\n  The result is kept in {folder} and marked as failed."
        )
    return Outcome(result, workbook, folder, _exit_code(solution))


def check(path: Path, *, overlays: Sequence[str] = (), allow_outside: bool = False) -> Checked:
    """Read a case file and say what is odd in it; raises CaseError with every problem."""
    case, _ = read_case(path, overlays=overlays, allow_outside=allow_outside)
    return Checked(case, tuple(input_warnings(case)))


def output_path(path: Path, overlays: Sequence[str], output: Path | None) -> Path:
    """Where the workbook goes: as asked, or reports/<case>.xlsx, overlays in the name.

    Raises OptionError where it is no workbook, or where its result folder would take the place of something else.
    """
    workbook = output or Path("reports") / ("+".join([path.stem, *overlays]) + ".xlsx")
    if workbook.suffix.lower() != ".xlsx" or workbook.is_dir():
        raise OptionError(f"the report is an Excel workbook, such as plan.xlsx; found {str(workbook)!r}")
    if reason := foreign(workbook.with_suffix("")):
        raise OptionError(
            f"the tables of {workbook} go to the folder {workbook.with_suffix('')}, but that {reason}; "
            "give the workbook another name with -o"
        )
    return workbook


def summary(outcome: Outcome) -> dict[str, Any]:
    """The result in plain data, for `--json` and for the terminal.

    Keys: status, exit_code, present_cost_musd, bound_musd, gap, certificate_ok, cost_by_account_musd,
    chips_ordered, final_it_mw, first_fully_served, binding (rule, where, weight_musd, first, last),
    warnings, workbook, folder, run.
    """
    solution = outcome.result.solution
    return {
        "status": solution.status.value,
        "exit_code": outcome.exit_code,
        "present_cost_musd": solution.objective_musd,
        "bound_musd": solution.bound_musd,
        "gap": solution.gap,
        "certificate_ok": outcome.result.certificate.ok,
        "cost_by_account_musd": findings.cost_by_account(solution),
        "chips_ordered": findings.chips_ordered(solution),
        "final_it_mw": findings.final_it_mw(solution),
        "first_fully_served": findings.first_served(solution),
        "binding": [asdict(binding) for binding in findings.bindings(solution)[:10]],
        "warnings": list(solution.warnings),
        "workbook": str(outcome.workbook),
        "folder": str(outcome.folder),
        "run": outcome.result.run["run"],
    }


def _solve(case: Case, options: Options, report: Report, timing: Timing) -> Solution:
    with session(case, options, report=report, timing=timing) as s:
        solution = s.solve()
        with timing.stage("verify"):
            if solution.status is Status.OPTIMAL:
                solution = s.verify_prices(solution)
    return solution


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _exit_code(solution: Solution) -> int:
    if "nterrupt" in str(solution.solver.get("said", "")):
        return Interrupted.exit_code
    return 0 if solution.status is Status.OPTIMAL else GAP_NOT_CLOSED


def _write(result: Result, workbook: Path, report: Report, timing: Timing) -> Path:
    """Write folder and workbook; where that fails, keep them elsewhere and say so."""
    report("write", str(workbook))
    folder = workbook.with_suffix("")
    try:
        _write_both(result, workbook, folder, timing)
    except (OSError, WriteError) as error:
        kept = Path(tempfile.mkdtemp(prefix="planner-"))
        _write_both(result, kept / workbook.name, kept / folder.name, timing)
        raise WriteError(
            f"could not write {workbook}: {error}\n"
            f"  The plan is kept in {kept}. Close the file where it is open, or ask for another place with -o."
        ) from error
    return folder


def _write_both(result: Result, workbook: Path, folder: Path, timing: Timing) -> None:
    workbook.parent.mkdir(parents=True, exist_ok=True)
    with timing.stage("write"):
        write_report(workbook, dossier_of(result))
    seconds = {stage: round(spent, 3) for stage, spent in timing.seconds.items()}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    save(
        Result(
            result.case, result.solution, result.certificate, {**result.run, "seconds": seconds, "finished": finished}
        ),
        folder,
    )


def dossier_of(result: Result) -> Dossier:
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
    )
