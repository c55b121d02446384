"""Tables of chips: orders, deliveries, fleets, and what is left of them at the end."""

from __future__ import annotations

import math

from planner.solving.tables.all_tables import AnswerReader, TableRows


def orders(read: AnswerReader) -> TableRows:
    """Chips ordered, delivered and waiting."""
    m, chips, units = read.model, read.instance.chips, read.instance.units
    ordered, lots, stock, scrapped = read(m.order), read(m.lots), read(m.stock), read(m.scrap)
    rows = []
    for chip, market in chips.holdings:
        for node in read.tree:
            at = (chip, market, node.index)
            delivered = sum(ordered[chip, market, a.order] for a in chips.arrivals.get(at, ()))
            delivered += sum(placed.units for placed in chips.placed_arrivals.get(at, ())) * units.chips
            cancelled = sum(ordered[chip, market, c.order] for c in chips.cancellations.get(at, ()))
            cancelled += sum(placed.units for placed in chips.placed_cancellations.get(at, ())) * units.chips
            begun = (ordered.get(at, 0.0), lots.get(at, math.nan))
            amounts = (delivered, cancelled, stock.get(at, 0.0), scrapped.get(at, 0.0))
            rows.append((node.name, chip, market, *begun, *amounts))
    return rows


def deliveries(read: AnswerReader) -> TableRows:
    """Deliveries with the order that each comes from, chips."""
    chips, units = read.instance.chips, read.instance.units
    ordered = read(read.model.order)
    rows: TableRows = []
    for (chip, market, n), arrivals in chips.arrivals.items():
        for arrival in arrivals:
            if count := ordered[chip, market, arrival.order]:
                rows.append((read.name(n), read.name(arrival.order), chip, market, count))
    for (chip, market, n), placed in chips.placed_arrivals.items():
        rows += [(read.name(n), delivery.name, chip, market, delivery.units * units.chips) for delivery in placed]
    return rows


def fleet(read: AnswerReader) -> TableRows:
    """Chips at sites."""
    m = read.model
    install, retire, powered = read(m.install), read(m.retire), read(m.powered)
    return [
        (read.name(at[2]), at[0], at[1], install.get(at, 0.0), retire[at], fleet, powered[at])
        for at, fleet in read(m.fleet).items()
    ]


def residuals(read: AnswerReader) -> TableRows:
    """Chips that keep a value at the end."""
    return [
        (read.name(leaf), read.name(order), chip, market, count)
        for (chip, market, order, _, leaf), count in read(read.model.kept_at_end).items()
        if count
    ]
