"""Whole plans searched in parts: as good as those of branch and cut alone, with a bound that holds."""

from __future__ import annotations

import pytest

from planner.errors import InfeasibleError
from planner.lp import Options
from planner.schema import Case
from planner.solving import session, whole_search
from tests.model.test_reference import random_case

TIGHT = Options(gap=1e-9)


def _whole(seed: int) -> Case:
    case = random_case(seed)
    sites = {
        name: site.model_copy(
            update={
                "build_options": {
                    option: row.model_copy(update={"phase_mw": 1.0 + seed % 3})
                    for option, row in site.build_options.items()
                }
            }
        )
        for name, site in case.sites.items()
    }
    settings = case.settings.model_copy(update={"whole_phases": True})
    return case.model_copy(update={"settings": settings, "sites": sites})


@pytest.mark.parametrize("seed", range(300, 316))
def test_parts_lose_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A random case in whole phases costs the same by branch and cut alone and searched in parts, of any size.

    No bound is above the optimum, and that of the continuous plan is the lowest.
    """
    case = _whole(seed)
    try:
        with session(case, TIGHT) as s:
            alone = s.solve()
    except InfeasibleError:
        monkeypatch.setattr(whole_search, "WORTH_PARTS", 0)
        with pytest.raises(InfeasibleError), session(case, TIGHT) as s:
            s.solve()
        return
    monkeypatch.setattr(whole_search, "WORTH_PARTS", 0)
    for options in (TIGHT, Options(gap=0.02)):
        with session(case, options) as s:
            found = s.solve()
        size = abs(alone.objective_musd) + 1e-6
        assert alone.objective_musd <= found.objective_musd + 1e-6 * size
        assert found.objective_musd <= alone.objective_musd + 1.1 * options.gap * size + 1e-6 * size
        assert found.bound_musd <= alone.objective_musd + 1e-6 * size
