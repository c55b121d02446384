"""Groups of accounts, in which money is compared."""

from __future__ import annotations

from planner.accounts import ACCOUNTS, AccountKind
from planner.report.by_period import PENALTY, RENT, View
from planner.report.words import say

GROUPS: tuple[AccountKind, ...] = ("halls", "chips", "operating", "rent", "residual", "penalty")
"""Groups of accounts, in the order of the money tables."""


def group_of(account: str) -> AccountKind:
    """Group that an account belongs to.

    >>> group_of("import fee"), group_of("carbon"), group_of("rented compute"), group_of("on-site capex")
    ('chips', 'operating', 'rent', 'halls')
    """
    of_shortfall: dict[str, AccountKind] = {RENT: "rent", PENALTY: "penalty"}
    return of_shortfall.get(account) or ACCOUNTS[account].kind


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
