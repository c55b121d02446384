"""The continuous relaxation of a case: any part of a hall or a site, for a study of what could be at best."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.frozen import FrozenDict
from planner.schema.case import Case
from planner.schema.scenarios import first_reveal

WHOLE = ("whole_phases", "whole_lots", "whole_after_reveal")
"""Settings that ask for a plan that can be carried out, each yes or no; a site may say so for itself."""


def continuous(case: Case) -> Case:
    """The case with nothing whole, by its settings or at a site: its least cost bounds that of every whole plan."""
    off = dict.fromkeys(WHOLE, False)
    sites = {
        name: site.model_copy(update={each: None for each in WHOLE if hasattr(site, each)})
        for name, site in case.sites.items()
    }
    return case.model_copy(
        update={"settings": case.settings.model_copy(update=off), "sites": FrozenDict(sites)},
    )


def in_fractions(case: Case, options: Mapping[str, Any]) -> bool:
    """Whether a plan of the case is a study: one asked for as such, or that may take a part of something whole.

    That is a part of a hall where one can be built, of a lot where one is typed, of a unit of plant where a site allows
    it.
    """
    channels = (each for chip in case.chips.values() for each in chip.markets.values())
    return (
        bool(options.get("continuous"))
        or any(_has_parts(case, name) for name in case.sites if not case.is_whole(name))
        or (not case.settings.whole_lots and any(each.lot_units is not None for each in channels))
    )


def _has_parts(case: Case, site: str) -> bool:
    """Whether there is something at a site that comes whole elsewhere: halls to build, plant in units."""
    row = case.sites[site]
    return bool(row.build_options) or any(case.onsite_sources[kind].unit_mw is not None for kind in row.onsite)


def parts_from(case: Case) -> date | None:
    """Day from which what comes whole is decided in parts: in a tree only what comes before its first reveal is whole.

    None where all is decided whole, or nothing is.
    """
    settings = case.settings
    whole = settings.whole_phases or settings.whole_lots or any(map(case.is_whole, case.sites))
    reveal = first_reveal(case)
    if settings.whole_after_reveal or not whole or reveal is None:
        return None
    return settings.timeline.first_day(reveal)
