"""What the compute is for."""

from __future__ import annotations

from typing import Annotated, Literal

from planner.schema.base import Name, NonNegativeProfile, Plausible, Positive, Row, Size


class ChipOnWorkload(Row):
    """How well a chip does a workload."""

    efficiency: Annotated[NonNegativeProfile, Plausible(0.003, 1.5)] = 1.0
    """Effective over peak PFLOP/s (for training, the model FLOP utilisation); it may improve with software."""
    precision: Name | None = None
    """Precision whose peak the efficiency refers to; the workload's own when left out."""
    running_usd_per_unit_year: Annotated[NonNegativeProfile, Plausible(5, 100000)] = 0.0
    """Running cost, USD per chip and year given to the workload."""


class RegionForWorkload(Row):
    """Serving a workload from a region."""

    network_usd_per_pflops_year: Annotated[NonNegativeProfile, Plausible(2, 50000)] = 0.0
    """Cost of serving from there, USD per PFLOP/s and year."""


class Shortfall(Row):
    """What demand that is not met costs."""

    usd_per_pflops_year: Annotated[NonNegativeProfile, Plausible(800, 1e06)]
    """Price of one effective PFLOP/s that is not met, for one year, USD."""
    kind: Literal["rent", "penalty"] = "rent"
    """rent: cash, what renting it on the market costs; penalty: not cash, in the objective only."""


class Workload(Row):
    """A demand for compute."""

    demand_pflops: Annotated[NonNegativeProfile, Plausible(0, 1e12, grows=(0.05, 4.0))]
    """Demand, effective PFLOP/s."""
    precision: Name
    """Precision it runs at, such as bf16."""
    markets: list[Name] | None = None
    """Markets that may serve it; all when left out."""
    regions: dict[Name, RegionForWorkload] | None = None
    """Regions that may serve it, with what that costs; every region of its markets, free, when left out."""
    chips: dict[Name, ChipOnWorkload] | None = None
    """Chips that may serve it; when left out, every chip with its precision, at full peak."""
    min_memory_gb: Annotated[Size, Plausible(4, 4000)] = 0.0
    """Least memory that a chip needs, GB."""
    cluster_pflops: Positive | None = None
    """Least effective PFLOP/s that one chip at one site gives the workload, or nothing: frontier training cannot be
    summed over places and chips. Any amount when left out."""
    shortfall: Shortfall | None = None
    """What unmet demand costs; when left out, demand must be met."""
    note: str | None = None
    """Anything a reader should know."""
