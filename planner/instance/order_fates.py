"""What becomes of orders of chips, in model units: they arrive, are cancelled, or keep a value at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Arrival:
    """An order that arrives at a node."""

    order: int
    """Node of the order."""
    price: float
    """All-in price of one unit, as ordered."""
    balance: float
    """Part of the price that falls due at arrival."""
    fee: float
    """Import fee on one unit."""


@dataclass(frozen=True)
class Cancellation:
    """An order that a ban cancels at a node."""

    order: int
    refund: float
    """Money that comes back on one unit."""


@dataclass(frozen=True)
class PlacedArrival:
    """A delivery ordered before the plan."""

    name: str
    units: float
    balance: float
    """What falls due, in all."""
    fee: float
    """Import fee, in all."""


@dataclass(frozen=True)
class PlacedCancellation:
    """An order from before the plan that a ban cancels."""

    name: str
    units: float
    refund: float
    """Money that comes back, in all."""


class KeptChips(NamedTuple):
    """Chips of an order that may keep a value at the end."""

    chip: str
    market: str
    order: int
    """Node of the order."""
    arrival: int
    """Node of its arrival."""
    leaf: int
    """Node at the end."""
    kept: float
    """Share of the delivery that attrition leaves."""
    life_left: float
    """Share of its life that is left."""
    worth: float
    """Worth of one unit."""
