"""What is left of chips at the end, and the present cost of everything booked."""

from __future__ import annotations

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import ScenarioModel
from planner.discounting import discount_factor, unspent_share


def residual_of_chips(s: ScenarioModel) -> None:
    """Chips bought by the plan that still stand at the end are worth what is unspent of their price."""
    for chip, market in s.pairs:
        life = s.case.chips[chip].residual_life_years
        if life is None or not s.deliveries[chip, market]:
            continue
        channel = s.case.chips[chip].markets[market]
        credited = []
        for ordered, arrived, units in s.deliveries[chip, market]:
            left = s.decide(s.last - 1, "residual", chip, market, s.nodes[ordered], size=s.lot)
            s.program.most(left, units * s.left(chip, arrived, s.last - 1))
            credited.append(left)
            price = s.at(channel.price_usd, ordered)
            if s.case.settings.residual_price == "market":
                price = min(price, s.at(channel.price_usd, s.last - 1))
            worth = price * unspent_share(s.line.years_between(arrived, s.last), life)
            s.at_end.append(left * (-worth / 1e6))
        s.program.most(total(credited), total(s.fleet[chip, site][-1] for site in s.sites_in(market)))


def penalties(s: ScenarioModel) -> Sum:
    """Present cost of unmet demand that is a penalty and nobody's cash, million USD."""
    rate, found = s.case.settings.discount_rate, list[Sum]()
    for name, workload in s.case.workloads.items():
        if workload.shortfall is not None and workload.shortfall.kind == "penalty":
            for t in s.periods:
                price = s.at(workload.shortfall.usd_per_pflops_year, t) * s.years[t] / 1e6
                short = s.decide(t, "shortfall", name, size=s.lot)
                found.append(short * (price * discount_factor(rate, s.line.middle(t))))
    return total(found)


def present_cost(s: ScenarioModel) -> Sum:
    """Everything booked, on the plan's first day, million USD."""
    rate = s.case.settings.discount_rate
    worth = [discount_factor(rate, s.line.middle(t)) for t in s.periods]
    end = discount_factor(rate, s.line.years_between(0, s.last))
    booked = (value * worth[t] for _, _, t, value in s.booked)
    return total([*booked, *(value * end for value in s.at_end)])
