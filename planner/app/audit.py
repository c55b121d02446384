"""A result folder audited: its plan judged by the certificate and by a second formulation of its case."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.audit import Audit
from planner.audit import audit as judge
from planner.certificate import Certificate, certify
from planner.errors import GAP_NOT_CLOSED, CertificateError, Interrupted, NoPlanError, OptionError
from planner.message import Message
from planner.results import Result, altered, load
from planner.stage_timing import Report
from planner.study import STUDIES


@dataclass(frozen=True)
class Audited:
    """What was found of a result."""

    folder: Path
    result: Result
    certificate: Certificate
    """Worked out again from the folder."""
    audit: Audit
    altered: str | None
    """A file that is not as the run wrote it, in words."""
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 where all agree, 6 where something does not, 5 where the time did not suffice to say."""
        if self.altered or not (self.certificate.ok and self.audit.agrees):
            return CertificateError.exit_code
        return 0 if self.audit.proven else GAP_NOT_CLOSED

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        solution = self.result.solution
        return {
            "exit_code": self.exit_code,
            "folder": str(self.folder),
            "run": self.result.run["run"],
            "objective": self.result.case.goals.objective,
            "present_cost_musd": solution.objective_musd,
            "certificate_ok": self.certificate.ok,
            "certificate_failed": [check.id for check in self.certificate.checks if not check.ok],
            "altered": self.altered,
            **self.audit.to_json(),
            "seconds": round(self.seconds, 3),
        }


def audit(folder: Path, *, time_limit: float | None, report: Report) -> Audited:
    """Judge the plan in a result folder anew; `time_limit` is in seconds for each solve.

    Raises CaseError for a folder that holds no result, OptionError for a plan that is not its case's own best,
    NoPlanError where the solver fails, Interrupted on Ctrl-C.
    """
    began = time.monotonic()
    _refuse_points(folder)
    try:
        report("read", str(folder))
        result, changed = load(folder, changed=True), altered(folder)
        report("certify", "")
        certificate = certify(result.case, result.solution)
        found = judge(
            result.case,
            result.solution,
            gap=float(result.run["options"]["gap"]),
            time_limit=time_limit,
            tell=lambda text: report("audit", text),
        )
    except KeyboardInterrupt as error:
        raise Interrupted(Message("stopped before the audit was done")) from error
    except ArithmeticError as error:
        raise NoPlanError(Message("{error}", error=error)) from error
    return Audited(folder, result, certificate, found, changed, time.monotonic() - began)


def _refuse_points(folder: Path) -> None:
    """A plan on a frontier limits delay, as no case says; an alternative may ask for orders, as no case says."""
    place = folder.resolve()
    kept_by = {study.name for study in STUDIES if study.keeps_plans}
    if place.parent.name in kept_by and (place.parent.parent / "case.yaml").is_file():
        raise OptionError(
            Message(
                "{folder} is a plan beside another, made with limits that its case does not hold; audit the result "
                "that it belongs to, {parent}, or solve its case.yaml by itself",
                folder=folder,
                parent=folder.parent.parent,
            )
        )
