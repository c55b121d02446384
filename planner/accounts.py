"""Cost accounts: each declared once, with all that money tables, levelised cost and sheets need to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

AccountKind: TypeAlias = Literal["halls", "chips", "operating", "rent", "residual", "penalty"]
"""What an account's money is. Capital is that of halls, with sites, grid and plant, and that of chips, with fees;
penalties are in the objective and not in cash."""
Bearer: TypeAlias = Literal["site", "chip", "workload", "rule"]
"""What an item of an account is."""
Component: TypeAlias = Literal[
    "purchase", "fee", "halls", "grid", "energy", "subsidy", "operations", "chip residual", "hall residual"
]
"""What a levelised cost is made of; subsidy and residual values are benefits and negative."""
Screening: TypeAlias = Literal["counted", "does not arise", "left out"]
"""Whether the levelised cost of one more chip, which is worked out from the inputs alone, counts an account: it does,
or no such chip ever pays it, or it would and is not worked out there, which the sheet then says."""


@dataclass(frozen=True)
class Account:
    """A cost account."""

    name: str
    """Its name in the ledger."""
    kind: AccountKind
    """What its money is."""
    says: str
    """What is booked there."""
    bearers: Mapping[Bearer, Component | None]
    """What its items are, and the part of a levelised cost that the money of each is; None where it has no market."""
    committed: bool = False
    """Whether it pays a price that was fixed when something was committed."""
    lasting: bool = False
    """Whether it buys what may keep a value to the end."""
    benefit: bool = False
    """Whether it gives money back."""
    at_end: bool = False
    """Whether it is booked, and discounted, at the end of the horizon."""
    screening: Screening = "left out"
    """Whether the levelised cost of one more chip counts it."""

    @property
    def capital(self) -> bool:
        """Whether a budget counts it."""
        return self.kind in ("halls", "chips")

    def component(self, *, chip: bool) -> Component:
        """Part of a levelised cost that the money of an item is, a chip's or another's.

        Raises ValueError where the account has no such item, or its money belongs to no market.
        """
        bearers = {bearer: part for bearer, part in self.bearers.items() if (bearer == "chip") == chip}
        part = next(iter(bearers.values()), None)
        if part is None:
            raise ValueError(f"the account {self.name} says of no part of a levelised cost that it is")
        return part


ACCOUNTS: Mapping[str, Account] = {
    account.name: account
    for account in (
        Account(
            "site capex",
            "halls",
            "Halls, in equal parts over the construction periods.",
            {"site": "halls"},
            committed=True,
            lasting=True,
            screening="counted",
        ),
        Account(
            "site opening",
            "halls",
            "Acquiring and opening sites.",
            {"site": "halls"},
            committed=True,
            screening="counted",
        ),
        Account(
            "grid connection",
            "halls",
            "Connections, at application.",
            {"site": "grid"},
            committed=True,
            screening="counted",
        ),
        Account(
            "on-site capex",
            "halls",
            "Plant of the sites' own, at the order.",
            {"site": "grid"},
            committed=True,
            lasting=True,
            screening="does not arise",
        ),
        Account(
            "chip purchase",
            "chips",
            "Deposit at the order, the rest at arrival.",
            {"chip": "purchase"},
            committed=True,
            lasting=True,
            screening="counted",
        ),
        Account("import fee", "chips", "Rate on the customs value, at arrival.", {"chip": "fee"}, screening="counted"),
        Account(
            "cancellation",
            "chips",
            "Refunds on orders that a ban cancels.",
            {"chip": "purchase"},
            benefit=True,
            screening="does not arise",
        ),
        Account(
            "stock holding",
            "operating",
            "Delivered chips that wait for a hall.",
            {"chip": "operations"},
            screening="counted",
        ),
        Account("energy", "operating", "Grid energy.", {"site": "energy"}, screening="counted"),
        Account(
            "on-site fuel",
            "operating",
            "Fuel and operation of on-site plant.",
            {"site": "energy"},
            screening="does not arise",
        ),
        Account(
            "power subsidy",
            "operating",
            "Discount on the energy of subsidised chips.",
            {"site": "subsidy"},
            benefit=True,
            screening="counted",
        ),
        Account(
            "operations and maintenance",
            "operating",
            "Halls and chips.",
            {"chip": "operations", "site": "operations"},
            screening="counted",
        ),
        Account("carbon", "operating", "Price on carbon.", {"site": "energy"}, screening="counted"),
        Account(
            "network",
            "operating",
            "Serving workloads from a region.",
            {"workload": "operations"},
            screening="counted",
        ),
        Account(
            "running", "operating", "Running chips on a workload.", {"workload": "operations"}, screening="counted"
        ),
        Account(
            "shortfall",
            "rent",
            "Demand that is rented, or left unmet at a penalty.",
            {"workload": None},
            screening="does not arise",
        ),
        Account(
            "soft rules",
            "penalty",
            "Violations of soft rules, at their price.",
            {"rule": None},
            screening="does not arise",
        ),
        Account(
            "residual value",
            "residual",
            "What halls and chips are still worth at the end.",
            {"chip": "chip residual", "site": "hall residual"},
            benefit=True,
            at_end=True,
            screening="counted",
        ),
    )
}
"""Accounts by name, in the order of the money tables."""


def names(*kinds: AccountKind) -> tuple[str, ...]:
    """Accounts of some kinds, in their order.

    >>> names("chips")
    ('chip purchase', 'import fee', 'cancellation')
    """
    return tuple(account.name for account in ACCOUNTS.values() if account.kind in kinds)


def capital() -> tuple[str, ...]:
    """Accounts that a budget counts, in their order."""
    return tuple(account.name for account in ACCOUNTS.values() if account.capital)
