"""What each way to build costs and takes, and what a month gained costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, THREE, TWO, Block, Column, Formula, Note, Ref, Table, Value
from planner.report.words import money, say, three
from planner.time_profile import Profile, value_at


class _Way(NamedTuple):
    """A way to build at a site."""

    site: str
    region: str
    option: str
    mw: float
    """MW of IT begun so."""
    months: float
    """Months that it takes."""
    capex: float
    """Million USD per MW of IT."""


@dataclass
class _Speeds:
    """Ways to build, a row each, and what a month gained costs."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    """Million USD per MW of IT for each month gained, where one is."""
    spent: float = 0.0
    """Million USD paid for speed, not discounted."""

    def add(self, way: _Way, slower: _Way | None) -> None:
        """A way to build, after the next slower one at its site."""
        row, gained, rate, paid = len(self.rows), None, None, None
        if slower is not None and slower.months - way.months > 1e-9:
            cells = {key: Ref("speed", key, row) for key in ("months", "capex", "gained", "rate", "mw")}
            cells |= {f"{key}_slow": Ref("speed", key, row - 1) for key in ("months", "capex")}
            fewer, more = slower.months - way.months, way.capex - slower.capex
            gained = Formula("{months_slow}-{months}", cells, fewer)
            rate = Formula("({capex}-{capex_slow})/{gained}", cells, more / fewer)
            paid = Formula("{rate}*{gained}*{mw}", cells, more * way.mw)
            self.rates.append(more / fewer)
            self.spent += more * way.mw
        self.rows.append((*way, gained, rate, paid))


def speed_blocks(view: View) -> list[Block]:
    """What each way to build costs and takes, the slowest first, and what a month gained costs."""
    found = _speeds(view)
    if not found.rows:
        return []
    table = Table(
        "speed",
        _caption(found),
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
        tuple(found.rows),
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


def _speeds(view: View) -> _Speeds:
    case = view.dossier.case
    line = case.settings.timeline
    days = line.first_day(0), line.first_day(1)

    def at_start(profile: Profile) -> float:
        return value_at(profile, *days, plan_start=line.start)

    begun = view.expected("starts", "start_mw", "site", "option")
    found = _Speeds()
    for name, site in case.sites.items():
        ways = [
            _Way(
                name,
                site.region,
                option,
                begun.get((name, option), 0.0),
                at_start(build.build_months),
                at_start(build.capex_musd_per_mw),
            )
            for option, build in site.build_options.items()
        ]
        slower: _Way | None = None
        for way in sorted(ways, key=lambda each: (-each.months, each.capex, each.option)):
            found.add(way, slower)
            slower = way
    return found


def _caption(found: _Speeds) -> str:
    rates = found.rates
    if rates and three(min(rates)) == three(max(rates)):
        return say(
            "Build speed by site and option: a month gained costs {rate} million USD per MW of IT; {paid} is paid for "
            "speed",
            rate=three(rates[0]), paid=money(found.spent),
        )  # fmt: skip
    if rates:
        return say(
            "Build speed by site and option: a month gained costs {low} to {high} million USD per MW of IT; {paid} is "
            "paid for speed",
            low=three(min(rates)), high=three(max(rates)), paid=money(found.spent),
        )  # fmt: skip
    return say("Build speed by site and option; values of the plan's first period")


__all__ = ["speed_blocks"]
