"""A result folder read back: every file as it was written, every plan certified again."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from planner.certificate import Certificate, certify
from planner.disk import RefusedFileError, file_type, read_plain, recover
from planner.errors import CaseError, Problem
from planner.files.case import Case, read_case
from planner.message import Message, RefusedValueError
from planner.results.damage import (
    DAMAGE,
    parsed,
    read_run,
    read_stated,
    refuse_strangers,
    refuse_unlike,
    told,
)
from planner.results.layout import LAYOUT, MANIFEST, NUMBER
from planner.results.manifest import MOST_FILE, Manifest, UnknownStudyError, read_manifest
from planner.results.result import Result
from planner.schema import Case as TypedCase
from planner.solution import TABLES, Solution, Status, Tidiness
from planner.study import STUDIES, Studied, Study
from planner.typed_text import unescaped


def load(folder: Path, *, changed: bool = False) -> Result:
    """Read a result folder back, with the studies that are kept in it, and certify its plans again.

    `changed` takes files as they now are, for one who judges them; else each has to be as its manifest says.
    A swap that a dead run left half done is finished first. A plan that no longer holds has a certificate that says so.
    Raises CaseError, in one line, where something in it is missing, damaged, or not as it was written.
    """
    try:
        recover(folder.with_name(f"{folder.name}.xlsx"))
        if file_type(folder.resolve()) != "folder":
            raise RefusedFileError(
                Message("it is no folder") if folder.exists() else Message("there is no such folder")
            )
        return _loaded(folder, changed=changed)
    except CaseError as error:
        first = Message("{problem}", problem=str(error.problems[0] if error.problems else error))
        raise _damaged(folder, first) from error
    except UnknownStudyError as error:
        raise _newer(folder, error) from error
    except DAMAGE as error:
        raise _damaged(folder, told(error)) from error


def _newer(folder: Path, error: UnknownStudyError) -> CaseError:
    try:
        writer = read_run(folder / "run.json")["planner"]
    except DAMAGE:
        return _damaged(folder, error.message)
    words = Message(
        "cannot be read whole: {error} ({version}). Read it with version {writer}, which wrote it, or solve "
        "its case again: planner optimize {file}",
        error=error.message,
        version=version("planner"),
        writer=writer,
        file=folder / "case.yaml",
    )
    return CaseError([Problem((), words, str(folder))])


def _damaged(folder: Path, why: Message) -> CaseError:
    text = " ".join(str(why).split())[:400]
    reason = why if text == str(why) else text
    if (writer := _earlier(folder)) is None:
        return CaseError([Problem((), Message("is no complete result folder: {reason}", reason=reason), str(folder))])
    words = Message(
        "was written by an earlier planner (version {writer}) in another form: {reason}. Solve its case again: "
        "planner optimize {file}",
        writer=writer,
        reason=reason,
        file=folder / "case.yaml",
    )
    return CaseError([Problem((), words, str(folder))])


def _earlier(folder: Path) -> str | None:
    """Version of the planner that wrote a whole folder in an earlier layout; None where it is no such folder."""
    try:
        run = read_run(folder / "run.json")
        read_stated(folder / "certificate.json")
    except DAMAGE:
        return None
    layout, listed = run.get("layout"), _there(folder / MANIFEST)
    of_old = not listed if layout is None else listed and isinstance(layout, int) and layout < LAYOUT
    whole = of_old and file_type(folder / "tables") == "folder" and all(map(_there, _tables(folder)))
    return str(run.get("planner", "unknown")) if whole else None


def _tables(folder: Path) -> list[Path]:
    return [folder / "tables" / f"{name}.csv" for name in TABLES]


def _loaded(folder: Path, *, changed: bool) -> Result:
    manifest = read_manifest(folder)
    if manifest is None and not changed and read_run(folder / "run.json").get("layout") is not None:
        raise RefusedFileError(Message("{manifest} is missing", manifest=MANIFEST))
    if changed:
        manifest = None
    elif manifest is not None:
        manifest.check(folder)
    read_plain(folder / "case.yaml", MOST_FILE)
    case = read_case(folder / "case.yaml")
    own = _read(folder, case, manifest)
    studied = Studied()
    for study in STUDIES:
        kept = _Kept(folder, study, own.run, manifest)
        if kept.there:
            studied = studied.having(study, study.read(kept, case, own.solution))
    certified = {at: _certified(plan.case, plan.solution) for at, plan in studied.plans(case)}
    return replace(own, studied=studied, certified=certified, folder=folder)


@dataclass(frozen=True)
class _Kept:
    """What a result folder holds of a study."""

    folder: Path
    study: Study[Any]
    run: Mapping[str, Any]
    manifest: Manifest | None

    @property
    def there(self) -> bool:
        """Whether it holds anything of it."""
        if self.study.data is None:
            return _there(self.folder / self.study.name)
        return self.study.name in self.run if self.study.file is None else _there(self.folder / self.study.file)

    def data(self, kind: type[list[Any] | dict[str, Any]]) -> Any:
        """Its plain data."""
        if self.study.file is not None:
            return parsed(read_plain(self.folder / self.study.file, MOST_FILE), self.study.file, kind)
        if not isinstance(found := self.run[self.study.name], kind):
            raise RefusedValueError(
                Message(
                    "run.json holds a {name} that is no {more}",
                    name=self.study.name,
                    more="list" if kind is list else "table",
                )
            )
        return found

    def numbers(self) -> list[int]:
        """Numbers of its plans."""
        return _numbers(self.folder / self.study.name)

    def plan(self, number: int, case: TypedCase) -> Solution:
        """A plan of it."""
        at = f"{self.study.name}/{number}"
        if file_type(self.folder / self.study.name) != "folder" or file_type(self.folder / at) != "folder":
            raise RefusedFileError(Message("{at} is no folder of the result", at=at))
        return _solution(self.folder / at, case, _below(self.manifest, at))[0]


def _there(path: Path) -> bool:
    return file_type(path) != "nothing"


def _below(manifest: Manifest | None, at: str) -> Manifest | None:
    """The part of a manifest that speaks of a folder below."""
    if manifest is None:
        return None
    start = f"{at}/"
    return Manifest({name[len(start) :]: entry for name, entry in manifest.entries.items() if name.startswith(start)})


def _read(folder: Path, case: Case, manifest: Manifest | None) -> Result:
    """The plan of a case, without the studies beside it."""
    solution, run = _solution(folder, case, manifest)
    return Result(case, solution, _certified(case, solution), run)


def _solution(folder: Path, case: TypedCase, manifest: Manifest | None) -> tuple[Solution, Mapping[str, Any]]:
    """A plan of a case with its run."""
    if file_type(folder) not in ("folder", "link"):
        raise RefusedFileError(Message("{name} is missing", name=folder.name))
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
        tidiness=Tidiness(**run["tidiness"]) if run.get("tidiness") else None,
    )
    refuse_unlike(solution.objective_musd, stated)
    return solution, run


def _certified(case: TypedCase, solution: Solution) -> Certificate:
    try:
        return certify(case, solution)
    except DAMAGE as error:
        raise RefusedValueError(Message("its tables do not fit its case: {told}", told=told(error))) from error


def _numbers(folder: Path) -> list[int]:
    """Numbers of the plans in a folder, 1, 2, ... in their order."""
    if not _there(folder):
        return []
    if file_type(folder) != "folder":
        raise RefusedFileError(Message("{name} is no folder", name=folder.name))
    if odd := next((each.name for each in folder.iterdir() if file_type(each) == "link"), None):
        raise RefusedFileError(Message("{name}/{odd} is a link to elsewhere", name=folder.name, odd=odd))
    names = [each.name for each in folder.iterdir() if file_type(each) == "folder"]
    numbers = sorted(int(name) for name in names if NUMBER.fullmatch(name))
    if numbers != list(range(1, len(numbers) + 1)):
        raise RefusedFileError(Message("{name} lacks a plan between its first and its last", name=folder.name))
    return numbers


def _table(folder: Path, name: str, manifest: Manifest | None) -> pd.DataFrame:
    """A table as it was written: its own columns in their order, numbers to the last bit, every row once."""
    spec, file = TABLES[name], f"tables/{name}.csv"
    if file_type(folder / "tables") != "folder":
        raise RefusedFileError(Message("tables is missing, or no folder"))
    content = read_plain(folder / file, MOST_FILE).decode("utf-8")
    rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    columns = [*spec.index, *spec.columns]
    _refuse_header(rows[0] if rows else [], columns, f"{name}.csv")
    body = rows[1:]
    if short := next((line for line, row in enumerate(body, start=2) if len(row) != len(columns)), None):
        raise RefusedValueError(
            Message("{name}.csv has another number of cells than columns in line {short}", name=name, short=short)
        )
    entry = None if manifest is None else manifest.entries.get(file)
    if manifest is not None and entry is None:
        raise RefusedValueError(Message("{manifest} does not list {file}", manifest=MANIFEST, file=file))
    if entry is not None and entry.rows != len(body):
        raise RefusedValueError(
            Message(
                "{name}.csv has {body} rows; {manifest} says {rows}",
                name=name,
                body=len(body),
                manifest=MANIFEST,
                rows=str(entry.rows),
            )
        )
    kinds = {column: meaning.kind for column, meaning in spec.columns.items()} | {"period": "whole"}
    _refuse_twice(name, body, len(spec.index))
    data = {
        column: _values([row[at] for row in body], kinds.get(column, "text"), f"{name}.csv", column)
        for at, column in enumerate(columns)
    }
    return pd.DataFrame(data)


def _refuse_header(found: list[str], columns: list[str], file: str) -> None:
    if missing := [column for column in columns if column not in found]:
        raise RefusedValueError(Message("{file} lacks {missing}", file=file, missing=tuple(missing)))
    if found != columns:
        raise RefusedValueError(
            Message("{file} has other columns than a result: {found}", file=file, found=", ".join(found)[:120])
        )


def _refuse_twice(name: str, rows: list[list[str]], width: int) -> None:
    """Refuse a tree in which a node, or a period of a scenario, stands twice; the certificate looks at other tables."""
    keys = [tuple(row[:width]) for row in rows]
    if name in ("nodes", "paths") and len(set(keys)) < len(keys):
        raise RefusedValueError(Message("{name}.csv has a row twice", name=name))


def _values(cells: list[str], kind: str, file: str, column: str) -> pd.Series[Any]:
    if kind == "text":
        return pd.Series([unescaped(cell.removeprefix("'")) for cell in cells], dtype="object")
    try:
        numbers = [float(cell) if cell else math.nan for cell in cells]
    except ValueError as error:
        raise RefusedValueError(
            Message("{file} holds a {column} that is no number: {error}", file=file, column=column, error=error)
        ) from error
    if odd := next((cell for cell, n in zip(cells, numbers, strict=True) if cell and not math.isfinite(n)), None):
        raise RefusedValueError(
            Message("{file} holds a {column} that is no number: {odd}", file=file, column=column, odd=odd)
        )
    if kind != "whole":
        return pd.Series(numbers, dtype="float64")
    if odd := next((cell for cell, n in zip(cells, numbers, strict=True) if not 0 <= n < 1e6 or n % 1), None):
        raise RefusedValueError(
            Message(
                "{file} holds a {column} that is no whole number from 0 on: {odd}",
                file=file,
                column=column,
                odd=odd or "an empty cell",
            )
        )
    return pd.Series([int(number) for number in numbers], dtype="int64")
