"""The tables of an answer read into plain numbers by key and node, with every row that cannot be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from planner.plan_reader import Key
from planner.schema import Case
from planner.solution import TABLES, Solution

ColumnByKey: TypeAlias = Mapping[Key, Mapping[str, float]]

_READ = (
    "starts",
    "halls",
    "onsite",
    "orders",
    "deliveries",
    "fleet",
    "serve",
    "clusters",
    "service",
    "regions",
    "markets",
    "residuals",
    "violations",
    "ledger",
)
_MAY_BE_EMPTY = {
    ("starts", "phases"),
    ("onsite", "units"),
    ("orders", "lots"),
    ("ledger", "life_left"),
    ("regions", "headroom_mw"),
    ("markets", "energy_limit_twh"),
    ("markets", "generation_twh"),
}


@dataclass(frozen=True)
class NodeRow:
    """A row of the table of nodes."""

    period: int
    """Position of the period."""
    label: str
    """Name of the period."""
    first_day: str
    """First day as written."""
    parent: str
    """Node before it; empty at the root."""
    probability: float
    """Probability of reaching it."""
    discount: float
    """Present worth of one dollar."""


@dataclass(frozen=True)
class PlanTables:
    """An answer's tables as plain data."""

    nodes: Mapping[str, NodeRow]
    """The tree."""
    paths: Mapping[str, list[tuple[int, str, float]]]
    """Period, node and probability in the order of the rows, by scenario."""
    numbers: Mapping[tuple[str, str], ColumnByKey]
    """Numbers by table and column, then by the row's key without its node, then by node."""
    ready: Mapping[tuple[Key, str], str]
    """Period in which a start is said to be ready, by site and option and by node."""
    faults: tuple[tuple[str, ...], ...]
    """Rows that name something unknown, that occur twice or that hold no number: table, row, what is wrong."""

    def column(self, table: str, column: str) -> ColumnByKey:
        """Numbers of one column by key and node; a row that is not there is not in it."""
        return self.numbers.get((table, column), {})


def read(case: Case, solution: Solution) -> PlanTables:
    """The tables of an answer; rows that cannot be read are left out and listed."""
    nodes = {
        text(name): NodeRow(int(period), text(label), text(day), text(parent), float(probability), float(discount))
        for name, period, label, day, parent, probability, discount in _rows(
            solution, "nodes", "node", "period", "label", "first_day", "parent", "probability", "discount"
        )
    }
    paths: dict[str, list[tuple[int, str, float]]] = {}
    for scenario, period, node, probability in _rows(solution, "paths", "scenario", "period", "node", "probability"):
        paths.setdefault(text(scenario), []).append((int(period), text(node), float(probability)))
    known = _known(case, nodes)
    numbers: dict[tuple[str, str], dict[Key, dict[str, float]]] = {}
    faults: list[tuple[str, ...]] = []
    for table in _READ:
        columns, wrong = _read_table(solution, table, known)
        numbers |= columns
        faults += wrong
    ready: dict[tuple[Key, str], str] = {
        ((text(site), text(option)), text(node)): text(period)
        for node, site, option, period in _rows(solution, "starts", "node", "site", "option", "ready")
    }
    return PlanTables(nodes, paths, numbers, ready, tuple(faults))


def text(value: Any) -> str:
    """A cell of text; nothing for an empty one."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _rows(solution: Solution, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    data = solution.tables.get(table)
    return iter(()) if data is None else zip(*(data[column].tolist() for column in columns), strict=True)


def _known(case: Case, nodes: Mapping[str, NodeRow]) -> dict[str, Callable[[Mapping[str, str]], bool]]:
    """What each index column may name, given the whole row."""
    return {
        "node": lambda row: row["node"] in nodes,
        "site": lambda row: row["site"] in case.sites,
        "option": lambda row: row["site"] in case.sites and row["option"] in case.sites[row["site"]].build_options,
        "source": lambda row: row["source"] in case.onsite_sources,
        "chip": lambda row: row["chip"] in case.chips,
        "market": lambda row: row["market"] in case.markets or ("account" in row and not row["market"]),
        "region": lambda row: row["region"] in case.regions,
        "workload": lambda row: row["workload"] in case.workloads,
        "kind": lambda row: row["kind"] in type(case.policy).model_fields,
        "rule": lambda row: row["rule"] in getattr(case.policy, row["kind"], {}),
    }


def _read_table(
    solution: Solution, table: str, known: Mapping[str, Callable[[Mapping[str, str]], bool]]
) -> tuple[dict[tuple[str, str], dict[Key, dict[str, float]]], list[tuple[str, ...]]]:
    spec = TABLES[table]
    columns = [name for name, column in spec.columns.items() if column.kind != "text"]
    numbers: dict[tuple[str, str], dict[Key, dict[str, float]]] = {(table, name): {} for name in columns}
    into = [(numbers[table, name], (table, name) in _MAY_BE_EMPTY) for name in columns]
    tests = [(name, known[name]) for name in spec.index if name in known]
    at = spec.index.index("node")
    faults: list[tuple[str, ...]] = []
    seen: set[Key] = set()
    width = len(spec.index)
    for row in _rows(solution, table, *spec.index, *columns):
        index = tuple(map(text, row[:width]))
        if index in seen:
            faults.append((table, *index, "twice"))
            continue
        seen.add(index)
        named = dict(zip(spec.index, index, strict=True))
        unknown = [name for name, test in tests if not test(named)]
        if unknown:
            faults.append((table, *index, "unknown", *unknown))
            continue
        key, node = index[:at] + index[at + 1 :], index[at]
        for value, (column, may_be_empty) in zip(row[width:], into, strict=True):
            number = float(value)
            if math.isfinite(number):
                column.setdefault(key, {})[node] = number
            elif not may_be_empty:
                faults.append((table, *index, "no number"))
    return numbers, faults
