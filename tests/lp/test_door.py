"""The door to the solvers: its answers against PuLP's own HiGHS and CBC, and its word on every kind of end."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import highspy
import numpy as np
import pulp
import pytest

from planner.errors import NoPlanError, OptionError
from planner.lp import (
    Answer,
    HighsDoor,
    Matrix,
    Options,
    Program,
    SolverStatus,
    algorithms,
    engine,
    matrix_of,
    solve_with,
    total,
)

SEEDS = range(25)


def matrix(program: Program) -> Matrix:
    """The arrays of a program."""
    return matrix_of(program.variables, program.rows, program.objective)


def door(program: Program, options: Options | None = None) -> HighsDoor:
    """A door with the program loaded."""
    opened = HighsDoor(options or Options(gap=1e-9))
    opened.load(matrix(program))
    return opened


def answer(program: Program, options: Options | None = None) -> Answer:
    """What the door finds."""
    return door(program, options).run()


def random_program(seed: int, *, whole: bool) -> Program:
    """A small program, often feasible, sometimes not, now and then unbounded."""
    random = Random(seed)
    program = Program()
    variables = []
    for position in range(random.randint(2, 6)):
        low = random.choice([0.0, 0.0, -3.0, None])
        high = random.choice([None, 4.0, 9.0])
        variables.append(program.decide(low=low, high=high, whole=whole and position % 2 == 0))
    for _ in range(random.randint(1, 6)):
        terms = [(v, float(random.randint(-3, 5))) for v in variables if random.random() < 0.7]
        left, right = total(terms), float(random.randint(-4, 12)) + random.choice([0.0, 0.5])
        program.require(random.choice([left >= right, left >= right, left <= right, left == right]))
    program.minimise(total((v, float(random.randint(-1, 6))) for v in variables) + random.choice([0.0, 7.0]))
    return program


def peer(program: Program, solver: pulp.LpSolver) -> float | None:
    """The least value that another way to a solver finds; none where there is none."""
    program.problem().solve(solver)
    if program.problem().sol_status == pulp.LpSolutionOptimal:
        return float(pulp.value(program.problem().objective) or 0.0)
    return None


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_door_agrees_with_other_ways_to_a_solver(seed: int, whole: bool) -> None:
    """The same least value, or none in any way; without an objective only an infeasible program has none."""
    program = random_program(seed, whole=whole)
    found = answer(program)
    for solver in (pulp.HiGHS(msg=False, gapRel=1e-9), pulp.PULP_CBC_CMD(msg=False, gapRel=1e-9)):
        least = peer(program, solver)
        assert (least is None) is (found.status is not SolverStatus.OPTIMAL)
        if least is not None:
            assert least == pytest.approx(found.objective, rel=1e-6, abs=1e-6)
            assert found.bound == pytest.approx(found.objective, rel=1e-6, abs=1e-6)
            assert (found.duals.size > 0) is not whole
    program.minimise(total([]))
    feasible = peer(program, pulp.HiGHS(msg=False)) is not None
    assert feasible is not (found.status is SolverStatus.INFEASIBLE)
    assert found.status in (SolverStatus.OPTIMAL, SolverStatus.INFEASIBLE, SolverStatus.UNBOUNDED)


def test_the_random_programs_come_to_every_end() -> None:
    """Among them are optimal, infeasible and unbounded ones, of both kinds."""
    for whole in (False, True):
        ends = {answer(random_program(seed, whole=whole)).status for seed in SEEDS}
        assert {SolverStatus.OPTIMAL, SolverStatus.INFEASIBLE, SolverStatus.UNBOUNDED} <= ends


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_from_duals_is_the_optimum(seed: int) -> None:
    """Weak duality closes on a linear program, and no feasible point lies below the bound."""
    program = random_program(seed, whole=False)
    found = answer(program)
    if found.status is SolverStatus.OPTIMAL:
        arrays = matrix(program)
        assert arrays.dual_bound(found.duals, found.values) == pytest.approx(found.objective, rel=1e-9, abs=1e-7)
        assert arrays.dual_bound(np.zeros_like(found.duals), found.values) <= found.objective + 1e-7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dual_is_what_a_unit_more_on_the_right_is_worth(seed: int) -> None:
    """The change of the least value for a little more on a row's right-hand side lies on the dual's side."""
    program = random_program(seed, whole=False)
    opened = door(program)
    found = opened.run()
    if found.status is not SolverStatus.OPTIMAL:
        return
    for row, dual in enumerate(found.duals):
        for step in (1e-3, -1e-3):
            opened.change_row(row, by=step)
            again = opened.run()
            if again.status is SolverStatus.OPTIMAL:
                assert again.objective >= found.objective + dual * step - 1e-6
        opened.change_row(row, by=0.0)
    assert opened.run().objective == pytest.approx(found.objective, abs=1e-6)


def test_the_canary() -> None:
    """min 2 x + 3 z, x + z >= 4.5, z whole: 2 a unit from x alone, 9; some releases of HiGHS said otherwise."""
    program = Program()
    x, z = program.decide(), program.decide(whole=True)
    program.require(total([(x, 1.0), (z, 1.0)]) >= 4.5)
    program.minimise(total([(x, 2.0), (z, 3.0)]))
    found = answer(program)
    assert (found.status, found.objective, found.bound) == (SolverStatus.OPTIMAL, 9.0, 9.0)
    assert found.values.tolist() == [4.5, 0.0]


def clash(*, whole: bool) -> Program:
    """x is at least 5 and at most 4, among rows that have nothing to do with it."""
    program = Program()
    x, y = program.decide(whole=whole), program.decide(whole=whole)
    program.require(total([(y, 1.0)]) >= 1.0)
    program.require(total([(x, 1.0)]) >= 5.0)
    program.require(total([(x, 1.0), (y, 1.0)]) <= 100.0)
    program.require(total([(x, 1.0)]) <= 4.0)
    program.minimise(total([(x, 1.0), (y, 1.0)]))
    return program


@pytest.mark.parametrize("whole", [False, True])
def test_infeasible(whole: bool) -> None:
    """An infeasible program has no values and no bound, and the two rows that clash are found."""
    opened = door(clash(whole=whole))
    found = opened.run()
    assert found.status is SolverStatus.INFEASIBLE
    assert found.values.size == found.duals.size == 0
    assert sorted(opened.conflict()) == [1, 3]


@pytest.mark.parametrize("whole", [False, True])
def test_unbounded(whole: bool) -> None:
    """A program that pays for more of something without end is unbounded, whole or not, and not infeasible."""
    program = Program()
    x, y = program.decide(whole=whole), program.decide(whole=whole)
    program.require(total([(x, 1.0), (y, -1.0)]) <= 3.0)
    program.minimise(total([(x, -1.0)]))
    assert answer(program).status is SolverStatus.UNBOUNDED


@pytest.mark.parametrize("whole", [False, True])
def test_infeasible_though_the_objective_runs_away(whole: bool) -> None:
    """An infeasible program is not called unbounded because its objective could be."""
    program = clash(whole=whole)
    free = program.decide(whole=whole)
    program.minimise(total([(free, -1.0)]))
    assert answer(program).status is SolverStatus.INFEASIBLE


def test_infeasible_for_whole_numbers_alone() -> None:
    """2 z = 3 has an answer, and none in whole numbers."""
    program = Program()
    z = program.decide(high=10.0, whole=True)
    program.require(total([(z, 2.0)]) == 3.0)
    program.minimise(total([(z, 1.0)]))
    assert answer(program).status is SolverStatus.INFEASIBLE


def test_an_empty_sum_is_nothing() -> None:
    """Nothing is at least 5 cannot hold; nothing is at most 5 always does."""
    for sense, outcome in (("at least", SolverStatus.INFEASIBLE), ("at most", SolverStatus.OPTIMAL)):
        program = Program()
        x = program.decide()
        program.require(total([(x, 1.0)]) >= 1.0)
        program.require(total([]) >= 5.0 if sense == "at least" else total([]) <= 5.0)
        program.minimise(total([(x, 1.0)]))
        opened = door(program)
        assert opened.run().status is outcome
        if outcome is SolverStatus.INFEASIBLE:
            assert opened.conflict() == [1]


def test_a_variable_in_no_row_stays_at_its_better_bound() -> None:
    """At 0 when it costs, at its upper bound of 7 when it pays, whatever the rows say."""
    program = Program()
    x, costs, pays = program.decide(), program.decide(), program.decide(high=7.0)
    program.require(total([(x, 1.0)]) >= 2.0)
    program.minimise(total([(x, 1.0), (costs, 1.0), (pays, -1.0)]))
    found = answer(program)
    assert found.values.tolist() == [2.0, 0.0, 7.0]
    assert found.objective == found.bound == -5.0


def test_a_program_without_rows() -> None:
    """Only bounds: the bound is proven all the same, and a price without end is unbounded."""
    program = Program()
    x = program.decide(low=1.0, high=3.0)
    program.minimise(total([(x, 2.0)]) + 5.0)
    found = answer(program)
    assert (found.status, found.objective, found.bound) == (SolverStatus.OPTIMAL, 7.0, 7.0)


def test_a_sum_adds_up_the_same_variable() -> None:
    """x + 2 x - 3 y from three parts is 3 x - 3 y."""
    program = Program()
    x, y = program.decide(), program.decide()
    summed = total([(x, 1.0)], [(x, 2.0), (y, -3.0)])
    assert dict(summed.items()) == {x: 3.0, y: -3.0}


def test_a_row_changed_is_solved_again_and_put_back() -> None:
    """x >= 2, then 5, then 2 again; an equality moves on both sides."""
    program = Program()
    x, y = program.decide(), program.decide()
    program.require(total([(x, 1.0)]) >= 2.0)
    program.require(total([(y, 1.0)]) == 1.0)
    program.minimise(total([(x, 3.0), (y, 1.0)]))
    opened = door(program)
    assert opened.run().objective == 7.0
    opened.change_row(0, by=3.0)
    assert opened.run().objective == 16.0
    opened.change_row(0, by=0.0)
    opened.change_row(1, by=1.0)
    assert opened.run().objective == 8.0
    opened.change_row(1, by=-2.0)
    assert opened.run().status is SolverStatus.INFEASIBLE
    opened.change_row(1, by=0.0)
    assert opened.run().objective == 7.0


def test_whole_numbers_held_leave_a_linear_program_with_prices() -> None:
    """min 2 x + 3 z, x + 2 z >= 5: z = 2, x = 1; with z held one more on the right costs 2."""
    program = Program()
    x, z = program.decide(), program.decide(whole=True)
    program.require(total([(x, 1.0), (z, 2.0)]) >= 5.0)
    program.minimise(total([(x, 2.0), (z, 3.0)]))
    opened = door(program)
    found = opened.run()
    assert (found.objective, found.duals.size) == (8.0, 0)
    opened.fix_whole(found.values)
    held = opened.run()
    assert held.objective == 8.0
    assert held.duals.tolist() == [2.0]


def knapsack(size: int = 60) -> Program:
    """A market split, hard to prove: many whole numbers, few rows, nothing fits."""
    random = Random(7)
    program = Program()
    chosen = [program.decide(high=1.0, whole=True) for _ in range(size)]
    for _ in range(5):
        weights = [float(random.randint(10, 99)) for _ in chosen]
        over, under = program.decide(), program.decide()
        parts = [*zip(chosen, weights, strict=True), (over, -1.0), (under, 1.0)]
        program.require(total(parts) == float(sum(weights) // 2))
    program.minimise(total((variable, 1.0) for variable in program.variables[size:]))
    program.minimise(total((v, 1.0) for v in program.variables if v.cat == pulp.LpContinuous))
    return program


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_a_time_limit_never_calls_a_plan_optimal(seconds: float) -> None:
    """With no time there is no plan; with a little there may be one, its bound below it, and nothing is proven."""
    found = answer(knapsack(), Options(time_limit=seconds, gap=1e-9))
    assert found.status in (SolverStatus.NOTHING, SolverStatus.FEASIBLE)
    assert "ime" in found.why
    if found.status is SolverStatus.FEASIBLE:
        assert found.bound < found.objective
        assert found.values.size


@pytest.mark.parametrize("given", [False, True])
def test_a_solver_that_the_user_stops_says_so(monkeypatch: pytest.MonkeyPatch, given: bool) -> None:
    """Stopped when it first asks: nothing, or the plan that it was given, and in both cases who stopped it."""
    monkeypatch.setattr(engine.Engine, "_end_if_asked", lambda _, event: event.interrupt())
    opened = door(knapsack())
    if given:
        plan = np.zeros(len(opened.now().cost))
        plan[61::2] = opened.now().row_low
        opened.start_from(plan)
    found = opened.run()
    assert found.status is (SolverStatus.FEASIBLE if given else SolverStatus.INTERRUPTED)
    assert found.interrupted
    assert "nterrupted" in found.why


def test_numbers_too_far_apart_are_refused() -> None:
    """A cost of a billion of a billionth makes HiGHS speak of excess; its answer is not taken."""
    program = Program()
    x, y = program.decide(whole=True), program.decide()
    program.require(total([(x, 1.0), (y, 1.0)]) >= 1.0)
    program.minimise(total([(x, 1e12), (y, 1e-9)]))
    with pytest.raises(NoPlanError, match="too far apart"):
        answer(program)


def test_the_ranges_of_the_numbers() -> None:
    """Smallest and largest magnitude by part, zeros and infinities left out."""
    program = Program()
    x, y = program.decide(high=30.0), program.decide()
    program.require(total([(x, -2.0), (y, 50.0)]) <= 7.0)
    program.minimise(total([(x, 4.0), (y, 0.0)]))
    assert matrix(program).ranges() == {
        "matrix": (2.0, 50.0),
        "cost": (4.0, 4.0),
        "bounds": (30.0, 30.0),
        "right-hand sides": (7.0, 7.0),
    }


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_another_solver_by_name(seed: int, whole: bool) -> None:
    """CBC through PuLP gives the same outcome and value, and on a linear program a bound from its own duals."""
    program = random_program(seed, whole=whole)
    found = answer(program)
    other = solve_with(program, matrix(program), Options(solver="PULP_CBC_CMD", gap=1e-9))
    if found.status is SolverStatus.OPTIMAL:
        assert other.status is SolverStatus.OPTIMAL
        assert other.objective == pytest.approx(found.objective, rel=1e-6, abs=1e-6)
        assert other.bound == pytest.approx(found.objective, rel=1e-5, abs=1e-5)
    else:
        assert other.status is not SolverStatus.OPTIMAL
        assert other.values.size == 0


def test_a_solver_that_is_not_there() -> None:
    """The error names it and what there is."""
    program = clash(whole=False)
    with pytest.raises(OptionError, match=r"'ORACLE' is not available here; there are: .*HiGHS"):
        solve_with(program, matrix(program), Options(solver="ORACLE"))


def test_pulp_may_use_the_door_as_a_solver() -> None:
    """A problem of PuLP's own, minimised or maximised, is solved and filed as with any other solver."""
    for sense, best, dual in ((pulp.LpMinimize, 2.0, 1.0), (pulp.LpMaximize, 4.0, 1.0)):
        problem = pulp.LpProblem("own", sense)
        x = problem.add_variable("x", 0)
        problem += x
        problem += x >= 2, "low"
        problem += x <= 4, "high"
        assert problem.solve(HighsDoor()) == pulp.LpStatusOptimal
        assert problem.sol_status == pulp.LpSolutionOptimal
        assert x.varValue == best
        binding = "low" if sense == pulp.LpMinimize else "high"
        assert next(row.pi for row in problem.constraints() if row.name == binding) == dual


def test_the_same_program_is_solved_the_same_way() -> None:
    """Two doors give the same values and duals to the last bit."""
    for seed in SEEDS:
        one, other = (answer(random_program(seed, whole=True)) for _ in range(2))
        assert one.status is other.status
        assert one.values.tolist() == other.values.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_race_ends_as_one_algorithm_alone_would(seed: int) -> None:
    """Whoever is ahead, status and optimum are the same; the answer says who was."""
    program = random_program(seed, whole=False)
    alone, raced = answer(program), answer(program, Options(race=True))
    assert raced.status is alone.status
    assert ", ahead of " in raced.algorithm
    if alone.status is SolverStatus.OPTIMAL:
        assert raced.objective == pytest.approx(alone.objective, abs=1e-7)
        assert raced.bound == pytest.approx(alone.objective, abs=1e-6)


def _feasible(*, whole: bool = False) -> Program:
    """At least 5 from two supplies of 4 at 1 and 2: 4 + 2."""
    program = Program()
    x, y = program.decide(high=4.0, whole=whole), program.decide(high=4.0)
    program.require(total([(x, 1.0), (y, 1.0)]) >= 5.0)
    program.minimise(total([(x, 1.0), (y, 2.0)]))
    return program


def test_the_answer_says_what_found_it() -> None:
    """Simplex for a small program, from the last basis when it is asked again, branch and cut for whole numbers."""
    program = _feasible()
    opened = door(program)
    assert opened.run().algorithm == "dual simplex"
    opened.change_row(0, by=1.0)
    assert opened.run().algorithm == "dual simplex from the last basis"
    assert answer(program, Options(algorithm="ipx")).algorithm == "interior point with crossover"
    assert answer(_feasible(whole=True)).algorithm == "branch and cut"


def test_a_row_is_pulps_own_again_when_pulp_is_asked() -> None:
    """Rows are kept as arrays; PuLP's problem has the same terms, senses and right-hand sides."""
    program = Program()
    x, y = program.decide(), program.decide(high=4.0)
    program.require(total([(x, 2.0), (y, -1.0)]) + 3.0 <= 7.0)
    program.require(total([(y, 1.0)]) >= 1.5)
    program.require(total([(x, 1.0), (y, 1.0)]) == 5.0)
    program.minimise(total([(x, 1.0)]))
    rows = program.problem().constraints()
    assert [dict(row.expr) for row in rows] == [{x: 2.0, y: -1.0}, {y: 1.0}, {x: 1.0, y: 1.0}]
    assert [row.sense for row in rows] == [pulp.LpConstraintLE, pulp.LpConstraintGE, pulp.LpConstraintEQ]
    assert [-row.constant for row in rows] == [4.0, 1.5, 5.0]


def test_a_lost_solver_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last basis leads nowhere the program is solved again from nothing."""
    opened = door(_feasible())
    opened.run()
    states = iter([highspy.HighsModelStatus.kUnknown])
    true_status = opened.highs.getModelStatus
    monkeypatch.setattr(opened.highs, "getModelStatus", lambda: next(states, true_status()))
    again = opened.run()
    assert again.status is SolverStatus.OPTIMAL
    assert again.objective == pytest.approx(6.0)


def test_a_start_too_far_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no step allowed from a basis that is not the optimum's, the program is solved from nothing."""
    opened = door(_feasible())
    opened.run()
    start = opened.basis()
    assert start is not None
    other = _feasible()
    other.minimise(total([(other.variables[0], 2.0), (other.variables[1], 1.0)]))
    far = door(other)
    far.start_basis(start)
    monkeypatch.setattr(algorithms, "LEAST_STEPS", 0)
    found = far.run()
    assert found.objective == pytest.approx(6.0)
    assert found.algorithm == "dual simplex"
    near = door(other)
    near.start_basis(start)
    monkeypatch.undo()
    assert near.run().algorithm == "dual simplex from the last basis"


def _repriced(opened: HighsDoor, *costs: float) -> None:
    """Let a program that is solved cost something else."""
    assert opened.matrix is not None
    opened.price(replace(opened.matrix, cost=np.array(costs)))


def test_new_costs_alone_go_on_from_the_plan() -> None:
    """A plan that meets every limit is where primal simplex starts; with a limit moved as well it is not."""
    opened = door(_feasible())
    opened.run()
    _repriced(opened, 3.0, 1.0)
    found = opened.run()
    assert found.algorithm == "primal simplex from the last basis"
    assert found.objective == pytest.approx(4.0 * 1.0 + 1.0 * 3.0)
    opened.change_row(0, by=1.0)
    _repriced(opened, 1.0, 2.0)
    found = opened.run()
    assert found.algorithm == "dual simplex from the last basis"
    assert found.objective == pytest.approx(4.0 * 1.0 + 2.0 * 2.0)


def test_a_limit_lifted_while_a_column_is_held_stays_lifted() -> None:
    """3 of a column are best; a limit of 2, asked for and lifted while another column is held, binds no more."""
    program = Program()
    wanted, other = program.decide(high=3.0), program.decide(high=1.0)
    program.require(wanted + other >= 0.0)
    program.minimise(total([(wanted, -1.0)]))
    opened = door(program)
    opened.hold([1], np.array([0.0]))
    assert opened.matrix is not None
    row = opened.add_row(opened.matrix.with_row([0], [1.0], -np.inf, 2.0))
    assert opened.run().objective == pytest.approx(-2.0)
    opened.bound_row(row, low=-np.inf, high=np.inf)
    opened.let_go()
    assert opened.run().objective == pytest.approx(-3.0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("steps", [0, 300])
def test_a_long_conversation_says_at_every_turn_what_a_first_question_would(
    seed: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New costs, limits moved, decisions held and let go in any order, with steps from a basis or without."""
    monkeypatch.setattr(algorithms, "LEAST_STEPS", steps)
    opened, draw = door(random_program(seed, whole=False)), Random(seed)
    for _ in range(12):
        assert opened.matrix is not None
        columns, rows = len(opened.matrix.cost), len(opened.matrix.row_low)
        turn = draw.choice(["price", "price", "bound", "hold", "let go"])
        if turn == "price":
            _repriced(opened, *(draw.randint(-1, 6) for _ in range(columns)))
        elif turn == "bound":
            row = draw.randrange(rows)
            low, high = opened.matrix.row_low[row], opened.matrix.row_high[row]
            by = draw.choice([-1.0, 0.5, 2.0])
            opened.bound_row(row, low=low + by, high=high + by)
        elif turn == "hold":
            opened.hold([draw.randrange(columns)], np.array([draw.choice([0.0, 1.0, 2.5])]))
        else:
            opened.let_go()
        found, fresh = opened.run(), HighsDoor()
        fresh.load(opened.matrix)
        cold = fresh.run()
        assert found.status is cold.status
        if cold.status is SolverStatus.OPTIMAL:
            assert found.objective == pytest.approx(cold.objective, abs=1e-7)
            assert found.bound == pytest.approx(cold.objective, abs=1e-6)
