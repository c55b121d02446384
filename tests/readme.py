"""Generated texts: parts of the README, and the JSON Schema beside the cases.

`python -m tests.readme` writes them anew after a rule, a cost or a field has changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from planner.files.jsonschema import case_file_schema
from planner.model import COSTS, RULES

README = Path(__file__).parent.parent / "README.md"
SCHEMA = Path(__file__).parent.parent / "inputs" / "case.schema.json"


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


def schema_text() -> str:
    """The JSON Schema as it stands beside the cases."""
    return json.dumps(case_file_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
