"""The printed copy: drawn by LibreOffice where there is one, a plain message where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from planner.errors import WriteError
from planner.report import pdf
from planner.report.pdf import find_office, write_pdf

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
needs_shell = pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")


@pytest.fixture
def workbook(book: bytes, tmp_path: Path) -> Path:
    """The small case's workbook, with a name that a program might take for an option."""
    path = tmp_path / "reports" / "-a report.xlsx"
    path.parent.mkdir()
    path.write_bytes(book)
    return path


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that stands on the PATH as soffice."""
    script = tmp_path / "bin" / "soffice"
    script.parent.mkdir()
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return script


def _says(script: Path, text: str) -> None:
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)


@needs_office
def test_a_workbook_is_printed_and_nothing_else_is_left(workbook: Path, tmp_path: Path) -> None:
    """The small case is a study in fractions, which every printed page of it says."""
    target = tmp_path / "print" / "plan.pdf"
    before = workbook.read_bytes()
    write_pdf(workbook, target)
    assert target.read_bytes().startswith(b"%PDF")
    assert workbook.read_bytes() == before
    assert [path.name for path in workbook.parent.iterdir()] == [workbook.name]
    assert [path.name for path in target.parent.iterdir()] == ["plan.pdf"]
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, text=True)
        assert "ALL OK" in text.stdout
        assert "1 of " in text.stdout
        *pages, rest = text.stdout.split("\f")
        assert len(pages) > 10
        assert rest == ""
        assert [number for number, page in enumerate(pages, start=1) if "not for signature" not in page] == []


@needs_office
def test_an_older_print_is_replaced(workbook: Path, tmp_path: Path) -> None:
    target = tmp_path / "plan.pdf"
    target.write_bytes(b"old")
    write_pdf(workbook, target)
    assert target.read_bytes().startswith(b"%PDF")


def test_without_libreoffice_the_message_says_what_to_install(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(
        WriteError, match=r"LibreOffice Calc \(soffice\), which is not on the PATH; install it"
    ) as caught:
        write_pdf(workbook, workbook.with_suffix(".pdf"))
    assert caught.value.exit_code == 7
    assert [path.name for path in workbook.parent.iterdir()] == [workbook.name]


def test_libreoffice_is_found_under_either_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", {"libreoffice": "/usr/bin/libreoffice"}.get)
    assert find_office() == "/usr/bin/libreoffice"


@needs_shell
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo starting; echo 'Error: source file could not be loaded.' >&2", "Error: source file could not be loaded"),
        ("exit 0", "it said nothing"),
        ('touch "$7/report.pdf"; echo crashed; exit 81', "crashed"),
    ],
)
def test_a_program_that_fails_is_told_with_its_last_words(
    script: str, reason: str, workbook: Path, stand_in: Path, tmp_path: Path
) -> None:
    """The older print stays, and so does the workbook."""
    _says(stand_in, script)
    target = tmp_path / "reports" / "plan.pdf"
    target.write_bytes(b"old")
    with pytest.raises(WriteError) as caught:
        write_pdf(workbook, target)
    assert str(caught.value) == f"LibreOffice did not print {workbook}: {reason}. The workbook itself is there."
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in target.parent.iterdir()) == [workbook.name, "plan.pdf"]


@needs_shell
def test_a_program_that_hangs_is_ended_with_all_it_started(
    workbook: Path, stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is a script around the program, so that ending the script alone would leave the program running."""
    _says(stand_in, f"sleep 600 & echo $! > '{tmp_path}/started'; wait")
    monkeypatch.setattr(pdf, "MOST_SECONDS", 0.5)
    with pytest.raises(WriteError, match=r"it took more than 0\.5 seconds"):
        write_pdf(workbook, tmp_path / "plan.pdf")
    started = int((tmp_path / "started").read_text())
    for _ in range(200):
        if _ended(started):
            break
        time.sleep(0.05)
    assert _ended(started)
    assert not (tmp_path / "plan.pdf").exists()


def _ended(process: int) -> bool:
    """Whether a process is gone, or waits for nothing but to be counted."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


@needs_shell
def test_a_target_that_cannot_be_written_is_a_plain_message(workbook: Path, stand_in: Path, tmp_path: Path) -> None:
    _says(stand_in, "echo '%PDF' > \"$7/report.pdf\"")
    target = tmp_path / "reports" / "folder.pdf"
    target.mkdir()
    with pytest.raises(WriteError, match=r"cannot write .*folder\.pdf"):
        write_pdf(workbook, target)
    assert sorted(path.name for path in target.parent.iterdir()) == [workbook.name, "folder.pdf"]


def test_a_workbook_that_is_not_there_is_a_plain_message(tmp_path: Path, stand_in: Path) -> None:
    _says(stand_in, "exit 0")
    with pytest.raises(WriteError, match="No such file"):
        write_pdf(tmp_path / "none.xlsx", tmp_path / "none.pdf")
