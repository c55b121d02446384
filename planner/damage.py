"""What is wrong with a result folder, in words: facts of the wrong kind, and names that the case does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planner.certify import Certificate
from planner.schema import Case

UNLIKE = 1e-3
"""Share of a plan's cost from which on it is another plan's; a certificate allows far less."""
Number = Annotated[float, Field(allow_inf_nan=False)]
"""A number that is one."""


class Input(BaseModel):
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
    inputs: list[Input]
    """Files that the case was read from."""
    overlays: list[str]
    """Named shocks taken on top."""
    options: dict[str, Any]
    """Options as asked."""
    places: dict[str, str] = {}
    """Where inputs were typed."""
    status: str
    """What is known of the plan."""
    objective_musd: Number
    """Expected present cost, million USD."""
    criterion_musd: Number | None
    """What was minimised where risk weighs in, million USD."""
    bound_musd: Number | None
    """Proven bound, million USD; None where none was proven yet."""
    linear: bool
    """Whether every decision is continuous."""
    warnings: list[str]
    """What the reader should know."""
    solver: dict[str, Any]
    """Solver, version, options and sizes."""

    @model_validator(mode="after")
    def _proven(self) -> Run:
        if self.bound_musd is None and self.status == "optimal":
            raise ValueError("bound_musd: a plan that is optimal has a bound")
        return self


def read_json(path: Path, kind: type[list[Any] | dict[str, Any]]) -> Any:
    """The table or list that a JSON file holds; raises ValueError with the file's name where it holds none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    if isinstance(found, kind):
        return found
    raise ValueError(f"{path.name} holds no {'list' if kind is list else 'table'}")


def read_run(path: Path) -> dict[str, Any]:
    """How a run went, as its file says; raises ValueError, in words, for a fact that is missing or of another kind."""
    found = read_json(path, dict)
    Run.model_validate(found)
    return dict(found)


def told(error: Exception) -> str:
    """What an error in reading a result folder means, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    if isinstance(error, FileNotFoundError):
        return f"{Path(str(error.filename)).name} is missing"
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing or unknown"
    return str(error)


def refuse_unlike(cost_musd: float, certificate: Certificate) -> None:
    """Raise ValueError where a plan that was certified costs something else than its certificate says."""
    apart = abs(cost_musd - certificate.present_cost_musd)
    if certificate.ok and apart > UNLIKE * max(1.0, abs(cost_musd)):
        raise ValueError(
            f"run.json says that the plan costs {cost_musd:g} million USD, its certificate "
            f"{certificate.present_cost_musd:g}"
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
                raise ValueError(f"{name}.csv names the {column} {min(strange)!r}, which is not in this plan or case")
