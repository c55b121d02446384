"""A solver that lies: each fault is forced, and the door finds it in the values, solves again and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
import pulp
import pytest

from planner.errors import NoPlanError
from planner.lp import Answer, HighsDoor, Options, Program, SolverStatus, solve_with, total, verify

from .liar import Liar, liar
from .test_door import SEEDS, clash, door, matrix, random_program

__all__ = ["liar"]

Status = highspy.HighsModelStatus


def supplies(*, whole: bool = True) -> Program:
    """At least 5 from lots of 4 at 3 a lot and from parts at 2 each: a lot and a part, 5; two lots would cost 6."""
    program = Program()
    lots, parts = program.decide(high=9.0, whole=whole), program.decide(high=9.0)
    program.require(total([(lots, 4.0), (parts, 1.0)]) >= 5.0)
    program.minimise(total([(lots, 3.0), (parts, 2.0)]) + 10.0)
    return program


LIES: dict[str, tuple[str, dict[str, Any]]] = {
    "less than the plan costs": (verify.OBJECTIVE, {"objective": lambda x: x - 1.0}),
    "less, and a bound to go with it": (
        verify.OBJECTIVE,
        {"objective": lambda x: x - 1, "bound": lambda x: x - 1},
    ),
    "more than the plan costs": (verify.OBJECTIVE, {"objective": lambda x: x * 1.078}),
    "no number": (verify.OBJECTIVE, {"objective": lambda x: float("nan")}),
    "a bound above the plan": (verify.BOUND, {"bound": lambda x: x + 0.1}),
    "too little": (verify.LIMITS, {"values": lambda x: x - [0.0, 0.5]}),
    "less than nothing": (verify.LIMITS, {"values": lambda x: x + np.array([1.0, -2.0])}),
    "half a lot": (verify.PARTS, {"values": lambda x: x + np.array([0.5, 0.0])}),
    "values that are none": (verify.LIMITS, {"values": lambda x: x * np.nan}),
    "no plan": (verify.NONE, {"status": Status.kInfeasible}),
    "no plan or no end": (verify.NONE, {"status": Status.kUnboundedOrInfeasible}),
}


def right(found: Answer) -> None:
    """A lot and a part, and it is proven."""
    assert (found.status, found.objective) == (SolverStatus.OPTIMAL, pytest.approx(15.0))
    assert found.bound == pytest.approx(15.0)
    assert found.values == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found_and_the_program_solved_again(name: str, liar: Callable[..., None]) -> None:
    """Once: the second solver, fresh, tells the truth, and the answer names what was claimed before."""
    kind, told = LIES[name]
    liar(1, **told)
    opened = door(supplies())
    found = opened.run()
    right(found)
    assert found.doubted == kind
    assert opened.doubts == [kind]
    again = opened.run()
    right(again)
    assert again.doubted == ""


@pytest.mark.parametrize("name", [name for name, (kind, _) in LIES.items() if kind != verify.NONE])
def test_where_a_fresh_solver_lies_too_presolve_is_left_out(name: str, liar: Callable[..., None]) -> None:
    """The third, without presolve, is believed; presolve is back for the next question."""
    liar(2, **LIES[name][1])
    opened = door(supplies())
    right(opened.run())
    assert len(opened.doubts) == 2
    assert opened.highs.getOptionValue("presolve")[1] == "choose"


@pytest.mark.parametrize("name", [name for name, (kind, _) in LIES.items() if kind != verify.NONE])
def test_a_solver_that_always_lies_gives_no_plan(name: str, liar: Callable[..., None]) -> None:
    """No wrong claim: an error that says what the solver claimed."""
    liar(99, **LIES[name][1])
    with pytest.raises(NoPlanError, match=r"contradicts itself .*without presolve as well: it claimed a"):
        door(supplies()).run()


@pytest.mark.parametrize("name", [name for name, (_, told) in LIES.items() if {"values", "objective"} & set(told)])
def test_a_linear_program_is_doubted_too(name: str, liar: Callable[..., None]) -> None:
    """At 3 for 4 the lots cover all 5, 1.25 of them: 13.75. Half a lot more is no lie, only a costlier plan."""
    if name == "half a lot":
        return
    liar(1, **LIES[name][1])
    opened = door(supplies(whole=False))
    found = opened.run()
    assert (found.objective, found.bound) == (pytest.approx(13.75), pytest.approx(13.75))
    assert found.doubted == LIES[name][0]


DEARER = {"values": lambda x: x + np.array([0.0, 1.0]), "objective": lambda x: x + 2.0}


def test_prices_that_prove_less_than_the_plan_costs_are_asked_for_by_another_algorithm(
    liar: Callable[..., None],
) -> None:
    """A part too much is a plan, for 15.75, and its prices prove 13.75: simplex is not believed, interior point is."""
    liar(1, **DEARER)
    found = door(supplies(whole=False)).run()
    assert (found.objective, found.bound) == (pytest.approx(13.75), pytest.approx(13.75))
    assert found.doubted == verify.PRICES
    assert found.algorithm == "interior point with crossover"


def test_where_no_algorithm_proves_more_the_plan_is_told_with_its_gap(liar: Callable[..., None]) -> None:
    """It meets every limit and its bound is proven: a plan for 15.75 of which 13.75 are proven to be needed."""
    liar(99, **DEARER)
    found = door(supplies(whole=False)).run()
    assert (found.objective, found.bound) == (pytest.approx(15.75), pytest.approx(13.75))
    assert found.doubted == verify.PRICES


def test_a_plan_costlier_than_the_one_given_is_no_optimum(liar: Callable[..., None]) -> None:
    """Given the plan for 15, a solver that claims that two lots for 16 are the least is solved again."""
    liar(1, values=lambda x: np.array([2.0, 0.0]), objective=lambda x: 16.0, bound=lambda x: 16.0)
    opened = door(supplies())
    opened.start_from(np.array([1.0, 1.0]))
    found = opened.run()
    right(found)
    assert found.doubted == verify.GIVEN


def test_a_lie_after_a_conversation_is_found(liar: Callable[..., None]) -> None:
    """Limits moved, lots held and let go in a solver that lies: every answer is its own program's."""
    liar(1, objective=lambda x: x + 1.0)
    opened = door(supplies())
    opened.change_row(0, by=3.0)
    assert opened.run().objective == pytest.approx(16.0)
    opened.change_row(0, by=0.0)
    opened.hold([0], np.array([0.0]))
    assert opened.run().objective == pytest.approx(20.0)
    opened.let_go()
    right(opened.run())
    opened.fix_whole(np.array([0.0, 0.0]))
    assert opened.run().objective == pytest.approx(20.0)
    opened.free_whole()
    right(opened.run())
    assert len(opened.doubts) == 1


def test_no_time_to_solve_again_keeps_the_plan_and_claims_nothing(
    liar: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan of a lie holds and stays, at its own price and with no bound; one that misses a limit is no plan."""
    for told, outcome in (
        (LIES["less than the plan costs"], SolverStatus.FEASIBLE),
        (LIES["too little"], SolverStatus.NOTHING),
    ):
        liar(99, **told[1])
        opened = door(supplies(), Options(time_limit=60.0, gap=1e-9))
        monkeypatch.setattr(opened, "_limit_time", lambda: False)
        found = opened.run()
        assert (found.status, found.bound, found.why) == (outcome, float("-inf"), "Time limit reached")
        assert found.objective == pytest.approx(15.0) or outcome is SolverStatus.NOTHING


def test_a_true_word_that_there_is_no_plan_is_believed() -> None:
    """Asked again from nothing, nothing clashes less: infeasible in whole numbers and in parts, and no doubt."""
    for whole in (False, True):
        opened = door(clash(whole=whole))
        assert opened.run().status is SolverStatus.INFEASIBLE
        assert opened.doubts == []
        assert sorted(opened.conflict()) == [1, 3]


def test_no_plan_from_a_basis_is_believed_with_a_proof_alone(
    liar: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a program that has a plan it is a lie; of rows that clash it is the truth, and nothing is solved again."""
    liar(0)
    opened = door(supplies(whole=False))
    opened.run()
    opened.bound_row(0, low=100.0, high=float("inf"))
    assert opened.run().status is SolverStatus.INFEASIBLE
    assert Liar.made == 1
    opened.bound_row(0, low=5.0, high=float("inf"))
    opened.run()
    opened.bound_row(0, low=6.0, high=float("inf"))
    monkeypatch.setattr(Liar, "liars", 1)
    monkeypatch.setattr(Liar, "tells", lambda _: {"status": Status.kInfeasible})
    found = opened.run()
    assert found.objective == pytest.approx(14.5)
    assert found.doubted == verify.NONE


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("whole", [False, True])
def test_an_honest_solver_is_never_doubted(seed: int, whole: bool) -> None:
    """On random programs of every end, solved again with limits moved, nothing is held against the solver."""
    opened = door(random_program(seed, whole=whole))
    for by in (0.0, 1.0, -2.5, 0.0):
        opened.change_row(0, by=by)
        found = opened.run()
        if found.status is SolverStatus.OPTIMAL:
            opened.start_from(found.values)
    assert opened.doubts == []


def test_a_ray_proves_a_clash_or_nothing() -> None:
    """x >= 5 less x <= 4 asks that 0 be at least 1; each alone, or both with one sign, asks nothing that cannot be."""
    opened = door(clash(whole=False))
    asked = opened.now()
    for ray, proves in (([0, 1, 0, -1], True), ([0, -1, 0, 1], True), ([0, 1, 0, 0], False), ([0, 1, 0, 1], False)):
        assert verify.proves_clash(asked, np.array(ray, dtype=float)) is proves


def test_a_door_has_its_twins_doubts(liar: Callable[..., None]) -> None:
    """What a solver beside it was caught at is told where the door's own is."""
    liar(2, objective=lambda x: x + 1.0)
    opened = door(supplies())
    twin: HighsDoor = opened.twin()
    right(twin.run())
    assert opened.doubts == [verify.OBJECTIVE]


def test_another_solver_is_held_against_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver of PuLP's that leaves out a part that is needed gives no plan."""
    program = supplies()

    def short(problem: pulp.LpProblem, _: object) -> None:
        problem.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionOptimal)
        for variable, value in zip(program.variables, (1.0, 0.5), strict=True):
            variable.varValue = value

    monkeypatch.setattr(pulp.LpProblem, "solve", short)
    with pytest.raises(NoPlanError, match=r"PULP_CBC_CMD contradicts itself .*misses limits"):
        solve_with(program, matrix(program), Options(solver="PULP_CBC_CMD"))
