"""What is asked of the board, what is recommended and why, what may go wrong, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import cost_by_scenario, priced
from planner.report.by_period import View
from planner.report.sheets.assumptions.sureness import sureness_sentence
from planner.report.sheets.china_us import why_sentences
from planner.report.sheets.cost import alike
from planner.report.sheets.decide.commit import orderby_sentence
from planner.report.sheets.options.reasons import rejected_sentence
from planner.report.words import chance, count, filled, listed, money, say, sentences
from planner.study.risk import RISK

MOST_MARKETS = 2
"""Markets whose reasons one page has room for."""
LEAST = 1e-6
"""Share of the largest amount of its kind in the period below which a commitment is too little for the first page."""


def story(view: View) -> Iterator[str]:
    """The argument of the report, a line each: asked, recommended, why, main risk, rejected."""
    yield say("Asked: {what}", what=orderby_sentence(view))
    yield say("Recommended: {moves}", moves=sentences(*first_moves(view)))
    shown = view.likeliest
    reasons = why_sentences(shown.dossier.found.market_figures, known=priced(shown.solution))
    if reasons:
        yield say("Why: {reasons}", reasons=sentences(*reasons[:MOST_MARKETS]))
    yield say("Main risk: {risk}", risk=main_risk(view))
    if passed_over := rejected_sentence(view):
        yield say("Passed over: {options}", options=passed_over)


def main_risk(view: View) -> str:
    """What may go wrong and what is done about it: the costliest scenario, or else the weak input that matters most."""
    costs = cost_by_scenario(view.solved)
    if len(costs) == 1:
        weak = sureness_sentence(view)
        if not view.dossier.case.assumptions:
            return say("{weak} The case names no sources.", weak=weak)
        return say("{weak} It stands first on Assumptions, to be confirmed.", weak=weak)
    if alike(costs.values()):
        return say(
            "no scenario is more expensive than another; each costs {cost}.", cost=money(view.solution.objective_musd)
        )
    most = max(costs, key=lambda name: costs[name])
    fields = {
        "most": most, "chance": chance(view.scenarios[most]), "cost": money(costs[most]),
        "more": money(costs[most] - view.solution.objective_musd),
    }  # fmt: skip
    study = view.dossier.studied.get(RISK)
    if study is None:
        return say(
            "the most expensive scenario, {most} ({chance}), costs {cost}, {more} above what is expected; until "
            "it is known "
            "the plan commits to the same in every scenario.",
            **fields,
        )
    return say(
        "the most expensive scenario, {most} ({chance}), costs {cost}, {more} above what is expected. Until "
        "{reveal} the plan "
        "commits to the same in every scenario; knowing the scenario from the first day would save no more than "
        "{regret} in any.",
        reveal=study.reveal,
        regret=money(study.largest_regret_musd),
        **fields,
    )


def first_moves(view: View) -> list[str]:
    """What the first period commits to, a sentence for each kind."""
    period = view.periods[0]
    orders = _begun(view, "orders", "ordered", "chip")
    halls = _begun(view, "starts", "start_mw", "site")
    grid = _begun(view, "halls", "grid_apply_mw", "site")
    plant = _begun(view, "onsite", "start_mw", "source", "site")
    found = []
    if orders:
        lots = _lots({chip: amount for (chip,), amount in orders.items()}, say("{amount} {name}"))
        found.append(say("To order in {period}: {orders}.", period=period, orders=lots))
    if halls:
        lots = _lots({site: amount for (site,), amount in halls.items()}, say("{amount} MW of halls at {name}"))
        found.append(say("To begin in {period}: {halls}.", period=period, halls=lots))
    if grid:
        lots = _lots(
            {site: amount for (site,), amount in grid.items()}, say("{amount} MW of grid connection at {name}")
        )
        found.append(say("To apply for in {period}: {grid}.", period=period, grid=lots))
    if plant:
        names = {say("{source} at {site}", source=key[0], site=key[1]): amount for key, amount in plant.items()}
        lots = _lots(names, say("{amount} MW of {name}"))
        found.append(say("Plant to order in {period}: {plant}.", period=period, plant=lots))
    return found or [say("Nothing has to be ordered or begun in {period}.", period=period)]


def _begun(view: View, table: str, amount: str, *keys: str) -> dict[tuple[str, ...], float]:
    """Amounts of the first period by the given columns, those that are rounding left out."""
    lines = view.by_period(table, amount, *keys)
    least = LEAST * max((line[0] for line in lines.values()), default=0.0)
    return {key: line[0] for key, line in lines.items() if line[0] > least}


def _lots(amounts: dict[str, float], words: str) -> str:
    """The largest amounts with their names, as `words` say them."""
    top = sorted(amounts, key=lambda name: -amounts[name])
    return listed([filled(words, name=name, amount=count(amounts[name])) for name in top], 4)
