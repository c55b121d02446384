"""A rule that the house lacks, added as CONTRIBUTING says: it arrives in prices, clashes, sheet and certificate.

A contract over the energy of sites, in a measure of its own, GWh. A chip of the neutral case costs 1 million USD and
draws 1 MW, so 8.76 GWh in a year: 10 chips that demand asks for use 87.6 GWh.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

import planner.certificate
import planner.model
from planner.certificate import CHECKS, certify
from planner.certificate.check_policy import violation_allowed
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, RuleCheck, at_least, same
from planner.errors import InfeasibleError
from planner.instance import unroll
from planner.instance.in_force import Unrolled
from planner.instance.policy import Limit
from planner.instance.policy import Rules as RulesInForce
from planner.lp import total
from planner.measures import AT_LEAST, AT_MOST, BY_ROW, CHIPS, EQUAL, Measure
from planner.model import RULES, Model, Rule
from planner.model.decisions import RuleRow
from planner.model.rules import file_row
from planner.report.by_period import View
from planner.report.dossier import Dossier, Provenance
from planner.report.sheets.prices import prices, verified_sentences
from planner.schema import Case, Policy, parse_case
from planner.schema.base import Dated, SoftAmount
from planner.schema.case import _policy_problems
from planner.solution import Solution
from planner.solving import session, solve

from .model.cases import near, neutral, rent

GWH = Measure("GWh", "GWh", lambda units, hours: hours * units.mw / 1000.0)


class Contract(Dated, SoftAmount):
    """Energy that is taken in a year."""

    gwh_per_year: float
    """Energy, GWh a year."""
    region: str = "Grid"
    """Region whose sites use it."""
    exactly: bool = False
    """Whether no more may be taken either."""


class WithContracts(Policy):
    """Policy with a table more."""

    contracts: dict[str, Contract] = {}


class InForce(RulesInForce):
    """Rules of policy with a line more."""

    def __init__(self, u: Unrolled) -> None:
        super().__init__(u)
        self.contracts = list(_contracts(u))


def _contracts(u: Unrolled) -> Iterator[Limit]:
    for at in u.in_force("contracts", Contract):
        yield Limit(
            u.head(at, GWH),
            at.row.gwh_per_year * u.tree.years(at.node) / u.size(GWH, at.node),
            sites=u.sites_of(None, regions=[at.row.region]),
        )


def contract(m: Model) -> Iterator[RuleRow]:
    """Energy that is contracted is used, GWh."""
    rules: Any = m.instance.rules
    for limit in rules.contracts:
        used = total(((m.grid[site, limit.node], 1.0) for site in limit.sites), m.violated(limit))
        policy: Any = m.instance.tree[limit.node].case.policy
        exactly = policy.contracts[limit.rule].exactly
        kept = used == limit.amount if exactly else used >= limit.amount
        way = EQUAL if exactly else AT_LEAST
        yield RuleRow((limit.rule,), limit.node, kept, limit=limit.amount, direction=way, measure=limit.measure)


def contract_kept(r: Recomputed) -> Iterator[Finding]:
    """Energy that is contracted is used."""
    for path in r.paths:
        policy: Any = path.case.policy
        for name, rule in policy.contracts.items():
            judge = same if rule.exactly else at_least
            missing = violation_allowed(path, "contracts", name)
            for t, node in enumerate(path.nodes):
                used = sum(mwh[t] for mwh in path.grid_mwh.values()) / 1000.0
                yield judge(used + missing[t], rule.gwh_per_year * path.values.years[t], 0.0, name, node)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule in the registries of the model and of the certificate."""
    monkeypatch.setattr(import_module("planner.instance.unroll"), "Rules", InForce)
    rule = Rule(contract, measure=GWH, typed="policy.contracts.{0}.gwh_per_year")
    monkeypatch.setattr(planner.model, "RULES", (*RULES, rule))
    check(monkeypatch, least=True)


def check(monkeypatch: pytest.MonkeyPatch, *, least: bool | None) -> None:
    """The rule's check in the registry of the certificate, with its way; none of an equation."""
    line = RuleCheck(contract_kept, "GWh", prices="contract", least=least)
    monkeypatch.setattr(planner.certificate, "CHECKS", (*CHECKS, line))


def contracted(gwh: float, changes: dict[str, Any] | None = None, **fields: Any) -> Case:
    """The neutral case with a contract over so much a year."""
    case = parse_case(neutral(changes or {}))
    return case.model_copy(update={"policy": WithContracts(contracts={"grid": Contract(gwh_per_year=gwh, **fields)})})


def planned(case: Case) -> Solution:
    """The plan of a case, its prices solved again; the certificate holds, the new check among its own."""
    with session(case) as s:
        plan = s.verify_prices(s.solve())
    found = certify(case, plan)
    assert [check for check in found.checks if not check.ok] == []
    assert next(check.unit for check in found.checks if check.id == "contract_kept") == "GWh"
    return plan


def test_at_least_costs_its_price() -> None:
    """105.12 GWh are 12 chips, 12 million rather than 10; one GWh more is 1 / 8.76 of a chip, 114,155 USD."""
    plan = planned(contracted(105.12))
    assert plan.objective_musd == near(12)
    price = 1e6 / 8.76
    (row,) = (row for row in plan["prices"].to_dict("records") if row["rule"] == "contract")
    assert (row["where"], row["node"], row["unit"], row["more"]) == ("grid", "2027", "GWh", "costs")
    assert (row["price_usd"], row["limit"], row["present_musd"]) == (near(price), near(105.12), near(12))
    assert row["typed"] == "policy.contracts.grid.gwh_per_year"
    (tried,) = (row for row in plan["verified"].to_dict("records") if row["rule"] == "contract")
    assert (tried["step"], tried["more_usd"], tried["less_usd"]) == (1.0, near(-price), near(-price))


def test_it_is_told_on_the_sheet_of_prices() -> None:
    """1 % more of 105.12 GWh would cost 1 % of 12 million; its price stands below 0 and its sentence beside it."""
    case = contracted(105.12)
    plan = planned(case)
    dossier = Dossier(case, plan, certify(case, plan), {"contract": contract.__doc__ or ""}, Provenance("0", "run"))
    sheet = prices(dossier)
    assert sheet is not None
    assert "What binds most is contract of grid, 2027 to 2027: 1 % more would cost about" in str(sheet.message)
    tables = {block.id: block for block in sheet.blocks if hasattr(block, "rows")}
    assert tables["rules"].rows == (("contract", "Energy that is contracted is used, GWh.", 1),)
    (limits,) = tables["limits"].rows
    assert limits[4:7] == ("GWh", near(-0.12), near(-1e6 / 8.76))
    (told,) = verified_sentences(View(dossier), 1)
    assert told == ("Contract of grid, 2027: one GWh more would cost 114,000 USD, one GWh less would save 114,000 USD.")


def test_a_clash_says_which_way_it_limits() -> None:
    """11 chips on offer use 96.36 GWh, less than 105.12."""
    with pytest.raises(InfeasibleError) as caught:
        solve(contracted(105.12, {"chips/A/markets/US/supply_per_year": 11.0}))
    told = str(caught.value)
    assert "contract [grid] in 2027 (at least 105.12 GWh): Energy that is contracted is used, GWh." in told
    assert "supply [A, US] in 2027 (at most 11 chips)" in told


def test_softly_it_is_missed_at_its_price() -> None:
    """At 50,000 USD a GWh it is cheaper to miss 17.52 GWh: 10 + 0.876 million; one GWh more costs 50,000."""
    plan = planned(contracted(105.12, violation_usd_per_unit_year=50_000.0))
    assert plan.objective_musd == near(10.876)
    (missed,) = plan["violations"].to_dict("records")
    assert missed == {"node": "2027", "kind": "contracts", "rule": "grid", "amount": near(17.52)}
    prices = plan["prices"].set_index("rule")
    assert prices.loc["contract", "price_usd"] == near(50_000)
    assert prices.loc["contract", "more"] == "costs"


@pytest.mark.parametrize(("gwh", "cost", "price", "more"), [(105.12, 12.0, 1e6, "costs"), (70.08, 14.0, 2e6, "saves")])
def test_exactly_so_much_costs_or_saves(
    gwh: float, cost: float, price: float, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """12 chips are 2 more than are wanted; 8 leave 2 to be rented at 3, 8 + 6, and one more saves 3 - 1."""
    check(monkeypatch, least=None)
    plan = planned(contracted(gwh, {"workloads/work/shortfall": rent(3)}, exactly=True))
    assert plan.objective_musd == near(cost)
    row = plan["prices"].set_index("rule").loc["contract"]
    assert (row["price_usd"], row["more"]) == (near(price / 8.76), more)


def test_a_row_that_says_something_else_than_its_rule_is_refused() -> None:
    """A row that is written the other way, in another measure, or in none where each has its own."""
    model, _ = planner.model.build(unroll(contracted(105.12)))
    (row,) = contract(model)
    assert file_row(Rule(contract, AT_LEAST, GWH), row).measure is GWH
    with pytest.raises(ValueError, match="contract is at most its limit; its row is written the other way"):
        file_row(Rule(contract, AT_MOST, GWH), row._replace(direction=None))
    with pytest.raises(ValueError, match="files a row that is at least in GWh, unlike the rule"):
        file_row(Rule(contract, AT_LEAST, CHIPS), row)
    for rule in (Rule(contract, AT_LEAST, BY_ROW), Rule(contract, None, GWH)):
        with pytest.raises(ValueError, match="each of its rows needs a direction and a measure"):
            file_row(rule, row._replace(direction=None, measure=None))


def test_a_name_that_it_uses_must_be_there() -> None:
    """Names of regions are looked up in whatever table of policy they stand."""
    (problem,) = _policy_problems(contracted(105.12, region="Nowhere"))
    assert problem.path == ("policy", "contracts", "grid", "region")
    assert not list(_policy_problems(contracted(105.12)))
