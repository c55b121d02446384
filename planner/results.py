"""A result folder, written and read back: the case, the tables, the certificate and how the run went.

<name>/case.yaml          the case as solved, complete and normalised
<name>/tables/*.csv       every table of the solution, columns as `planner.solution.TABLES` says
<name>/certificate.json   the independent check
<name>/run.json           versions, options, status, gap, input hashes; the only place with clock readings
<name>/risk.json          the study of risk, where it was run
<name>/frontier/1, 2 ...  a result folder for each plan on the frontier, the cheapest first, where it was traced
<name>/alternatives.json  what each alternative of the case came to, where they were solved: its name, its folder or
                          why there is no plan
<name>/alternatives/1 ... a result folder for each alternative with a plan
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.certify import Certificate, Check
from planner.damage import read_json, read_run, refuse_strangers, refuse_unlike, told
from planner.errors import CaseError, Problem
from planner.files import read_case, write_yaml
from planner.schema import Case
from planner.schema.variants import variant
from planner.solution import TABLES, Solution, Status
from planner.study.frontier import case_of_points
from planner.study.options import Option
from planner.study.risk import Risk, risk_from_json


@dataclass(frozen=True)
class Result:
    """A solved and certified case, with the studies that were run on it."""

    case: Case
    solution: Solution
    certificate: Certificate
    run: Mapping[str, Any]
    """Who solved what, with what: versions, options, inputs with their hashes, run id, times."""
    risk: Risk | None = None
    """The study of risk, where it was run."""
    frontier: tuple[Result, ...] = ()
    """Plans on the frontier of cost against delay, the cheapest first, where it was traced."""
    alternatives: tuple[Compared, ...] = ()
    """Alternatives of the case, where they were solved."""

    @property
    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Every certificate, with where in the result folder its plan is kept."""
        yield "", self.certificate
        for position, point in enumerate(self.frontier, start=1):
            yield f"frontier/{position}", point.certificate
        for position, each in enumerate(self.alternatives, start=1):
            if each.certificate is not None:
                yield f"alternatives/{position}", each.certificate


@dataclass(frozen=True)
class Compared:
    """An alternative as it was solved, and the check of its plan."""

    option: Option
    certificate: Certificate | None
    """None where there is no plan."""


def run_id(case: Case, version: str, options: Mapping[str, Any]) -> str:
    """Name of a run: the same case, version and options give the same twelve characters."""
    question = json.dumps([write_yaml(case), version, options], sort_keys=True, default=str)
    return hashlib.sha256(question.encode()).hexdigest()[:12]


PARTS = frozenset(
    {
        "case.yaml",
        "certificate.json",
        "run.json",
        "risk.json",
        "tables",
        "frontier",
        "alternatives.json",
        "alternatives",
    }
)
"""What a result folder holds, and all that may be in one that is replaced."""


def foreign(folder: Path) -> str | None:
    """What stands in the place of a result folder and is none, in words; None where a result may be written."""
    if not folder.exists() and not folder.is_symlink():
        return None
    if folder.is_symlink() or not folder.is_dir():
        return "is a file"
    strange = sorted(path.name for path in folder.iterdir() if path.name not in PARTS)
    if strange:
        return f"holds {strange[0]}, which is no part of a result"
    empty = not any(folder.iterdir())
    return None if empty or (folder / "run.json").is_file() else "is no result folder"


def save(result: Result, folder: Path) -> None:
    """Write a result folder whole or not at all; one of the same name is replaced.

    Raises OSError where the folder cannot be written, or something else stands in its place.
    """
    if reason := foreign(folder):
        raise OSError(f"{folder} {reason}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made.chmod(0o755)
        _write(result, made)
        _swap(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(folder: Path) -> Result:
    """Read a result folder back, with the studies that are kept in it.

    Raises CaseError where something in it is missing or damaged.
    """
    case, _ = read_case(folder / "case.yaml")
    try:
        studied = folder / "risk.json"
        own = _read(folder, case)
        return replace(
            own,
            risk=_risk(studied, own.solution) if studied.is_file() else None,
            frontier=tuple(_read(each, case_of_points(case)) for each in _numbered(folder / "frontier")),
            alternatives=_alternatives(folder, case),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CaseError([Problem((), f"is no complete result folder: {told(error)}", str(folder))]) from error


def _read(folder: Path, case: Case) -> Result:
    """One plan of a case, without the studies beside it."""
    run, record = read_run(folder / "run.json"), read_json(folder / "certificate.json", dict)
    tables = {name: _read_table(folder / "tables" / f"{name}.csv", name) for name in TABLES}
    refuse_strangers(case, tables)
    solution = Solution(
        status=Status[run["status"].upper()],
        objective_musd=run["objective_musd"],
        bound_musd=-math.inf if run["bound_musd"] is None else run["bound_musd"],
        linear=run["linear"],
        tables=tables,
        solver=run["solver"],
        warnings=tuple(run["warnings"]),
        criterion_musd=run["criterion_musd"],
    )
    certificate = Certificate(
        ok=record["ok"],
        checks=tuple(Check(**check) for check in record["checks"]),
        present_cost_musd=record["present_cost_musd"],
    )
    refuse_unlike(solution.objective_musd, certificate)
    return Result(case, solution, certificate, run)


def _risk(path: Path, plan: Solution) -> Risk:
    """The study of risk of a plan."""
    study = risk_from_json(read_json(path, dict))
    if {each.name for each in study.scenarios} != set(plan["paths"]["scenario"]):
        raise ValueError(f"{path.name} speaks of other scenarios than the plan")
    return study


def _numbered(folder: Path) -> list[Path]:
    """Folders 1, 2, ... of a folder, in their order."""
    return sorted(folder.iterdir(), key=lambda each: int(each.name)) if folder.is_dir() else []


def _alternatives(folder: Path, case: Case) -> tuple[Compared, ...]:
    listed = folder / "alternatives.json"
    found = []
    for entry in read_json(listed, list) if listed.is_file() else ():
        name, at = entry["name"], entry["folder"]
        if name not in case.alternatives:
            raise ValueError(f"{listed.name} names {name!r}, which is no alternative of the case")
        option = Option(name, case.alternatives[name], variant(case, name), None, entry["why_none"])
        kept = None if at is None else _read(folder / at, option.case)
        if kept is None:
            found.append(Compared(option, None))
        else:
            found.append(Compared(replace(option, solution=kept.solution), kept.certificate))
    return tuple(found)


def _write(result: Result, folder: Path) -> None:
    solution = result.solution
    (folder / "case.yaml").write_text(write_yaml(result.case), "utf-8")
    (folder / "tables").mkdir()
    for name in TABLES:
        _guarded(solution[name]).to_csv(folder / "tables" / f"{name}.csv", index=False, lineterminator="\n")
    facts = {
        "status": solution.status.name.lower(),
        "objective_musd": solution.objective_musd,
        "criterion_musd": solution.criterion_musd,
        "bound_musd": None if solution.gap is None else solution.bound_musd,
        "gap": solution.gap,
        "linear": solution.linear,
        "warnings": list(solution.warnings),
        "solver": dict(solution.solver),
    }
    _write_json(folder / "certificate.json", result.certificate.to_json())
    _write_json(folder / "run.json", {**result.run, **facts})
    if result.risk is not None:
        _write_json(folder / "risk.json", result.risk.to_json())
    for position, point in enumerate(result.frontier, start=1):
        _write_below(point, folder / "frontier" / str(position))
    if result.alternatives:
        _write_alternatives(result, folder)


def _write_alternatives(result: Result, folder: Path) -> None:
    listed = []
    for position, each in enumerate(result.alternatives, start=1):
        option, at = each.option, None
        if option.solution is not None and each.certificate is not None:
            at = f"alternatives/{position}"
            run = {**result.run, "alternative": option.name}
            _write_below(Result(option.case, option.solution, each.certificate, run), folder / at)
        listed.append({"name": option.name, "folder": at, "why_none": option.why_none})
    _write_json(folder / "alternatives.json", listed)


def _write_below(result: Result, folder: Path) -> None:
    folder.mkdir(parents=True)
    _write(result, folder)


def _write_json(path: Path, data: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _swap(made: Path, folder: Path) -> None:
    """Put a finished folder in the place of an older one."""
    if not folder.exists():
        made.replace(folder)
        return
    older = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        folder.replace(older / folder.name)
        try:
            made.replace(folder)
        except OSError:
            (older / folder.name).replace(folder)
            raise
    finally:
        shutil.rmtree(older, ignore_errors=True)


_FORMULA = r"^([=+\-@\t\r'])"
"""Beginnings of a text that a spreadsheet takes for a formula, and of one that was guarded against that."""


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for a formula when it opens the CSV: an apostrophe comes first."""
    texts = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    return table.assign(**{name: table[name].astype("str").str.replace(_FORMULA, r"'\1", regex=True) for name in texts})


def _read_table(path: Path, name: str) -> pd.DataFrame:
    spec = TABLES[name]
    data = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [column for column in (*spec.index, *spec.columns) if column not in data.columns]
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(missing)}")
    kinds = {column: meaning.kind for column, meaning in spec.columns.items()} | {"period": "whole"}
    for column in data.columns:
        kind = kinds.get(column, "text")
        if kind == "text":
            data[column] = data[column].astype("object").str.replace(r"^'", "", regex=True)
        else:
            data[column] = pd.to_numeric(data[column]).astype("int64" if kind == "whole" else "float64")
    return data
