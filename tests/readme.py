"""The README's generated parts. `python -m tests.readme` writes them anew after a rule or a cost has changed."""

from __future__ import annotations

from pathlib import Path

from planner.model import COSTS, RULES

README = Path(__file__).parent.parent / "README.md"


def rules_table() -> str:
    """One row a rule, in the model's order."""
    rows = [f"| `{rule.name}` | {rule.sentence} | {rule.unit or ''} |" for rule in RULES]
    return "\n".join(["| rule | says | price per |", "|---|---|---|", *rows])


def costs_table() -> str:
    """One row an account, in the ledger's order."""
    rows = [f"| {cost.account} | {cost.sentence} |" for cost in COSTS]
    return "\n".join(["| account | says |", "|---|---|", *rows])


def filled(text: str) -> str:
    """The README with its generated parts as they should be."""
    for name, table in (("rules", rules_table()), ("costs", costs_table())):
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split(f"<!-- /{name} -->", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
