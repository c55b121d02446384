"""A result folder read back: every file as it was written, every plan certified again."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.certificate import Certificate, certify
from planner.disk import RefusedFileError, read_plain, recover, standing
from planner.errors import CaseError, Problem
from planner.files import read_case
from planner.message import Message
from planner.results.damage import (
    DAMAGE,
    parsed,
    read_run,
    read_stated,
    refuse_strangers,
    refuse_unlike,
    told,
)
from planner.results.layout import BELOW, MANIFEST
from planner.results.manifest import MOST_FILE, Manifest, read_manifest
from planner.results.result import Compared, Result
from planner.schema import Case
from planner.schema.alternative_cases import variant
from planner.solution import TABLES, Solution, Status
from planner.study.alternatives import Option
from planner.study.frontier import case_of_points
from planner.study.risk import Risk, risk_from_json
from planner.typed_text import unescaped


def load(folder: Path, *, changed: bool = False) -> Result:
    """Read a result folder back, with the studies that are kept in it, and certify its plans again.

    `changed` takes files as they now are, for one who judges them; else each has to be as its manifest says.
    A swap that a dead run left half done is finished first. A plan that no longer holds has a certificate that says so.
    Raises CaseError, in one line, where something in it is missing, damaged, or not as it was written.
    """
    try:
        recover(folder.with_name(f"{folder.name}.xlsx"))
        if standing(folder.resolve()) != "folder":
            raise RefusedFileError("it is no folder" if folder.exists() else "there is no such folder")
        return _loaded(folder, changed=changed)
    except CaseError as error:
        first = str(error.problems[0]) if error.problems else str(error)
        raise _damaged(folder, first) from error
    except DAMAGE as error:
        raise _damaged(folder, told(error)) from error


def _damaged(folder: Path, reason: str) -> CaseError:
    reason = " ".join(reason.split())[:400]
    if (writer := _earlier(folder)) is None:
        return CaseError([Problem((), f"is no complete result folder: {reason}", str(folder))])
    words = (
        f"was written by an earlier planner (version {writer}) in another form: {reason}. "
        f"Solve its case again: planner optimize {folder / 'case.yaml'}"
    )
    return CaseError([Problem((), words, str(folder))])


def _earlier(folder: Path) -> str | None:
    """Version of the planner that wrote a whole folder before there were manifests; None where it is no such folder."""
    try:
        run = read_run(folder / "run.json")
        read_stated(folder / "certificate.json")
    except DAMAGE:
        return None
    whole = "layout" not in run and standing(folder / MANIFEST) == "nothing" and standing(folder / "tables") == "folder"
    return str(run.get("planner", "unknown")) if whole and all(map(_there, _tables(folder))) else None


def _tables(folder: Path) -> list[Path]:
    return [folder / "tables" / f"{name}.csv" for name in TABLES]


def _loaded(folder: Path, *, changed: bool) -> Result:
    manifest = read_manifest(folder)
    if manifest is None and not changed and read_run(folder / "run.json").get("layout") is not None:
        raise RefusedFileError(f"{MANIFEST} is missing")
    if changed:
        manifest = None
    elif manifest is not None:
        manifest.check(folder)
    read_plain(folder / "case.yaml", MOST_FILE)
    case, _ = read_case(folder / "case.yaml")
    own = _read(folder, case, manifest)
    return replace(
        own,
        risk=_risk(folder / "risk.json", own.solution) if _there(folder / "risk.json") else None,
        frontier=tuple(
            _read(folder / at, case_of_points(case), _below(manifest, at)) for at in _numbered(folder, "frontier")
        ),
        alternatives=_alternatives(folder, case, manifest),
    )


def _there(path: Path) -> bool:
    return standing(path) != "nothing"


def _below(manifest: Manifest | None, at: str) -> Manifest | None:
    """The part of a manifest that speaks of a folder below."""
    if manifest is None:
        return None
    start = f"{at}/"
    return Manifest({name[len(start) :]: entry for name, entry in manifest.entries.items() if name.startswith(start)})


def _read(folder: Path, case: Case, manifest: Manifest | None) -> Result:
    """One plan of a case, without the studies beside it."""
    if standing(folder) not in ("folder", "link"):
        raise RefusedFileError(f"{folder.name} is missing")
    run = read_run(folder / "run.json")
    stated = read_stated(folder / "certificate.json")
    tables = {name: _table(folder, name, manifest) for name in TABLES}
    refuse_strangers(case, tables)
    solution = Solution(
        status=Status[run["status"].upper()],
        objective_musd=run["objective_musd"],
        bound_musd=-math.inf if run["bound_musd"] is None else run["bound_musd"],
        linear=run["linear"],
        tables=tables,
        solver=run["solver"],
        warnings=tuple(map(Message.from_json, run["warnings"])),
        criterion_musd=run["criterion_musd"],
    )
    refuse_unlike(solution.objective_musd, stated)
    return Result(case, solution, _certified(case, solution), run)


def _certified(case: Case, solution: Solution) -> Certificate:
    try:
        return certify(case, solution)
    except DAMAGE as error:
        raise ValueError(f"its tables do not fit its case: {told(error)}") from error


def _risk(path: Path, plan: Solution) -> Risk:
    """The study of risk of a plan."""
    study = risk_from_json(parsed(read_plain(path, MOST_FILE), path.name, dict))
    if {each.name for each in study.scenarios} != set(plan["paths"]["scenario"]):
        raise ValueError(f"{path.name} speaks of other scenarios than the plan")
    return study


def _numbered(folder: Path, kind: str) -> list[str]:
    """Folders 1, 2, ... of a folder, in their order, as paths in the result folder."""
    if not _there(folder / kind):
        return []
    if standing(folder / kind) != "folder":
        raise RefusedFileError(f"{kind} is no folder")
    names = [each.name for each in (folder / kind).iterdir() if standing(each) == "folder"]
    found = [f"{kind}/{name}" for name in names if BELOW.fullmatch(f"{kind}/{name}")]
    if odd := next((each.name for each in (folder / kind).iterdir() if standing(each) == "link"), None):
        raise RefusedFileError(f"{kind}/{odd} is a link to elsewhere")
    ordered = sorted(found, key=lambda each: int(each.rpartition("/")[2]))
    if ordered != [f"{kind}/{position}" for position in range(1, len(ordered) + 1)]:
        raise RefusedFileError(f"{kind} lacks a plan between its first and its last")
    return ordered


def _alternatives(folder: Path, case: Case, manifest: Manifest | None) -> tuple[Compared, ...]:
    listed = folder / "alternatives.json"
    found = []
    entries = parsed(read_plain(listed, MOST_FILE), listed.name, list) if _there(listed) else []
    for position, entry in enumerate(entries, start=1):
        name, at, why = _entry(entry, position)
        if name not in case.alternatives:
            raise ValueError(f"{listed.name} names {name!r}, which is no alternative of the case")
        option = Option(name, case.alternatives[name], variant(case, name), None, why)
        if at is None:
            found.append(Compared(option, None))
            continue
        if standing(folder / "alternatives") != "folder" or standing(folder / at) != "folder":
            raise RefusedFileError(f"{at} is no folder of the result")
        kept = _read(folder / at, option.case, _below(manifest, at))
        found.append(Compared(replace(option, solution=kept.solution), kept.certificate))
    return tuple(found)


def _entry(entry: Any, position: int) -> tuple[str, str | None, str]:
    """Name, folder and reason of an alternative; its folder is its place in the list and leads nowhere else."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise TypeError("alternatives.json holds an entry without a name")
    at, why = entry.get("folder"), entry.get("why_none", "")
    if at is not None and at != f"alternatives/{position}":
        raise ValueError(f"alternatives.json names the folder {at!r}; allowed: alternatives/{position}")
    if not isinstance(why, str):
        raise TypeError("alternatives.json holds a why_none that is no text")
    return entry["name"], at, why


def _table(folder: Path, name: str, manifest: Manifest | None) -> pd.DataFrame:
    """A table as it was written: its own columns in their order, numbers to the last bit, every row once."""
    spec, file = TABLES[name], f"tables/{name}.csv"
    if standing(folder / "tables") != "folder":
        raise RefusedFileError("tables is missing, or no folder")
    content = read_plain(folder / file, MOST_FILE).decode("utf-8")
    rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    columns = [*spec.index, *spec.columns]
    _refuse_header(rows[0] if rows else [], columns, f"{name}.csv")
    body = rows[1:]
    if short := next((line for line, row in enumerate(body, start=2) if len(row) != len(columns)), None):
        raise ValueError(f"{name}.csv has another number of cells than columns in line {short}")
    entry = None if manifest is None else manifest.entries.get(file)
    if manifest is not None and entry is None:
        raise ValueError(f"{MANIFEST} does not list {file}")
    if entry is not None and entry.rows != len(body):
        raise ValueError(f"{name}.csv has {len(body)} rows; {MANIFEST} says {entry.rows}")
    kinds = {column: meaning.kind for column, meaning in spec.columns.items()} | {"period": "whole"}
    _refuse_twice(name, body, len(spec.index))
    data = {
        column: _values([row[at] for row in body], kinds.get(column, "text"), f"{name}.csv", column)
        for at, column in enumerate(columns)
    }
    return pd.DataFrame(data)


def _refuse_header(found: list[str], columns: list[str], file: str) -> None:
    if missing := [column for column in columns if column not in found]:
        raise ValueError(f"{file} lacks {', '.join(missing)}")
    if found != columns:
        raise ValueError(f"{file} has other columns than a result: {', '.join(found)[:120]}")


def _refuse_twice(name: str, rows: list[list[str]], width: int) -> None:
    """Refuse a tree in which a node, or a period of a scenario, stands twice; the certificate looks at other tables."""
    keys = [tuple(row[:width]) for row in rows]
    if name in ("nodes", "paths") and len(set(keys)) < len(keys):
        raise ValueError(f"{name}.csv has a row twice")


def _values(cells: list[str], kind: str, file: str, column: str) -> pd.Series[Any]:
    if kind == "text":
        return pd.Series([unescaped(cell.removeprefix("'")) for cell in cells], dtype="object")
    try:
        numbers = [float(cell) if cell else math.nan for cell in cells]
    except ValueError as error:
        raise ValueError(f"{file} holds a {column} that is no number: {error}") from error
    if odd := next((cell for cell, n in zip(cells, numbers, strict=True) if cell and not math.isfinite(n)), None):
        raise ValueError(f"{file} holds a {column} that is no number: {odd}")
    if kind != "whole":
        return pd.Series(numbers, dtype="float64")
    if odd := next((cell for cell, n in zip(cells, numbers, strict=True) if not 0 <= n < 1e6 or n % 1), None):
        raise ValueError(f"{file} holds a {column} that is no whole number from 0 on: {odd or 'an empty cell'}")
    return pd.Series([int(number) for number in numbers], dtype="int64")
