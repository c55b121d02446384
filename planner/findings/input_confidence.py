"""How sure a plan's cost is: what it rests on, by the confidence of the inputs' sources, and which matter most.

An input's effect is of first order: what 1 % of it moves, the plan held. For a price that is a hundredth of what is
paid at it, less what the same price gives back as residual value; for a limit or a demand a hundredth of its weight,
the dual times the limit (the envelope theorem: Milgrom and Segal 2002, Envelope Theorems for Arbitrary Choice Sets).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from planner.accounts import ACCOUNTS
from planner.schema import Case
from planner.solution import Solution

CONFIDENCES = ("high", "medium", "low", "assumption", "")
"""From the firmest to what no source is sure of: empty where no row of sources speaks of an input or says how sure."""
WEAK = ("low", "assumption", "")
"""Confidences that deserve a second look."""
T = TypeVar("T")

MOST_INPUTS = 5
"""Weak inputs that a board looks at."""


@dataclass(frozen=True)
class Input:
    """An input of the case and what hangs on it."""

    path: str
    """Where it stands in the case."""
    confidence: str
    """Confidence of its source; empty where none is stated."""
    kind: str
    """price, life (that leaves a residual value), limit, or demand, which is what the plan is asked for."""
    present_musd: float
    """Present amount that it makes, million USD; of a limit its weight. Expected over scenarios."""
    one_percent_musd: float
    """What 1 % of it moves the present cost by, to first order, million USD, without a sign."""


@dataclass(frozen=True)
class Sureness:
    """What the present cost rests on."""

    paid: Mapping[str, float]
    """Present amounts that are paid, million USD, by confidence of the price that makes them."""
    benefits: Mapping[str, float]
    """Residual value, subsidies and refunds, million USD, positive, by confidence of what they rest on."""
    inputs: tuple[Input, ...]
    """Every input that money or a binding limit rests on, the one that moves most first."""

    @property
    def total(self) -> float:
        """What is paid in all, million USD."""
        return sum(self.paid.values())

    def share(self, confidence: str) -> float:
        """Share of what is paid that rests on inputs of a confidence; over all confidences they add up to 1."""
        return self.paid[confidence] / self.total if self.total > 0 else 0.0

    @property
    def weak_share(self) -> float:
        """Share of what is paid that rests on low confidence, an assumption or no source."""
        return sum(self.share(confidence) for confidence in WEAK)

    @property
    def weakest(self) -> tuple[Input, ...]:
        """The few weak inputs that move the cost most, demand apart."""
        weak = (each for each in self.inputs if each.confidence in WEAK and each.kind != "demand")
        return tuple(each for each in weak if each.one_percent_musd > 0)[:MOST_INPUTS]

    @property
    def demand_musd(self) -> float:
        """What 1 % of all demand moves the present cost by, to first order, million USD."""
        return sum(each.one_percent_musd for each in self.inputs if each.kind == "demand")


def sureness(case: Case, paths: Iterable[tuple[float, Case, Solution]]) -> Sureness:
    """What a plan's present cost rests on; each path comes with its probability, its own case and its tables.

    `case` says the sources. Amounts are expected over the paths.
    """
    stated = {row.path: row.confidence or "" for row in reversed(case.assumptions)}
    paid, benefits = (dict.fromkeys(CONFIDENCES, 0.0) for _ in range(2))
    amounts: dict[tuple[str, str], float] = {}
    effects: dict[tuple[str, str], float] = {}

    def add(kind: str, path: str, amount: float, effect: float) -> None:
        amounts[kind, path] = amounts.get((kind, path), 0.0) + amount
        effects[kind, path] = effects.get((kind, path), 0.0) + effect

    for probability, own, solution in paths:
        columns = ("account", "price_path", "life_path", "life_left", "present_musd")
        for account, price, life, left, present in solution.rows("ledger", *columns):
            if not present:
                continue
            amount = probability * present
            confidence = nearest(stated, life or price) or ""
            if ACCOUNTS[account].benefit:
                benefits[confidence] -= amount
            else:
                paid[confidence] += amount
            if life:
                add("life", life, -amount, amount * (1 / left - 1))
            add("price", price, 0.0 if life else amount, amount)
        for kind, path, weight in _limits(own, solution):
            add(kind, path, probability * weight, probability * weight)
    found = [
        Input(path, nearest(stated, path) or "", kind, abs(amounts[kind, path]), abs(effect) / 100)
        for (kind, path), effect in effects.items()
    ]
    order = sorted(found, key=lambda each: (-each.one_percent_musd, each.path))
    return Sureness(paid, benefits, tuple(order))


def nearest(known: Mapping[str, T], path: str) -> T | None:
    """What is known of a path, or else of the closest row or table that it lies in; None where nothing is.

    >>> known = {"sites.A": "low", "sites.A.pue": "high"}
    >>> nearest(known, "sites.A.pue"), nearest(known, "sites.A.opening_musd"), nearest(known, "sites.Ab")
    ('high', 'low', None)
    """
    while path not in known:
        path, dot, _ = path.rpartition(".")
        if not dot:
            return None
    return known[path]


def _limits(case: Case, solution: Solution) -> Iterator[tuple[str, str, float]]:
    """Limits that bind with their weight; a limit that follows from others, or that nobody typed, is left out."""
    for rule, path, weight in solution.rows("prices", "rule", "typed", "present_musd"):
        if path and math.isfinite(weight) and weight > 0 and not _left_out(case, path):
            yield ("demand" if rule == "demand" else "limit"), path, weight


def _left_out(case: Case, path: str) -> bool:
    """Whether a limit on plant at a site is the site's own need, none being typed."""
    return any(
        plant.max_mw is None and path == f"sites.{site}.onsite.{source}.max_mw"
        for site, row in case.sites.items()
        for source, plant in row.onsite.items()
    )


__all__ = ["CONFIDENCES", "MOST_INPUTS", "WEAK", "Input", "Sureness", "nearest", "sureness"]
