"""What the study of risk finds, as plain data that is kept beside the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

COMMON = "the plan"
"""Name of the plan's own first moves in the table of regrets."""


@dataclass(frozen=True)
class Waste:
    """What lies idle in a scenario: MW of halls without chips, or chips without a hall or power."""

    peak: float
    """Most that lies idle in a period: MW of IT, or chips."""
    unit_months: float
    """Idle amount times the months that it lies idle, over the plan."""
    musd: float
    """Upkeep paid for it and interest on what it cost, million USD, not discounted."""


@dataclass(frozen=True)
class Cancelled:
    """Orders of a chip that a ban cancels in a scenario."""

    chip: str
    market: str
    units: float
    """Chips that never arrive."""
    months: float
    """Mean months from order to cancellation."""
    deposit_musd: float
    """Paid for them by then, million USD."""
    refund_musd: float
    """Of it, given back."""

    @property
    def lost_musd(self) -> float:
        """Paid and not given back, million USD."""
        return self.deposit_musd - self.refund_musd


@dataclass(frozen=True)
class ScenarioRisk:
    """One scenario: what the plan costs in it, and what was possible."""

    name: str
    probability: float
    cost_musd: float
    """Present cost of the plan in this scenario, million USD."""
    delay_months: float
    """Average delay of the plan in it."""
    own_cost_musd: float
    """Present cost of the scenario's own best plan, for someone who knows that it will come."""
    own_delay_months: float
    """Average delay of that plan."""
    own_chips: dict[str, float]
    """Chips that it orders."""
    own_it_mw: dict[str, float]
    """MW of IT that it ends with, by market."""
    first_moves_musd: float
    """Present cost with the plan's first moves and the scenario known from the reveal on."""
    cancelled: tuple[Cancelled, ...]
    """Orders that a ban cancels in it."""
    idle_halls: Waste
    """Halls ready and without chips."""
    idle_chips: Waste
    """Chips delivered and not switched on."""

    @property
    def regret_musd(self) -> float:
        """What the plan costs more than the scenario's own best plan, million USD."""
        return max(0.0, self.cost_musd - self.own_cost_musd)


@dataclass(frozen=True)
class FirstMove:
    """A commitment before the first reveal, over all periods until then, and whether it is ever regretted."""

    kind: str
    """order, start, phases, open, connect or plant."""
    item: tuple[str, ...]
    """Chip and market, site and option, site, or source and site."""
    amounts: dict[str, float]
    """Amount by period: chips, MW, phases or share of a site."""
    musd: float
    """What it commits, million USD, not discounted, in the scenario in which it costs most."""
    least_musd: float
    """The same in the scenario in which it costs least: part of it may be cancelled."""
    paid_musd: float
    """Of it, paid before the first reveal."""
    own: dict[str, float]
    """Amount in each scenario's own best plan."""
    premium_musd: dict[str, float]
    """What deciding this one move anew, all others held, would save in each scenario in which that saves anything to
    speak of. Halls are decided anew with their whole phases, acquiring a site with all that is begun there."""

    @property
    def amount(self) -> float:
        """Amount over all periods before the first reveal."""
        return sum(self.amounts.values())

    @property
    def shared(self) -> float:
        """Amount that every scenario's own best plan takes as well."""
        return min(self.own.values(), default=0.0)


@dataclass(frozen=True)
class Wait:
    """What it would cost to decide nothing of a kind before the first reveal."""

    kind: str
    """everything, or the kind of commitment."""
    item: tuple[str, ...]
    """Chip and market where only orders of one chip wait; empty for all of the kind."""
    cost_musd: float | None
    """What was minimised costs so much more, million USD; none where no plan can wait."""


@dataclass(frozen=True)
class AveragePlan:
    """What planning on averages would lose."""

    cost_musd: float | None
    """What was minimised, with the first moves of the average future; none where these leave no plan."""
    infeasible_in: tuple[str, ...]
    """Scenarios in which these moves leave no plan."""


@dataclass(frozen=True)
class Risk:
    """The study of one scenario tree."""

    reveal: str
    """Period of the first reveal."""
    weight: float
    """Weight of the costliest scenarios in what was minimised."""
    level: float
    """Confidence level of their mean."""
    expected_musd: float
    """Expected present cost of the plan."""
    worst_mean_musd: float
    """Mean of the costliest scenarios at that level (CVaR)."""
    minimised_musd: float
    """What was minimised: the two weighed."""
    informed_musd: float
    """The same where every scenario is known from the first day (wait and see)."""
    average: AveragePlan
    """Planning on averages."""
    scenarios: tuple[ScenarioRisk, ...]
    moves: tuple[FirstMove, ...]
    """Commitments before the first reveal, the largest first; then those left open that some scenario would take."""
    waits: tuple[Wait, ...]
    """The price of waiting for the reveal."""
    regrets: dict[str, dict[str, float | None]]
    """Present cost above a scenario's own best, million USD, by whose first moves are made and by the scenario that
    comes; none where these moves leave no plan there."""

    @property
    def value_of_information_musd(self) -> float:
        """What knowing the scenario from the first day would save (EVPI), million USD."""
        return self.minimised_musd - self.informed_musd

    @property
    def value_of_stochastic_musd(self) -> float | None:
        """What planning on averages would lose (VSS), million USD; none where it leaves no plan."""
        return None if self.average.cost_musd is None else self.average.cost_musd - self.minimised_musd

    @property
    def largest_regret_musd(self) -> float:
        """Largest regret of the plan over the scenarios, million USD."""
        return max(scenario.regret_musd for scenario in self.scenarios)

    def to_json(self) -> dict[str, Any]:
        """The study as plain data."""
        data: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return data


_ADAPTER: TypeAdapter[Risk] = TypeAdapter(Risk)


def risk_from_json(data: Any) -> Risk:
    """The study that plain data describes; raises pydantic's ValidationError where it does not."""
    return _ADAPTER.validate_python(data, strict=False)
