"""Quantities outside the band that their field calls plausible, grouped by field and likely slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt
from typing import Any, get_origin

from planner.message import Message, word
from planner.schema import Case
from planner.schema.base import Plausible, Row
from planner.schema.walk_fields import CasePath, fields_of, is_profile, table_of
from planner.schema.warnings.cross_checks import beside, is_format
from planner.time_profile import Changed, Growth, Profile, numbers
from planner.units import GROWTH_SLIPS, SLIPS, unit_of

NAMED = 3
"""Places that a group names."""
RATIOS = ("", "fraction", "fraction per year")
"""Units of fields that mean the same in every case, whatever it counts its compute in."""


@dataclass(frozen=True)
class _Odd:
    """A value outside its band."""

    path: CasePath
    field: str
    value: float
    said: Message | float
    """The value with its unit as the sentence says it."""
    slips: tuple[tuple[float, str], ...]
    """How many times the right value each slip is, and its words."""
    band: Plausible | None = None

    def distance(self, factor: float) -> float:
        """How far a slip that is undone lands from the middle of the band; infinite where it lands outside."""
        if self.band is None:
            return 0.0
        right = self.value / factor
        if not self.band.low <= right <= self.band.high:
            return inf
        middle = self.band.usual or sqrt(max(self.band.low, self.band.high / 1e4) * self.band.high)
        return abs(log(right / middle))


def magnitude_warnings(case: Case) -> Iterator[Message]:
    """Values that would be ordinary in another unit, those of one field and slip in one sentence.

    A case none of whose precisions is a number format, or all of whose chips have 1 PFLOP/s and 1 kW, counts units of
    its own, so nothing is said of its sizes; 0 and 1 stand for none and for one unit of anything, and are passed over.
    """
    counts = any(
        peak not in (0.0, 1.0) or chip.it_kw not in (0.0, 1.0)
        for chip in case.chips.values()
        for name, peak in chip.peak_pflops.items()
        if is_format(name)
    )
    groups: dict[tuple[str, str, bool], list[_Odd]] = {}
    others = [_Odd(path, path[-1], value, said, ((1.0, slip),)) for path, said, slip, value in beside(case)]
    told = {odd.path for odd in others}
    for odd in (*others, *_outside(case, ())):
        if odd.path in told and odd.band is not None:
            continue
        if counts or unit_of(odd.field) in RATIOS:
            is_high = odd.band is not None and odd.value > odd.band.high
            groups.setdefault((odd.path[0], odd.field, is_high), []).append(odd)
    for group in groups.values():
        yield from _told(group)


def _told(group: Sequence[_Odd]) -> Iterator[Message]:
    """The sentences of one field's values: the slip that explains most of them first."""
    left = list(group)
    while left:
        ranked = {slip: sum(odd.distance(slip[0]) < inf for odd in left) for odd in left for slip in odd.slips}
        best = max(ranked, key=lambda slip: (ranked[slip], -_mean(left, slip[0])), default=None)
        if best is None or not ranked[best]:
            break
        taken = [odd for odd in left if best in odd.slips and odd.distance(best[0]) < inf]
        left = [odd for odd in left if odd not in taken]
        yield _sentence(taken, best[1])
    far = [odd for odd in left if odd.band is not None and odd.value > odd.band.high and odd.slips]
    if far:
        # No one slip explains these: the largest is named.
        yield _sentence(far, max(far[0].slips)[1])


def _mean(odds: Sequence[_Odd], factor: float) -> float:
    """How far a slip lands from the middle of the band, over those that it explains."""
    found = [each for odd in odds if (each := odd.distance(factor)) < inf]
    return sum(found) / len(found) if found else inf


def _sentence(group: Sequence[_Odd], slip: str) -> Message:
    first, *others = group
    path = ".".join(first.path)
    if not others:
        return Message("{path} is {value}: is it {slip}?", path=path, value=first.said, slip=word(slip))
    named = [".".join(each.path) for each in others[:NAMED]]
    return Message(
        "{path} is {value}: is it {slip}? The same is asked of {n} more: {others}",
        path=path,
        value=first.said,
        slip=word(slip),
        n=len(others),
        others=(*named, "...") if len(others) > NAMED else tuple(named),
    )


def _outside(row: Row, path: CasePath) -> Iterator[_Odd]:
    """Values below a row that lie outside their field's band."""
    for name, annotation in fields_of(type(row)).items():
        value, at = getattr(row, name), (*path, name)
        if value is None or name in ("shocks", "alternatives", "uncertainty", "assumptions"):
            continue
        band = _band(annotation)
        if isinstance(value, Row):
            yield from _outside(value, at)
        elif table_of(annotation) is not None and isinstance(value, Mapping):
            for key, item in value.items():
                if isinstance(item, Row):
                    yield from _outside(item, (*at, key))
                elif band is not None and (name != "peak_pflops" or is_format(key)):
                    yield from _against(band, item, (*at, key), name)
        elif band is not None:
            yield from _against(band, value, at, name)
        elif is_profile(annotation):
            yield from _growth(Plausible(0, inf), value, at)


def _against(band: Plausible, value: Profile, path: CasePath, name: str) -> Iterator[_Odd]:
    unit = unit_of(name)
    yield from _growth(band, value, path)
    typed = [abs(each) for each in numbers(value) if each not in (0.0, 1.0)]
    if typed and (max(typed) > band.high or max(typed) < band.low):
        slips = tuple(slip for slip in SLIPS[unit] if (slip[0] > 1) == (max(typed) > band.high))
        value = max(typed)
        said = value if unit in RATIOS else Message("{amount} {unit}", amount=value, unit=word(unit))
        yield _Odd(path, name, value, said, slips, band)


def _growth(band: Plausible, value: Profile, path: CasePath) -> Iterator[_Odd]:
    """Growth that no such quantity has in a year."""
    if isinstance(value, Changed):
        yield from _growth(band, value.profile, path)
    elif isinstance(value, Growth):
        low, high = band.grows
        if value.growth_per_year > high or 0 < value.growth_per_year < low:
            slip = GROWTH_SLIPS[value.growth_per_year < low]
            said = Message("{value} a year", value=value.growth_per_year)
            yield _Odd((*path, "growth_per_year"), path[-1], value.growth_per_year, said, ((1.0, slip),))


def _band(annotation: Any) -> Plausible | None:
    """The band in an annotation, if any."""
    if get_origin(annotation) is None:
        return None
    own = getattr(annotation, "__metadata__", ())
    return next((each for each in own if isinstance(each, Plausible)), None)


__all__ = ["magnitude_warnings"]
