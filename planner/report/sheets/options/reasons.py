"""Why the plan and not an option, in sentences built from both plans."""

from __future__ import annotations

from planner import findings
from planner.report.by_period import View
from planner.report.sheets.common.groups import group_names
from planner.report.sheets.options.rivals import ALIKE, Rival, costliest_musd, rejected, rivals
from planner.report.words import listed, money, objective_words, say, say_message, sentences, several, short
from planner.schema.uncertainty import Shock
from planner.solution import Status
from planner.study.alternatives import Option

SAME_MONTHS = 0.05
"""Months by which average delays must differ to be told apart."""
MOST_CHANGES = 2
"""Changes of a case that are told one by one."""
LONGEST_WHY = 420
"""Characters of a solver's reason that are shown."""


def rejected_sentence(view: View) -> str | None:
    """The options that were passed over with their costs, in one sentence; None where no choice has a plan.

    `view` is that of every scenario, as the options are.
    """
    found = rivals(view)
    out = rejected(found)
    if out:
        first, last = out[0], out[-1]
        fields = {
            "n": len(out), "name": first.name, "more": money(first.more_musd), "cost": money(first.cost_musd),
            "last": last.name, "most": money(last.more_musd), "highest": money(last.cost_musd),
        }  # fmt: skip
        if len(out) == 1:
            return say("Rejected: {name}, which would cost {more} more than the plan, {cost} in all.", **fields)
        return say(
            "Of {n} rejected options, {name} is the cheapest and would cost {more} more than the plan, {cost} in all; "
            "{last} is the most expensive and would cost {most} more, {highest} in all.",
            **fields,
        )
    choices = sorted((rival for rival in found if rival.choice), key=lambda rival: rival.more_musd)
    if not choices:
        return None
    return say("{name}, at {cost}: {why}", name=choices[0].name, cost=money(choices[0].cost_musd), why=why(choices[0]))


def why(rival: Rival) -> str:
    """Why the plan and not this option, in sentences built from both plans."""
    found = [_cost_words(rival)]
    found += [*_delay_words(rival), *_milestone_words(rival)]
    if len(rival.view.scenarios) > 1 and len(rival.plan.scenarios) > 1:
        found += _costliest_words(rival)
    if rival.view.solution.status is not Status.OPTIMAL:
        found.append(say("It is not proven to be the best plan of its kind."))
    return sentences(*found)


def why_none(option: Option) -> str:
    """Why an option has no plan, in one line."""
    if option.why_none is None:
        return say("No plan was found for it.")
    text = " ".join(say_message(option.why_none).split())
    return say("No plan was found for it: {why}", why=short(text, LONGEST_WHY))


def asked_words(option: Option) -> str:
    """What is different about an option: its note, or else what was asked for."""
    asked = option.asked
    scenarios = len(findings.cost_by_scenario(option.solution)) if option.solution else 1
    if asked.note:
        return " ".join(asked.note.split())
    found = []
    if asked.only_market is not None:
        found.append(say("{market} alone builds and serves all of the demand", market=asked.only_market))
    if asked.order_most and asked.order_most_in:
        found.append(
            say(
                "as many {chips} are ordered in {markets} as anything allows",
                chips=listed(asked.order_most),
                markets=listed(asked.order_most_in),
            )
        )
    elif asked.order_most:
        found.append(say("as many {chips} are ordered as anything allows", chips=listed(asked.order_most)))
    if asked.objective is not None:
        found.append(objective_words(asked.objective, scenarios))
    if asked.shocks:
        found.append(say("with {names}", names=listed(asked.shocks)))
    if len(asked.changes) > MOST_CHANGES:
        found.append(several(len(asked.changes), "{n} change of the case", "{n} changes of the case"))
    else:
        found += [_change_words(change) for change in asked.changes]
    return say("Asked for: {what}.", what=say("; ").join(found))


def reasons_words(bridge: findings.CostBridge) -> str:
    """The largest steps of a bridge in words."""
    return say("; ").join(_step_words(group, musd) for group, musd in bridge.reasons())


def _cost_words(rival: Rival) -> str:
    fields = {
        "amount": money(abs(rival.more_musd)), "reasons": reasons_words(rival.bridge),
        "objective": _objective(rival.plan),
    }  # fmt: skip
    if rival.alike:
        if not rival.choice:
            return say("A what-if and no choice: its best plan costs what the plan costs, within 0.01 %.")
        return say("It is as good as the plan: its cost is within 0.01 % of the plan's.")
    if not rival.choice:
        if rival.costlier:
            return say("A what-if and no choice: its best plan costs {amount} more ({reasons}).", **fields)
        return say("A what-if and no choice: its best plan costs {amount} less ({reasons}).", **fields)
    if rival.costlier and rival.plan.dossier.case.goals.objective == "cost":
        return say("Rejected because it is more expensive: it costs {amount} more ({reasons}).", **fields)
    if rival.costlier:
        return say("It costs {amount} more ({reasons}); the plan is made for {objective}.", **fields)
    return say("It costs {amount} less ({reasons}); the plan is made for {objective}.", **fields)


def _delay_words(rival: Rival) -> list[str]:
    if abs(rival.later_months) < SAME_MONTHS:
        return []
    months = f"{abs(rival.later_months):,.1f}"
    if rival.later_months > 0:
        return [say("Its average delay is {months} months longer.", months=months)]
    return [say("Its average delay is {months} months shorter.", months=months)]


def _milestone_words(rival: Rival) -> list[str]:
    """How many of the case's milestones are reached sooner and later than by the plan; nothing where all are alike."""
    periods = [*rival.plan.periods, None]
    plan = findings.milestones_reached(rival.plan.dossier.case, rival.plan.solved)
    other = findings.milestones_reached(rival.view.dossier.case, rival.view.solved)
    names = [name for name in rival.plan.dossier.case.goals.milestones if name in other]
    moved = [periods.index(other[name]) - periods.index(plan[name]) for name in names]
    sooner, later = sum(1 for by in moved if by < 0), sum(1 for by in moved if by > 0)
    if not (sooner or later):
        return []
    words = {"sooner": sooner, "later": later, "all": len(names)}
    return [say("Milestones reached sooner: {sooner} of {all}; later: {later}.", **words)]


def _change_words(change: Shock) -> str:
    place = f"{change.table}.{listed(change.rows)}.{change.field}"
    if change.scale is not None:
        return say("{place} times {factor}", place=place, factor=f"{change.scale:g}")
    if change.add is not None:
        return say("{place} plus {amount}", place=place, amount=f"{change.add:g}")
    if isinstance(change.set, dict):
        return say("{place} becomes another profile", place=place)
    return say("{place} becomes {value}", place=place, value=change.set)


def _objective(plan: View) -> str:
    weighed = plan.solution.criterion_musd is not None
    return objective_words(plan.dossier.case.goals.objective, len(plan.scenarios), weighed=weighed)


def _step_words(group: str, musd: float) -> str:
    amount = money(abs(musd))
    if group == "residual":
        if musd > 0:
            return say("{amount} less residual value", amount=amount)
        return say("{amount} more residual value", amount=amount)
    if musd > 0:
        return say("{amount} more for {group}", amount=amount, group=group_names()[group])
    return say("{amount} less for {group}", amount=amount, group=group_names()[group])


def _costliest_words(rival: Rival) -> list[str]:
    plan = costliest_musd(rival.plan.solved)
    apart = costliest_musd(rival.view.solved) - plan
    if abs(apart) <= ALIKE * abs(plan):
        return []
    if apart > 0:
        return [
            say("Its most expensive scenario costs {amount} more than the plan's most expensive.", amount=money(apart))
        ]
    return [
        say("Its most expensive scenario costs {amount} less than the plan's most expensive.", amount=money(-apart))
    ]


__all__ = ["asked_words", "reasons_words", "rejected_sentence", "why", "why_none"]
