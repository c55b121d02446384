"""A report from a result folder, without solving anything."""

from __future__ import annotations

from pathlib import Path

from planner.app.looks import Looks, refuse_unreconciled
from planner.app.question import refuse_no_workbook
from planner.errors import OptionError
from planner.findings import average_delay, cash_cost
from planner.model import RULES
from planner.report.dossier import Dossier, Provenance
from planner.results import Result, load
from planner.study.bridge import WithoutPlant
from planner.study.frontier import Point


def redraw(folder: Path, output: Path | None, looks: Looks) -> Path:
    """Write the report of a result folder again; where it is: as asked, or beside the folder.

    Raises CaseError for a folder that holds no result, OptionError for a place that no workbook can have, WriteError
    where it cannot be written, CertificateError where its checks fail.
    """
    workbook = output or folder.resolve().with_name(f"{folder.resolve().name}.xlsx")
    refuse_no_workbook(workbook)
    if workbook.resolve().is_relative_to(folder.resolve()):
        raise OptionError(f"{workbook} lies in the result folder itself; give the report another place with -o")
    looks.check()
    failed = looks.write(workbook, dossier_of(load(folder)))
    looks.print(workbook)
    refuse_unreconciled(failed, workbook)
    return workbook


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
        frontier=tuple(_point(each) for each in result.frontier),
        without_plant=WithoutPlant(**run["without_plant"]) if "without_plant" in run else None,
        options=tuple(each.option for each in result.alternatives),
        risk=result.risk,
        places=run.get("places", {}),
    )


def _point(result: Result) -> Point:
    """A plan on the frontier, with where it lies."""
    case, plan = result.case, result.solution
    return Point(average_delay(case, plan), cash_cost(case, plan), plan)
