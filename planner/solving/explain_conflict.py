"""A clash of rules in words: which cannot hold together, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from planner.errors import Interrupted, NoPlanError, PlannerError, UnboundedError
from planner.instance import Instance
from planner.lp import Answer, SolverStatus
from planner.message import Figure, Message, lines, word
from planner.model import FiledRow

PLACES = 4
"""Places of one rule that are named; the rest are counted."""

WHOLE_ONLY = Message(
    "no plan in whole phases, lots and units can meet this case, though one in parts of them could: leave more room "
    "for them in the limits and budgets, make them smaller, or set whole_phases or whole_lots to false"
)
"""When the rules could hold together if nothing need be whole."""


def why_no_plan(answer: Answer) -> PlannerError | None:
    """What it means that an answer holds no plan; None where it holds one, or where a clash has yet to be found."""
    match answer.status:
        case SolverStatus.UNBOUNDED:
            return UnboundedError(
                Message(
                    "the case pays for doing more of something without end: look for a residual value, a subsidy "
                    "or a negative cost that is worth more than what it takes to earn it"
                )
            )
        case SolverStatus.INTERRUPTED:
            return Interrupted(Message("stopped before there was a plan"))
        case SolverStatus.NOTHING:
            return NoPlanError(
                Message(
                    "no plan was found: the solver stopped with {why} after {seconds} s",
                    why=repr(answer.why),
                    seconds=Figure(answer.seconds, ".1f"),
                )
            )
    return None


def clash_in_words(instance: Instance, rows: Sequence[FiledRow], *, asked: bool) -> Message:
    """One line a rule, with its places, its periods and its limit; `asked` is whether more than the case was asked."""
    found = []
    if asked:
        found.append(Message("  what is asked of the plan beside its case: a limit on cost or delay, or a milestone"))
    families: dict[str, list[FiledRow]] = {}
    for entry in rows:
        families.setdefault(entry.rule.name, []).append(entry)
    stated = {name: entries for name, entries in families.items() if entries[0].measure is not None}
    found += [_family(instance, name, entries) for name, entries in (stated or families).items()]
    workloads = instance.tree[0].case.workloads
    if any(workloads[entry.where[0]].shortfall is None for entry in families.get("demand", ())):
        found.append(Message("  To let demand go unmet at a price, give the workload a shortfall."))
    return lines(Message("no plan can meet this case; these cannot hold together:"), *found)


def _family(instance: Instance, name: str, entries: Sequence[FiledRow]) -> Message:
    tree = instance.tree
    where = sorted({", ".join(entry.where) for entry in entries})
    places: Message | str = "; ".join(where[:PLACES])
    if len(where) > PLACES:
        places = Message("{places} and {n} more", places=places, n=len(where) - PLACES)
    when = [tree[entry.node].period for entry in entries]
    first, last = tree.timeline.label(min(when)), tree.timeline.label(max(when))
    return Message(
        "  {rule} [{places}] in {periods}{limits}: {sentence}",
        rule=name,
        places=places,
        periods=first if first == last else Message("{first} to {last}", first=first, last=last),
        limits=_limits(instance, entries),
        sentence=word(entries[0].rule.sentence),
    )


def _limits(instance: Instance, entries: Sequence[FiledRow]) -> Message | str:
    """The limits of a rule's rows, which way they limit and in what: a range for each direction and unit."""
    limits: dict[tuple[str, str], list[float]] = {}
    for entry in entries:
        if entry.direction and entry.measure and entry.limit is not None:
            told = limits.setdefault((entry.direction.value, entry.measure.unit), [])
            told.append(entry.limit * instance.size(entry.measure, entry.node))
    ranges = [
        Message("{way} {range} {unit}", way=word(way), range=_range(min(told), max(told)), unit=word(unit))
        for (way, unit), told in limits.items()
    ]
    if not ranges:
        return ""
    return Message(
        " ({ranges})", ranges=reduce(lambda a, b: Message("{words}; {following}", words=a, following=b), ranges)
    )


def _range(low: float, high: float) -> Message | Figure:
    least, most = Figure(low, ",.6g"), Figure(high, ",.6g")
    return least if low == high else Message("{first} to {last}", first=least, last=most)
