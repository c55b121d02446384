"""The program without a command line: what each command does, from files to files."""

from planner.app.looks import Looks
from planner.app.question import Question
from planner.app.record import summary
from planner.app.redraw import dossier_of, redraw
from planner.app.run import ChecksFailedError, Outcome, optimize

__all__ = ["ChecksFailedError", "Looks", "Outcome", "Question", "dossier_of", "optimize", "redraw", "summary"]
