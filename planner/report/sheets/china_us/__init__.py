"""China against the United States, side by side on one page; with other countries the same as Markets."""

from __future__ import annotations

from collections.abc import Mapping

from planner import findings
from planner.findings import MarketFigures
from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import OTHER, SERIES
from planner.report.sheet_spec import (
    COUNT,
    SHARE,
    Beside,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Note,
    Ref,
    Series,
    Sheet,
    Table,
    Value,
)
from planner.report.sheets.china_us.alone import alone_notes, alone_table
from planner.report.sheets.china_us.criteria import cost_criteria, power_criteria
from planner.report.sheets.common.parts import page_title
from planner.report.sheets.cost.levelised import sunk_sentences
from planner.report.sheets.power.markets import market_charts, market_tables
from planner.report.words import joined, message, percent, say, say_in, short, three

BOTH = {"CN", "US"}
"""Markets after which the page is called."""
MOST_MARKETS = 4
"""Markets that one page has room for; the largest by halls at the end."""
LITTLE, MOST = 0.1, 0.5
"""Shares of the weight of what binds: below the first a resource is to spare, from the second on it is lacking."""
ROOM = 0.9
"""Share of headroom drawn at the end up to which a country has power to spare."""


def china_us(dossier: Dossier) -> Sheet | None:
    """Cost, time, power, chips and what binds by market; nothing where there is only one."""
    whole = View(dossier)
    view = whole.likeliest
    figures = shown_figures(view)
    if len(figures) < 2:
        return None
    left, right = cost_criteria(figures), power_criteria(figures)
    alone = alone_table(whole, list(figures))
    drawn = {market: table for market, table in market_tables(view).items() if market in figures}
    known = findings.priced(view.solution)
    blocks: tuple[Block, ...] = (
        *(Note(words) for words in why_sentences(figures, known=known)),
        *(Note(words) for words in sunk_sentences(view)),
        *(Note(words) for words in alone_notes(whole, list(figures))),
        *(Note(words) for words in _counts_tail(view)),
        Charts((*_stack_chart(figures), *market_charts(view, drawn, width=10.6, height=6.6))),
        Beside(
            (left, *([alone] if alone else [])), (right, *([_binds(figures)] if known else [])), len(left.columns) + 1
        ),
    )
    name = "China vs US" if set(figures) >= BOTH else "Markets"
    what = say("Cost, time, power and chips by country; money in USD of {base}, real", base=view.base_year)
    return Sheet(name, _message(figures), page_title(view, what), blocks, one_page=True)


def _counts_tail(view: View) -> list[str]:
    """Which figures of the page count what is solved and not reported; nothing where all of it is reported."""
    if not view.tail:
        return []
    return [
        say(
            "Costs, and months from start or application, count what is solved after {day} and not reported; all else "
            "ends there.",
            day=view.line.first_day(view.line.reported),
        )
    ]


def shown_figures(view: View) -> dict[str, MarketFigures]:
    """Figures of the markets with sites, in the case's order: China and the United States, then the largest."""
    found = view.dossier.found.market_figures
    placed = {view.dossier.case.market_of(site) for site in view.dossier.case.sites}
    both = placed >= BOTH
    size = {
        market: (both and market in BOTH, each.end.it_mw, each.end.pflops)
        for market, each in found.items()
        if market in placed
    }
    kept = sorted(size, key=lambda market: size[market], reverse=True)[:MOST_MARKETS]
    return {market: found[market] for market in found if market in kept}


def resource_words() -> dict[str, str]:
    """What a plan can lack, in words."""
    return {
        "chips": say_in("resource", "chips"),
        "halls": say("sites and halls"),
        "grid": say("grid power and plant"),
        "energy": say("national energy"),
        "policy": say("policy and budgets"),
    }


def shares(figures: MarketFigures) -> dict[str, float]:
    """Share of the weight of what binds in a market, by resource; nothing where nothing binds."""
    total = sum(figures.weights.values())
    return {name: weight / total for name, weight in figures.weights.items()} if total > 0 else {}


def why_sentences(figures: Mapping[str, MarketFigures], *, known: bool = True) -> list[str]:
    """What each country has to spare and what it lacks, by the weight of what binds there.

    `known` is whether the solver gave prices; without them nobody knows what binds.
    """
    if not known:
        return [say("What binds is not known: the solver gave no prices, which HiGHS gives.")]
    return [_why(market, each) for market, each in figures.items()]


def _why(market: str, figures: MarketFigures) -> str:
    found, end = shares(figures), figures.end
    if not found:
        return say("{market}: nothing binds there but demand itself.", market=market)
    names = resource_words()
    order = sorted(found, key=lambda name: -found[name])
    power = found["grid"] + found["energy"]
    used = end.draw_mw / end.headroom_mw if end.headroom_mw else None
    fields = {
        "market": market, "top": names[order[0]], "share": percent(found[order[0]]), "second": names[order[1]],
        "next": percent(found[order[1]]), "power": percent(power), "chips": percent(found["chips"]),
        "used": percent(used or 0.0), "period": end.period,
    }  # fmt: skip
    if found["chips"] >= MOST and power < LITTLE and used is not None and used < ROOM:
        return say(
            "{market} has power to spare and lacks chips: of the weight of what binds there {chips} is chips and "
            "{power} power, and the plan draws {used} of its headroom in {period}.",
            **fields,
        )
    if power >= MOST and found["chips"] < LITTLE:
        return say(
            "{market} has chips and lacks power: of the weight of what binds there {power} is power and {chips} chips.",
            **fields,
        )
    if found[order[1]] < LITTLE / 10:
        return say("{market}: what binds is {top}, {share} of the weight of all limits there.", **fields)
    return say(
        "{market}: what binds most is {top}, {share} of the weight of all limits there, then {second}, {next}.",
        **fields,
    )


def _message(figures: Mapping[str, MarketFigures]) -> str:
    known = {market: each.built.usd for market, each in figures.items() if each.built.usd is not None}
    names = resource_words()
    tops = {
        market: max(found, key=lambda name: found[name]) for market, each in figures.items() if (found := shares(each))
    }
    ready = joined([say("{market} {mw}", market=short(m, 16), mw=three(each.end.it_mw)) for m, each in figures.items()])
    last = next(iter(figures.values())).end.period
    candidates = []
    if len(known) == 2:
        (one, cost), (other, rival) = sorted(known.items(), key=lambda item: item[1])
        fields = {
            "one": short(one, 16), "other": short(other, 16), "cost": three(cost), "rival": three(rival),
            "first": names.get(tops.get(one, ""), ""), "second": names.get(tops.get(other, ""), ""),
        }  # fmt: skip
        if fields["first"] and fields["first"] == fields["second"]:
            words = (
                "A PFLOP/s-month costs {cost} USD in {one} and {rival} USD in {other}; what binds most in both is "
                "{first}."
            )
            candidates.append(say(words, **fields))
        elif one in tops and other in tops:
            words = (
                "A PFLOP/s-month costs {cost} USD in {one} and {rival} USD in {other}; what binds most is {first} in "
                "{one} and {second} in {other}."
            )
            candidates.append(say(words, **fields))
        candidates.append(
            say("Own compute costs {cost} USD per PFLOP/s-month in {one} and {rival} in {other}.", **fields)
        )
    candidates.append(say("Halls ready in {last}, MW of IT by country: {ready}.", last=last, ready=ready))
    candidates.append(say("The plan has halls in {n} countries; the largest are set side by side.", n=len(figures)))
    return message(*candidates)


def _stack_chart(figures: Mapping[str, MarketFigures]) -> tuple[Chart, ...]:
    """Levelised cost by component beside rent; nothing where nothing is served."""
    known = [(market, each.built) for market, each in figures.items() if each.built.usd is not None]
    if not known:
        return ()
    costs = joined(
        [say("{market} {usd}", market=short(market, 14), usd=three(each.usd or 0.0)) for market, each in known]
    )
    title = say("Own compute, USD per PFLOP/s-month: {costs}", costs=costs)
    series = (
        Series("chips", say("chips with fees"), SERIES[0]),
        Series("halls", say("halls, grid, plant"), SERIES[1]),
        Series("energy", say("energy"), SERIES[2]),
        Series("operations", say("operations"), SERIES[3]),
        Series("rent", say("rent"), OTHER),
    )
    chart = Chart(
        "stacked", title, "levelised_stack", "label", series,
        say("Stacked columns of levelised cost by component, each market's rent beside it. {title}.", title=title),
        unit=say("USD per PFLOP/s-month"), width=14.4, height=6.6,
    )  # fmt: skip
    return (chart,)


def _binds(figures: Mapping[str, MarketFigures]) -> Table:
    """Weight of what binds by resource and market."""
    names = resource_words()
    rows: list[tuple[Value, ...]] = []
    for at, (resource, name) in enumerate(names.items()):
        line: list[Value] = [name]
        for position, each in enumerate(figures.values()):
            found, key = shares(each), f"weight_{position}"
            cells = {"one": Ref("china_us_binds", key, at), "all": Ref("china_us_binds", key, total=True)}
            value = each.weights[resource]
            line += [value, Formula("{one}/{all}", cells, found[resource]) if found else None]
        rows.append(tuple(line))
    columns = [Column("resource", say("Resource"), width=46)]
    for position, market in enumerate(figures):
        columns.append(Column(f"weight_{position}", short(market, 12), "", COUNT, 11, total=True))
        columns.append(Column(f"share_{position}", short(market, 12), say("share"), SHARE, 11))
    return Table(
        "china_us_binds",
        say("What binds: what 1 % of each limit would move in present cost, times 100, million USD"),
        tuple(columns),
        tuple(rows),
        say("All limits"),
    )


__all__ = ["china_us", "resource_words", "shown_figures", "why_sentences"]
