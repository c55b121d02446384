"""What is wrong with a result folder, in words: facts of the wrong kind, and names that the case does not have."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planner.disk import read_plain
from planner.message import Message, RefusedValueError, message_of
from planner.schema import Case
from planner.solution import Status

UNLIKE = 1e-3
"""Share of a plan's cost from which on it is another plan's; a certificate allows far less."""
MOST_RECORD = 64_000_000
"""Bytes of run.json and certificate.json that are read at most."""
DAMAGE = (
    OSError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    RecursionError,
    csv.Error,
)
"""What code that trusts a plan runs into where the plan is damaged."""
FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]
"""A number that is one."""


class TidinessFacts(BaseModel):
    """What tidiness costs."""

    model_config = ConfigDict(extra="forbid")

    within: FiniteNumber
    cheapest_musd: FiniteNumber
    least_musd: FiniteNumber
    before: dict[str, FiniteNumber]
    """Actions of the cheapest plan by kind."""
    after: dict[str, FiniteNumber]
    """Actions of this one."""


class InputFile(BaseModel):
    """A file that the case was read from."""

    model_config = ConfigDict(strict=True)

    file: str
    """Its name."""
    sha256: str
    """Its hash."""


class Run(BaseModel):
    """What run.json has to hold; whatever else stands there is kept as it is."""

    model_config = ConfigDict(strict=True, extra="allow")

    planner: str
    """Version of the planner."""
    run: str
    """Identity of the run."""
    inputs: list[InputFile]
    """Files that the case was read from."""
    overlays: list[str]
    """Named shocks taken on top."""
    options: dict[str, str | int | float | bool | None]
    """Options as asked."""
    places: dict[str, str] = {}
    """Where inputs were typed."""
    status: str
    """What is known of the plan."""
    objective_musd: FiniteNumber
    """Expected present cost, million USD."""
    criterion_musd: FiniteNumber | None
    """What was minimised where risk weighs in, million USD."""
    bound_musd: FiniteNumber | None
    """Proven bound, million USD; None where none was proven yet."""
    linear: bool
    """Whether every decision is continuous."""
    tidiness: TidinessFacts | None = None
    """What tidiness costs, where the plan is not the cheapest that was found."""
    warnings: list[dict[str, Any]]
    """What the reader should know, each a template with its fields."""
    solver: dict[str, Any]
    """Solver, version, options and sizes."""

    @model_validator(mode="after")
    def _proven(self) -> Run:
        if self.bound_musd is None and self.status == "optimal":
            raise RefusedValueError(Message("bound_musd: a plan that is optimal has a bound"))
        return self


def parsed(content: bytes, name: str, kind: type[list[Any] | dict[str, Any]]) -> Any:
    """The table or list that a JSON file says; raises ValueError with the file's name where it says none.

    A key that stands twice, and a number that is none, are refused.
    """
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RefusedValueError(Message("{name} cannot be read: {short}", name=name, short=_short(error))) from error
    if isinstance(found, kind):
        return found
    raise RefusedValueError(Message("{name} holds no {more}", name=name, more="list" if kind is list else "table"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RefusedValueError(Message("a key stands twice"))
    return found


def _no_number(typed: str) -> Any:
    raise RefusedValueError(Message("{typed} is no number", typed=typed))


def _short(error: Exception) -> Message | str:
    return Message("it is nested too deeply") if isinstance(error, RecursionError) else str(error)[:200]


def read_run(path: Path) -> dict[str, Any]:
    """How a run went, as its file says; raises ValueError, in words, for a fact that is missing or of another kind."""
    found = parsed(read_plain(path, MOST_RECORD), path.name, dict)
    Run.model_validate(found)
    if not hasattr(Status, found["status"].upper()):
        raise RefusedValueError(Message("run.json has the unknown status {found}", found=repr(found["status"])))
    return dict(found)


class StatedCertificate(BaseModel):
    """What certificate.json has to hold."""

    model_config = ConfigDict(strict=True, extra="allow")

    ok: bool
    """Whether the plan held when it was written."""
    present_cost_musd: FiniteNumber | None
    """Its present cost as recomputed then, million USD."""
    checks: list[dict[str, Any]]
    """Every check."""


def read_stated(path: Path) -> StatedCertificate:
    """What was certified when a plan was written; raises ValueError, in words, where the file does not say it."""
    return StatedCertificate.model_validate(parsed(read_plain(path, MOST_RECORD), path.name, dict))


def told(error: Exception) -> Message:
    """What an error in reading a result folder means, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        if place:
            return Message("{place}: {reason}", place=place, reason=first["msg"])
        return Message("{reason}", reason=first["msg"])
    if isinstance(error, OSError) and error.filename:
        name = Path(str(error.filename)).name
        return Message("{file}: {reason}", file=name, reason=error.strerror or error)
    if isinstance(error, KeyError):
        return Message("{key} is missing or unknown", key=repr(error.args[0]))
    return message_of(error)


def refuse_unlike(cost_musd: float, stated: StatedCertificate) -> None:
    """Raise ValueError where a plan that was certified costs something else than its certificate says."""
    certified = stated.present_cost_musd
    if certified is None or not stated.ok:
        return
    if abs(cost_musd - certified) > UNLIKE * max(1.0, abs(cost_musd)):
        raise RefusedValueError(
            Message(
                "run.json says that the plan costs {cost_musd} million USD, its certificate {certified}",
                cost_musd=cost_musd,
                certified=certified,
            )
        )


def refuse_strangers(case: Case, tables: Mapping[str, pd.DataFrame]) -> None:
    """Raise ValueError where a table speaks of a node, site, chip or other row that plan or case does not have."""
    known = {
        "node": set(tables["nodes"]["node"]),
        "market": {"", *case.markets},
        "region": {"", *case.regions},
        "site": {"", *case.sites},
        "chip": {"", *case.chips},
        "workload": {"", *case.workloads},
    }
    for name, table in tables.items():
        for column, rows in known.items():
            strange = set(table[column]) - rows if column in table else set()
            if strange:
                raise RefusedValueError(
                    Message(
                        "{name}.csv names the {column} {min}, which is not in this plan or case",
                        name=name,
                        column=column,
                        min=repr(min(strange)),
                    )
                )
