"""A printed copy of a workbook, drawn by LibreOffice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from planner.errors import WriteError
from planner.message import Message
from planner.report.atomic_write import write_whole
from planner.report.words import say

PROGRAMS = ("soffice", "libreoffice")
"""Names under which LibreOffice is started."""
MOST_SECONDS = 120.0
"""Seconds after which the program is ended."""


def find_office() -> str:
    """The program that prints workbooks.

    Raises WriteError where there is none on this machine.
    """
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise WriteError(
            Message(
                "a PDF is printed by LibreOffice Calc (soffice), which is not on the PATH; install it, or leave the "
                "PDF out: the workbook does not need it."
            )
        )
    return found


def write_pdf(workbook: Path, target: Path) -> None:
    """Print a workbook to a PDF, whole or not at all.

    The workbook is one with cached values: LibreOffice shows them as they are. It is given a copy and a profile of
    its own, so that neither an open window nor a lock beside the workbook comes into its way.
    Raises WriteError where there is no such program, where it fails, and where the target cannot be written.
    """
    office = find_office()
    try:
        with tempfile.TemporaryDirectory(prefix="planner-pdf-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            shutil.copyfile(workbook, folder / "report.xlsx")
            printed = _print(office, folder, workbook)
            write_whole(target, printed.read_bytes())
    except OSError as error:
        raise WriteError(
            Message(
                "cannot write {path}: {reason}; close it if it is open.", path=target, reason=error.strerror or error
            )
        ) from error


def _print(office: str, folder: Path, workbook: Path) -> Path:
    """Have the copy of a workbook in a folder printed into it."""
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf:calc_pdf_Export",
        "--outdir",
        str(folder),
        str(folder / "report.xlsx"),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired as error:
            _end(process)
            late = say("it took more than {seconds} seconds", seconds=f"{MOST_SECONDS:g}")
            raise _failed(workbook, late) from error
        except BaseException:
            _end(process)
            raise
    printed = folder / "report.pdf"
    if process.returncode or not printed.is_file():
        raise _failed(workbook, said)
    return printed


def _end(process: subprocess.Popen[str]) -> None:
    """End the program with what it started: the command is but a script around it."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _failed(workbook: Path, said: str) -> WriteError:
    lines = said.strip().splitlines() or [say("it said nothing")]
    return WriteError(
        Message(
            "LibreOffice did not print {workbook}: {reason}. The workbook itself is there.",
            workbook=workbook,
            reason=lines[-1].strip().rstrip("."),
        )
    )
