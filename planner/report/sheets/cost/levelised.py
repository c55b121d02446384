"""Levelised cost by market and chip: as the plan builds it, and of one more chip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner import findings
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, SHARE, Cell, Column, Formula, Ref, Table, Value, link, row_sum
from planner.report.sheets.common.parts import scenario_words
from planner.report.sheets.cost.screening import close_sentences, left_out_sentences, screening_tables
from planner.report.words import count, say, three

WIDTH = 12.5
"""Characters of a column of numbers."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "purchase": ("purchase",),
    "fee": ("fee",),
    "halls": ("halls", "grid"),
    "energy": ("energy", "subsidy"),
    "operations": ("operations",),
    "chip_residual": ("chip residual",),
    "hall_residual": ("hall residual",),
}
"""Columns of the money tables, with the components that each adds up."""


def levelised_tables(view: View) -> list[Table]:
    """Levelised cost of what the plan builds, in all and by component, and of one more chip; of one scenario.

    Every market's chips add up to what the ledger books under it, which stands in a table of its own.
    """
    shown = view.likeliest
    built = shown.dossier.found.as_built
    kept = {market: chips for market, chips in built.items() if chips}
    if not kept:
        return []
    found = shown.dossier.found.screened
    return [
        _levelised(shown, kept),
        *(_money(market, position, chips) for position, (market, chips) in enumerate(kept.items())),
        _booked(shown, list(kept)),
        _stack(kept),
        *screening_tables(shown, found),
    ]


def levelised_sentences(view: View) -> list[str]:
    """What own compute costs beside rent, what is sunk, and which chips come out close and what tips them."""
    shown = view.likeliest
    found = []
    for market, chips in shown.dossier.found.as_built.items():
        whole = findings.all_chips(market, chips)
        if whole.usd is None:
            continue
        fields = {"market": market, "own": three(whole.usd)}
        if whole.rent_usd is None:
            words = "{market}: own compute costs {own} USD per effective PFLOP/s-month; not all of it could be rented."
            found.append(say(words, **fields))
        else:
            words = "{market}: own compute costs {own} USD per effective PFLOP/s-month; rent for the same is {rent}."
            found.append(say(words, rent=three(whole.rent_usd), **fields))
    if not found:
        return []
    words = "Levelised cost is present cost, less residual value, over present-weighted PFLOP/s-months served."
    found.append(say(words))
    return found + sunk_sentences(shown) + left_out_sentences(shown) + close_sentences(shown)


def sunk_sentences(view: View) -> list[str]:
    """What own compute does not count, since it was paid before the plan; nothing where no chips were there."""
    built = view.dossier.found.as_built
    sunk = sum(findings.all_chips(market, chips).sunk_units for market, chips in built.items())
    if sunk < 1:
        return []
    words = "{chips} chips were there at the start: what they and placed orders cost before is sunk and not counted."
    return [say(words, chips=count(sunk))]


def part_names() -> dict[str, str]:
    """Headers of the money tables' columns."""
    return {
        "purchase": say("Purchase"),
        "fee": say("Import fee"),
        "halls": say("Halls, grid and plant"),
        "energy": say("Energy less subsidy"),
        "operations": say("Operations, network"),
        "chip_residual": say("Residual, chips"),
        "hall_residual": say("Residual, halls"),
    }


def _name(chip: str) -> str:
    return chip or say("no chip runs there")


def _levelised(view: View, built: Mapping[str, Sequence[findings.Built]]) -> Table:
    """Chips by market with what each costs and would cost to rent, and each market in all."""
    rows: list[tuple[Value, ...]] = []
    for position, (market, chips) in enumerate(built.items()):
        whole = findings.all_chips(market, chips)
        for at, each in enumerate([*chips, whole]):
            last = at == len(chips)
            label = say("{market}, all chips", market=market) if last else _name(each.chip)
            paid = link(f"levelised_{position}", "total", each.total_musd, row=None if last else at, total=last)
            line = len(rows)
            cells = {key: Ref("levelised", key, line) for key in ("cost", "output", "usd", "rent")}
            usd = rate = None
            if each.usd is not None:
                usd = Formula("{cost}/{output}*1000*1000", cells, each.usd)
                if each.rent_usd:
                    rate = Formula("{usd}/{rent}", cells, each.usd / each.rent_usd)
            figures = (paid, each.pflops_months, usd, each.rent_usd, rate, each.sunk_units, each.sunk_musd)
            forms = (ONE, COUNT, COUNT, COUNT, SHARE, COUNT, ONE)
            shown = [Cell(value, form, "strong") if last else value for value, form in zip(figures, forms, strict=True)]
            rows.append((Cell(label, look="strong") if last else label, *shown[:6], shown[6], market))
    return Table(
        "levelised",
        say(
            "Levelised cost by market and chip as built, per effective PFLOP/s-month; {scenario}",
            scenario=scenario_words(view, weighted=True),
        ),
        (
            Column("chip", say("Chip"), width=28),
            Column("cost", say("Present cost"), say("million USD"), ONE, WIDTH),
            Column("output", say("Output"), say("PFLOP/s-months"), COUNT, 15),
            Column("usd", say("Levelised cost"), say("USD"), COUNT, WIDTH),
            Column("rent", say("Rent of the same"), say("USD"), COUNT, WIDTH),
            Column("rate", say("Own over rent"), say("share"), SHARE, WIDTH),
            Column("units", say("There at the start, sunk"), say("chips"), COUNT, WIDTH),
            Column("paid", say("Paid before, sunk"), say("million USD"), ONE, WIDTH),
            Column("market", say("Market"), width=WIDTH),
        ),
        tuple(rows),
    )


def _money(market: str, position: int, chips: Sequence[findings.Built]) -> Table:
    """Present cost of a market's chips by component."""
    table, names = f"levelised_{position}", part_names()
    rows: list[tuple[Value, ...]] = []
    for at, each in enumerate(chips):
        line = [sum(each.musd[name] for name in parts) for parts in PARTS.values()]
        rows.append((_name(each.chip), *line, row_sum(table, at, "purchase", "hall_residual", line)))
    return Table(
        table,
        say(
            "{market}: present cost by chip, million USD; what a site costs goes by its powered IT load, network by "
            "compute served",
            market=market,
        ),
        (
            Column("chip", say("Chip"), width=28),
            *(Column(key, names[key], "", ONE, WIDTH, total=True) for key in PARTS),
            Column("total", say("Total"), "", ONE, WIDTH, total=True),
        ),
        tuple(rows),
        say("{market}, all chips", market=market),
    )


def _booked(view: View, markets: Sequence[str]) -> Table:
    """Present cost as the ledger books it, by market."""
    booked = {key[0]: amount for key, amount in view.money(3, present=True).items()}
    rows: list[tuple[Value, ...]] = [(market, booked.pop(market, 0.0)) for market in markets]
    rows.append((say("rent, penalties and others"), sum(booked.values())))
    return Table(
        "levelised_booked",
        say("The same as booked, million USD of present cost"),
        (Column("market", say("Market"), width=28), Column("cost", say("Present cost"), "", ONE, WIDTH, total=True)),
        tuple(rows),
        say("Total"),
    )


def _stack(built: Mapping[str, Sequence[findings.Built]]) -> Table:
    """Levelised cost by component of each market beside its rent."""
    groups = {
        "chips": ("purchase", "fee", "chip_residual"),
        "halls": ("halls", "hall_residual"),
        "energy": ("energy",),
        "operations": ("operations",),
    }
    rows: list[tuple[Value, ...]] = []
    before = 0
    for position, (market, chips) in enumerate(built.items()):
        whole = findings.all_chips(market, chips)
        line = before + len(chips)
        before = line + 1
        if whole.usd is None:
            continue
        cells: list[Value] = []
        for parts in groups.values():
            refs = {part: Ref(f"levelised_{position}", part, total=True) for part in parts}
            added = "+".join(f"{{{part}}}" for part in parts)
            value = sum(whole.musd[name] for part in parts for name in PARTS[part]) / whole.pflops_months * 1e6
            refs["output"] = Ref("levelised", "output", line)
            cells.append(Formula(f"({added})/{{output}}*1000*1000", refs, value))
        rows.append((say("{market}, own", market=market), *cells, None))
        if whole.rent_usd is not None:
            rent = link("levelised", "rent", whole.rent_usd, row=line)
            rows.append((say("{market}, rent", market=market), None, None, None, None, rent))
    return Table(
        "levelised_stack",
        say("Levelised cost by component, per effective PFLOP/s-month; chips and halls less their residual value"),
        (
            Column("label", say("Market"), width=28),
            Column("chips", say("Chips with fees"), say("USD"), COUNT, WIDTH),
            Column("halls", say("Halls, grid and plant"), say("USD"), COUNT, WIDTH),
            Column("energy", say("Energy less subsidy"), say("USD"), COUNT, WIDTH),
            Column("operations", say("Operations, network"), say("USD"), COUNT, WIDTH),
            Column("rent", say("Rent"), say("USD"), COUNT, WIDTH),
        ),
        tuple(rows),
    )


__all__ = ["levelised_sentences", "levelised_tables", "sunk_sentences"]
