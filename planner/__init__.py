"""Decides where the next gigawatt of AI compute goes.

The Python interface: `read_case`, `check`, `solve`, `certify`, `write_report`, `read_result` and what they give, all of
it imported where it is first asked for.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from planner.files.case import Case, read_case

__all__ = [
    "Case",
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
    "read_case",
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
    "planner.files.case": ("Case", "read_case"),
}
"""Where each name is at home."""

# openpyxl writes other bytes where lxml happens to be installed; the same inputs give the same workbook everywhere.
os.environ.setdefault("OPENPYXL_LXML", "False")


def __getattr__(name: str) -> Any:
    """A name of the interface, imported where it is first asked for."""
    room = next((room for room, names in _ROOMS.items() if name in names), None)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(room), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The interface, for completion."""
    return __all__
