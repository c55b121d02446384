"""Sites: what is begun, ready and fed, and when."""

from __future__ import annotations

import math

from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.sheet_spec import COUNT, ONE, Block, Column, Note, Sheet, Table, Value, number
from planner.report.sheets.common.parts import not_within, page_title
from planner.report.sheets.power.plant import bridges
from planner.report.sheets.sites.gantt import gantt
from planner.report.sheets.sites.speed import speed_blocks
from planner.report.words import listed, message, say, several, short, three


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
    blocks: tuple[Block, ...] = (gantt(view), Note(meaning), _starts(view), *speed_blocks(view), _state(view))
    return Sheet(
        "Sites", _message(view), page_title(view, say("Halls at each site, MW of IT")), blocks, freeze_header=True
    )


def _message(view: View) -> str:
    begun: dict[str, float] = {}
    last, least = 0, view.least("starts", "start_mw")
    for node, site, mw in view.solution.rows("starts", "node", "site", "start_mw"):
        if mw > least:
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
    """What stands instead of new halls: what exists or is committed."""
    ready = {key[0]: line[-1] for key, line in view.by_period("halls", "it_mw", "site").items() if line[-1] > 0}
    if not ready:
        return message(say("The plan begins no new halls, and no halls stand ready at its end."))
    words = "The plan begins no new halls: {mw} MW that exist or are committed stand ready at {sites}."
    return message(say(words, mw=three(sum(ready.values())), sites=_sites(len(ready))))


def _sites(number: int) -> str:
    return several(number, "{n} site", "{n} sites")


class _Feeding:
    """From when the halls of a site have power."""

    def __init__(self, view: View) -> None:
        """Read halls, connections and plants of a plan."""
        self._view = view
        self._position = {label: t for t, label in enumerate(view.periods)}
        self._ready_mw = {key[0]: line for key, line in view.by_period("halls", "it_mw", "site").items()}
        self._connected = {key[0]: line for key, line in view.by_period("halls", "grid_cap_mw", "site").items()}
        self._plants = bridges(view)

    def since(self, site: str, ready: str) -> str | None:
        """First period in which all that is ready in a period is fed, and by what; None where that is never."""
        if (at := self._position.get(ready)) is None:
            return None
        least = self._ready_mw[site][at] * self._view.dossier.case.sites[site].pue * (1 - 1e-6)
        grid = self._connected[site]
        made = self._plants[site].output if site in self._plants else [0.0] * len(grid)
        for t in range(at, len(grid)):
            if grid[t] + made[t] >= least:
                period = self._view.periods[t]
                return period if grid[t] >= least else say("{period}, by plant", period=period)
        return None


def _starts(view: View) -> Table:
    """A line per start, or phase."""
    case = view.dossier.case
    fed = _Feeding(view)
    rows: list[tuple[Value, ...]] = []
    columns, least_mw = ("site", "option", "node", "start_mw", "phases", "ready"), view.least("starts", "start_mw")
    for site, option, node, mw, phases, ready in view.solution.rows("starts", *columns):
        if mw <= least_mw:
            continue
        rows.append(
            (
                site,
                case.sites[site].region,
                option,
                view.label_of[node],
                mw,
                None if math.isnan(phases) else phases,
                case.sites[site].build_options[option].phase_mw,
                None,
                ready or not_within(view),
                fed.since(site, ready) or not_within(view),
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
    idle = [str(row[0]) for row in rows if not float(str(row[7]))]
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
