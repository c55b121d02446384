"""What a run tells on the terminal: its stages while it goes on, and the short result."""

from __future__ import annotations

from typing import Any

from planner.app.progress import Progress
from planner.cli.streams import is_terminal, murmur
from planner.typed_text import escaped

IN_FRACTIONS = "in fractions of halls and lots, not for signature"
"""What is said of a plan that cannot be carried out as it is."""


def terminal_progress(*, shown: bool) -> Progress:
    """Stages on standard error, where anybody hears it."""
    return Progress(shown=shown, live=is_terminal(), write=murmur)


def result_table(found: dict[str, Any]) -> str:
    """The short result at the end of a run."""
    from planner.study import STUDIES
    from planner.study.short_text import SHOWN, amount, more

    chips = "; ".join(f"{chip} {amount(count)}" for chip, count in found["chips_ordered"].items()) or "none"
    power = "; ".join(f"{market} {amount(mw)}" for market, mw in found["final_it_mw"].items())
    served = "; ".join(
        f"{name} {label or 'not within the plan'}" for name, label in found["first_fully_served"].items()
    )
    binding = "; ".join(
        f"{each['rule'].replace('_', ' ')} of {each['where']} ({_span(each['first'], each['last'])})"
        for each in found["binding"][:3]
    )
    proven = "bound none yet" if found["gap"] is None else f"gap {found['gap']:.2g}"
    checked = "checked and holds" if found["certificate_ok"] else "CHECKED AND FAILS"
    rows = {
        "status": f"{found['status']}, {proven}, {checked}",
        **({"for study alone": IN_FRACTIONS} if found["in_fractions"] else {}),
        **({"reported until": found["reported_until"]} if found["reported_until"] else {}),
        "present cost": f"{amount(found['present_cost_musd'])} million USD",
        **({"tidy": _tidy(found)} if found["tidiness"] else {}),
        "chips ordered": chips,
        "MW of IT at the end": power,
        "first fully served": served,
        "average delay": f"{found['average_delay_months']:.3g} months",
        "what binds most": binding or "nothing",
        "report": f"{found['workbook']} (tables in {found['folder']})",
    }
    if len(found["scenarios"]) > 1:
        rows["scenarios"] = "; ".join(
            f"{each['name']} ({each['probability']:.0%}) {amount(each['present_cost_musd'])}"
            for each in found["scenarios"][:SHOWN]
        ) + more(len(found["scenarios"]))
    for study in STUDIES:
        if study.name in found:
            rows |= study.lines(found[study.name])
    lines = [f"{name:<21}{escaped(value, keep='')}" for name, value in rows.items()]
    return "\n".join([*lines, *(f"look again           {escaped(warning, keep='')}" for warning in found["warnings"])])


def _span(first: str, last: str) -> str:
    """From one period to another, or the one that it is."""
    return first if first == last else f"{first} to {last}"


def _tidy(found: dict[str, Any]) -> str:
    """What a tidy plan costs beside the cheapest one, and what that buys."""
    from planner.study.short_text import amount

    tidiness = found["tidiness"]
    before, after = (round(sum(tidiness[key].values())) for key in ("before", "after"))
    extra = found["present_cost_musd"] - tidiness["cheapest_musd"]
    return f"{after:,} starts, orders and openings in place of {before:,}, for {amount(extra)} million USD"
