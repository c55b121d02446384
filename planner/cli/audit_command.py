"""The command that judges a result anew."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.options import CONTEXT, Finite, json_option
from planner.cli.streams import as_text, complain, tell
from planner.cli.terminal import terminal_progress

if TYPE_CHECKING:
    from planner.app.audit import Audited
    from planner.audit.goals import ComparedAmount


@click.command(context_settings=CONTEXT)
@click.argument("folder", type=click.Path(path_type=Path), metavar="RESULT")
@click.option(
    "--time-limit", type=Finite(min=0, min_open=True), metavar="S", help="Seconds for each solve; no limit by default."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@json_option
def audit(folder: Path, time_limit: float | None, quiet: bool, as_json: bool) -> int:
    """Judge the plan in the result folder RESULT by a second formulation of its case.

    The certificate proves that a plan keeps the rules and costs what it says; this says whether it is the best one.
    The case that the folder keeps is built anew by code that shares nothing with the model, the plan is put
    into it and has to fit and to cost the same, and its optimum is sought with another algorithm. Exit code 0 where
    plan, bound and certificate agree, 6 where they do not, 5 where the time limit came before it was known.

    \b
    Examples:
      planner audit reports/2026
      planner audit reports/2026-risk --time-limit 600
      planner audit reports/2026 --json
    """
    from planner.app import audit as app

    progress = terminal_progress(shown=not quiet)
    found = app.audit(folder, time_limit=time_limit, report=progress)
    progress.done()
    if as_json:
        tell(as_text(found.to_json()))
    elif not quiet:
        tell(_told(found))
    for reason in _reasons(found):
        complain(f"planner: {reason}")
    return found.exit_code


def _told(found: Audited) -> str:
    """What was found, in a few lines."""
    rows = {"plan": f"{found.folder}, objective {found.result.case.goals.objective}"}
    failed = [check.id for check in found.certificate.checks if not check.ok]
    rows["certificate"] = "FAILS: " + ", ".join(failed) if failed else "holds"
    rows["files"] = found.altered or "as the run wrote them"
    rows["second formulation"] = "; ".join(found.audit.faults) or "the plan fits into it and costs the same there"
    for each in found.audit.compared:
        rows[each.what] = _compared(each)
    if found.audit.compared:
        size = f"{found.audit.columns:,} columns, {found.audit.rows:,} rows"
        rows["solved by"] = f"{found.audit.algorithm}, {size}, in {found.seconds:.1f} s"
    verdict = {0: "agrees", 5: "nothing speaks against it; the time did not suffice to prove it", 6: "DIFFERS"}
    rows["verdict"] = verdict[found.exit_code]
    width = max(map(len, rows)) + 2
    return "\n".join(f"{name:<{width}}{value}" for name, value in rows.items())


def _compared(each: ComparedAmount) -> str:
    found = f"{each.audit:,.10g}" if abs(each.audit) < inf else "no plan found"
    text = f"{found} {each.unit} for the plan's {each.plan:,.10g}"
    if abs(each.audit_bound) < inf and each.audit_bound != each.audit:
        text += f", none below {each.audit_bound:,.10g}"
    return text if each.agrees else f"{text}: DIFFERS"


def _reasons(found: Audited) -> list[str]:
    """Why the result is not to be trusted, a line each."""
    reasons = [
        f"the certificate fails: {check.sentence} Off by {check.worst:.6g} {check.unit} at {check.where}"
        for check in found.certificate.checks
        if not check.ok
    ]
    if found.altered:
        reasons.append(f"the folder was changed since its run: {found.altered}")
    reasons += [f"the plan does not fit its case: {fault}" for fault in found.audit.faults]
    for each in found.audit.compared:
        if not each.agrees:
            reasons.append(
                f"the plan is not the best of its case: {each.what} is {each.plan:,.10g} {each.unit} "
                f"(none below {each.plan_bound:,.10g}, it says), and the second formulation finds "
                f"{each.audit:,.10g} (none below {each.audit_bound:,.10g})"
            )
    return reasons
