"""Inputs that are allowed but look wrong: a horizon too short, a value in the wrong unit, a date beyond the plan,
a name that no rule knows."""

from __future__ import annotations

from collections.abc import Iterator

from planner.message import Figure, Message
from planner.schema import Case
from planner.schema.warnings.magnitudes import magnitude_warnings
from planner.schema.warnings.tails import tail_warnings
from planner.schema.warnings.whole_amounts import whole_amount_warnings
from planner.time_profile import numbers
from planner.units import KW_PER_MW

HORIZON_MARGIN_MONTHS = 24.0
"""What the horizon should exceed the longest lead by: a short one starts too little, since it pays too late."""
RARE = 1e-6
"""Probability below which an outcome's cost is lost in the solver's tolerance."""
_SEPARATED = ",.6g"
"""Six significant digits with separators."""


def input_warnings(case: Case) -> Iterator[Message]:
    """What a planner should look at again, each a whole sentence that names the input."""
    yield from _horizon(case)
    yield from tail_warnings(case)
    yield from _crowded(case)
    yield from _phases(case)
    yield from _without_phases(case)
    yield from whole_amount_warnings(case)
    yield from magnitude_warnings(case)
    yield from _origins(case)
    yield from _dates(case)
    yield from _rare(case)


def _horizon(case: Case) -> Iterator[Message]:
    line = case.settings.timeline
    horizon = line.offset(line.periods)
    leads = [
        (max(numbers(option.build_months)), f"sites.{site}.build_options.{name}.build_months")
        for site, row in case.sites.items()
        for name, option in row.build_options.items()
    ]
    leads += [
        (max(numbers(channel.lead_months)), f"chips.{chip}.markets.{market}.lead_months")
        for chip, row in case.chips.items()
        for market, channel in row.markets.items()
    ]
    longest, path = max(leads, default=(0.0, ""))
    if longest > 0 and horizon < longest + HORIZON_MARGIN_MONTHS:
        yield Message(
            "The horizon of {horizon} months is short for {path} of {lead} months: late starts look useless, so plan "
            "at least {least} months.",
            horizon=horizon,
            path=path,
            lead=longest,
            least=longest + HORIZON_MARGIN_MONTHS,
        )


def _crowded(case: Case) -> Iterator[Message]:
    """Existing chips that the halls of the first day do not hold."""
    for name, site in case.sites.items():
        racks = sum(
            fleet.units * case.chips[chip].it_kw / KW_PER_MW
            for chip, fleet in site.existing_fleet.items()
            if chip in case.chips
        )
        ready = site.existing_it_mw + sum(
            halls.it_mw for halls in site.committed.values() if halls.ready <= case.settings.start
        )
        if racks > ready * (1 + 1e-6) + 1e-9:
            mw = Figure(racks, _SEPARATED)
            yield Message(
                "sites.{site}.existing_fleet takes {mw} MW, but {ready} MW of halls are ready on the plan's first day: "
                "what does not fit is retired then; type existing_it_mw {least} or fewer units.",
                site=name,
                mw=mw,
                ready=Figure(ready, _SEPARATED),
                least=mw,
            )


def _phases(case: Case) -> Iterator[Message]:
    """Whole phases that no twelve months have room for."""
    for name, site in case.sites.items():
        if not case.is_whole(name):
            continue
        market = case.regions[site.region].market if site.region in case.regions else ""
        rates = [
            (f"policy.build_rates.{rule}.mw_per_year", rate.mw_per_year)
            for rule, rate in case.policy.build_rates.items()
            if market in rate.markets and rate.enabled and rate.violation_usd_per_unit_year is None
        ]
        for option, build in site.build_options.items():
            at = f"sites.{name}.build_options.{option}"
            limits = [(f"{at}.max_start_mw_per_year", build.max_start_mw_per_year)]
            limits += [(f"sites.{name}.max_ready_mw_per_year", site.max_ready_mw_per_year), *rates]
            for path, limit in limits:
                most = 0.0 if limit is None else max(numbers(limit))
                if build.phase_mw is not None and 0 < most < build.phase_mw:
                    yield Message(
                        "{at}.phase_mw of {phase} never fits into {path}, which is {most} MW in twelve months: nothing "
                        "is begun there in whole phases; type a smaller phase or a larger limit.",
                        at=at,
                        phase=build.phase_mw,
                        path=path,
                        most=most,
                    )


def _without_phases(case: Case) -> Iterator[Message]:
    """Ways to build that know no phases where all else is whole: told once, however many they are."""
    paths = [
        f"sites.{name}.build_options.{option}"
        for name, site in case.sites.items()
        if case.is_whole(name)
        for option, build in site.build_options.items()
        if build.phase_mw is None
    ]
    if paths:
        yield Message(
            "{first} has no phase_mw: any amount of halls may start there, a part of a MW too; type how many MW are "
            "built at once.",
            "{first} and others, {n} in all, have no phase_mw: any amount of halls may start there, a part of a MW "
            "too; type how many MW are built at once.",
            n=len(paths),
            first=paths[0],
        )


def _origins(case: Case) -> Iterator[Message]:
    """Origins that nothing refers to."""
    named = {
        origin
        for rules in (case.policy.domestic_shares, case.policy.power_subsidies)
        for rule in rules.values()
        for origin in rule.origins or ()
    }
    for name, chip in case.chips.items():
        if chip.origin is not None and chip.origin not in case.markets and chip.origin not in named:
            yield Message(
                "chips.{chip}.origin is {origin}, which is no market and stands in no rule: domestic rules never count "
                "this chip.",
                chip=name,
                origin=chip.origin,
            )


def _rare(case: Case) -> Iterator[Message]:
    """Outcomes that weigh too little for the solver to tell what is best there."""
    for name, reveal in case.uncertainty.items():
        for outcome_name, outcome in reveal.outcomes.items():
            if 0.0 < outcome.probability < RARE:
                yield Message(
                    "uncertainty.{reveal}.outcomes.{outcome}.probability is {value}: what the plan does there hardly "
                    "counts and may be poor; type 0 to leave it out, or look at it with --with.",
                    reveal=name,
                    outcome=outcome_name,
                    value=outcome.probability,
                )


def _dates(case: Case) -> Iterator[Message]:
    line = case.settings.timeline
    end = line.first_day(line.periods)
    for name, order in case.orders_placed.items():
        if line.from_date(order.due) >= line.periods:
            yield Message(
                "orders_placed.{order}.due is {day}, but the plan ends before {end}: it never arrives.",
                order=name,
                day=order.due,
                end=end,
            )
    for site, row in case.sites.items():
        for name, halls in row.committed.items():
            if line.from_date(halls.ready) >= line.periods:
                yield Message(
                    "sites.{site}.committed.{halls}.ready is {day}, but the plan ends before {end}: these halls never "
                    "come.",
                    site=site,
                    halls=name,
                    day=halls.ready,
                    end=end,
                )
    for name, shocks in case.shocks.items():
        for position, shock in enumerate(shocks.changes):
            if shock.since is not None and line.from_date(shock.since) >= line.periods:
                yield Message(
                    "shocks.{shock}.changes.{position}.since is {day}, but the plan ends before {end}: it has no "
                    "effect.",
                    shock=name,
                    position=position,
                    day=shock.since,
                    end=end,
                )
    for kind in type(case.policy).model_fields:
        for name, rule in getattr(case.policy, kind).items():
            if rule.enabled and rule.since is not None and rule.since >= end:
                yield Message(
                    "policy.{kind}.{rule} begins on {day}, after the plan ends: it has no effect.",
                    kind=kind,
                    rule=name,
                    day=rule.since,
                )
