"""What there is to carry out of a plan: its starts and orders counted, the smallest of them, and what waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.schema import Case
from planner.solution import Solution, more_than_rounding

SMALL_MW = 10.0
"""MW of IT below which a start is small: less than any hall that is built for itself."""
PART = 1e-6
"""Share of one lot, or of one site, up to which a part of it is the solver's rounding."""


@dataclass(frozen=True)
class Peak:
    """The most of something that waits."""

    units: float
    """Chips."""
    period: str
    """First period in which so many wait; empty where none ever does."""


@dataclass(frozen=True)
class CarriedOut:
    """What there is to carry out in the reported periods of a plan on one path."""

    starts: int
    """Starts of halls: a site, a way to build, a period."""
    small_starts: int
    """Of these, below 10 MW of IT."""
    orders: int
    """Orders of chips: a chip, a market, a period."""
    odd_orders: int
    """Of these, in no whole number of lots, or of chips where no lot is typed."""
    plant_orders: int
    """Orders of on-site plant: a source, a site, a period."""
    part_sites: int
    """Sites that are opened in part only."""
    boxed: Peak
    """Chips delivered that wait for a hall, at their most."""
    idle: Peak
    """Chips installed that are switched off, at their most."""
    last_period: str
    """Last period that is reported."""
    last_chips: float
    """Chips that arrive in it."""
    last_it_mw: float
    """MW of IT of halls that become ready in it, committed halls included."""


def carried_out(case: Case, solution: Solution) -> CarriedOut:
    """What there is to carry out of a plan on one path; periods that are solved and not reported do not count."""
    labels = list(_reported(case, solution))
    starts, orders = _amounts(solution, "starts", "start_mw", labels), _amounts(solution, "orders", "ordered", labels)
    boxed, fleet, powered, delivered, ready = (
        _sums(solution, table, column, labels)
        for table, column in (
            ("orders", "stock"), ("fleet", "fleet"), ("fleet", "powered"), ("orders", "delivered"), ("halls", "it_mw"),
        )
    )  # fmt: skip
    existing = sum(site.existing_it_mw for site in case.sites.values())
    return CarriedOut(
        starts=len(starts),
        small_starts=sum(mw < SMALL_MW * (1 - PART) for mw in starts),
        orders=len(orders),
        odd_orders=sum(abs(lots - round(lots)) > PART * max(1.0, lots) for lots in _lots(case, solution, labels)),
        plant_orders=len(_amounts(solution, "onsite", "start_mw", labels)),
        part_sites=sum(
            PART < opened < 1 - PART for node, opened in solution.rows("halls", "node", "opened") if node == labels[-1]
        ),
        boxed=_peak(boxed, labels),
        idle=_peak([have - run for have, run in zip(fleet, powered, strict=True)], labels),
        last_period=labels[-1],
        last_chips=delivered[-1],
        last_it_mw=ready[-1] - ([existing, *ready])[-2],
    )


def _reported(case: Case, solution: Solution) -> Iterator[str]:
    """Nodes of the periods that are reported, in order."""
    nodes = sorted(solution.rows("nodes", "period", "node"))
    return (node for period, node in nodes if period < case.settings.timeline.reported)


def _amounts(solution: Solution, table: str, column: str, nodes: Sequence[str]) -> list[float]:
    """What is begun or ordered at some nodes, each of a table's rows by itself, without the solver's rounding."""
    rows = enumerate(solution.rows(table, "node", column))
    found = more_than_rounding({str(row): amount for row, (node, amount) in rows if node in nodes})
    return list(found.values())


def _lots(case: Case, solution: Solution, nodes: Sequence[str]) -> list[float]:
    """What is ordered at some nodes, each order by itself, in lots; a chip is one where no lot is typed."""
    rows = [row for row in solution.rows("orders", "node", "chip", "market", "ordered") if row[0] in nodes]
    kept = more_than_rounding({str(at): row[-1] for at, row in enumerate(rows)})
    sold = {at: case.chips[rows[int(at)][1]].markets[rows[int(at)][2]] for at in kept}
    return [units / (sold[at].lot_units or 1.0) for at, units in kept.items()]


def _sums(solution: Solution, table: str, column: str, nodes: Sequence[str]) -> list[float]:
    """What a column comes to at each of some nodes."""
    found = dict.fromkeys(nodes, 0.0)
    for node, amount in solution.rows(table, "node", column):
        if node in found:
            found[node] += amount
    return list(found.values())


def _peak(amounts: Sequence[float], nodes: Sequence[str]) -> Peak:
    """The most of something, and when it first comes to that; nothing below half a chip."""
    most = max(amounts)
    return Peak(most, nodes[amounts.index(most)]) if most >= 0.5 else Peak(0.0, "")
