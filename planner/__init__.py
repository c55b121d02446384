"""Decides where the next gigawatt of AI compute goes.

The Python interface: `read_case`, `check`, `solve`, `certify`, `write_report`, `read_result` and what they give, all of
it imported where it is first asked for.
"""

import os
from typing import TYPE_CHECKING, Any

from planner.lazy_imports import found_in

if TYPE_CHECKING:
    from planner.app.reports import read_result, write_report
    from planner.app.solve_case import certify, solve
    from planner.certificate import Certificate
    from planner.errors import (
        CaseError,
        CertificateError,
        InfeasibleError,
        Interrupted,
        NoPlanError,
        OptionError,
        PlannerError,
        Problem,
        UnboundedError,
        WriteError,
    )
    from planner.files.case import Case, check, read_case
    from planner.results.result import Result
    from planner.results.result_figures import dictionary

__all__ = [
    "Case",
    "CaseError",
    "Certificate",
    "CertificateError",
    "InfeasibleError",
    "Interrupted",
    "NoPlanError",
    "OptionError",
    "PlannerError",
    "Problem",
    "Result",
    "UnboundedError",
    "WriteError",
    "certify",
    "check",
    "dictionary",
    "read_case",
    "read_result",
    "solve",
    "write_report",
]

_ROOMS = {
    "planner.errors": (
        "CaseError",
        "CertificateError",
        "InfeasibleError",
        "Interrupted",
        "NoPlanError",
        "OptionError",
        "PlannerError",
        "Problem",
        "UnboundedError",
        "WriteError",
    ),
    "planner.files.case": ("Case", "check", "read_case"),
    "planner.app.reports": ("read_result", "write_report"),
    "planner.app.solve_case": ("certify", "solve"),
    "planner.certificate": ("Certificate",),
    "planner.results.result_figures": ("dictionary",),
    "planner.results.result": ("Result",),
}
"""Where each name is at home."""

# openpyxl writes other bytes where lxml happens to be installed; the same inputs give the same workbook everywhere.
os.environ.setdefault("OPENPYXL_LXML", "False")


def __getattr__(name: str) -> Any:
    """A name of the interface, imported where it is first asked for; the version, as it is installed."""
    if name == "__version__":
        from importlib.metadata import version

        return version("planner")
    return found_in(_ROOMS, name, globals())


def __dir__() -> list[str]:
    """The interface, for completion."""
    return __all__
