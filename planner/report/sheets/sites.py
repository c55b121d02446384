"""Sites: what is begun, ready and fed, and when."""

from __future__ import annotations

import math

from planner.profile import Profile, value_at
from planner.report.dossier import Dossier
from planner.report.sheets.parts import page_title
from planner.report.sheets.plant import LEAST_MW, bridges
from planner.report.spec import (
    COUNT,
    ONE,
    THREE,
    TWO,
    Block,
    Cell,
    Column,
    Formula,
    Gantt,
    Note,
    Ref,
    Sheet,
    Table,
    Value,
    number,
)
from planner.report.style import GANTT
from planner.report.view import View
from planner.report.words import listed, message, money, say, several, short, three

MOST_PERIODS = 24
"""Periods that fit on a page."""


def sites(dossier: Dossier) -> Sheet:
    """A Gantt of halls, the phases begun and the state of each site at the end."""
    view = View(dossier).likeliest
    meaning = say(
        "Upper line of a site: MW of IT under construction, committed halls included; lower line: MW of IT "
        "ready. Ready halls wait for the grid while their connection cannot carry them."
    )
    if bridges(view):
        meaning = say(
            "{meaning} They are bridged while on-site plant gives what the connection cannot.", meaning=meaning
        )
    blocks: tuple[Block, ...] = (_gantt(view), Note(meaning), _starts(view), *_speed(view), _state(view))
    return Sheet(
        "Sites", _message(view), page_title(view, say("Halls at each site, MW of IT")), blocks, freeze_header=True
    )


def _message(view: View) -> str:
    begun: dict[str, float] = {}
    last = 0
    data = view.solution["starts"]
    for node, site, mw in data[["node", "site", "start_mw"]].itertuples(index=False):
        if mw >= LEAST_MW:
            begun[site] = begun.get(site, 0.0) + mw * view.probability_of[node]
            last = max(last, view.period_of[node])
    if not begun:
        return _message_without_starts(view)
    largest = max(begun, key=lambda site: begun[site])
    return message(
        say(
            "The plan begins {mw} MW of halls at {used} of {sites}, most at {largest} ({most} MW), the last in {last}.",
            mw=three(sum(begun.values())),
            used=len(begun),
            sites=_sites(len(view.dossier.case.sites)),
            largest=short(largest, 30),
            most=three(begun[largest]),
            last=view.periods[last],
        )
    )


def _message_without_starts(view: View) -> str:
    """What stands instead of new halls: what exists or is committed, or starts too small for the page to show."""
    small = sum(view.expected("starts", "start_mw", "site").values())
    if small > 0:
        words = "The plan begins {mw} MW of halls in all, in no period as much as {least} MW at any of {sites}."
        sites = _sites(len(view.dossier.case.sites))
        return message(say(words, mw=three(small), least=three(LEAST_MW), sites=sites))
    ready = {key[0]: line[-1] for key, line in view.by_period("halls", "it_mw", "site").items() if line[-1] > 0}
    if not ready:
        return message(say("The plan begins no new halls, and no halls stand ready at its end."))
    words = "The plan begins no new halls: {mw} MW that exist or are committed stand ready at {sites}."
    return message(say(words, mw=three(sum(ready.values())), sites=_sites(len(ready))))


def _sites(number: int) -> str:
    return several(number, "{n} site", "{n} sites")


def _gantt(view: View) -> Gantt:
    case, count = view.dossier.case, len(view.periods)
    step = math.ceil(count / MOST_PERIODS)
    shown = list(range(step - 1, count, step))
    building, started = _construction(view)
    ready = {key[0]: line for key, line in view.by_period("halls", "it_mw", "site").items()}
    connected = {key[0]: line for key, line in view.by_period("halls", "grid_cap_mw", "site").items()}
    plants = bridges(view)
    rows: list[tuple[Value, ...]] = []
    for name, site in case.sites.items():
        upper: list[Value] = []
        lower: list[Value] = []
        for t in shown:
            under = building[name][t]
            begins = any(started[name][u] >= LEAST_MW for u in range(max(0, t - step + 1), t + 1))
            upper.append(Cell(under, look="start" if begins else "build") if under >= LEAST_MW else None)
            stands = ready.get(name, [0.0] * count)[t]
            fed = connected.get(name, [0.0] * count)[t] >= stands * site.pue * (1 - 1e-6) - 1e-6
            bridged = name in plants and plants[name].bridges(t)
            look = "bridge" if bridged else "powered" if fed else "waits"
            lower.append(Cell(stands, look=look) if stands >= LEAST_MW else None)
        if any(cell is not None for cell in (*upper, *lower)):
            rows.append((name, site.region, say("building"), *upper))
            rows.append((None, Cell(case.market_of(name), look="quiet"), say("ready"), *lower))
    columns = [
        Column("site", say("Site"), width=19),
        Column("region", say("Region"), width=15),
        Column("what", say("MW IT"), width=9),
        *(Column(str(t), view.periods[t].replace("-", "\n"), "", COUNT, 6.1) for t in shown),
    ]
    legend = [
        ("start", say("building, with a start")),
        ("build", say("building")),
        ("powered", say("ready and fed")),
        ("waits", say("ready, waits for grid")),
    ]
    if plants:
        legend.insert(3, ("bridge", say("bridged by own plant")))
    assert all(code in GANTT for code, _ in legend)
    caption = say("Halls over time")
    if step > 1:
        caption = say("Halls over time, every {step} periods", step=step)
    return Gantt("gantt", caption, tuple(columns), tuple(rows), tuple(legend))


def _construction(view: View) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """MW under construction and MW begun, by site and period."""
    case, count = view.dossier.case, len(view.periods)
    line = case.settings.timeline
    position = {label: t for t, label in enumerate(view.periods)}
    building = {site: [0.0] * count for site in case.sites}
    started = {site: [0.0] * count for site in case.sites}
    for name, site in case.sites.items():
        for halls in site.committed.values():
            for t in range(min(count, line.from_date(halls.ready))):
                building[name][t] += halls.it_mw
    data = view.solution["starts"]
    for node, site_name, mw, ready in data[["node", "site", "start_mw", "ready"]].itertuples(index=False):
        if mw < LEAST_MW:
            continue
        mw, begun = mw * view.probability_of[node], view.period_of[node]
        started[site_name][begun] += mw
        for t in range(begun, position.get(ready, count)):
            building[site_name][t] += mw
    return building, started


def _starts(view: View) -> Table:
    """A line per start, or phase."""
    case = view.dossier.case
    position = {label: t for t, label in enumerate(view.periods)}
    ready_mw = {key[0]: line for key, line in view.by_period("halls", "it_mw", "site").items()}
    connected = {key[0]: line for key, line in view.by_period("halls", "grid_cap_mw", "site").items()}
    plants = bridges(view)
    rows: list[tuple[Value, ...]] = []
    data = view.solution["starts"]
    columns = ["site", "option", "node", "start_mw", "phases", "ready"]
    for site, option, node, mw, phases, ready in data[columns].itertuples(index=False):
        if mw < LEAST_MW:
            continue
        typed = case.sites[site].build_options[option].phase_mw
        at = position.get(ready)
        fed = None
        if at is not None:
            need = ready_mw[site][at] * case.sites[site].pue
            least = need * (1 - 1e-6)
            made = plants[site].output if site in plants else [0.0] * len(position)
            for t in range(at, len(position)):
                if connected[site][t] + made[t] >= least:
                    alone = connected[site][t] >= least
                    fed = view.periods[t] if alone else say("{period}, by plant", period=view.periods[t])
                    break
        rows.append(
            (
                site,
                case.sites[site].region,
                option,
                view.label_of[node],
                mw,
                None if math.isnan(phases) else phases,
                typed,
                None,
                ready or say("not in the plan"),
                fed or say("not in the plan"),
            )
        )
    order = {name: at for at, name in enumerate(case.sites)}
    rows.sort(key=lambda row: (order[str(row[0])], str(row[3]), str(row[2])))
    return Table(
        "starts",
        say(
            "Construction begun: {starts}, {mw} MW of IT",
            starts=several(len(rows), "{n} start", "{n} starts"),
            mw=three(sum(number(row[4]) for row in rows)),
        ),
        (
            Column("site", say("Site"), width=19),
            Column("region", say("Region"), width=15),
            Column("option", say("Build option"), span=3),
            Column("start", say("Start"), span=2),
            Column("mw", say("Begun, MW IT"), "", ONE, span=3),
            Column("phases", say("Phases, number"), "", COUNT, span=3),
            Column("phase_mw", say("Phase, MW IT"), "", COUNT, span=3),
            Column("gap", "", span=1, width=6.1),
            Column("ready", say("Ready"), span=2),
            Column("fed", say("Ready and fed"), span=3),
        ),
        tuple(rows),
    )


def _speed(view: View) -> list[Block]:
    """What each way to build costs and takes, the slowest first, and what a month gained costs."""
    case = view.dossier.case
    line = case.settings.timeline
    days = line.first_day(0), line.first_day(1)

    def at_start(profile: Profile) -> float:
        return value_at(profile, *days, plan_start=line.start)

    begun = view.expected("starts", "start_mw", "site", "option")
    rows: list[tuple[Value, ...]] = []
    rates, spent = [], 0.0
    for name, site in case.sites.items():
        options = [
            (at_start(build.build_months), at_start(build.capex_musd_per_mw), option)
            for option, build in site.build_options.items()
        ]
        slower: tuple[float, float] | None = None
        for months, capex, option in sorted(options, key=lambda each: (-each[0], each[1], each[2])):
            mw = begun.get((name, option), 0.0)
            row, gained, rate, paid = len(rows), None, None, None
            if slower is not None and slower[0] - months > 1e-9:
                cells = {key: Ref("speed", key, row) for key in ("months", "capex", "gained", "rate", "mw")}
                cells |= {f"{key}_slow": Ref("speed", key, row - 1) for key in ("months", "capex")}
                fewer, more = slower[0] - months, capex - slower[1]
                gained = Formula("{months_slow}-{months}", cells, fewer)
                rate = Formula("({capex}-{capex_slow})/{gained}", cells, more / fewer)
                paid = Formula("{rate}*{gained}*{mw}", cells, more * mw)
                rates.append(more / fewer)
                spent += more * mw
            rows.append((name, site.region, option, mw, months, capex, gained, rate, paid))
            slower = months, capex
    if not rows:
        return []
    caption = say("Build speed by site and option; values of the plan's first period")
    if rates and three(min(rates)) == three(max(rates)):
        caption = say(
            "Build speed by site and option: a month gained costs {rate} million USD per MW of IT; {paid} is paid for "
            "speed",
            rate=three(rates[0]), paid=money(spent),
        )  # fmt: skip
    elif rates:
        caption = say(
            "Build speed by site and option: a month gained costs {low} to {high} million USD per MW of IT; {paid} is "
            "paid for speed",
            low=three(min(rates)), high=three(max(rates)), paid=money(spent),
        )  # fmt: skip
    table = Table(
        "speed",
        caption,
        (
            Column("site", say("Site"), width=19),
            Column("region", say("Region"), width=15),
            Column("option", say("Build option"), span=3),
            Column("mw", say("Begun, MW IT"), "", COUNT, span=3, total=True),
            Column("months", say("Takes, months"), "", ONE, span=3),
            Column("capex", say("Million USD, per MW IT"), "", TWO, span=4),
            Column("gained", say("Gained, months"), "", ONE, span=3),
            Column("rate", say("Million USD, per MW and month"), "", THREE, span=5),
            Column("paid", say("Paid, million USD"), "", COUNT, span=3),
        ),
        tuple(rows),
        say("Total"),
    )
    return [
        table,
        Note(
            say(
                "Months gained and what they cost compare an option with the next slower one at its site; paid is that "
                "difference on the MW begun, not discounted."
            )
        ),
    ]


def _state(view: View) -> Table:
    case = view.dossier.case

    def last(amount: str) -> dict[str, float]:
        return {key[0]: line[-1] for key, line in view.by_period("halls", amount, "site").items()}

    ready, load, begun = last("it_mw"), last("it_load_mw"), last("begun_mw")
    connected, draw = last("grid_cap_mw"), last("grid_mw")
    plants = bridges(view)
    rows: list[tuple[Value, ...]] = []
    for name, site in case.sites.items():
        committed = sum(halls.it_mw for halls in site.committed.values())
        rows.append(
            (
                name,
                site.region,
                case.market_of(name),
                site.max_it_mw,
                site.existing_it_mw,
                committed,
                begun.get(name, 0.0),
                ready.get(name, 0.0),
                load.get(name, 0.0),
                connected.get(name, 0.0),
                draw.get(name, 0.0),
                *([plants[name].output[-1] if name in plants else 0.0] if plants else []),
            )
        )
    idle = [str(row[0]) for row in rows if float(str(row[7])) < LEAST_MW]
    caption = say("Sites at the end of the plan")
    if idle:
        caption = say("Sites at the end of the plan; not used: {idle}", idle=listed(idle))
    return Table(
        "sites_end",
        caption,
        (
            Column("site", say("Site"), width=19),
            Column("region", say("Region"), width=15),
            Column("market", say("Market"), width=9),
            *(
                Column(key, heading, "", COUNT, total=True, span=span)
                for key, heading, span in (
                    ("size", say("Room, MW IT"), 2),
                    ("existing", say("Existing, MW IT"), 3),
                    ("committed", say("Committed, MW IT"), 3),
                    ("begun", say("Begun, MW IT"), 3),
                    ("ready", say("Ready, MW IT"), 3),
                    ("load", say("Load, MW IT"), 2),
                    ("connected", say("Connected, MW"), 3),
                    ("draw", say("From grid, MW") if plants else say("Draw, MW"), 3 if plants else 2),
                    *([("plant", say("From plant, MW"), 3)] if plants else []),
                )
            ),
        ),
        tuple(rows),
        say("Total"),
    )
