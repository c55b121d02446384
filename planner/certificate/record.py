"""What a certificate says, and how a violation is weighed against the size of what it is measured in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Generic, NamedTuple, TypeVar

FLOOR = 0.01
"""Share of the largest quantity of its kind in the plan below which a row counts as no smaller."""
_NOTHING = 1e-9
"""Size of a row when everything of its kind in the plan is zero."""

T = TypeVar("T")


class Finding(NamedTuple):
    """How far one row is from where it should be."""

    excess: float
    """Amount by which the row is violated, in the check's unit; negative is slack."""
    size: float
    """Magnitude of what the row compares, in the same unit."""
    where: tuple[str, ...]
    """Names of the row: site, chip, rule, node, ..."""
    found: float | None = None
    """What the plan or its tables say, where two amounts are compared."""
    expected: float | None = None
    """What it should be, or the limit that it may not pass."""


@dataclass(frozen=True)
class Check:
    """One rule of the model, checked on every row of the plan."""

    id: str
    """Stable name."""
    sentence: str
    """What was checked, in plain English."""
    unit: str
    """Unit of `worst` and `tolerance`."""
    worst: float
    """Largest violation, 0 when every row holds exactly or with slack."""
    tolerance: float
    """Violation that would still pass in the row named by `where`."""
    where: str
    """Row of the worst violation, or the tightest row when nothing is violated; empty when there is no row."""
    ok: bool
    """Whether the violation is within the tolerance."""
    found: float | None = None
    """Where it does not hold and compares two amounts: what the plan or its tables say in the row of `where`."""
    expected: float | None = None
    """What that should be, or the limit that it may not pass."""


@dataclass(frozen=True)
class Certificate:
    """The record of an independent check of a plan."""

    ok: bool
    """Whether every check passed."""
    checks: tuple[Check, ...]
    """Every check, in the order of the registry."""
    present_cost_musd: float
    """Present cost worked out from the case and the decisions alone, million USD."""

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.ok)

    def to_json(self) -> dict[str, Any]:
        """The certificate as plain data; a number that is not finite becomes empty."""
        return {
            "ok": self.ok,
            "present_cost_musd": _plain(self.present_cost_musd),
            "checks": [{key: _plain(value) for key, value in asdict(check).items()} for check in self.checks],
        }


@dataclass(frozen=True)
class RuleCheck(Generic[T]):
    """A line of the registry: the function that finds a rule's violations, and their unit."""

    find: Callable[[T], Iterable[Finding]]
    """Yields the rows; its name is the check's id and its docstring's first line the check's sentence."""
    unit: str
    """Unit of the violations."""
    prices: str = ""
    """Rule of the table of prices that has none where something is left of its limit here; empty where none has."""
    least: bool | None = False
    """Whether that limit is the least that is asked for, so that more of it costs; none where more may do either."""

    @property
    def id(self) -> str:
        """Stable name of the check."""
        return self.find.__name__

    def check(self, recomputed: T, tolerance: float) -> Check:
        """The verdict on the row that is worst in proportion to what it may miss.

        A row may miss its mark by `tolerance` times its size: the larger of the magnitudes that it compares
        and a hundredth of the largest such quantity in the plan. Both move with the planner's units, so a
        demand of 1e-6 and one of 1e9 are judged alike; the hundredth is there because a solver's error is
        absolute, so that small rows beside large ones carry the error of the large.
        """
        worst, tightest = Finding(0.0, _NOTHING, ()), -math.inf
        for row in self.find(recomputed):
            excess = math.inf if math.isnan(row.excess) else row.excess
            size = max(row.size, _NOTHING) if math.isfinite(row.size) else _NOTHING
            if excess / size > tightest:
                tightest, worst = excess / size, row._replace(excess=excess, size=size)
        allowed = tolerance * worst.size
        ok = worst.excess <= allowed
        return Check(
            id=self.id,
            sentence=(self.find.__doc__ or "").strip().splitlines()[0],
            unit=self.unit,
            worst=max(0.0, worst.excess),
            tolerance=allowed,
            where=" ".join(name for name in worst.where if name),
            ok=ok,
            found=None if ok else worst.found,
            expected=None if ok else worst.expected,
        )


def at_most(value: float, limit: float, floor: float, *where: str) -> Finding:
    """A row in which a value may not exceed a limit.

    >>> at_most(7.0, 5.0, 0.0, "Abilene")
    Finding(excess=2.0, size=7.0, where=('Abilene',), found=7.0, expected=5.0)
    """
    return Finding(value - limit, max(abs(value), abs(limit), floor), where, value, limit)


def at_least(value: float, limit: float, floor: float, *where: str) -> Finding:
    """A row in which a value may not fall short of a limit.

    >>> at_least(3.0, 5.0, 0.0, "Abilene")
    Finding(excess=2.0, size=5.0, where=('Abilene',), found=3.0, expected=5.0)
    """
    return at_most(value, limit, floor, *where)._replace(excess=limit - value)


def same(stated: float, recomputed: float, floor: float, *where: str) -> Finding:
    """A row in which a stated value should be the recomputed one.

    >>> same(7.0, 5.0, 10.0, "Abilene")
    Finding(excess=2.0, size=10.0, where=('Abilene',), found=7.0, expected=5.0)
    """
    return Finding(abs(stated - recomputed), max(abs(stated), abs(recomputed), floor), where, stated, recomputed)


def wrong(fault: bool, *where: str) -> Finding:
    """A row that is right or wrong, counted as one when wrong."""
    return Finding(1.0 if fault else 0.0, 1.0, where)


def whole_number(value: float, *where: str) -> Finding:
    """A row in which a value should be a whole number.

    >>> whole_number(2.75, "Abilene")
    Finding(excess=0.25, size=2.75, where=('Abilene',), found=None, expected=None)
    """
    return Finding(abs(value - round(value)), max(1.0, abs(value)), where)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
