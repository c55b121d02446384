"""Sets of first moves held side by side, against each held by itself."""

from __future__ import annotations

import pytest

from planner.schema import parse_case
from planner.solve import session
from tests.model.cases import changed, near

from .test_futures import busy


@pytest.mark.parametrize("whole", [False, True])
def test_each_is_what_it_is_alone(whole: bool) -> None:
    """Nothing committed, half of it, all of it and one kind after another; impossible ones are none. Then the plan."""
    case = parse_case(changed(busy(), {"settings/whole_phases": whole, "sites/New/build_options/halls/phase_mw": 1.0}))
    with session(case) as s:
        plan = s.solve().objective_musd
        moves = s.first_moves
        held = [dict.fromkeys(moves, 0.0), moves, dict.fromkeys(moves, -1.0)]
        held += [{move: 0.0 for move in moves if move.kind == kind} for kind in sorted({move.kind for move in moves})]
        alone = []
        for each in held:
            with s.holding(each):
                alone.append(s.best())
        together = s.best_of_each(held)
        assert len(together) == len(held)
        for one, other in zip(alone, together, strict=True):
            assert (one is None) == (other is None)
            assert one is None or other == near(one)
        assert together[1] == near(plan)
        assert together[2] is None
        assert together[0] is None or together[0] > plan
        assert s.best() == near(plan)
        assert s.best_of_each([]) == []


def test_ctrl_c_stops_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both solvers are told to end, and the session can be asked again."""
    from planner.errors import Interrupted
    from planner.solve import held

    stopped = []

    def pressed(jobs: object, stop: object) -> object:
        stop()  # type: ignore[operator]
        stopped.append(True)
        raise Interrupted("stopped")

    with session(parse_case(busy())) as s:
        plan = s.solve().objective_musd
        monkeypatch.setattr(held, "side_by_side", pressed)
        with pytest.raises(Interrupted):
            s.best_of_each([s.first_moves] * 3)
        assert stopped
        assert s.best() == near(plan)
