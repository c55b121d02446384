"""A case solved in memory, and its plan certified again: `planner.solve` and `planner.certify`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from planner import schema
from planner.app.progress import Progress
from planner.app.request import Question, solver_named
from planner.app.run import answer
from planner.certificate import Certificate
from planner.certificate import certify as certify_plan
from planner.errors import Interrupted, OptionError
from planner.files.case import Case
from planner.lp import Options
from planner.message import Message
from planner.results import Result, the_result
from planner.schema.goals import Objective
from planner.stage_timing import Report, Timing
from planner.study import STUDIES


def solve(
    case: schema.Case,
    *,
    objective: Objective | None = None,
    risk_weight: float | None = None,
    risk_level: float | None = None,
    studies: str | Collection[str] = (),
    points: int = 9,
    continuous: bool = False,
    untidy: bool = False,
    gap: float = 2e-3,
    time_limit: float | None = None,
    threads: int = 1,
    race: bool = False,
    solver: str = "HiGHS",
    progress: bool | Report = False,
) -> Result:
    """The best plan of a case, certified, with the studies that are asked for.

    `objective` (cost, earliest, delay, regret), `risk_weight` (0 to 1) and `risk_level` (0 to below 1) stand in place
    of the case's own goals. `studies` names what is solved beside the plan: `alternatives` (those that the case lists),
    `frontier` (cost against delay, `points` plans) and `risk`. `continuous` asks for a study in fractions of halls, not
    for signature, and `untidy` for the cheapest plan as it is, without fewer and larger starts and orders. `gap` is the
    fraction of the optimum within which a plan in whole phases counts as proven; `time_limit` is in seconds for each
    solve. With more than one of `threads`, or `race`, which of several best plans
    is found may vary. `progress` is True for stages on standard error, or is called with stage and text.

    Ctrl-C or the time limit ends what runs, and what there is then is the result (`Result.stopped`). A study without an
    answer leaves the plan without it (`Result.lacking`).

    >>> import planner
    >>> result = planner.solve(planner.read_case("inputs/quickstart.yaml"))
    >>> round(result.cost_musd, 2), result.status, result.certificate.ok
    (4883.1, 'optimal', True)
    >>> result.orders.columns.tolist()[:4]
    ['node', 'chip', 'market', 'ordered']

    Raises OptionError for what cannot be asked, InfeasibleError where no plan meets the case, UnboundedError where it
    pays for something without end, NoPlanError where the solver fails or has no time, Interrupted where it is stopped
    without a plan; TypeError where `case` is no case.
    """
    if not isinstance(case, schema.Case):
        raise TypeError(f"solve takes a case, as planner.read_case gives it; found {type(case).__name__}")
    report = _report(progress)
    names = {studies} if isinstance(studies, str) else set(studies)
    beside = {study.name for study in STUDIES if not study.by_name}
    question = Question(
        objective=objective,
        risk_weight=risk_weight,
        risk_level=risk_level,
        studies=frozenset(names - beside),
        points=points,
        plain=names.isdisjoint(beside),
        continuous=continuous,
        untidy=untidy,
        options=Options(solver=solver_named(solver), time_limit=time_limit, gap=gap, threads=threads, race=race),
    )
    return _answered(Case.of(case), question, report)


def _answered(case: Case, question: Question, report: Report) -> Result:
    """What was found of a case, with the seconds that it took."""
    timing = Timing()
    try:
        found = answer(case, question, report=report, timing=timing).result
    except KeyboardInterrupt as error:
        raise Interrupted(Message("stopped before there was a plan")) from error
    if isinstance(report, Progress):
        report.done()
    return replace(found, run={**found.run, "seconds": timing.rounded})


def _report(progress: bool | Report) -> Report:
    """Who is told of the stages."""
    if isinstance(progress, bool):
        return Progress(shown=progress)
    if not callable(progress):
        raise OptionError(Message("progress: found {found}; allowed: True, False or a function", found=repr(progress)))
    return progress


def certify(result: Result, *, tolerance: float = 1e-6) -> Certificate:
    """The independent check of a result's plan, made anew from its case and tables in plain arithmetic.

    `tolerance` is the fraction of the size of each row by which it may miss its mark; the worst miss of each check is
    in the unit that the check names. It shares nothing with the model that found the plan.

    >>> import planner
    >>> certificate = planner.certify(planner.solve(planner.read_case("inputs/quickstart.yaml")))
    >>> certificate.ok, certificate.failed
    (True, ())

    Raises TypeError where `result` is none.
    """
    the_result(result)
    return certify_plan(result.case, result.solution, tolerance=tolerance)
