"""The plan as one scenario sees it: the tables of a single path, with its own case, for sheets that show things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.instance import Tree
from planner.instance.tree import matured, tree_of
from planner.schema import Case
from planner.schema.scenarios import scenarios
from planner.solution import Solution


def probabilities(solution: Solution) -> dict[str, float]:
    """Probability of each scenario, in the order of the tree."""
    paths = solution["paths"].drop_duplicates("scenario")
    return dict(zip(paths["scenario"], paths["probability"].tolist(), strict=True))


def likeliest(solution: Solution) -> str:
    """The scenario of largest probability; the first of several alike."""
    found = probabilities(solution)
    largest = max(found.values())
    return next(name for name, probability in found.items() if probability >= largest * (1 - 1e-9))


def on_likeliest_path(case: Case, solution: Solution) -> tuple[Case, Solution]:
    """Case and plan as the likeliest scenario sees them; themselves where there is only one."""
    if len(probabilities(solution)) == 1:
        return case, solution
    name = likeliest(solution)
    known = case_of_scenario(case, name)
    return known, solution_of_scenario(solution, name, known)


def case_of_scenario(case: Case, name: str) -> Case:
    """The case as it turns out to be in a scenario: its shocks applied and nothing uncertain about it."""
    known = next(scenario.case for scenario in scenarios(case) if scenario.name == name)
    return known.model_copy(update={"uncertainty": {}})


def solution_of_scenario(solution: Solution, name: str, case: Case) -> Solution:
    """A plan's tables as one scenario sees them: nodes of its path only, called by their period's label.

    Every node has probability 1, so that present money is that of the scenario; the table of paths keeps the
    scenario's name and probability. What the solver said stays that of the whole plan. `case` is the scenario's own.
    """
    paths = solution["paths"]
    path = paths[paths["scenario"] == name].reset_index(drop=True)
    nodes = solution["nodes"].set_index("node").loc[path["node"]]
    labels = dict(zip(nodes.index, nodes["label"], strict=True))
    chances = dict(zip(nodes.index, nodes["probability"].tolist(), strict=True))
    tables = {key: _on_path(table, labels, chances) for key, table in solution.tables.items()}
    tables["paths"] = path.assign(node=_texts(map(labels.get, path["node"])))
    tables["nodes"] = tables["nodes"].assign(probability=1.0)
    tables["starts"] = _with_ready(tables["starts"], case)
    return replace(solution, tables=tables)


def _on_path(table: pd.DataFrame, labels: Mapping[str, str], chances: Mapping[str, float]) -> pd.DataFrame:
    """Rows of a path's nodes under the labels of their periods."""
    if "node" not in table:
        return table
    kept = table[table["node"].isin(list(labels))].reset_index(drop=True)
    if "present_musd" in kept:
        kept["present_musd"] /= kept["node"].map(chances).astype(float)
    for column in ("node", "order", "parent"):
        if column in kept:
            kept[column] = _texts(labels.get(value, value) for value in kept[column])
    return kept


def _with_ready(starts: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Starts with the period in which they are ready on the path; empty where that is after its end."""
    tree = tree_of(case)
    options = set(zip(starts["site"], starts["option"], strict=True))
    ready = {(site, option): _ready(case, tree, site, option) for site, option in options}
    columns = zip(starts["site"], starts["option"], starts["node"], strict=True)
    return starts.assign(ready=_texts(ready[site, option].get(node, "") for site, option, node in columns))


def _texts(values: Iterable[str | None]) -> pd.Series[Any]:
    """A column of texts as the solution's tables have them."""
    return pd.Series(list(values), dtype="object")


def _ready(case: Case, tree: Tree, site: str, option: str) -> dict[str, str]:
    """Label of the period in which halls begun in a period are ready."""
    months = case.sites[site].build_options[option].build_months
    waits = [tree.value(months, node.index) for node in tree]
    found = {}
    for node in tree:
        for at, _ in tree.first_below(node.index, matured(tree, node.period, waits)):
            found[node.name] = tree[at].name
    return found


__all__ = ["case_of_scenario", "likeliest", "on_likeliest_path", "probabilities", "solution_of_scenario"]
