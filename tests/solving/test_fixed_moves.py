"""Sets of first moves held side by side, against each held by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from planner.errors import Interrupted
from planner.lp import HighsDoor
from planner.message import Message
from planner.schema import parse_case
from planner.solving import fixed_moves, session
from tests.model.cases import changed, near

from .test_futures import busy


@pytest.mark.parametrize("whole", [False, True])
def test_each_is_what_it_is_alone(whole: bool) -> None:
    """Nothing committed, half of it, all of it and one kind after another; impossible ones are none. Then the plan."""
    case = parse_case(changed(busy(), {"settings/whole_phases": whole, "sites/New/build_options/halls/phase_mw": 1.0}))
    with session(case) as s:
        plan = s.solve().objective_musd
        moves = s.first_moves
        sets = [dict.fromkeys(moves, 0.0), moves, dict.fromkeys(moves, -1.0)]
        sets += [{move: 0.0 for move in moves if move.kind == kind} for kind in sorted({move.kind for move in moves})]
        alone = []
        for each in sets:
            with s.holding(each):
                alone.append(s.best())
        together = s.best_of_each(sets)
        assert len(together) == len(sets)
        for one, other in zip(alone, together, strict=True):
            assert (one is None) == (other is None)
            assert one is None or other == near(one)
        assert together[1] == near(plan)
        assert together[2] is None
        assert together[0] is None or together[0] > plan
        assert s.best() == near(plan)
        assert s.best_of_each([]) == []


def test_ctrl_c_stops_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each solver at work is told to end, and the session can be asked again."""
    stopped: list[HighsDoor] = []

    def pressed(jobs: Sequence[Callable[[], object]], stop: Callable[[], None]) -> Iterator[object]:
        stop()
        raise Interrupted(Message("{n} jobs stopped", n=len(jobs)))

    with session(parse_case(busy())) as s:
        plan = s.solve().objective_musd
        monkeypatch.setattr(fixed_moves, "side_by_side", pressed)
        monkeypatch.setattr(HighsDoor, "stop", lambda door: stopped.append(door))
        with pytest.raises(Interrupted, match="2 jobs"):
            s.best_of_each([s.first_moves] * 3)
        assert len({id(door) for door in stopped}) == 2
        assert s.best() == near(plan)


def test_what_is_held_for_a_while_leaves_no_trace() -> None:
    """After a hold the plan is at hand again: the solver takes no step."""
    with session(parse_case(busy())) as s:
        plan = s.solve()
        with s.holding(dict.fromkeys(s.first_moves, 0.0)):
            s.best()
        again = s.solve()
        assert again.objective_musd == near(plan.objective_musd)
        assert again.solver["iterations"] == 0


def test_a_goal_starts_where_it_was_least_before() -> None:
    """Least delay is another plan; asked for least cost again, the solver takes no step from the one it had."""
    with session(parse_case(busy())) as s:
        plan = s.solve()
        s.minimise("delay")
        s.solve()
        s.minimise("cost")
        again = s.solve()
        assert again.objective_musd == near(plan.objective_musd)
        assert again.solver["iterations"] == 0
