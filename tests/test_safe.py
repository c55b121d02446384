"""A plan is never lost, and another's file never touched."""

from __future__ import annotations

import errno
import json
import os
import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from planner.app.deliver import put_in_place
from planner.app.destination import Place
from planner.app.report_options import Looks
from planner.disk import safe_name, staging, staging_of
from planner.errors import PlannerError, WriteError
from planner.results import Result, load, save
from planner.solving import Timing
from tests.killed import everything, killed_at
from tests.sealed import seal

from .test_cli import SMALL, run

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    """Two plans of one name that differ: halls at 2 and at 4 million USD, 120 and 240 million in all."""
    found = []
    for price in (2, 4):
        folder = tmp_path_factory.mktemp("plan")
        (folder / "small.yaml").write_text(SMALL.replace("per_mw: 2", f"per_mw: {price}"), "utf-8")
        assert run("optimize", str(folder / "small.yaml"), "-o", str(folder / "plan.xlsx"), "-q") == 0
        found.append(load(folder / "plan"))
    return found[0], found[1]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest case, in a folder of its own that is also the working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


def _drawn_by_its_run(workbook: Path, dossier: Any, **_: Any) -> tuple[()]:
    """A workbook that is quick to make and says whose it is."""
    with zipfile.ZipFile(workbook, "w") as book:
        about = f"<dc:creator>planner</dc:creator><cp:keywords>run={dossier.provenance.run}, planner=0</cp:keywords>"
        book.writestr("docProps/core.xml", about)
        book.writestr("xl/workbook.xml", '<sheet name="Summary"/>')
    return ()


def _put(result: Result, workbook: Path) -> None:
    place = Place(workbook)
    with place.held() as held:
        put_in_place(result, place, held, Looks(), Timing())


def _pair(workbook: Path) -> set[str]:
    """Runs of the workbook and of the folder at a place; the folder is read whole."""
    folder = workbook.with_suffix("")
    with zipfile.ZipFile(workbook) as book:
        named = re.search(rb"run=(\w+)", book.read("docProps/core.xml"))
    assert named
    return {named[1].decode(), load(folder).run["run"]}


def _killed(results: tuple[Result, Result], at: int, folder: Path) -> int:
    """Kill the second run at a file operation, and read what is there; how many operations a run does."""
    workbook = folder / "plan.xlsx"
    old, new = results
    _put(old, workbook)
    _, count = killed_at(at, lambda: _put(new, workbook))
    load(folder / "plan")
    runs = _pair(workbook)
    assert len(runs) == 1, f"a new workbook over old tables, or the reverse, at {at}"
    assert runs <= {old.run["run"], new.run["run"]}
    _put(old, workbook)
    assert {path.name for path in folder.iterdir()} == {"plan", "plan.xlsx"}, f"leftovers at {at}"
    assert _pair(workbook) == {old.run["run"]}
    return count


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_killed_at_a_file_operation(
    results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill -9 at a sample of all that a run does to files, and at each step of its swap: one whole result each time."""
    monkeypatch.setattr("planner.app.report_options.write_report", _drawn_by_its_run)
    count = _killed(results, 0, tmp_path)
    assert count > 50
    for at in sorted({*range(1, count, 47), *range(count - 24, count + 1)}):
        _killed(results, at, tmp_path)


@pytest.mark.full
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_killed_at_every_file_operation(
    results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill -9 at each thing that a run does to files."""
    monkeypatch.setattr("planner.app.report_options.write_report", _drawn_by_its_run)
    for at in range(1, _killed(results, 0, tmp_path) + 1):
        _killed(results, at, tmp_path)


class _FullDisk:
    """A disk that takes so many bytes more, and then no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A call that writes content to a path, for as long as there is room."""

        def write(path: Path, content: bytes) -> None:
            self.room -= len(content)
            if self.room < 0:
                call(path, content[: max(0, len(content) + self.room)])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            call(path, content)

        return write


@pytest.mark.parametrize("room", [round(120_000 * n / 50) for n in range(0, 50, 7)])
def test_full_disk(results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """No space left after some bytes: the old result stays whole, the new one is kept elsewhere and told."""
    _full(results, tmp_path, monkeypatch, room)


@pytest.mark.full
@pytest.mark.parametrize("room", [round(120_000 * n / 50) for n in range(50)])
def test_full_disk_at_fifty_sizes(
    results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """The same at fifty sizes of what is left."""
    _full(results, tmp_path, monkeypatch, room)


def _full(results: tuple[Result, Result], folder: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr("planner.app.report_options.write_report", _drawn_by_its_run)
    (old, new), workbook = results, folder / "there/plan.xlsx"
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    _put(old, workbook)
    rooms = import_module("planner.disk.staging")

    disk = _FullDisk(room)
    flush = rooms.flush_tree

    def flushed(made: Path) -> None:
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
        if size > disk.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(made))
        flush(made)

    with monkeypatch.context() as full:
        full.setattr(rooms, "write_bytes", disk.write(rooms.write_bytes))
        full.setattr(rooms, "flush_tree", flushed)
        try:
            _put(new, workbook)
        except WriteError as error:
            said = str(error)
        else:
            said = ""
    right = new if not said else old
    assert _pair(workbook) == {right.run["run"]}
    assert {path.name for path in workbook.parent.iterdir()} == {"plan", "plan.xlsx"}
    if "Nothing was solved" in said:
        assert "No space left" in said
    elif said:
        kept = re.search(r"kept in (\S+?)\. Close", said)
        assert kept
        assert load(Path(kept[1], "plan")).run["run"] == new.run["run"]
        assert "that of an earlier run" in said


def test_no_room_for_a_workbook_anywhere(
    results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook can be written nowhere: the tables alone are kept, and the message says where."""

    def full(workbook: Path, dossier: Any, **_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(workbook))

    monkeypatch.setattr("planner.app.report_options.write_report", full)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(WriteError, match="plan's tables alone are kept in") as told:
        _put(results[0], tmp_path / "there/plan.xlsx")
    kept = re.search(r"kept in (\S+?)\. Close", str(told.value))
    assert kept
    assert load(Path(kept[1], "plan")).certificate.ok
    assert not (tmp_path / "there").exists()


def test_a_report_that_cannot_be_drawn_loses_no_plan(
    results: tuple[Result, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the report's: the tables are kept, and the message says where."""

    def broken(workbook: Path, dossier: Any, **_: Any) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr("planner.app.report_options.write_report", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(PlannerError, match="a fault of this tool") as told:
        _put(results[0], tmp_path / "there/plan.xlsx")
    kept = re.search(r"kept in (\S+?);", str(told.value))
    assert kept
    assert load(Path(kept[1], "plan")).certificate.ok


def test_two_runs_to_one_place(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second is refused before it solves, with the process that holds the place; once that is done, it goes on."""
    with staging(Path("reports/small.xlsx")):
        assert run("optimize", "small.yaml") == 7
        told = capsys.readouterr().err
        assert f"process {os.getpid()}" in told
        assert "being written" in told
        assert "solve " not in told
    assert run("optimize", "small.yaml", "-q") == 0
    assert load(Path("reports/small")).certificate.ok


def test_a_dead_runs_folder_is_swept_and_nobody_elses(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a dead run left goes; a hidden folder of that name with anything else in it is not touched."""
    left = staging_of(Path("reports/small.xlsx"))
    (left / "new").mkdir(parents=True)
    (left / "new/half.csv").write_text("half", "utf-8")
    assert run("optimize", "small.yaml", "-q") == 0
    assert sorted(path.name for path in Path("reports").iterdir()) == ["small", "small.xlsx"]
    left.mkdir()
    (left / "mine.txt").write_text("mine", "utf-8")
    assert run("optimize", "small.yaml", "-q") == 7
    assert "mine.txt" in capsys.readouterr().err
    assert (left / "mine.txt").read_text("utf-8") == "mine"


# ---------------------------------------------------------------- somebody else's


@pytest.mark.parametrize(
    "name", [".hidden", "notes.txt", "tables/analysis.xlsx", "frontier/notes.txt", "tables/sub/a.csv"]
)
def test_a_strangers_file_in_the_folder(small: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The run refuses with the file's name, with --force too, and it survives."""
    assert run("optimize", "small.yaml", "-q") == 0
    file = Path("reports/small", name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine", "utf-8")
    for more in ((), ("--force",)):
        assert run("optimize", "small.yaml", "-q", *more) == 2
        assert name.split("/a.csv")[0] in capsys.readouterr().err
        assert file.read_text("utf-8") == "mine"


def test_an_edited_table_is_replaced_by_force_alone(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that its owner changed is named."""
    assert run("optimize", "small.yaml", "-q") == 0
    table = Path("reports/small/tables/halls.csv")
    before = table.read_text("utf-8")
    table.write_text(before + "\n", "utf-8")
    assert run("optimize", "small.yaml", "-q") == 2
    assert "tables/halls.csv is not as it was written" in capsys.readouterr().err
    assert run("optimize", "small.yaml", "-q", "--force") == 0
    assert table.read_text("utf-8") == before


def test_a_folder_of_an_older_version(small: Path) -> None:
    """Without manifest, and without the fact that it has one, a folder is known by the names of its files."""
    assert run("optimize", "small.yaml", "-q") == 0
    folder = Path("reports/small")
    (folder / "manifest.json").unlink()
    record = json.loads((folder / "run.json").read_text("utf-8"))
    del record["layout"]
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    assert run("report", str(folder), "-o", "again.xlsx") == 0
    assert Path("again.xlsx").read_bytes() == folder.with_suffix(".xlsx").read_bytes()
    assert run("optimize", "small.yaml", "-q") == 0
    assert (folder / "manifest.json").is_file()


def _text(path: Path) -> None:
    path.write_text("a letter", "utf-8")


def _case(path: Path) -> None:
    assert run("convert", "small.yaml", str(path)) == 0


def _read_only(path: Path) -> None:
    assert run("optimize", "small.yaml", "-q", "-o", str(path)) == 0
    path.chmod(0o444)


def _link(path: Path) -> None:
    path.with_name("far.xlsx").write_text("far", "utf-8")
    path.symlink_to("far.xlsx")


def _with_notes(path: Path) -> None:
    from openpyxl import load_workbook

    assert run("optimize", "small.yaml", "-q", "-o", str(path)) == 0
    book = load_workbook(path)
    book.create_sheet("My notes")["A1"] = "mine"
    book.save(path)


@pytest.mark.parametrize("make", [_text, _case, _read_only, _link, _with_notes])
def test_a_workbook_that_is_no_report(
    small: Path, make: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused before solving, exit 2, and as it was; --force replaces it, and of a link not what it leads to."""
    path = small.parent / "plan.xlsx"
    make(path)
    before = path.read_bytes()
    assert run("optimize", "small.yaml", "-o", "plan.xlsx") == 2
    told = capsys.readouterr().err
    assert "add --force" in told
    assert "solve " not in told
    assert path.read_bytes() == before
    assert run("optimize", "small.yaml", "-q", "-o", "plan.xlsx", "--force") == 0
    assert not path.is_symlink()
    assert run("optimize", "small.yaml", "-q", "-o", "plan.xlsx") == 0
    if make is _link:
        assert (small.parent / "far.xlsx").read_text("utf-8") == "far"


def test_a_report_that_another_program_saved_is_ours(small: Path) -> None:
    """Its properties stay."""
    from openpyxl import load_workbook

    assert run("optimize", "small.yaml", "-q", "-o", "plan.xlsx") == 0
    load_workbook("plan.xlsx").save("plan.xlsx")
    assert run("optimize", "small.yaml", "-q", "-o", "plan.xlsx") == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_never_opened(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither where a report goes nor in a folder that is read; with --force neither."""
    os.mkfifo("plan.xlsx")
    assert run("optimize", "small.yaml", "-o", "plan.xlsx", "--force") == 2
    assert "pipe" in capsys.readouterr().err
    assert run("convert", "small.yaml", "plan.xlsx", "--force") == 2
    assert run("optimize", "small.yaml", "-q") == 0
    for name in ("case.yaml", "run.json", "tables/halls.csv", "manifest.json", "risk.json"):
        path = Path("reports/small", name)
        kept = path.read_bytes() if path.exists() else None
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        assert run("report", "reports/small", "-o", "again.xlsx") == 2, name
        assert "Traceback" not in capsys.readouterr().err
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name",
    [
        "/../../budget",
        "..",
        "a/b",
        "a\\b",
        "C:evil",
        "CON",
        "nul.txt",
        "x" * 300,
        ".rc",
        "end. ",
        "a+b",
        "雪" * 200,
        "a\u202eb",
        "a\x00b",
        "",
    ],
)
def test_names_are_made_safe(name: str) -> None:
    """One step of a path, at most 255 bytes with what is put around it, no name that a system keeps for itself."""
    made = safe_name(name)
    assert Path(made).name == made
    assert not re.search(r'[<>:"/\\|?*+\x00-\x1f]', made)
    assert len(made.encode()) < 230 or name.startswith("雪")
    assert made not in (".", "..")
    assert not made.startswith(".")
    assert made == made.rstrip(". ")
    assert safe_name(name) == made != safe_name(name + "!")


def test_a_shock_whose_name_is_a_path(small: Path) -> None:
    """The report of a shock called /../../budget stays in reports; one that differs in capitals alone has its own."""
    shocks = "".join(
        f"  {json.dumps(name)}: {{changes: [{{table: sites, field: pue, set: 1.1}}]}}\n"
        for name in ("/../../budget", "Dear", "dear")
    )
    small.write_text(f"{SMALL}shocks:\n{shocks}", "utf-8")
    before = everything(small.parent.parent)
    assert run("optimize", "small.yaml", "-q", "--with", "/../../budget") == 0
    new = everything(small.parent.parent) - before
    assert all(f"{small.parent.name}/reports" in each for each in new)
    assert Path("reports", f"small+{safe_name('/../../budget')}.xlsx").is_file()
    assert run("optimize", "small.yaml", "-q", "--with", "Dear") == 0
    assert run("optimize", "small.yaml", "-q", "--with", "dear") == 0
    assert len({path.name.casefold() for path in Path("reports").glob("*.xlsx")}) == 3


@pytest.mark.parametrize("at", ["/etc", "../..", "alternatives/../../x", "alternatives/2", 5, "alternatives"])
def test_alternatives_are_not_followed_out(
    results: tuple[Result, Result], tmp_path: Path, at: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of an alternative is its place in the list and nothing else."""
    save(results[0], tmp_path / "plan")
    listed = [{"name": "x", "folder": at, "why_none": None}]
    (tmp_path / "plan/alternatives.json").write_text(json.dumps(listed), "utf-8")
    seal(tmp_path / "plan")
    assert run("report", str(tmp_path / "plan")) == 2
    assert "alternatives.json" in capsys.readouterr().err
