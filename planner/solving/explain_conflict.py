"""A clash of rules in words: which cannot hold together, where and when."""

from __future__ import annotations

from collections.abc import Sequence

from planner.instance import Instance
from planner.model import FiledRow

PLACES = 4
"""Places of one rule that are named; the rest are counted."""

WHOLE_ONLY = (
    "no plan in whole phases can meet this case, though one in parts of phases could: leave more room for a phase in "
    "the limits and budgets, make phases smaller, or set whole_phases to false"
)
"""When the rules could hold together if phases need not be whole."""


def clash_in_words(instance: Instance, rows: Sequence[FiledRow], *, asked: bool) -> str:
    """One line a rule, with its places, its periods and its limit; `asked` is whether more than the case was asked."""
    lines = ["no plan can meet this case; these cannot hold together:"]
    if asked:
        lines.append("  what is asked of the plan beside its case: a limit on cost or delay, or a milestone")
    families: dict[str, list[FiledRow]] = {}
    for entry in rows:
        families.setdefault(entry.rule.name, []).append(entry)
    stated = {name: entries for name, entries in families.items() if entries[0].measure is not None}
    lines += [_family(instance, name, entries) for name, entries in (stated or families).items()]
    workloads = instance.tree[0].case.workloads
    if any(workloads[entry.where[0]].shortfall is None for entry in families.get("demand", ())):
        lines.append("  To let demand go unmet at a price, give the workload a shortfall.")
    return "\n".join(lines)


def _family(instance: Instance, name: str, entries: Sequence[FiledRow]) -> str:
    tree = instance.tree
    where = sorted({", ".join(entry.where) for entry in entries})
    shown = "; ".join(where[:PLACES]) + (f" and {len(where) - PLACES} more" if len(where) > PLACES else "")
    when = [tree[entry.node].period for entry in entries]
    first, last = tree.timeline.label(min(when)), tree.timeline.label(max(when))
    span = first if first == last else f"{first} to {last}"
    return f"  {name} [{shown}] in {span}{_limits(instance, entries)}: {entries[0].rule.sentence}"


def _limits(instance: Instance, entries: Sequence[FiledRow]) -> str:
    """The limits of a rule's rows, which way they limit and in what: a range for each direction and unit."""
    limits: dict[tuple[str, str], list[float]] = {}
    for entry in entries:
        if entry.direction and entry.measure and entry.limit is not None:
            told = limits.setdefault((entry.direction.value, entry.measure.unit), [])
            told.append(entry.limit * instance.size(entry.measure))
    ranges = [f"{way} {_range(min(told), max(told))} {unit}" for (way, unit), told in limits.items()]
    return f" ({'; '.join(ranges)})" if ranges else ""


def _range(low: float, high: float) -> str:
    return f"{low:,.6g}" if low == high else f"{low:,.6g} to {high:,.6g}"
