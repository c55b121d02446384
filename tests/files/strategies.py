"""Generated cases: every table, every kind of rule and every kind of profile, references intact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from planner.schema import Case, Policy, parse_case
from planner.schema.base import Dated, Row
from planner.schema.goals import Objective
from planner.schema.walk_fields import below, is_profile, items_of, members, row_of, table_of

ODD_NAMES = [
    "NO",
    "on",
    "null",
    "12",
    "1_000",
    "2027-04-01",
    "a.b",
    "é: #x",
    "- x",
    "~",
    "{x}",
    "H200 [SXM]",
    "<<",
    "remove",
    "growth",
]
NAMES = st.one_of(
    st.sampled_from(ODD_NAMES),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8),
    st.text(st.sampled_from("ab .:#'\"\\,[]{}&*!|>%@-?"), min_size=1, max_size=8).map(str.strip).filter(bool),
)
TEXTS = st.one_of(
    st.sampled_from([*ODD_NAMES, "", " x ", "a\nb\n", "\t", "1e3", "Source: a, b # c"]), st.text(max_size=20)
)
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31)).map(date.isoformat)
PLAN_START = "2026-01-01"


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of a size that cases may hold."""
    return st.floats(low, high).filter(lambda value: value == 0 or abs(value) >= 1e-30)


def _is_share(name: str) -> bool:
    return any(word in name for word in ("share", "attrition", "discount", "availability", "load_factor"))


def numbers(name: str) -> st.SearchStrategy[float]:
    """Numbers that a field of this name allows."""
    if name == "pue":
        return floats(1, 5)
    if name == "tidy_within":
        return floats(0, 0.1)
    if _is_share(name):
        return floats(0, 1)
    return st.one_of(st.integers(1, 10**6), floats(1e-9, 1e12))


@st.composite
def profiles(draw: st.DrawFn, name: str, *, nested: bool = False) -> Any:
    """A profile of any kind in plain data."""
    kind = draw(st.sampled_from(["number", "number", "growth", "step", "linear", *([] if nested else ["changed"])]))
    if kind == "number":
        return draw(numbers(name))
    if kind == "growth":
        growth = {"base": draw(numbers(name)), "growth_per_year": 0.0 if _is_share(name) else draw(floats(-0.9, 1))}
        return growth | ({"base_date": draw(DAYS)} if draw(st.booleans()) else {})
    if kind == "changed":
        action = draw(st.sampled_from(["set", "scale"] if _is_share(name) else ["set", "scale", "add"]))
        change = {"since": draw(DAYS), action: draw(floats(0, 1))}
        return {"profile": draw(profiles(name, nested=True)), "changes": [change] * draw(st.integers(0, 2))}
    return {kind: draw(st.dictionaries(DAYS, numbers(name), min_size=1, max_size=3))}


def _some(draw: st.DrawFn, names: list[str], *, least: int = 0) -> list[str]:
    return draw(st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=2)) if names else []


@st.composite
def rows(draw: st.DrawFn, model: type[Row], known: Mapping[str, list[str]]) -> dict[str, Any]:
    """A row in plain data; fields with a default are left out at random."""
    row: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required() or draw(st.booleans()):
            row[name] = draw(values(name, below(model, name), known))
    if issubclass(model, Dated) and row.get("since") and row.get("until") and row["until"] <= row["since"]:
        del row["until"]
    return row


@st.composite
def values(draw: st.DrawFn, name: str, annotation: Any, known: Mapping[str, list[str]]) -> Any:
    """A field's value in plain data."""
    kinds = [kind for kind in members(annotation) if kind is not type(None)]
    if len(kinds) < len(list(members(annotation))) and draw(st.integers(0, 3)) == 0:
        return None
    if is_profile(annotation):
        return draw(profiles(name))
    if row_of(annotation):
        return draw(rows(row_of(annotation), known))
    inner = table_of(annotation)
    if inner is not None:
        least = 1 if name == "peak_pflops" else 0
        keys = _some(draw, known.get(name) or draw(st.lists(NAMES, min_size=1, max_size=2)), least=least)
        return {key: draw(values(f"{name}_row", inner, known)) for key in keys}
    if items_of(annotation) is not None:
        return _some(draw, known[{"foreign": "chips", "domestic": "chips"}.get(name, name)], least=1)
    if name in ("market", "region", "chip", "precision", "origin"):
        return draw(st.sampled_from(known[{"origin": "market"}.get(name, name)]))
    return _single(draw, name, kinds[0])


def _single(draw: st.DrawFn, name: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return draw(st.sampled_from(get_args(kind)))
    if kind is date:
        return draw(DAYS)
    if kind is bool:
        return draw(st.booleans())
    if kind is int:
        return draw(st.integers(1990, 2100) if name == "price_base_year" else st.integers(1, 40))
    if name == "code":
        return draw(st.sampled_from(["CNY", "EUR"]))
    return draw(NAMES if name == "name" else TEXTS if kind is str else numbers(name))


@st.composite
def shocks(draw: st.DrawFn) -> dict[str, Any]:
    """A shock in plain data; whether it fits the case is not its matter."""
    action = draw(st.sampled_from(["set", "scale", "add"]))
    anything = st.one_of(TEXTS, st.booleans(), st.integers(-5, 5), floats(-1e9, 1e9), profiles("x"), st.lists(TEXTS))
    shock: dict[str, Any] = {"table": draw(TEXTS), "field": draw(TEXTS)}
    shock[action] = draw(anything if action == "set" else floats(-1e9, 1e9))
    if draw(st.booleans()):
        shock |= {"rows": draw(st.lists(TEXTS, min_size=1, max_size=2)), "since": draw(DAYS)}
    return shock


def _without_periods(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings that do not say yet what the periods are."""
    return {name: each for name, each in settings.items() if name not in _OF_PERIODS}


_OF_PERIODS = ("frequency", "periods", "grid", "report_until")
_ALIKE = st.fixed_dictionaries(
    {"periods": st.integers(1, 40)}, optional={"frequency": st.sampled_from(["month", "quarter", "year"])}
)
_GRID = st.sampled_from(
    [
        "15 months, 8 quarters, 4 years",
        [{"frequency": "quarter", "periods": 2}, {"frequency": "month", "periods": 1}],
    ]
)
PERIODS = st.one_of(_ALIKE, st.fixed_dictionaries({"grid": _GRID}, optional={"report_until": st.just("2026-06-01")}))
"""All alike, or of several lengths with or without a tail that is not reported."""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A valid case."""
    names = {
        table: draw(st.lists(NAMES, unique=True, min_size=1, max_size=2))
        for table in ("markets", "regions", "sites", "onsite_sources", "chips", "pools", "precisions")
    }
    names["precisions"] = ["bf16", *names["precisions"]]
    known = {
        **names,
        "market": names["markets"],
        "region": names["regions"],
        "chip": names["chips"],
        "precision": names["precisions"],
        "peak_pflops": names["precisions"],
        "existing_fleet": names["chips"],
        "onsite": names["onsite_sources"],
        "supply_mw_per_year": names["markets"],
        "origins": names["markets"],
    }
    tables = ("markets", "regions", "sites", "onsite_sources", "chips", "pools")
    data: dict[str, Any] = {
        table: {name: draw(values(table, table_of(below(Case, table)), known)) for name in names[table]}
        for table in tables
    }
    for chip in data["chips"].values():
        chip["peak_pflops"] = dict.fromkeys(names["precisions"], 1.5)
    for site in data["sites"].values():
        _make_room(site)
    settings = draw(values("settings", below(Case, "settings"), known)) | {"start": PLAN_START}
    data["settings"] = _without_periods(settings) | draw(PERIODS)
    for table in ("workloads", "orders_placed"):
        row = table_of(below(Case, table))
        data[table] = {name: draw(values(table, row, known)) for name in draw(st.lists(NAMES, max_size=2))}
    for order in data["orders_placed"].values():
        order.pop("deposit_paid_usd", None)
    data["policy"] = {kind: draw(_rules(kind, known)) for kind in Policy.model_fields}
    data["goals"] = draw(_goals(names["markets"], list(data["workloads"])))
    changes = st.lists(shocks(), min_size=1, max_size=2)
    data["shocks"] = {name: {"changes": draw(changes)} for name in draw(st.lists(NAMES, max_size=2))}
    data["uncertainty"] = draw(_uncertainty(list(data["shocks"])))
    data["alternatives"] = draw(_alternatives(names["chips"], names["markets"], list(data["shocks"])))
    data["assumptions"] = [
        {"path": f"chips.{name}", "source": draw(TEXTS), "as_of": draw(TEXTS)} for name in names["chips"]
    ]
    return parse_case(data)


@st.composite
def _goals(draw: st.DrawFn, markets: list[str], workloads: list[str]) -> dict[str, Any]:
    """Goals in plain data; a milestone asks for compute of a workload, or for power."""
    served = st.fixed_dictionaries(
        {"pflops": numbers("pflops")}, optional={"workload": st.sampled_from(workloads)} if workloads else {}
    )
    powered = st.fixed_dictionaries({"it_mw": numbers("it_mw")}, optional={"market": st.sampled_from(markets)})
    return {
        "objective": draw(st.sampled_from(get_args(Objective))),
        "risk_weight": draw(floats(0, 1)),
        "risk_level": draw(floats(0, 0.999)),
        "milestones": draw(st.dictionaries(NAMES, st.one_of(served, powered), max_size=2)),
        "delay_weights": dict.fromkeys(_some(draw, workloads), 1.0),
        "delay_tolerance_months": draw(numbers("months")),
    }


@st.composite
def _uncertainty(draw: st.DrawFn, shocked: list[str]) -> dict[str, Any]:
    """Reveals in plain data; whether their shocks fit the case is not their matter."""
    names = draw(st.lists(NAMES, unique=True, max_size=2))
    reveals = {}
    for name in names:
        outcomes: dict[str, Any] = {}
        for outcome in draw(st.lists(NAMES, unique=True, min_size=1, max_size=3)):
            outcomes[outcome] = draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "shocks": st.just(_some(draw, shocked)),
                        "changes": st.lists(shocks(), max_size=2),
                        "next": st.sampled_from(names),
                        "note": st.none() | TEXTS,
                    },
                )
            )
        shares = draw(st.lists(st.integers(0, 5), min_size=len(outcomes), max_size=len(outcomes)).filter(any))
        for outcome, share in zip(outcomes.values(), shares, strict=True):
            outcome["probability"] = share / sum(shares)
        reveals[name] = {"date": draw(DAYS), "outcomes": outcomes}
        if draw(st.booleans()):
            reveals[name]["note"] = draw(TEXTS)
    return reveals


@st.composite
def _alternatives(draw: st.DrawFn, chips: list[str], markets: list[str], shocked: list[str]) -> dict[str, Any]:
    """Alternatives in plain data, each of which asks for something; whether their changes fit is not their matter."""
    rows = {}
    for name in draw(st.lists(NAMES, unique=True, max_size=2)):
        rows[name] = {
            "objective": draw(st.sampled_from(get_args(Objective))),
            "shocks": _some(draw, shocked),
            "changes": draw(st.lists(shocks(), max_size=2)),
            "only_market": draw(st.none() | st.sampled_from(markets)),
            "note": draw(st.none() | TEXTS),
        }
        if draw(st.booleans()):
            rows[name] |= {
                "order_most": [draw(st.sampled_from(chips))],
                "order_most_in": draw(st.none() | st.just(markets[:1])),
            }
    return rows


def _make_room(site: dict[str, Any]) -> None:
    committed = sum(halls["it_mw"] for halls in site.get("committed", {}).values())
    site["max_it_mw"] += (committed + site.get("existing_it_mw", 0)) * 1.01
    if site.get("earliest_start") and site.get("latest_start"):
        site["latest_start"] = max(site["earliest_start"], site["latest_start"])


@st.composite
def _rules(draw: st.DrawFn, kind: str, known: Mapping[str, list[str]]) -> dict[str, Any]:
    rules = {}
    for name in draw(st.lists(NAMES, max_size=1)):
        rule = draw(values(kind, table_of(below(Policy, kind)), known))
        if kind == "licence_quotas":
            one, other = draw(st.permutations(["units", "sales_units_per_year"]))
            rule[one], rule[other] = draw(profiles("units")), None
        if kind == "capacity_limits" and rule.get("least") is None:
            rule["most"] = draw(profiles("most"))
        elif kind == "capacity_limits" and rule.get("most") is not None:
            rule["most"] = rule["least"]
        rules[name] = rule
    return rules
