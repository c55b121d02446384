"""Accounts whose money the certificate works out: a list of its own, so that what it does not know, it says.

A new account fails the check `accounts_known` until its amounts stand in planner.certificate.costs and its name here.
"""

from __future__ import annotations

CAPITAL = (
    "site opening",
    "site capex",
    "grid connection",
    "on-site capex",
    "chip purchase",
    "import fee",
    "cancellation",
)
"""Accounts that a budget counts."""
RESIDUAL = "residual value"
"""The account that is booked at the horizon's end."""
ACCOUNTS = frozenset(
    {
        *CAPITAL,
        "stock holding",
        "energy",
        "on-site fuel",
        "power subsidy",
        "operations and maintenance",
        "carbon",
        "network",
        "running",
        "shortfall",
        "soft rules",
        RESIDUAL,
    }
)
"""Every account."""
