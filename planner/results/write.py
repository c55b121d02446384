"""A result written into a folder that is empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from planner.disk import staging
from planner.files import write_yaml
from planner.files.case import Case
from planner.results.layout import LAYOUT, MANIFEST
from planner.results.manifest import Manifest, ManifestEntry, entry_of
from planner.results.may_replace import keep_left_by_systems, refused_folder
from planner.results.result import Result
from planner.solution import TABLES
from planner.typed_text import escaped

_FORMULA = r"^([=+\-@\t\r'])"
"""Beginnings of a text that a spreadsheet takes for a formula, and of one that was guarded against that."""


def save(result: Result, folder: Path) -> None:
    """Write a result folder whole or not at all; one of the same name is replaced.

    Raises OSError where the folder cannot be written, or something else stands in its place.
    """
    if reason := refused_folder(folder):
        raise OSError(f"{folder} {reason}")
    with staging(folder.with_name(f"{folder.name}.xlsx")) as held:
        made = held.new / folder.name
        write(result, made)
        keep_left_by_systems(folder, made)
        held.swap([folder])


def write(result: Result, folder: Path) -> None:
    """Write a result into a folder that is not there yet, its manifest last; raises OSError."""
    folder.mkdir()
    _write(result, folder).save(folder)


def _write(result: Result, folder: Path) -> Manifest:
    solution = result.solution
    (folder / "case.yaml").write_text(write_yaml(result.case), "utf-8")
    (folder / "tables").mkdir()
    entries: dict[str, ManifestEntry] = {}
    for name in TABLES:
        file = f"tables/{name}.csv"
        _guarded(solution[name]).to_csv(folder / file, index=False, lineterminator="\n")
        entries[file] = entry_of(folder, file, len(solution[name]))
    facts = {
        "layout": LAYOUT,
        "status": solution.status.name.lower(),
        "objective_musd": solution.objective_musd,
        "criterion_musd": solution.criterion_musd,
        "bound_musd": None if solution.gap is None else solution.bound_musd,
        "gap": solution.gap,
        "linear": solution.linear,
        "tidiness": None if solution.tidiness is None else asdict(solution.tidiness),
        "warnings": [warning.to_json() for warning in solution.warnings],
        "solver": dict(solution.solver),
    }
    _write_json(folder / "certificate.json", result.certificate.to_json())
    _write_json(folder / "run.json", {**result.run, **facts})
    own = ["case.yaml", "certificate.json", "run.json"]
    for study, found in result.studied.found.items():
        if study.file is not None and study.data is not None:
            _write_json(folder / study.file, study.data(found))
            own.append(study.file)
    for at, plan in result.studied.plans(result.case):
        run = {**result.run, **plan.facts}
        entries |= _write_below(Result(Case.of(plan.case), plan.solution, result.certified[at], run), folder, at)
    return Manifest(entries | {name: entry_of(folder, name) for name in own})


def _write_below(result: Result, folder: Path, at: str) -> dict[str, ManifestEntry]:
    """A plan beside the plan, as a result folder of its own with its own manifest; its files, from the outer folder."""
    (folder / at).mkdir(parents=True)
    manifest = _write(result, folder / at)
    manifest.save(folder / at)
    below = {f"{at}/{name}": entry for name, entry in manifest.entries.items()}
    return below | {f"{at}/{MANIFEST}": entry_of(folder, f"{at}/{MANIFEST}")}


def _write_json(path: Path, data: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for a formula when it opens the CSV: an apostrophe comes first."""
    texts = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    shown = {name: table[name].astype("str").str.replace(_FORMULA, r"'\1", regex=True).map(_escaped) for name in texts}
    return table.assign(**shown)


def _escaped(text: str) -> str:
    return escaped(text, keep="")
