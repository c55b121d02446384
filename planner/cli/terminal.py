"""What a run tells on the terminal: its stages while it goes on, and the short result."""

from __future__ import annotations

from typing import Any

from planner.cli.streams import is_terminal, murmur
from planner.typed_text import escaped

ROUNDING = 1e-9
"""Share of a cost that is the solver's rounding."""
SHOWN = 6
"""Scenarios and moves that the short result names; the rest are counted."""


class Progress:
    """Stages on standard error: one line each, the running one redrawn where that is a terminal."""

    def __init__(self, *, shown: bool) -> None:
        """`shown` is whether anything is written at all."""
        self._shown = shown
        self._live = shown and is_terminal()
        self._stage = ""

    def __call__(self, stage: str, text: str) -> None:
        """Tell a stage, and what it is at."""
        if not self._shown or (not self._live and stage == self._stage):
            return
        ended = "\n" if self._live and self._stage and stage != self._stage else ""
        self._stage = stage
        line = f"{stage:<8} {text}"[:100]
        murmur(ended + (f"\r{line:<100}" if self._live else f"{line.rstrip()}\n"))

    def done(self) -> None:
        """End the running line."""
        if self._live and self._stage:
            murmur("\n")


def result_table(found: dict[str, Any]) -> str:
    """The short result at the end of a run."""
    chips = "; ".join(f"{chip} {_amount(count)}" for chip, count in found["chips_ordered"].items()) or "none"
    power = "; ".join(f"{market} {_amount(mw)}" for market, mw in found["final_it_mw"].items())
    served = "; ".join(
        f"{name} {label or 'not within the plan'}" for name, label in found["first_fully_served"].items()
    )
    binding = "; ".join(
        f"{each['rule'].replace('_', ' ')} of {each['where']} ({each['first']} to {each['last']})"
        for each in found["binding"][:3]
    )
    proven = "bound none yet" if found["gap"] is None else f"gap {found['gap']:.2g}"
    checked = "checked and holds" if found["certificate_ok"] else "CHECKED AND FAILS"
    rows = {
        "status": f"{found['status']}, {proven}, {checked}",
        "present cost": f"{_amount(found['present_cost_musd'])} million USD",
        "chips ordered": chips,
        "MW of IT at the end": power,
        "first fully served": served,
        "average delay": f"{found['average_delay_months']:.3g} months",
        "what binds most": binding or "nothing",
        "report": f"{found['workbook']} (tables in {found['folder']})",
    }
    if len(found["scenarios"]) > 1:
        rows["scenarios"] = "; ".join(
            f"{each['name']} ({each['probability']:.0%}) {_amount(each['present_cost_musd'])}"
            for each in found["scenarios"][:SHOWN]
        ) + _more(len(found["scenarios"]))
    if found["alternatives"]:
        rows["alternatives"] = "; ".join(map(_alternative, found["alternatives"][:SHOWN])) + _more(
            len(found["alternatives"])
        )
    if found["risk"] is not None:
        rows |= _risk_rows(found["risk"])
    for point in found["frontier"]:
        place = f"{point['delay_months']:.3g} months for {_amount(point['present_cost_musd'])} million USD"
        rows["frontier"] = f"{rows['frontier']}; {place}" if "frontier" in rows else place
    lines = [f"{name:<21}{escaped(value, keep='')}" for name, value in rows.items()]
    return "\n".join([*lines, *(f"look again           {escaped(warning, keep='')}" for warning in found["warnings"])])


def _more(number: int) -> str:
    """How many of a number are not named."""
    return f"; and {number - SHOWN} more" if number > SHOWN else ""


def _alternative(each: dict[str, Any]) -> str:
    """An alternative with what it costs more than the plan.

    >>> _alternative({"name": "dear", "present_cost_musd": 62.0, "more_than_plan_musd": 2.0})
    'dear +2'
    >>> _alternative({"name": "alike", "present_cost_musd": 60.0, "more_than_plan_musd": -4e-11})
    'alike +0'
    """
    more, cost = each["more_than_plan_musd"], each["present_cost_musd"]
    if more is None:
        return f"{each['name']} no plan"
    more = 0.0 if abs(more) <= ROUNDING * abs(cost) else more
    return f"{each['name']} {'-' if more < 0 else '+'}{_amount(abs(more))}"


def _risk_rows(risk: dict[str, Any]) -> dict[str, str]:
    """What the study of risk says in short."""
    lost = risk["vss_musd"]
    if lost is None:
        averages = "leaves no plan in " + "; ".join(risk["average_plan_infeasible_in"][:SHOWN])
    else:
        averages = f"would lose {_amount(lost)} million USD"
    hedges = [move for move in risk["first_moves"] if move["premium_musd"]]
    told = "; ".join(f"{move['kind']} {' '.join(move['item'])}" for move in hedges[:SHOWN])
    waiting = next((each["costs_musd"] for each in risk["waiting"] if each["kind"] == "everything"), None)
    return {
        "knowing it now": f"would save {_amount(risk['evpi_musd'])} million USD",
        "planning on averages": averages,
        "regretted somewhere": told or "no first move",
        "deciding nothing now": f"until {risk['first_reveal']}: "
        + ("leaves no plan" if waiting is None else f"costs {_amount(waiting)} million USD more"),
    }


def _amount(value: float) -> str:
    """A number with no more digits than anyone reads: whole from a hundred on, six digits below.

    >>> _amount(57913.77), _amount(60.0), _amount(0.00042)
    ('57,914', '60', '0.00042')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.6g}"
