"""Streams that are closed, broken or full, and signals that stop a run: a plan that is there is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.results import load

from .test_cli import SMALL

pytestmark = pytest.mark.skipif(os.name != "posix", reason="written for a POSIX shell")
SLOW = """\
import sys, time
import planner.app.run_studies as studies
first = studies._steps
def slow(*asked):
    print("solved", flush=True)
    time.sleep(60)
    yield from first(*asked)
studies._steps = slow
from planner.cli import main
main(sys.argv[1:])
"""
STARTS = "import planner.cli; print('ready', flush=True); planner.cli.main()"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with the smallest case."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return tmp_path


def _shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line of a shell, in which $P is the planner; its exit code is that of the planner."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder,
        env={**os.environ, "P": f"{sys.executable} -m planner", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "command",
    [
        "$P optimize small.yaml --json | true",
        "$P optimize small.yaml >&-",
        "$P optimize small.yaml 2>&-",
        "$P optimize small.yaml --json >&- 2>&- <&-",
        "($P optimize small.yaml 2>&1 >&3 | true) 3>&1",
        "$P optimize small.yaml 2>/dev/full",
    ],
)
def test_nobody_listens(small: Path, command: str) -> None:
    """A plan, exit 0, and nobody complains of anything."""
    done = _shell(command, small)
    assert done.returncode == 0, done.stderr
    assert not {"Traceback", "Exception ignored", "Error"} & set(done.stderr.replace(":", " ").split())
    assert load(small / "reports/small").certificate.ok
    assert (small / "reports/small.xlsx").is_file()


def test_standard_output_is_full(small: Path) -> None:
    """The result cannot be said: exit 7, and where the plan is."""
    done = _shell("$P optimize small.yaml --json -q >/dev/full", small)
    assert done.returncode == 7
    assert "No space left on device" in done.stderr
    assert "the result is written: reports/small.xlsx" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert load(small / "reports/small").certificate.ok


def test_streams_that_know_no_letters_but_ascii(small: Path) -> None:
    """Progress never stops a solve; JSON stays JSON."""
    (small / "small.yaml").write_text(SMALL.replace("North", "乌兰察布 😀"), "utf-8")
    done = _shell("$P optimize small.yaml --json", small, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "optimal"
    done = _shell("$P check 雪.yaml", small, PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["$P --help | true", "$P schema | true", "$P schema >&-", "$P check small.yaml | true"]
)
def test_commands_that_solve_nothing_are_quiet_too(small: Path, command: str) -> None:
    """Nothing is said of a pipe that nobody reads."""
    done = _shell(command, small)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_stopped_with_a_plan(small: Path, number: signal.Signals, code: int) -> None:
    """Stopped while alternatives are compared: the plan is written, and the exit code is that of the signal."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, "optimize", "small.yaml", "-q"],
        cwd=small,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "solved\n"
        running.send_signal(number)
        _, told = running.communicate(timeout=60)
    assert running.returncode == code, told
    assert "Traceback" not in told
    assert load(small / "reports/small").certificate.ok
    assert sorted(path.name for path in (small / "reports").iterdir()) == ["small", "small.xlsx"]


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8])
def test_stopped_while_it_starts(small: Path, seconds: float) -> None:
    """Before there is a plan: one line, 130, and nothing is left behind."""
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import planner.cli; print('ready', flush=True); planner.cli.main()",
            "optimize",
            "small.yaml",
        ],
        cwd=small,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(seconds)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode in (0, 130), told
    assert "Traceback" not in told
