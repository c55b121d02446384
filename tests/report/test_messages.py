"""Messages: written out with their fields where they are made, and said in the language of the report."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog

import planner
from planner.errors import CaseError, InfeasibleError, OptionError
from planner.files import read_with_origins
from planner.message import Message, messages_in
from planner.report.language import speaking
from planner.report.words import say_message
from planner.schema import parse_case
from planner.schema.warnings import input_warnings
from planner.solving.session import solve

from .. import catalogues
from ..registered_texts import registered
from ..schema.test_magnitudes import CHIPS
from ..schema.test_refused import small
from ..schema.test_warnings import ENGINE, FEE, FIVE_A_YEAR, LOT, shocks

PACKAGE = Path(planner.__file__).parent
SITE = "sites/Site"
LATE = {"ready": "2031-06-01", "it_mw": 1.0}
ORDER = {"chip": "A", "market": "US", "units": 100.0, "due": "2031-06-01"}
PHASE = {"o": {"capex_musd_per_mw": 10.0, "phase_mw": 25.0, "max_start_mw_per_year": 20.0}}
TWO = {name: {"peak_pflops": {"bf16": 1.0}, "it_kw": 1000.0} for name in ("A", "B")}
RARE = {"law": {"date": "2028-01-01", "outcomes": {"yes": {"probability": 1e-9}, "no": {"probability": 1 - 1e-9}}}}
WRONG: tuple[dict[str, Any], ...] = (
    {"chips/A/markets/US/lead_months": 40.0},
    {f"{SITE}/existing_fleet": {"A": {"units": 5000.0}}},
    {f"{SITE}/build_options": PHASE},
    {f"{SITE}/build_options": {name: {"capex_musd_per_mw": 10.0} for name in "ab"}},
    {"chips/A/origin": "EU"},
    {"orders_placed/late": ORDER},
    {f"{SITE}/committed/hall": LATE},
    shocks("2031-01-01"),
    {"policy/import_fees/fee": FEE | {"rate": 0.2, "since": "2031-06-01"}},
    {"uncertainty": RARE},
    {"chips/A/it_kw": 1000.0},
    {"chips": TWO},
    {"workloads/work/demand_pflops": {"base": 10.0, "growth_per_year": 40.0}} | CHIPS,
    {"workloads/work/demand_pflops": 40_000.0} | CHIPS,
    {"workloads/work/demand_pflops": 40e9, "workloads/work/chips": {"A": {}}} | CHIPS,
    {"workloads/work/demand_pflops": 1e9, "chips/A/markets/US/price_usd": 30000.0},
    {"workloads/work/shortfall": {"usd_per_pflops_year": 40.0}} | CHIPS,
    LOT | {"chips/A/markets/US/supply_per_year": 24.0},
    LOT | {"policy/licence_quotas/visa": FIVE_A_YEAR},
    ENGINE | {f"{SITE}/onsite": {"engine": {}}},
    {
        "settings/report_until": "2029-06-01",
        "workloads/work/demand_pflops": {"linear": {"2027-01-01": 1, "2028-01-01": 2}},
    },
)
"""Cases that each have an input that looks wrong; together they provoke every warning."""


def warnings() -> list[Message]:
    """Every warning of those cases."""
    return [warning for changes in WRONG for warning in input_warnings(parse_case(small(changes)))]


def made(place: str) -> Iterator[ast.Call]:
    """Messages that are made below a folder of the package."""
    for path in sorted((PACKAGE / place).rglob("*.py")):
        if path != PACKAGE / "message.py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
                    yield node


def templates_in(calls: Iterator[ast.Call]) -> set[str]:
    """Their templates."""
    return {str(node.args[0].value) for node in calls if isinstance(node.args[0], ast.Constant)}


def test_every_message_is_written_out_with_exactly_its_fields() -> None:
    """What is no literal, catalogues could not extract; a field too few would end in an error where it is said."""
    calls = list(made("."))
    assert len(calls) > 200
    for node in calls:
        told = ast.unparse(node)
        assert all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.args), told
        texts = [ast.literal_eval(each) for each in node.args]
        fields = {name for text in texts for _, name, _, _ in Formatter().parse(text)} - {None}
        assert fields == {keyword.arg for keyword in node.keywords}, told
        assert len(texts) == 1 or "n" in fields, told


def test_no_message_is_read_back_by_a_pattern() -> None:
    """No regular expression is made of a template: the report and the warnings parse no sentence."""
    for place in ("report", "schema/warnings"):
        for path in (PACKAGE / place).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("re.compile", "re.fullmatch", "re.match"):
                    names = {each.id for each in ast.walk(node.args[0]) if isinstance(each, ast.Name)}
                    assert not {"template", "form", "message", "warning"} & names, ast.unparse(node)


def test_the_cases_provoke_every_warning() -> None:
    """All templates of the warnings are among those said."""
    said = {part.template for warning in warnings() for part in messages_in(warning)}
    assert templates_in(made("schema/warnings")) <= said


def test_a_warning_survives_the_result_folder() -> None:
    """Through JSON it is the same message, and its numbers and days are such still."""
    for warning in warnings():
        assert Message.from_json(json.loads(json.dumps(warning.to_json()))) == warning


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language, xx, with a translation of every text that is extracted: the same in reversed quotes."""
    catalogue: Catalog = catalogues.extracted(registered())
    for message in catalogue:
        if message.id:
            wordings = message.id if isinstance(message.id, tuple) else None
            message.string = f"»{message.id}«" if wordings is None else tuple(f"»{each}«" for each in wordings)
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "planner.mo").write_bytes(catalogues.compiled(catalogue))
    monkeypatch.setattr("planner.report.language.LOCALE", tmp_path)


@pytest.mark.usefixtures("foreign")
def test_every_warning_is_said_in_a_language_that_has_all_texts() -> None:
    """Nothing of a warning is left in English once the texts that are extracted are translated."""
    with speaking("xx") as language:
        for warning in warnings():
            said = say_message(warning)
            assert said.startswith("»"), said
            assert said.count("»") == len(list(messages_in(warning)))
    assert language.misses == set()


@pytest.mark.usefixtures("foreign")
def test_why_there_is_no_plan_is_said_in_the_language() -> None:
    """10 PFLOP/s that must be served, and 5 chips of 1 that may be had: supply and demand clash."""
    channel = {"US": {"price_usd": 30000.0, "supply_per_year": 1.0}}
    with pytest.raises(InfeasibleError) as raised:
        solve(parse_case(small({"chips/A/markets": channel})))
    again = Message.from_json(json.loads(json.dumps(raised.value.message.to_json())))
    assert str(again) == str(raised.value)
    with speaking("xx") as language:
        assert "»no plan can meet this case; these cannot hold together:«" in say_message(again)
    assert language.misses == set()


def test_a_refusal_gives_its_template_and_fields_beside_its_text(tmp_path: Path) -> None:
    """In plain data a reader finds what was found as a field; a case has each problem so."""
    error = OptionError(Message("{file} exists", file=Path("a.xlsx")))
    assert error.to_json() == {
        "exit_code": 2, "error": "a.xlsx exists", "template": "{file} exists", "fields": {"file": "a.xlsx"},
    }  # fmt: skip
    (tmp_path / "case.yaml").write_text(json.dumps(small({"sites/Site/pue": 0.9})), "utf-8")
    with pytest.raises(CaseError) as raised:
        read_with_origins(tmp_path / "case.yaml")
    (problem,) = raised.value.to_json()["problems"]
    assert problem["message"] == "found 0.9; allowed: 1 or more"
    assert problem["template"] == "found {found}; allowed: {allowed}{hint}"
    assert problem["fields"]["allowed"] == {"template": "{bound} or more", "fields": {"bound": 1.0}}
