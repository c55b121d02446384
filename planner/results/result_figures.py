"""A solved case under the names that an analyst uses: figures, tables as data frames, and how it shows itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, overload

import pandas as pd

from planner import findings
from planner.certificate import Certificate
from planner.files.case import Case
from planner.solution import TABLES, Solution


class TableFrames(Mapping[str, pd.DataFrame]):
    """Every table of a plan by its name; `dictionary` says what their columns mean.

    Each is handed out as a copy: what is done to it changes no result.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """`tables` are those of a solution."""
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._tables[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        """Names and numbers of rows."""
        return f"<Tables: {', '.join(f'{name} ({len(table)})' for name, table in self._tables.items())}>"

    def _ipython_key_completions_(self) -> list[str]:
        """Names of tables, for completion in a notebook."""
        return list(self._tables)


class TableOfPlan:
    """A table of a plan as an attribute of its own name."""

    def __set_name__(self, owner: type[Figures], name: str) -> None:
        self._name = name
        self.__doc__ = TABLES[name].meaning

    @overload
    def __get__(self, plan: None, owner: type[Figures]) -> TableOfPlan: ...

    @overload
    def __get__(self, plan: Figures, owner: type[Figures]) -> pd.DataFrame: ...

    def __get__(self, plan: Figures | None, owner: type[Figures]) -> pd.DataFrame | TableOfPlan:
        return self if plan is None else plan.tables[self._name]


class Figures:
    """What a solved and certified case says. Amounts of money are in million USD."""

    case: Case
    solution: Solution
    certificate: Certificate

    nodes = TableOfPlan()
    paths = TableOfPlan()
    leads = TableOfPlan()
    starts = TableOfPlan()
    halls = TableOfPlan()
    onsite = TableOfPlan()
    orders = TableOfPlan()
    deliveries = TableOfPlan()
    fleet = TableOfPlan()
    serve = TableOfPlan()
    clusters = TableOfPlan()
    service = TableOfPlan()
    regions = TableOfPlan()
    markets = TableOfPlan()
    residuals = TableOfPlan()
    violations = TableOfPlan()
    ledger = TableOfPlan()
    prices = TableOfPlan()
    verified = TableOfPlan()

    @property
    def cost_musd(self) -> float:
        """Expected present cost, million USD."""
        return self.solution.objective_musd

    @property
    def status(self) -> str:
        """What is known of the plan: `optimal`, or `feasible, not proven optimal`."""
        return self.solution.status.value

    @property
    def gap(self) -> float | None:
        """Proven distance to the optimum, a fraction of what was minimised; None where no bound is proven yet."""
        return self.solution.gap

    @property
    def bound_musd(self) -> float | None:
        """Proven lower bound on what was minimised, million USD; None where none is proven yet."""
        return None if self.solution.gap is None else self.solution.bound_musd

    @property
    def delay_months(self) -> float:
        """Average delay of the demand, months."""
        return findings.average_delay(self.case, self.solution)

    @property
    def cost_by_account(self) -> pd.Series[float]:
        """Present cost of each account, million USD; benefits are negative."""
        return pd.Series(findings.cost_by_account(self.solution), name="present_musd", dtype="float64")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know, in sentences."""
        return tuple(map(str, self.solution.warnings))

    @property
    def tables(self) -> TableFrames:
        """Every table of the plan as a data frame, by its name."""
        return TableFrames(self.solution.tables)

    def compare(self, other: Figures) -> pd.DataFrame:
        """The figures of this plan beside those of another, and the other less this.

        Rows are named by `figure` and `item`: present cost and each account in million USD, average delay in months,
        chips ordered in chips, and halls ready at the end in MW of IT; columns are `this`, `other` and `more`.
        Raises TypeError where `other` is no result.
        """
        if not isinstance(other, Figures):
            raise TypeError(f"compare takes a result, as planner.solve gives it; found {type(other).__name__}")
        sides = [_figures(self), _figures(other)]
        keys = list(dict.fromkeys([*sides[0], *sides[1]]))
        index = pd.MultiIndex.from_tuples(keys, names=["figure", "item"])
        this, that = ([side.get(key, 0.0) for key in keys] for side in sides)
        found = pd.DataFrame({"this": this, "other": that}, index=index, dtype="float64")
        return found.assign(more=found["other"] - found["this"])

    def _facts(self) -> dict[str, str]:
        gap = "no bound yet" if self.gap is None else f"gap {self.gap:.2g}"
        failed = ", ".join(check.id for check in self.certificate.failed)
        return {
            "case": self.case.settings.name,
            "present cost": f"{self.cost_musd:,.2f} million USD",
            "status": f"{self.status}, {gap}",
            "certificate": f"FAILS: {failed}" if failed else "holds",
        }

    def __repr__(self) -> str:
        """Cost, status, gap and certificate in a line."""
        name, cost, status, certificate = self._facts().values()
        return f"<{type(self).__name__} {name!r}: {cost}, {status}, certificate {certificate}>"

    def _repr_html_(self) -> str:
        """Cost, status, gap and certificate, as a notebook shows them."""
        rows = "".join(f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in self._facts().items())
        return f"<table>{rows}</table>"


@dataclass(frozen=True, eq=False, repr=False)
class PlanOfStudy(Figures):
    """A plan that a study found beside the plan."""

    case: Case
    """The case that it answers."""
    solution: Solution
    """The plan as the machinery reads it."""
    certificate: Certificate
    """Its independent check."""


def dictionary(table: str | None = None) -> pd.DataFrame:
    """What the columns of the tables of a result mean: table, column, unit, meaning, one row a column.

    Of one table, where it is named; raises KeyError for one that there is not.

    >>> import planner
    >>> planner.dictionary("violations").column.tolist()
    ['node', 'kind', 'rule', 'amount']
    """
    rows: list[tuple[Any, ...]] = []
    for name, spec in TABLES.items() if table is None else [(table, TABLES[table])]:
        rows += [(name, column, "name of the row", "") for column in spec.index]
        rows += [(name, column, about.unit, about.meaning) for column, about in spec.columns.items()]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def _figures(plan: Figures) -> dict[tuple[str, str], float]:
    solution, shown = plan.solution, findings.reported(plan.case, plan.solution)
    return {
        ("present cost", ""): plan.cost_musd,
        **{("present cost", account): musd for account, musd in findings.cost_by_account(solution).items()},
        ("average delay", ""): plan.delay_months,
        **{("chips ordered", chip): count for chip, count in findings.chips_ordered(shown).items()},
        **{("MW of IT at the end", market): mw for market, mw in findings.final_it_mw(shown).items()},
    }
