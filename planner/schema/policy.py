"""The rules that governments and boards set, any number of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import (
    Dated,
    Name,
    Names,
    NonNegativeProfile,
    OptionalNames,
    Plausible,
    Row,
    Share,
    ShareProfile,
    SoftAmount,
    Softness,
)


class ImportFee(Dated):
    """A rate on the customs value of chips that arrive in a market."""

    chips: Names
    """Chips it is charged on."""
    markets: Names
    """Markets in which it is charged."""
    rate: Annotated[NonNegativeProfile, Plausible(0.003, 2)]
    """Rate in force at arrival, as a fraction of the chip's customs value."""


class LicenceQuota(Dated, SoftAmount):
    """A limit on deliveries of chips to a market in a window of time."""

    chips: Names
    """Chips that count."""
    markets: Names
    """Markets whose deliveries count."""
    units: Annotated[NonNegativeProfile | None, Plausible(20, 5e07)] = None
    """Most chips in one window, before the operator's share; read in the window's first period. A part of a calendar
    year, which the plan or the rule's dates cut, gets its part of the amount by months, unless a step or a set change
    dated in that part (and later than 1 January) types its own."""
    sales_units_per_year: Annotated[NonNegativeProfile | None, Plausible(20, 2e08)] = None
    """In place of `units`: the vendor's sales in the market of reference, chips a year."""
    sales_share: ShareProfile = 1.0
    """Share of those sales that the licence allows."""
    operator_share: ShareProfile = 1.0
    """This operator's share of the quota."""
    window: Literal["whole", "calendar_year", "period"] = "whole"
    """Span that one quota covers: the rule's whole time, each calendar year or each period."""

    @model_validator(mode="after")
    def _one_limit(self) -> LicenceQuota:
        if (self.units is None) == (self.sales_units_per_year is None):
            raise RefusedValueError(Message("give either units or sales_units_per_year"))
        return self


class Bundling(Dated, Softness):
    """At least so many domestic chips delivered per foreign one, counted from the rule's date."""

    market: Name
    """Market whose deliveries count."""
    foreign: Names
    """Chips that need company."""
    domestic: Names
    """Chips that count as company."""
    ratio: Annotated[NonNegativeProfile, Plausible(0.003, 50)]
    """Domestic chips per foreign chip."""


class Ban(Dated):
    """No orders while in force, and orders not yet delivered are cancelled or honoured."""

    chips: Names
    """Chips that are banned."""
    markets: Names
    """Markets in which they are banned."""
    undelivered: Literal["cancelled", "honoured"] = "cancelled"
    """What becomes of orders placed before the ban and not yet delivered."""
    refund_share: Share = 0.0
    """Share of the money already paid that comes back on a cancelled order."""


class Inspection(Dated):
    """Extra months between order and delivery."""

    chips: Names
    """Chips that are inspected."""
    markets: Names
    """Markets at whose border they are inspected."""
    months: Annotated[NonNegativeProfile, Plausible(0.1, 24)]
    """Months it takes, added to the lead time before rounding."""


class DomesticShare(Dated, Softness):
    """At least a share of what has been installed in a market since the rule began, and still stands, is domestic.

    What stood before counts on neither side, nor does its retirement.
    """

    market: Name
    """Market that the rule holds in."""
    origins: OptionalNames = None
    """Origins that count as domestic; the market itself when left out."""
    share: ShareProfile
    """Least share."""
    measure: Literal["units", "mw", "spend", "pflops"] = "units"
    """What is counted: chips, MW of IT, million USD at the price in force when installed, or dense peak PFLOP/s."""
    precision: Name = "bf16"
    """Precision whose peak counts when PFLOP/s are counted."""
    regions: OptionalNames = None
    """Regions whose sites count; all of the market when left out."""
    sites: OptionalNames = None
    """Sites that count, state-funded ones say; all of the market when left out."""


class SiteBar(Dated):
    """Chips that may not be installed at sites from a date."""

    chips: Names
    """Chips that are barred."""
    sites: Names
    """Sites that are closed to them."""
    evict: bool = False
    """Whether those installed before must go too."""


class PowerSubsidy(Dated):
    """A discount on the energy that chips of some origins use."""

    origins: Names
    """Origins whose chips are subsidised."""
    regions: Names
    """Regions in which the subsidy is paid."""
    usd_per_kwh: Annotated[NonNegativeProfile, Plausible(0.0005, 0.2)]
    """Subsidy, USD per kWh of facility energy; never more than the tariff."""


class CarbonPrice(Dated):
    """A price on the carbon of energy used in markets."""

    markets: Names
    """Markets in which it is paid."""
    usd_per_t: Annotated[NonNegativeProfile, Plausible(1, 800)]
    """Price, USD per t CO2."""


class CarbonCap(Dated, SoftAmount):
    """A limit on the carbon of energy used, t CO2 a year."""

    markets: OptionalNames = None
    """Markets that count; all when left out."""
    t_per_year: Annotated[NonNegativeProfile, Plausible(50, 1e09)]
    """Most t CO2 a year."""


class Budget(Dated, SoftAmount):
    """A limit on capital spent: sites, grid, chips and fees less refunds, million USD, not discounted."""

    markets: OptionalNames = None
    """Markets that count; all when left out."""
    musd: Annotated[NonNegativeProfile, Plausible(0.5, 5e06)]
    """Most million USD in one window; read in the window's first period. A part of a calendar year, which the plan or
    the rule's dates cut, gets its part of the amount by months, unless a step or a set change dated in that part (and
    later than 1 January) types its own."""
    window: Literal["whole", "calendar_year"] = "calendar_year"
    """Span that one budget covers: the rule's whole time or each calendar year."""


class CapacityLimit(Dated, Softness):
    """A least or most capacity of a chip, a market or the whole."""

    measure: Literal["units", "chip_mw", "hall_mw", "pflops"] = "units"
    """What is counted: chips in the fleet, their IT load in MW, MW of halls ready, or dense peak PFLOP/s."""
    precision: Name = "bf16"
    """Precision whose peak counts when PFLOP/s are counted."""
    chips: OptionalNames = None
    """Chips that count; all when left out."""
    markets: OptionalNames = None
    """Markets that count; all when left out."""
    sites: OptionalNames = None
    """Sites that count; all when left out."""
    least: NonNegativeProfile | None = None
    """Least capacity; none when left out."""
    most: NonNegativeProfile | None = None
    """Most capacity; no limit when left out."""

    @model_validator(mode="after")
    def _limits_something(self) -> CapacityLimit:
        if self.least is None and self.most is None:
            raise RefusedValueError(Message("give least, most or both"))
        return self


class BuildRate(Dated, SoftAmount):
    """A limit on MW of IT started in a market, set by construction crews."""

    markets: Names
    """Markets that count together."""
    mw_per_year: Annotated[NonNegativeProfile, Plausible(1, 20000)]
    """Most MW of IT started in any twelve months; where it moves, the largest limit in force in them."""


class PowerCap(Dated, Softness):
    """A limit on the power drawn from the grid in a market: firm capacity, MW."""

    markets: Names
    """Markets that count together."""
    mw: Annotated[NonNegativeProfile, Plausible(1, 200000)]
    """Most MW of facility power drawn from the grid."""


class Policy(Row):
    """Every rule, by kind and name."""

    import_fees: dict[Name, ImportFee] = {}
    """Rates on the customs value of chips that arrive."""
    licence_quotas: dict[Name, LicenceQuota] = {}
    """Limits on deliveries."""
    bundling: dict[Name, Bundling] = {}
    """Domestic chips that must come with foreign ones."""
    bans: dict[Name, Ban] = {}
    """Chips that may not be ordered."""
    inspections: dict[Name, Inspection] = {}
    """Extra months before delivery."""
    domestic_shares: dict[Name, DomesticShare] = {}
    """Least shares of domestic chips."""
    site_bars: dict[Name, SiteBar] = {}
    """Chips that sites are closed to."""
    power_subsidies: dict[Name, PowerSubsidy] = {}
    """Discounts on energy by origin of the chip."""
    carbon_prices: dict[Name, CarbonPrice] = {}
    """Prices on carbon."""
    carbon_caps: dict[Name, CarbonCap] = {}
    """Limits on carbon."""
    budgets: dict[Name, Budget] = {}
    """Limits on capital spent."""
    capacity_limits: dict[Name, CapacityLimit] = {}
    """Least or most capacity."""
    build_rates: dict[Name, BuildRate] = {}
    """Limits on MW started."""
    power_caps: dict[Name, PowerCap] = {}
    """Limits on power drawn."""
