"""What makes one plan costlier than another: the difference of their present costs, by parts that add up to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

SMALL = 0.01
"""Share of all the steps of a bridge below which a step is no reason."""
NOISE = 1e-9
"""Share of the two plans' amounts below which a step is the solver's rounding."""


@dataclass(frozen=True)
class Rung:
    """A column of a waterfall: a step that stands on an invisible base, or the sum at its end."""

    part: str | None
    """The part that it is about; None for the sum."""
    base: float = 0.0
    """What it stands on, million USD."""
    rise: float = 0.0
    """By how much it goes up, million USD."""
    fall: float = 0.0
    """By how much it goes down, million USD."""
    total: float = 0.0
    """The sum, million USD."""


@dataclass(frozen=True)
class CostBridge:
    """From the present cost of one plan to that of another."""

    before: Mapping[str, float]
    """Present cost of the plan that it starts from, by part, million USD; benefits are negative."""
    after: Mapping[str, float]
    """Present cost of the plan that it leads to, by part, million USD."""

    @property
    def steps(self) -> dict[str, float]:
        """By how much each part is costlier in the second plan, million USD; they add up to the difference."""
        parts = dict.fromkeys((*self.before, *self.after))
        return {part: self.after.get(part, 0.0) - self.before.get(part, 0.0) for part in parts}

    @property
    def difference(self) -> float:
        """By how much the second plan is costlier, million USD."""
        return math.fsum(self.steps.values())

    def reasons(self, most: int = 3) -> list[tuple[str, float]]:
        """The largest steps: first those that go the way of the whole difference, then those against it."""
        steps, difference = self.steps, self.difference
        least = SMALL * math.fsum(map(abs, steps.values()))
        large = sorted((item for item in steps.items() if abs(item[1]) > least), key=lambda item: -abs(item[1]))
        return sorted(large[:most], key=lambda item: item[1] * difference < 0)

    def waterfall(self) -> list[Rung]:
        """Steps as columns, then their sum: rises first, so that no column hangs below zero where the sum is not.

        Steps too small for a reason are kept, those of rounding are left out. It is meant for a second plan that is
        costlier; turn the bridge round for one that is cheaper.
        """
        least = NOISE * math.fsum(map(abs, (*self.before.values(), *self.after.values())))
        steps = {part: step for part, step in self.steps.items() if abs(step) > least}
        parts = sorted(steps, key=lambda part: (steps[part] < 0, -abs(steps[part])))
        sums = list(accumulate(steps[part] for part in parts))
        rungs = [
            Rung(part, now - max(steps[part], 0.0), max(steps[part], 0.0), max(-steps[part], 0.0))
            for part, now in zip(parts, sums, strict=True)
        ]
        return [*rungs, Rung(None, total=self.difference)]

    def turned(self) -> CostBridge:
        """The same from the second plan to the first."""
        return CostBridge(self.after, self.before)


__all__ = ["SMALL", "CostBridge", "Rung"]
