"""Nothing of the solver's reaches standard output: what a process writes there is watched from outside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EVERY_PLACE = """
from threading import Thread
import numpy as np
from planner.lp import HighsDoor, Options, Program, SilentHighs, matrix_of, total

def work(whole):
    program = Program()
    x, y = program.decide(high=4.0, whole=whole), program.decide(high=4.0)
    program.require(total([(x, 1.0), (y, 1.0)]) >= 4.5)
    program.require(total([(x, 1.0)]) <= 3.0)
    program.minimise(total([(x, 1.0), (y, 2.0)]))
    door = HighsDoor(Options(race=not whole))
    door.load(matrix_of(program.variables, program.rows, program.objective))
    assert door.run().objective == 6.0
    door.start_from(np.array([2.0, 2.5]))
    assert door.twin().run().objective == 6.0
    door.bound_row(1, low=-1.0, high=-1.0)
    door.run()
    assert door.conflict() == [1]
    door.highs.clear()
    door.highs.run()
    door.highs.resetOptions()
    door.highs.run()

threads = [Thread(target=work, args=[whole]) for whole in (True, False) * 4]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
heard = []
highs = SilentHighs()
highs.cbLogging += lambda event: heard.append(event.message)
highs.addVar(0.0, 1.0)
highs.run()
assert any("Optimal" in each for each in heard)
"""


def written(program: str) -> str:
    """What a program in a process of its own writes to file descriptor 1."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_no_place_where_a_solver_is_made_writes_to_standard_output() -> None:
    """Doors, twins, races, conflicts, cleared solvers, eight threads at a time: not one byte."""
    assert written(EVERY_PLACE) == ""


def test_the_watch_itself_hears_a_solver_that_speaks() -> None:
    """A plain solver writes to the same place, so silence is no accident of the watch."""
    assert "HiGHS" in written("import highspy\nhighs = highspy.Highs()\nhighs.addVar(0.0, 1.0)\nhighs.run()")


def test_a_file_that_has_the_number_of_standard_output_stays_clean(tmp_path: Path) -> None:
    """Where standard output is closed the next file opened gets its number, and nothing of the solver's."""
    path = tmp_path / "ours.txt"
    taken = f"import os\nos.close(1)\nours = open({str(path)!r}, 'w')\nassert ours.fileno() == 1\n"
    assert written(taken + EVERY_PLACE + "ours.close()") == ""
    assert path.read_text() == ""
