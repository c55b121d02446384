"""A solver that lies in whatever way a test asks for, in the place where the door makes its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from planner.lp import engine
from planner.quiet_highs import SilentHighs


class Facts:
    """What the solver tells of a solve, with some of it changed."""

    def __init__(self, true: Any, **changed: Any) -> None:
        self._true = true
        self.__dict__.update(changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._true, name)


class Liar(SilentHighs):
    """A solver of which the first few that are made lie, or any that has presolve, or that was given a plan."""

    made = 0
    liars = 1
    tells: Callable[[Liar], dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        type(self).made += 1
        self.number = type(self).made

    @property
    def lies(self) -> dict[str, Any]:
        """What this one says otherwise than it is."""
        return type(self).tells(self) if self.number <= type(self).liars else {}

    def getInfo(self) -> Any:  # noqa: N802
        """Objective and bound, as the liar has them."""
        info = super().getInfo()
        said = {"objective_function_value": "objective", "mip_dual_bound": "bound"}
        changed = {name: self.lies[key](getattr(info, name)) for name, key in said.items() if key in self.lies}
        return Facts(info, **changed)

    def getSolution(self) -> Any:  # noqa: N802
        """Values, as the liar has them."""
        solution = super().getSolution()
        if "values" in self.lies:
            return Facts(solution, col_value=self.lies["values"](np.array(solution.col_value)))
        return solution

    def getModelStatus(self) -> Any:  # noqa: N802
        """The end that it came to, as the liar has it."""
        return self.lies.get("status", super().getModelStatus())


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the first so many solvers lie in some way."""

    def lies(first: int = 1, **told: Any) -> None:
        monkeypatch.setattr(Liar, "made", 0)
        monkeypatch.setattr(Liar, "liars", first)
        monkeypatch.setattr(Liar, "tells", lambda _: told, raising=False)
        monkeypatch.setattr(engine, "SilentHighs", Liar)

    return lies
