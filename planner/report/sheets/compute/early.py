"""What is proven of a plan that is to be early, and what that costs against the cheapest plan, in words."""

from __future__ import annotations

from planner import findings
from planner.accounts import ACCOUNTS
from planner.report.by_period import RENT, View
from planner.report.words import joined, money, say, three
from planner.study.cheapest import CHEAPEST


def early_sentences(view: View) -> list[str]:
    """When the cheapest plan reaches each milestone, and on what the plan spends more; nothing where not solved."""
    other = view.dossier.studied.get(CHEAPEST)
    if other is None:
        return []
    case, solution = view.dossier.case, view.solved
    found = [
        say(
            "Being early costs {more} more than the cheapest plan: {cost} in place of {least}; the average delay is "
            "{now} months in place of {late}.",
            more=money(solution.objective_musd - other.cost_musd),
            cost=money(solution.objective_musd),
            least=money(other.cost_musd),
            now=three(findings.average_delay(case, solution)),
            late=three(other.delay_months),
        )
    ]
    never = say("not within the plan")
    for name, period in findings.milestones_reached(case, solution).items():
        cheap = other.milestones.get(name)
        if cheap is None and period is None:
            words = say("Neither plan holds milestone {name} to the end of the plan.", name=name)
        elif cheap == period:
            words = say("Milestone {name} is reached {now} in both plans.", name=name, now=period)
        else:
            words = say(
                "Milestone {name} is reached {now}; the cheapest plan reaches it {late}.",
                name=name,
                now=period or never,
                late=cheap or never,
            )
        found.append(words)
    bridge = findings.CostBridge(other.by_account, findings.cost_by_account(solution))
    steps = bridge.reasons(6)
    more = [_spent(name, musd) for name, musd in steps if musd > 0]
    less = [_spent(name, -musd) for name, musd in steps if musd < 0]
    if more:
        found.append(say("More is spent on {items}.", items=joined(more)))
    if less:
        found.append(say("Less is spent on {items}.", items=joined(less)))
    return found


def proof_sentences(view: View) -> list[str]:
    """What is proven of a plan that was to be early; nothing of another plan."""
    goal = view.solution.solver.get("goal", {})
    if "reached" not in goal or "least_delay_months" not in goal:
        return []
    open_ones = goal.get("unproven", [])
    return [
        say(
            "That {names} can be reached no sooner is not proven: the solver had no time left.", names=joined(open_ones)
        )
        if open_ones
        else say("No plan reaches these milestones sooner, in their order: that is proven."),
        say(
            "Of such plans the least average delay that was found is {least} months, and none below {bound} is "
            "possible; the plan may exceed it by {tolerance} months for the sake of cost.",
            least=three(goal["least_delay_months"]),
            bound=three(goal["delay_bound_months"]),
            tolerance=three(view.dossier.case.goals.delay_tolerance_months),
        ),
    ]


def _spent(account: str, musd: float) -> str:
    rented = account in ACCOUNTS and ACCOUNTS[account].kind == "rent"
    return say("{account}: {musd}", account=say(RENT if rented else account), musd=money(musd))


__all__ = ["early_sentences", "proof_sentences"]
