"""Whatever befalls a result folder, `planner report` tells it in one line."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.results.layout import MANIFEST
from tests.sealed import seal

from ..test_cli import RISKY, run
from ..test_cli_report import CASE

FILES = (
    "case.yaml", "run.json", "certificate.json", MANIFEST, "alternatives.json", "tables/nodes.csv", "tables/paths.csv",
    "tables/halls.csv", "tables/ledger.csv", "tables/prices.csv", "alternatives/1/run.json",
    "alternatives/1/tables/fleet.csv", f"alternatives/1/{MANIFEST}",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder with alternatives."""
    folder = tmp_path_factory.mktemp("damage")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    assert run("optimize", str(folder / "case.yaml"), "-o", str(folder / "plan.xlsx"), "-q") == 0
    return folder / "plan"


@pytest.fixture(scope="module")
def risky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder with both studies."""
    folder = tmp_path_factory.mktemp("risky")
    (folder / "case.yaml").write_text(RISKY, "utf-8")
    asked = ("--study", "risk", "--study", "frontier", "--points", "2", "-q")
    assert run("optimize", str(folder / "case.yaml"), "-o", str(folder / "plan.xlsx"), *asked) == 0
    return folder / "plan"


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    moved = path.with_name("moved")
    path.rename(moved)
    path.symlink_to(moved)


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": _write(b""),
    "half": _half,
    "binary": _write(bytes(range(256)) * 40),
    "null": _write(b"null"),
    "list": _write(b"[[]]"),
    "table": _write(b"{}"),
    "number": _write(b"1e999"),
    "deep": _write(b"[" * 100_000),
    "long number": _write(b"9" * 5000),
    "folder": _folder,
    "link": _link,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_file_is_damaged(
    whole: Path, tmp_path: Path, file: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file in each way: exit 2, one line below the count, no traceback."""
    folder = tmp_path / "plan"
    shutil.copytree(whole, folder)
    DAMAGES[damage](folder / file)
    assert run("report", str(folder), "-o", str(tmp_path / "again.xlsx")) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 2, told
    assert "is no complete result folder" in told
    assert not (tmp_path / "again.xlsx").exists()


def _cells(name: str, change: Callable[[list[list[str]]], None]) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = folder / "tables" / f"{name}.csv"
        rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
        change(rows)
        path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")

    return damage


def _set(name: str, column: str, value: str) -> Callable[[Path], object]:
    def change(rows: list[list[str]]) -> None:
        rows[-1][rows[0].index(column)] = value

    return _cells(name, change)


def _fact(file: str, **facts: Any) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        found = json.loads((folder / file).read_text("utf-8"))
        (folder / file).write_text(json.dumps({**found, **facts}), "utf-8")

    return damage


SEALED: dict[str, Callable[[Path], object]] = {
    "no number": _set("halls", "it_mw", "abc"),
    "not a number": _set("halls", "it_mw", "nan"),
    "without end": _set("ledger", "present_musd", "inf"),
    "huge": _set("ledger", "present_musd", "1e308"),
    "negative period": _set("nodes", "period", "-1"),
    "huge period": _set("nodes", "period", "99999"),
    "part of a period": _set("nodes", "period", "0.5"),
    "no period": _set("paths", "period", ""),
    "no probability": _set("paths", "probability", ""),
    "a parent that is none": _set("nodes", "parent", "2099"),
    "a day that is none": _set("nodes", "first_day", "2027-99-99"),
    "a label that is none": _set("nodes", "label", ""),
    "a quote that goes on": _set("halls", "site", '"North"x'),
    "other site": _set("halls", "site", "Elsewhere"),
    "no rows of nodes": _cells("nodes", lambda rows: rows.__delitem__(slice(1, None))),
    "no rows of paths": _cells("paths", lambda rows: rows.__delitem__(slice(1, None))),
    "no rows of halls": _cells("halls", lambda rows: rows.__delitem__(slice(1, None))),
    "a row twice": _cells("halls", lambda rows: rows.append(rows[-1])),
    "a node twice": _cells("nodes", lambda rows: rows.append(rows[-1])),
    "a column more": _cells("halls", lambda rows: [row.append("1") for row in rows] and None),
    "a column twice": _cells("halls", lambda rows: [row.append(row[-1]) for row in rows] and None),
    "a column less": _cells("halls", lambda rows: [row.pop() for row in rows] and None),
    "columns in another order": _cells("halls", lambda rows: [row.reverse() for row in rows] and None),
    "a cell less": _cells("halls", lambda rows: rows[-1].pop() and None),
    "another objective": _fact("run.json", objective_musd=7.0),
    "options of another kind": _fact("run.json", options={"gap": []}),
    "inputs of another kind": _fact("run.json", inputs=[{"file": "x"}]),
    "solver of another kind": _fact("run.json", solver=[1]),
    "plant of another kind": _fact("run.json", without_plant={"x": 1}),
    "places of another kind": _fact("run.json", places={"a": 1}),
    "certificate without checks": _fact("certificate.json", checks=None),
    "certificate of another cost": _fact("certificate.json", present_cost_musd="much"),
}


@pytest.mark.parametrize("damage", SEALED)
def test_the_manifest_was_worked_out_anew(
    whole: Path, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the hash no longer tells, reading or the certificate does: exit 2 or 6, no traceback."""
    folder = tmp_path / "plan"
    shutil.copytree(whole, folder)
    SEALED[damage](folder)
    seal(folder)
    assert run("report", str(folder), "-o", str(tmp_path / "again.xlsx")) in (2, 6)
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "\n  " in told


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """A file with some of its bytes changed, cut out or doubled, or a number put in the place of another."""
    at = chance.randrange(max(1, len(content)))
    kind = chance.randrange(4)
    if kind == 0:
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    if kind == 1:
        return content[:at] + content[at + chance.randrange(1, 40) :]
    if kind == 2:
        return content[:at] + content[max(0, at - 30) :]
    token = chance.choice([b"-1", b"1e308", b"null", b'"x"', b"[]", b"{}", b"0", b"true", b"\xff", b"\n", b","])
    return content[:at] + token + content[at + len(token) :]


def _fuzzed(folder: Path, copies: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST]
    copy = copies / "plan"
    shutil.copytree(folder, copy)
    file = copy / chance.choice(files)
    file.write_bytes(_mutated(file.read_bytes(), chance))
    try:
        seal(copy)
    except ValueError:
        # No manifest can list what cannot be read; the hash tells it.
        shutil.copy(folder / MANIFEST, copy / MANIFEST)
    assert run("report", str(copy), "-o", str(copies / "again.xlsx")) in (0, 2, 6)


@pytest.mark.parametrize("seed", range(10))
def test_random_damage(risky: Path, tmp_path: Path, seed: int) -> None:
    """Bytes changed anywhere, manifest worked out anew: drawn where they say nothing, else refused in words."""
    _fuzzed(risky, tmp_path, seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 500))
def test_much_random_damage(risky: Path, tmp_path: Path, seed: int) -> None:
    """The same, four hundred times."""
    _fuzzed(risky, tmp_path, seed)
