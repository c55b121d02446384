"""The alternatives of a case, each solved from where the plan stands and set beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.errors import InfeasibleError, NoPlanError, UnboundedError
from planner.findings import average_delay
from planner.message import Message, RefusedValueError
from planner.schema import Case
from planner.schema.alternative_cases import variant
from planner.schema.alternatives import Alternative
from planner.solution import Solution
from planner.study.short_text import SHOWN, amount, more
from planner.study.study_type import KeptStudy, PlanBeside, Study, StudyInput

if TYPE_CHECKING:
    from planner.lp import Options
    from planner.solving import WarmStart
    from planner.stage_timing import Report

GAP, LONGEST = 0.005, 60.0
"""Gap to which an alternative in whole numbers is proven, and seconds for each of its solves at the most: it is set
beside the plan, not carried out."""
ROUNDING = 1e-9
"""Share of a cost that is the solver's rounding."""


@dataclass(frozen=True)
class Option:
    """An alternative as it was solved."""

    name: str
    """Name of the alternative in the case."""
    asked: Alternative
    """What was asked for."""
    case: Case
    """The case that this makes."""
    solution: Solution | None
    """Its plan; None where there is none."""
    why_none: Message | None = None
    """Why there is no plan; None where there is one."""


def options(
    case: Case, start: WarmStart | None, how: Options, *, report: Report = lambda stage, text: None
) -> Iterator[Option]:
    """Each alternative of a case, in the case's order, from where the plan stands that they are compared with.

    One without a plan says why. Raises Interrupted.
    """
    for position, (name, asked) in enumerate(case.alternatives.items(), start=1):
        report("compare", f"{position} of {len(case.alternatives)}: {name}")
        yield _solved(name, asked, variant(case, name), start, how)


def _solved(name: str, asked: Alternative, case: Case, start: WarmStart | None, how: Options) -> Option:
    from planner.solving import session
    from planner.solving.objectives import OBJECTIVES

    # A plan turned over is farther from the old one than from nothing.
    with session(case, how, start=None if asked.only_market else start) as s:
        try:
            if asked.order_most:
                s.order_most(asked.order_most, asked.order_most_in or list(case.markets))
            return Option(name, asked, case, OBJECTIVES[case.goals.objective](s))
        except (InfeasibleError, NoPlanError, UnboundedError) as error:
            return Option(name, asked, case, None, error.message)


Solved = tuple[Option, ...]


def _run(given: StudyInput) -> Iterator[Solved]:
    found: Solved = ()
    how = given.session.options
    if not given.plan.linear:
        limit = min(how.time_limit or LONGEST, LONGEST)
        how = replace(how, gap=max(how.gap, GAP), time_limit=limit)
    for option in options(given.session.case, given.start, how, report=given.report):
        found = (*found, option)
        yield found


def _plans(found: Solved, case: Case) -> dict[int, PlanBeside]:
    return {
        position: PlanBeside(each.case, each.solution, {"alternative": each.name})
        for position, each in enumerate(found, start=1)
        if each.solution is not None
    }


def _data(found: Solved) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "folder": None if each.solution is None else f"alternatives/{position}",
            "why_none": None if each.why_none is None else each.why_none.to_json(),
        }
        for position, each in enumerate(found, start=1)
    ]


def _read(kept: KeptStudy, case: Case, plan: Solution) -> Solved:
    found = []
    for position, entry in enumerate(kept.data(list), start=1):
        name, at, why = _entry(entry, position)
        if name not in case.alternatives:
            raise RefusedValueError(
                Message("alternatives.json names {name}, which is no alternative of the case", name=repr(name))
            )
        changed = variant(case, name)
        solution = None if at is None else kept.plan(position, changed)
        found.append(Option(name, case.alternatives[name], changed, solution, why))
    return tuple(found)


def _entry(entry: Any, position: int) -> tuple[str, str | None, Message | None]:
    """Name, folder and reason of an alternative; its folder is its place in the list and leads nowhere else."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise RefusedValueError(Message("alternatives.json holds an entry without a name"))
    at, why = entry.get("folder"), entry.get("why_none")
    if at is not None and at != f"alternatives/{position}":
        raise RefusedValueError(
            Message(
                "alternatives.json names the folder {at}; allowed: alternatives/{position}",
                at=repr(at),
                position=position,
            )
        )
    return entry["name"], at, None if why is None else Message.from_json(why)


def _in_json(found: Solved | None, plan: Solution) -> list[dict[str, Any]]:
    return [_told(each, plan.objective_musd) for each in found or ()]


def _told(option: Option, plan_musd: float) -> dict[str, Any]:
    """What an alternative comes to, amounts being None where there is no plan."""
    plan = option.solution
    return {
        "name": option.name,
        "present_cost_musd": None if plan is None else plan.objective_musd,
        "more_than_plan_musd": None if plan is None else plan.objective_musd - plan_musd,
        "average_delay_months": None if plan is None else average_delay(option.case, plan),
        "why_none": None if option.why_none is None else str(option.why_none),
        "why_none_message": None if option.why_none is None else option.why_none.to_json(),
    }


def _lines(told: list[dict[str, Any]]) -> dict[str, str]:
    return {"alternatives": "; ".join(map(_in_short, told[:SHOWN])) + more(len(told))} if told else {}


def _in_short(each: dict[str, Any]) -> str:
    """An alternative with what it costs more than the plan.

    >>> _in_short({"name": "dear", "present_cost_musd": 62.0, "more_than_plan_musd": 2.0})
    'dear +2'
    >>> _in_short({"name": "alike", "present_cost_musd": 60.0, "more_than_plan_musd": -4e-11})
    'alike +0'
    """
    extra, cost = each["more_than_plan_musd"], each["present_cost_musd"]
    if extra is None:
        return f"{each['name']} no plan"
    extra = 0.0 if abs(extra) <= ROUNDING * abs(cost) else extra
    return f"{each['name']} {'-' if extra < 0 else '+'}{amount(abs(extra))}"


ALTERNATIVES = Study(
    name="alternatives",
    sentence="Each alternative that the case lists, solved and set beside the plan.",
    run=_run,
    read=_read,
    by_name=False,
    needs=lambda case: None if case.alternatives else Message("add a table of alternatives to the case"),
    starts_at_plan=True,
    stage="compare",
    data=_data,
    plans=_plans,
    in_json=_in_json,
    lines=_lines,
    missing=(
        "no alternatives were solved beside the plan; add a table of alternatives to the case, and leave out --plain."
    ),
)
