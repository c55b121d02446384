"""What each way to build costs and takes, and what a month gained costs."""

from __future__ import annotations

from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, THREE, TWO, Block, Column, Formula, Note, Ref, Table, Value
from planner.report.words import money, say, three
from planner.time_profile import Profile, value_at


def speed_blocks(view: View) -> list[Block]:
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


__all__ = ["speed_blocks"]
