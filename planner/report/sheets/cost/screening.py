"""What one more chip costs, from the inputs alone: a table a market, and the pairs that come out close."""

from __future__ import annotations

from collections.abc import Sequence

from planner import findings
from planner.findings import ClosePair, Screened
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, Column, Table, Value, row_sum
from planner.report.words import joined, listed, percent, say, three

WIDTH = 12.5
"""Characters of a column of numbers."""
MOST_PAIRS = 6
"""Pairs of chips that are told of in words; tables hold every chip."""


def screening_tables(view: View, found: Sequence[Screened]) -> list[Table]:
    """What one more chip costs by workload, a table a market."""
    tables = []
    parts = {
        "purchase": ("purchase",), "fee": ("fee",), "halls": ("halls", "grid"),
        "running": ("energy", "subsidy", "operations"), "residual": ("chip residual", "hall residual"),
    }  # fmt: skip
    for market in dict.fromkeys(each.market for each in found):
        table = f"screening_{list(view.dossier.case.markets).index(market)}"
        rows: list[tuple[Value, ...]] = []
        for each in sorted((each for each in found if each.market == market), key=lambda each: each.workload):
            line = [sum(each.usd[name] for name in names) for names in parts.values()]
            total = row_sum(table, len(rows), "purchase", "residual", line)
            built = say(
                "{period} for {site}, {option}",
                period=view.periods[each.ordered], site=each.site, option=each.option,
            )  # fmt: skip
            rows.append((joined([each.workload, each.chip]), *line, total, each.rent_usd, built))
        tables.append(
            Table(
                table,
                say(
                    "{market}: one more chip, levelised over the plan in new halls where they are cheapest, per "
                    "effective PFLOP/s-month",
                    market=market,
                ),
                (
                    Column("chip", say("Workload and chip"), width=28, wrap=True),
                    Column("purchase", say("Purchase"), say("USD"), COUNT, WIDTH),
                    Column("fee", say("Import fee"), say("USD"), COUNT, WIDTH),
                    Column("halls", say("New halls and grid"), say("USD"), COUNT, WIDTH),
                    Column("running", say("Energy and operations less subsidy"), say("USD"), COUNT, WIDTH),
                    Column("residual", say("Residual value"), say("USD"), COUNT, WIDTH),
                    Column("total", say("Levelised"), say("USD"), COUNT, WIDTH),
                    Column("rent", say("Rent of the same"), say("USD"), COUNT, WIDTH),
                    Column("built", say("Ordered, and for which halls"), width=32),
                ),
                tuple(rows),
            )
        )
    return tables


def close_sentences(view: View) -> list[str]:
    """Pairs of chips within a few per cent, those that the plan buys first; says so where there is none."""
    costs = view.dossier.found.screened
    pairs = findings.close_chips(costs)
    if not pairs:
        compared = {(each.market, each.workload) for each in costs}
        if len(compared) == len(costs):
            return []
        words = "No two chips for the same workload and market come within {share} of each other."
        return [say(words, share=percent(findings.CLOSE))]
    bought = {key for key, amount in view.expected("orders", "ordered", "market", "chip").items() if amount >= 1}
    alike: dict[tuple[str, str, str, str, str], list[ClosePair]] = {}
    for pair in pairs:
        key = (pair.cheaper.market, pair.cheaper.chip, pair.costlier.chip, pair.tips, pair.holds)
        alike.setdefault(key, []).append(pair)

    def rank(each: list[ClosePair]) -> tuple[int, float]:
        names = {(each[0].cheaper.market, chip.chip) for chip in (each[0].cheaper, each[0].costlier)}
        return len(names - bought), each[0].gap

    return [_close(group) for group in sorted(alike.values(), key=rank)[:MOST_PAIRS]]


def left_out_sentences(view: View) -> list[str]:
    """What the plan pays and one more chip is reckoned without; nothing where all is counted."""
    left_out = [say(name) for name in findings.not_screened(view.solution)]
    return [say("One more chip is reckoned without {accounts}.", accounts=listed(left_out))] if left_out else []


def _close(pairs: Sequence[ClosePair]) -> str:
    """A pair of chips in words, with the workloads for which the same thing tips it."""
    first = pairs[0]
    names = group_names()
    fields = {
        "market": first.cheaper.market, "cheaper": first.cheaper.chip, "costlier": first.costlier.chip,
        "workloads": listed([pair.cheaper.workload for pair in pairs]), "gap": percent(first.gap),
        "low": three(first.cheaper.total_usd), "high": three(first.costlier.total_usd),
        "tips": names[first.tips], "more": three(first.tips_usd),
    }  # fmt: skip
    if not first.holds:
        return say(
            "{market}, {workloads}: {cheaper} at {low} and {costlier} at {high} USD per effective PFLOP/s-month are "
            "{gap} apart, too close to call. What tips it is {tips}: {costlier} needs {more} more.",
            **fields,
        )
    return say(
        "{market}, {workloads}: {cheaper} at {low} and {costlier} at {high} USD per effective PFLOP/s-month are {gap} "
        "apart, too close to call. What tips it is {tips}, {more} more for {costlier}; against it stands {holds}, "
        "{less} more for {cheaper}.",
        holds=names[first.holds],
        less=three(first.holds_usd),
        **fields,
    )


def group_names() -> dict[str, str]:
    """What tips a pair of chips, in words."""
    return {
        "purchase": say("the chip less its residual value"),
        "fee": say("the import fee"),
        "halls": say("halls less their residual value"),
        "grid": say("the grid connection"),
        "energy": say("energy less subsidy"),
        "operations": say("operations and network"),
    }


__all__ = ["close_sentences", "group_names", "left_out_sentences", "screening_tables"]
