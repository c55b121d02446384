"""From a result to all that its report is drawn from."""

from __future__ import annotations

from planner.model import RULES
from planner.report.dossier import Dossier, Provenance
from planner.results import Result


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
            changes=tuple(run.get("changes", ())),
        ),
        studied=result.studied,
        places=run.get("places", {}),
    )
