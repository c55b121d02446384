"""The electricity of each country: what is used, and what is open to the plan."""

from __future__ import annotations

import math

from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, SHARE, THREE, Column, Formula, Ref, Table, Value
from planner.report.sheets.power.markets import WIDTH
from planner.report.words import percent, say, three


def energy_sentences(view: View) -> list[str]:
    """Whether electricity limits each country, with the margin; over every scenario."""
    found = []
    energy = list(view.solution.rows("markets", "node", "market", "energy_twh", "energy_limit_twh"))
    for market in view.dossier.case.markets:
        tight = [
            (used / limit, node, limit - used)
            for node, name, used, limit in energy
            if name == market and limit and math.isfinite(limit)
        ]
        if not tight:
            found.append(say("{market}: no limit on electricity is given.", market=market))
            continue
        share, period, margin = max(tight)
        if share > 1 - 1e-6:
            found.append(
                say(
                    "{market}: electricity limits the plan; in {period} all energy open to it is used.",
                    market=market,
                    period=period,
                )
            )
        else:
            found.append(
                say(
                    "{market}: electricity does not limit the plan; at the tightest, in {period}, it uses {share} "
                    "of the energy open to it and leaves {margin} TWh.",
                    market=market,
                    period=period,
                    share=percent(share),
                    margin=three(margin),
                )
            )
    return found


def energy_table(view: View, market: str) -> Table:
    """Electricity of a country by period, TWh: used, open to the plan, and generated in all."""
    position = list(view.dossier.case.markets).index(market)
    name = f"energy_{position}"
    rows: list[tuple[Value, ...]] = []
    for t, (period, used, limit, generation) in enumerate(_energy_rows(view, market)):
        cells = {key: Ref(name, key, t) for key in ("used", "limit", "generation")}
        margin = Formula("{limit}-{used}", cells, limit - used) if limit is not None else None
        share = Formula("{used}/{limit}", cells, used / limit) if limit else None
        national = Formula("{used}/{generation}", cells, used / generation) if generation else None
        rows.append((period, used, limit, margin, share, generation, national))
    unit = say("TWh")
    return Table(
        name,
        say("{market}: electricity of each period", market=market),
        (
            Column("period", say("Period"), width=WIDTH),
            Column("used", say("Used"), unit, THREE, WIDTH),
            Column("limit", say("Open to the plan"), unit, THREE, WIDTH),
            Column("margin", say("Margin"), unit, THREE, WIDTH),
            Column("share", say("Used of it"), say("share"), SHARE, WIDTH),
            Column("generation", say("National generation"), unit, COUNT, WIDTH),
            Column("national", say("Used of national"), say("share"), "0.000%", WIDTH),
        ),
        tuple(rows),
    )


def _energy_rows(view: View, market: str) -> list[tuple[str, float, float | None, float | None]]:
    """Period, energy used, energy open, national generation."""
    used, limit, generation = (
        view.by_period("markets", amount, "market").get((market,), [0.0] * len(view.periods))
        for amount in ("energy_twh", "energy_limit_twh", "generation_twh")
    )
    return [(period, used[t], _finite(limit[t]), _finite(generation[t])) for t, period in enumerate(view.periods)]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


__all__ = ["energy_sentences", "energy_table"]
