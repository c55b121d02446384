"""Summary: the plan on one page."""

from __future__ import annotations

from planner import findings
from planner.report.alerts import alerts
from planner.report.by_period import RENT, View, digits
from planner.report.dossier import Dossier
from planner.report.sheet_spec import (
    Beside,
    Block,
    Cell,
    Charts,
    Column,
    Formula,
    Gap,
    Note,
    Ref,
    Sheet,
    Table,
    Value,
    row_sum,
)
from planner.report.sheets.chips import fleet_chart, fleet_table
from planner.report.sheets.common.parts import page_title, tail_sentences
from planner.report.sheets.compute.workloads import volumes
from planner.report.sheets.cost import spread_sentences
from planner.report.sheets.power.energy import energy_sentences
from planner.report.sheets.power.markets import market_charts, market_tables
from planner.report.sheets.power.plant import plant_sentence
from planner.report.sheets.prices import held, rule_words, verified_sentences
from planner.report.sheets.summary.figures import figures
from planner.report.sheets.summary.story import story
from planner.report.words import (
    chance,
    count,
    listed,
    message,
    money,
    objective_words,
    percent,
    say,
    several,
    short,
    three,
)
from planner.solution import Status

MOST_ALERTS, MOST_BINDING, MOST_CHIPS = 4, 4, 12
"""Lines that one page has room for."""


def summary(dossier: Dossier) -> Sheet:
    """Headline, key figures, what binds, three charts and alerts."""
    view = View(dossier)
    shown = view.likeliest
    blocks: list[Block] = []
    failed = [check for check in dossier.certificate.checks if not check.ok]
    if failed or not dossier.certificate.ok:
        words = say(
            "DO NOT USE: the plan does not hold when it is checked again ({names}). This is a fault of the tool.",
            names=listed([say(check.id.replace("_", " ")) for check in failed], 3),
        )
        blocks.append(Note(words, "banner"))
    blocks += [Note(sentence) for sentence in story(view)]
    blocks += [Note(sentence) for sentence in _objective(view)]
    blocks += [Note(sentence) for sentence in spread_sentences(view)]
    blocks += [Note(sentence) for sentence in (*_what_is_shown(view), *tail_sentences(view))]
    blocks.append(Gap())
    chips = _chips(shown)
    tables = Beside((chips,), (_served(shown),), len(chips.columns))
    blocks.append(Beside((figures(view),), (tables, *_what_binds(view)), 4))
    fleet = fleet_table(shown)
    charts = (
        fleet_chart(shown, fleet, width=12.4, height=6.2),
        *market_charts(shown, market_tables(shown), width=9.7, height=6.2),
    )
    blocks.append(Charts(charts))
    found = list(alerts(view))
    if found:
        blocks.append(Note(say("Alerts"), "heading"))
        blocks += [Note(alert, "alert") for alert in found[:MOST_ALERTS]]
    what = say(
        "{case}: money in USD of {base}, real, discounted at {rate} a year to {start}",
        case=short(dossier.case.settings.name, 60), base=view.base_year, start=dossier.case.settings.start,
        rate=percent(dossier.case.settings.discount_rate),
    )  # fmt: skip
    title = page_title(view, what)
    if dossier.case.settings.prepared:
        title = say("{title} Prepared {day}.", title=title, day=dossier.case.settings.prepared)
    return Sheet("Summary", _message(view), title, tuple(blocks), one_page=True)


def _what_binds(view: View) -> list[Block]:
    """Limits that bind most, what they would be worth, and what electricity and plant have to do with it."""
    tried = not view.solution["verified"].empty
    heading = say("What binds most, tried from both sides") if tried else say("What binds most")
    lines = [*_binding(view), *held(view), *energy_sentences(view)]
    if plant := plant_sentence(view.likeliest):
        lines.append(plant)
    return [Note(heading, "heading"), *(Note(line) for line in lines)]


def _unproven(view: View) -> str:
    """What a plan costs that is not proven to be the best, and how far from it that may be."""
    fields = {"cost": money(view.solution.objective_musd), "gap": percent(view.solution.gap or 0.0)}
    if view.solution.gap is None:
        return message(
            say(
                "Not proven to be the best, and how far from it is not known: the plan costs {cost} at present worth.",
                **fields,
            )
        )
    if view.dossier.case.goals.objective != "cost":
        return message(say("Not proven to be the best: a plan that costs {cost} at present worth.", **fields))
    if len(view.scenarios) > 1:
        return message(
            say(
                "Not proven to be the best: expected present cost is {cost}; a better one may cost up to {gap} less.",
                **fields,
            )
        )
    return message(
        say(
            "Not proven to be the best: the plan costs {cost} at present worth; a better one may cost up to {gap} "
            "less.",
            **fields,
        )
    )


def _message(view: View) -> str:
    if view.solution.status is not Status.OPTIMAL:
        return _unproven(view)
    if len(view.scenarios) > 1:
        return _message_of_scenarios(view)
    ordered = sum(findings.chips_ordered(view.solution).values())
    first = findings.first_served(view.solution)
    never = [name for name, period in first.items() if period is None]
    rent = view.present.get(RENT, 0.0)
    fields = {
        "cost": money(view.solution.objective_musd), "chips": count(ordered), "served": len(first) - len(never),
        "all": several(len(first), "{n} workload", "{n} workloads"), "rent": money(rent), "last": view.periods[-1],
        "mw": three(sum(findings.final_it_mw(view.solution).values())),
    }  # fmt: skip
    if rent > 0:
        return message(
            say(
                "The plan orders {chips} chips and has {mw} MW of halls ready in {last} for {cost} at present worth, "
                "{rent} of it rent.",
                **fields,
            ),
            say("The plan costs {cost} at present worth, orders {chips} chips and rents compute for {rent}.", **fields),
        )
    return message(
        say(
            "For {cost} of present cost the plan orders {chips} chips, has {mw} MW of halls ready and serves "
            "{served} of {all} fully.",
            **fields,
        ),
        say("The plan costs {cost} at present worth and orders {chips} chips over its periods.", **fields),
    )


def _message_of_scenarios(view: View) -> str:
    costs = findings.cost_by_scenario(view.solved).values()
    fields = {
        "cost": money(view.solution.objective_musd), "n": len(view.scenarios), "least": money(min(costs)),
        "most": money(max(costs)),
    }  # fmt: skip
    return message(
        say(
            "Expected present cost over {n} scenarios is {cost}: {least} in the cheapest, {most} in the most "
            "expensive.",
            **fields,
        ),
        say("Expected present cost over {n} scenarios is {cost}.", **fields),
    )


def _objective(view: View) -> list[str]:
    """What the plan is made for, and how risk weighs in."""
    goals, criterion = view.dossier.case.goals, view.solution.criterion_musd
    words = objective_words(goals.objective, len(view.scenarios), weighed=criterion is not None)
    found = [say("The plan is made for {objective}.", objective=words)]
    if criterion is not None:
        found.append(
            say(
                "Minimised was {part} of the expected present cost and {weight} of the mean of the most "
                "expensive {tail} of "
                "all outcomes, together {criterion}.",
                part=percent(1 - goals.risk_weight), weight=percent(goals.risk_weight),
                tail=percent(1 - goals.risk_level), criterion=money(criterion),
            )
        )  # fmt: skip
    return found


def _what_is_shown(view: View) -> list[str]:
    """Which figures are expected and which are of one scenario; nothing where there is only one."""
    if len(view.scenarios) == 1:
        return []
    ((name, probability),) = view.likeliest.scenarios.items()
    return [
        say(
            "Figures marked expected are over {n} scenarios, weighted by probability; chips, halls, plant, compute and "
            "charts are those of the likeliest scenario, {name} ({probability}).",
            n=len(view.scenarios), name=name, probability=chance(probability),
        )
    ]  # fmt: skip


def _chips(view: View) -> Table:
    """Chips by type: ordered and installed at the end, thousands."""
    ordered: dict[str, dict[str, float]] = {}
    markets = list(view.dossier.case.markets)[:4]
    for (chip, market), amount in view.expected("orders", "ordered", "chip", "market").items():
        if market in markets:
            ordered.setdefault(chip, {})[market] = amount / 1000
    end = {chip: line[-1] / 1000 for chip, line in view.fleet.items()}
    kept = [chip for chip in view.dossier.case.chips if any(ordered.get(chip, {}).values()) or end.get(chip)]
    kept = sorted(kept, key=lambda chip: -sum(ordered.get(chip, {}).values()))[:MOST_CHIPS]
    rows: list[tuple[Value, ...]] = []
    for position, chip in enumerate(kept):
        line = [ordered.get(chip, {}).get(market, 0.0) for market in markets]
        total = row_sum("summary_chips", position, markets[0], markets[-1], line)
        shown = [Cell(v, digits(v) if v else "0") for v in line]
        rows.append(
            (
                chip,
                *shown,
                Cell(total, digits(float(total.value))),
                Cell(end.get(chip, 0.0), digits(end.get(chip, 0.0))),
                None,
            )
        )
    unit = say("thousand")
    return Table(
        "summary_chips",
        "",
        (
            Column("chip", say("Chip"), width=17),
            *(Column(market, say("Ordered, {market}", market=market), unit, "0.0", 11) for market in markets),
            Column("total", say("Ordered"), unit, "0.0", 11),
            Column("end", say("At the end"), unit, "0.0", 11),
            Column("gap", "", width=2),
        ),
        tuple(rows),
    )


def _served(view: View) -> Table:
    """When each workload is first fully served by own chips."""
    first = findings.first_served(view.solution)
    found = volumes(view)
    names = [name for name in view.dossier.case.workloads if name in found]
    rows: list[tuple[Value, ...]] = []
    for position, name in enumerate(names):
        demand, served, _ = found[name]
        share = Formula("{cell}", {"cell": Ref("workloads", "share", position)}, served / demand) if demand else None
        rows.append((name, first[name] or say("never"), share))
    return Table(
        "summary_served",
        "",
        (
            Column("name", say("Workload"), width=18),
            Column("first", say("First fully served"), width=11),
            Column("share", say("Served over the plan"), say("share"), "0%", 11),
        ),
        tuple(rows),
    )


def _nothing_binds(view: View) -> str:
    """Why no limit is named."""
    if findings.priced(view.solution):
        return say("No limit has a price: nothing but demand binds.")
    return say("The solver gave no prices, so what binds is not known; HiGHS gives them.")


def _binds(limit: findings.Binding) -> str:
    """When a limit binds and what 1 % more of it is worth."""
    fields = {
        "rule": rule_words(limit.rule).capitalize(), "where": limit.where, "first": limit.first, "last": limit.last,
        "saved": money(abs(limit.saved_musd)),
    }  # fmt: skip
    if limit.first == limit.last:
        if limit.saved_musd > 0:
            return say("{rule} of {where} binds in {first}; 1 % more would save about {saved}.", **fields)
        return say("{rule} of {where} binds in {first}; 1 % more would cost about {saved}.", **fields)
    if limit.saved_musd > 0:
        return say("{rule} of {where} binds from {first} to {last}; 1 % more would save about {saved}.", **fields)
    return say("{rule} of {where} binds from {first} to {last}; 1 % more would cost about {saved}.", **fields)


def _binding(view: View) -> list[str]:
    if view.solution["verified"].empty:
        found = findings.bindings(view.solution)[:MOST_BINDING]
        return [_binds(each) for each in found] or [_nothing_binds(view)]
    return verified_sentences(view, MOST_BINDING)
