"""Cost accounts: each declared once, with all that money tables, levelised cost and sheets need to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["halls", "chips", "operating", "rent", "residual", "penalty"]
"""What an account's money is. Capital is that of halls, with sites, grid and plant, and that of chips, with fees;
penalties are in the objective and not in cash."""
Bearer: TypeAlias = Literal["site", "chip", "workload", "rule"]
"""What an item of an account is."""


@dataclass(frozen=True)
class Account:
    """A cost account."""

    name: str
    """Its name in the ledger."""
    kind: Kind
    """What its money is."""
    says: str
    """What is booked there."""
    items: tuple[Bearer, ...]
    """What its items are: of one kind, or of either."""
    component: str | None = None
    """Part of a levelised cost that it belongs to; None where that depends on the item, or it is no part of one."""
    committed: bool = False
    """Whether it pays a price that was fixed when something was committed."""
    lasting: bool = False
    """Whether it buys what may keep a value to the end."""
    benefit: bool = False
    """Whether it gives money back."""
    at_end: bool = False
    """Whether it is booked, and discounted, at the end of the horizon."""


_SITE: tuple[Bearer, ...] = ("site",)
_CHIP: tuple[Bearer, ...] = ("chip",)
_WORKLOAD: tuple[Bearer, ...] = ("workload",)
_EITHER: tuple[Bearer, ...] = ("chip", "site")

ACCOUNTS: Mapping[str, Account] = {
    account.name: account
    for account in (
        Account(
            "site capex",
            "halls",
            "Halls, in equal parts over the construction periods.",
            _SITE,
            "halls",
            committed=True,
            lasting=True,
        ),
        Account("site opening", "halls", "Acquiring and opening sites.", _SITE, "halls", committed=True),
        Account("grid connection", "halls", "Connections, at application.", _SITE, "grid", committed=True),
        Account(
            "on-site capex",
            "halls",
            "Plant of the sites' own, at the order.",
            _SITE,
            "grid",
            committed=True,
            lasting=True,
        ),
        Account(
            "chip purchase",
            "chips",
            "Deposit at the order, the rest at arrival.",
            _CHIP,
            "purchase",
            committed=True,
            lasting=True,
        ),
        Account("import fee", "chips", "Rate on the customs value, at arrival.", _CHIP, "fee"),
        Account("cancellation", "chips", "Refunds on orders that a ban cancels.", _CHIP, "purchase", benefit=True),
        Account("stock holding", "operating", "Delivered chips that wait for a hall.", _CHIP, "operations"),
        Account("energy", "operating", "Grid energy.", _SITE, "energy"),
        Account("on-site fuel", "operating", "Fuel and operation of on-site plant.", _SITE, "energy"),
        Account(
            "power subsidy", "operating", "Discount on the energy of subsidised chips.", _SITE, "subsidy", benefit=True
        ),
        Account("operations and maintenance", "operating", "Halls and chips.", _EITHER, "operations"),
        Account("carbon", "operating", "Price on carbon.", _SITE, "energy"),
        Account("network", "operating", "Serving workloads from a region.", _WORKLOAD, "operations"),
        Account("running", "operating", "Running chips on a workload.", _WORKLOAD, "operations"),
        Account("shortfall", "rent", "Demand that is rented, or left unmet at a penalty.", _WORKLOAD),
        Account("soft rules", "penalty", "Violations of soft rules, at their price.", ("rule",)),
        Account(
            "residual value",
            "residual",
            "What halls and chips are still worth at the end.",
            _EITHER,
            benefit=True,
            at_end=True,
        ),
    )
}
"""Accounts by name, in the order of the money tables."""


def names(*kinds: Kind) -> tuple[str, ...]:
    """Accounts of some kinds, in their order.

    >>> names("chips")
    ('chip purchase', 'import fee', 'cancellation')
    """
    return tuple(account.name for account in ACCOUNTS.values() if account.kind in kinds)


CAPITAL = names("halls", "chips")
"""Accounts that a budget counts."""
