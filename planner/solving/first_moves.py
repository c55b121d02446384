"""First moves: what is decided before the first reveal, and so once for every scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from planner.accounts import capital
from planner.lp import Positions, Values, Variable
from planner.model import Model
from planner.model.decisions import Family


class Move(NamedTuple):
    """A decision at a node that every scenario passes."""

    kind: str
    """order, start, phases, open, connect, plant, lots, units, install, retire or scrap."""
    item: tuple[str, ...]
    """Chip and market, site and option, site, source and site, or chip and site."""
    period: int
    """Position of its period."""


Moves: TypeAlias = Mapping[Move, float]
"""Amount of each first move: chips, MW, phases or share of a site."""

TAKEN = 1e-6
"""Amount, in model units, from which a move is taken: below it is the solver's rounding."""

COMMITMENTS = ("order", "start", "phases", "open", "connect", "plant")
"""Kinds that commit money."""

COUNTS = ("phases", "lots", "units")
"""Kinds that count in whole numbers what another kind is the amount of."""


def first_families(m: Model) -> dict[str, Family]:
    """Families of decisions that last, by kind; what is only running or served at the time is not among them."""
    return {
        "order": m.order,
        "start": m.start,
        "phases": m.phases,
        "open": m.open,
        "connect": m.apply,
        "plant": m.onsite_start,
        "lots": m.lots,
        "units": m.plant_units,
        "install": m.install,
        "retire": m.retire,
        "scrap": m.scrap,
    }


@dataclass(frozen=True)
class Commitment:
    """What a first move commits in money, not discounted."""

    move: Move
    amount: float
    """Chips, MW, phases or share of a site."""
    musd: float
    """Million USD in the scenario in which it costs most."""
    least_musd: float
    """Million USD in the scenario in which it costs least: part of it may be cancelled."""
    paid_musd: float
    """Of it, million USD paid before scenarios part."""


def commitments(m: Model, values: Values) -> Iterator[Commitment]:
    """Every first move that is taken, with what it commits in money."""
    tree, position, musd = m.instance.tree, m.program.position, m.instance.units.musd
    common = set(tree.before_reveal)
    taken: dict[int, tuple[Move, float]] = {}
    for kind in COMMITMENTS:
        family = first_families(m)[kind]
        for key, variable in family.items():
            amount = float(values[position(variable)])
            if key[-1] in common and amount > TAKEN:
                taken[position(variable)] = (Move(kind, key[:-1], tree[key[-1]].period), amount * family.units)
    spent: dict[int, dict[int, float]] = {at: defaultdict(float) for at in taken}
    for account in capital():
        for charge in m.ledger[account]:
            for variable, amount in charge.terms:
                at = position(variable)
                if at in spent:
                    spent[at][charge.node] += amount * float(values[at]) * musd
    paths = [frozenset(tree.path(leaf)) for leaf in tree.leaves]
    for at, (move, amount) in taken.items():
        totals = [sum(cost for n, cost in spent[at].items() if n in path) for path in paths]
        paid = sum(cost for n, cost in spent[at].items() if n in common)
        yield Commitment(move, amount, max(totals), min(totals), paid)


class FixedDecisions(NamedTuple):
    """Decisions that a program fixes for a while."""

    positions: list[int]
    """Their positions in the program."""
    values: Values
    """Their values, in model units."""


class FirstMoves:
    """Where the first moves of a model stand in its program."""

    def __init__(self, model: Model) -> None:
        """Find every decision that lasts, at the nodes before scenarios part."""
        common = set(model.instance.tree.before_reveal)
        self._at = {
            Move(kind, key[:-1], model.instance.tree[key[-1]].period): (model.program.position(variable), family.units)
            for kind, family in first_families(model).items()
            for key, variable in family.items()
            if key[-1] in common
        }

    def __iter__(self) -> Iterator[Move]:
        return iter(self._at)

    def read(self, values: Values) -> Moves:
        """Amounts of the first moves in the values of all decisions."""
        return {move: float(values[position]) * units for move, (position, units) in self._at.items()}

    def fixed(self, moves: Moves) -> FixedDecisions:
        """First moves as decisions to fix; one that the program does not offer is left out."""
        known = [(self._at[move], amount) for move, amount in moves.items() if move in self._at]
        amounts = [amount / units for (_, units), amount in known]
        return FixedDecisions([position for (position, _), _ in known], np.array(amounts))


def shared_whole(model: Model, whole: Positions, values: Values) -> FixedDecisions:
    """Those of some whole decisions that every scenario shares, at their values."""
    at = positions_by_node(model)
    shared = np.intersect1d(whole, [position for node in model.instance.tree.before_reveal for position in at[node]])
    return FixedDecisions(shared.tolist(), np.round(values[shared]))


def positions_by_node(model: Model) -> dict[int, list[int]]:
    """Positions of decisions by their node, those that only measure risk left out."""
    measures = [id(family) for family in (model.spent, model.at_risk, model.beyond, model.largest_regret)]
    found: dict[int, list[int]] = {node.index: [] for node in model.instance.tree}
    position = model.program.position

    def file(family: Mapping[tuple[object, ...], Variable]) -> None:
        for key, variable in family.items():
            node = key[-1]
            assert isinstance(node, int)
            found[node].append(position(variable))

    for family in model.families():
        if id(family) not in measures:
            file(family)
    return found
