"""Groups of accounts, in which money is compared."""

from __future__ import annotations

from planner.report.view import CAPITAL, OPERATING, PENALTY, RENT, View
from planner.report.words import say

GROUPS = ("halls", "chips", "operating", "rent", "residual", "penalty")
"""Groups of accounts, in the order of the money tables."""


def group_of(account: str) -> str:
    """Group that an account belongs to.

    >>> group_of("import fee"), group_of("carbon"), group_of("rented compute"), group_of("on-site capex")
    ('chips', 'operating', 'rent', 'halls')
    """
    if account in ("site capex", "site opening", "grid connection", "on-site capex"):
        return "halls"
    if account in CAPITAL:
        return "chips"
    if account in OPERATING:
        return "operating"
    return {RENT: "rent", "residual value": "residual", PENALTY: "penalty", "soft rules": "penalty"}.get(
        account, "operating"
    )


def group_names() -> dict[str, str]:
    """Names of the groups."""
    return {
        "halls": say("halls, sites, grid and plant"),
        "chips": say("chips with fees"),
        "operating": say("energy and operations"),
        "rent": say("rented compute"),
        "residual": say("residual value"),
        "penalty": say("penalties, not cash"),
    }


def present_groups(view: View) -> dict[str, float]:
    """Present cost by group of accounts, million USD."""
    found: dict[str, float] = dict.fromkeys(GROUPS, 0.0)
    for account, amount in view.present.items():
        found[group_of(account)] += amount
    return found
