"""What is wrong with a case, in the planner's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.errors import Problem
from planner.message import Message, message_of, word
from planner.quantity import advice
from planner.schema.kinds import refused_as
from planner.schema.walk_fields import LEAST_SIZE, MOST_SIZE, CasePath, below, is_profile, row_of
from planner.time_profile import FORMS, Change, Changed, Growth
from planner.typed_text import folded_name
from planner.units import unit_of

_LIKELY = 12
"""Names that are compared letter by letter with one that is unknown."""
LONGEST = 60
"""Characters of a typed value or name that a message repeats."""
_TAGS: dict[str, Any] = {"number": float, **FORMS}
"""What the tags stand for with which pydantic marks the forms of a profile."""
_PROFILE_KEYS = [key for form in FORMS.values() for key in form.model_fields]
_PROFILE_FORMS = " | ".join(", ".join(form.model_fields) for form in FORMS.values())
_TABLES = {
    "dict_type": "a table of named rows",
    "list_type": "a list",
    "model_type": "a table of fields",
    "model_attributes_type": "a table of fields",
}
"""What is allowed where a table or a list was not found, by the name that pydantic has for the error."""
_PATTERNS = {"^[A-Z]{3}$": "three capital letters, such as CNY"}


def shortened(text: str) -> str:
    """A text as messages repeat it: a long one without its middle.

    >>> shortened("2026.yaml"), shortened("abcde" * 1000)
    ('2026.yaml', 'abcdeabcdeabcdeabcdeabcdeabcd...cdeabcdeabcdeabcdeabcdeabcde')
    """
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2 - 1]}...{text[2 - LONGEST // 2 :]}"


def shown(found: Any) -> str:
    """A typed value as messages repeat it."""
    return repr(shortened(found)) if isinstance(found, str) else shortened(str(found))


def near(name: str, known: Iterable[str]) -> Message:
    """A hint at what was meant, or at what there is, as the end of a sentence.

    >>> print(near("lead_month", ["lead_months", "price_usd"]))
    ; did you mean lead_months?
    >>> print(near("zzz", ["CN", "US"]), near("zzz", []))
    ; allowed: CN, US ; there are none
    """
    known = list(known)
    close = closest(name, known)
    if close:
        return Message("; did you mean {name}?", name=close)
    if not known:
        return Message("; there are none")
    names = tuple(map(shortened, known[:8]))
    return Message("; allowed: {names}", names=(*names, "...") if len(known) > 8 else names)


def closest(name: str, known: Iterable[str]) -> str | None:
    """The name that was meant, where only one comes close.

    >>> closest("lead_month", ["lead_months", "price_usd"])
    'lead_months'
    """
    known = list(known)
    folded = folded_name(name).casefold()
    same = [each for each in known if folded_name(each).casefold() == folded] if len(known) <= _LIKELY else []
    if len(same) == 1:
        return same[0]
    close = get_close_matches(name[:200], _likely(name, tuple(known)), n=1, cutoff=0.6)
    if not close and len(name) > 3:
        close = [each for each in known if each.startswith(f"{name}_")]
    return close[0] if len(close) == 1 else None


def _likely(name: str, known: tuple[str, ...]) -> Sequence[str]:
    """Of many names those that share most pairs of letters with one: comparing each with each takes too long."""
    if len(known) <= _LIKELY:
        return known
    mask, size = _pairs(folded_name(name[:200]).casefold()), len(name)
    masks = _masks(known)
    ranked = nlargest(
        _LIKELY, range(len(known)), key=lambda at: 4 * (mask & masks[at]).bit_count() - abs(len(known[at]) - size)
    )
    return [known[at] for at in ranked]


@lru_cache(maxsize=64)
def _masks(known: tuple[str, ...]) -> list[int]:
    return [_pairs(folded_name(each[:200]).casefold()) for each in known]


def _pairs(text: str) -> int:
    """A bit for each pair of letters that stand together."""
    found = 0
    for pair in pairwise(f" {text} "):
        found |= 1 << ((31 * ord(pair[0]) + ord(pair[1])) % 509)
    return found


def typed_problems(error: ValidationError, model: type[BaseModel], *, per_usd: float | None = None) -> list[Problem]:
    """Pydantic's findings; a misspelt key is told once, not also as the field that is missing.

    `per_usd` is the case's own rate of CNY per USD, at which figures in yuan are converted.
    """
    details = error.errors(include_url=False)
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {(*loc[:-1], closest(str(loc[-1]), _keys(_typed(model, loc[:-1])[1]))) for loc in unknown}
    misspelt = {loc[:-1] for loc in unknown}

    def follows(detail: Any) -> bool:
        """Whether a field is missing only since another key is misspelt."""
        if detail["type"] != "missing":
            return False
        above = detail["loc"][:-1]
        in_growth = above in misspelt and _typed(model, above)[1] is Growth
        return detail["loc"] in meant or (in_growth and not set(Growth.model_fields) & set(detail["input"]))

    return [_problem(detail, model, per_usd) for detail in details if not follows(detail)]


def size_problems(data: Any, path: CasePath = ()) -> Iterator[Problem]:
    """Numbers in nested plain data that are too large or too small to mean anything."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from size_problems(value, (*path, str(key)))
    elif isinstance(data, list | tuple):
        for position, value in enumerate(data):
            yield from size_problems(value, (*path, str(position)))
    elif isinstance(data, int | float) and data != 0 and not LEAST_SIZE <= abs(data) <= MOST_SIZE:
        number = f"{data:g}" if abs(data) < 1e308 else shown(data)
        yield Problem(path, Message("found {found}; allowed: numbers between 1e-30 and 1e30 in size", found=number))


def _typed(model: Any, loc: Iterable[Any]) -> tuple[CasePath, Any]:
    """Path as typed of one of pydantic's, and the annotation there."""
    path: list[str] = []
    annotation: Any = model
    in_profile = False
    for part in loc:
        if part == "[key]":
            continue
        if is_profile(annotation) and part in _TAGS and not in_profile:
            annotation, in_profile = _TAGS[part], True
            continue
        path.append(str(part))
        annotation, in_profile = _below(annotation, str(part)), False
    return tuple(path), annotation


def _below(annotation: Any, part: str) -> Any:
    if annotation in (*FORMS.values(), Change):
        if annotation is Changed and part == "changes":
            return list[Change]
        field = annotation.model_fields.get(part)
        return None if field is None else field.annotation
    return Change if annotation == list[Change] else below(annotation, part)


def _keys(annotation: Any) -> list[str]:
    """Keys that may be typed where an annotation stands."""
    if annotation in FORMS.values():
        return _PROFILE_KEYS
    row = Change if annotation is Change else row_of(annotation)
    return [] if row is None else list(row.model_fields)


def _problem(detail: Any, model: type[BaseModel], per_usd: float | None) -> Problem:
    """One of pydantic's findings in the planner's words."""
    path, _ = _typed(model, detail["loc"])
    kind, found, context = detail["type"], detail["input"], detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return Problem(path, _unknown(path[-1], _typed(model, detail["loc"][:-1])[1]))
    if kind == "missing":
        return Problem(path, Message("missing; it has no default, so type it"))
    if kind == "finite_number":
        return Problem(path, Message("found {found}; allowed: a finite number", found=shown(found)))
    if kind in _TABLES:
        return Problem(path, Message("found {found}; allowed: {kind}", found=shown(found), kind=word(_TABLES[kind])))
    if expected := refused_as(kind):
        hint = _number_in(found, path, per_usd) if expected.measured else ""
        allowed = word(expected.refusals[kind])
        return Problem(
            path, Message("found {found}; allowed: {kind}{hint}", found=shown(found), kind=allowed, hint=hint)
        )
    if kind == "literal_error":
        choices = context["expected"].replace(chr(39), "")
        return Problem(path, Message("found {found}; allowed: {choices}", found=shown(found), choices=choices))
    if kind.startswith(("greater_than", "less_than")):
        return Problem(
            path,
            Message(
                "found {found}; allowed: {allowed}{hint}",
                found=shown(found),
                allowed=_bound(context),
                hint=_percent_in(found, context),
            ),
        )
    if kind == "too_short":
        hint = _or_nothing(detail["loc"], model)
        if isinstance(found, Mapping):
            return Problem(path, Message("found an empty table; type at least one entry{hint}", hint=hint))
        return Problem(path, Message("found an empty list; type at least one{hint}", hint=hint))
    if kind == "string_too_short":
        return Problem(path, Message("found {found}; allowed: a text that is not empty", found=shown(found)))
    if kind == "string_too_long":
        return Problem(
            path,
            Message(
                "found {found} of {n} characters; allowed: up to {most} characters",
                found=shown(found),
                n=len(found),
                most=context["max_length"],
            ),
        )
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return Problem(
            path,
            Message(
                "found {found}; allowed: {pattern}", found=shown(found), pattern=word(_PATTERNS.get(pattern, pattern))
            ),
        )
    if kind == "value_error":
        return Problem(path, message_of(context["error"]))
    return Problem(path, Message("{detail}; found {found}", detail=detail["msg"], found=shown(found)))


def _unknown(key: str, annotation: Any) -> Message:
    """Why a key is refused, with a hint."""
    if annotation not in FORMS.values():
        return Message("unknown{hint}", hint=near(key, _keys(annotation)))
    if key in _PROFILE_KEYS:
        return Message(
            "does not go with {fields}; allowed: {forms}", fields=tuple(annotation.model_fields), forms=_PROFILE_FORMS
        )
    close = closest(key, _PROFILE_KEYS)
    return (
        Message("unknown; did you mean {close}?", close=close)
        if close
        else Message("unknown; allowed: {forms}", forms=_PROFILE_FORMS)
    )


def _or_nothing(loc: tuple[Any, ...], model: type[BaseModel]) -> Message | str:
    """Whether a field may be left out, as the end of a sentence."""
    row = row_of(_typed(model, loc[:-1])[1])
    field = row.model_fields.get(str(loc[-1])) if row is not None else None
    return "" if field is None or field.is_required() else Message(", or leave it out")


def _bound(context: Mapping[str, Any]) -> Message:
    """Which numbers a field allows on one side."""
    key = next(key for key in ("ge", "gt", "le", "lt") if key in context)
    bound = float(context[key])
    return {
        "ge": Message("{bound} or more", bound=bound),
        "gt": Message("above {bound}", bound=bound),
        "le": Message("{bound} or less", bound=bound),
        "lt": Message("below {bound}", bound=bound),
    }[key]


def _number_in(found: Any, path: CasePath, per_usd: float | None) -> Message | str:
    if not isinstance(found, str):
        return ""
    unit = next((unit for part in path[:-3:-1] if (unit := unit_of(part))), "")
    told = advice(found, unit, per_usd=per_usd)
    return Message("; {told}", told=told) if told else ""


def _percent_in(found: Any, context: Mapping[str, Any]) -> Message | str:
    if context.get("le") == 1 and isinstance(found, (int, float)) and 1 < found <= 100:
        return Message("; for {percent} % type {share}", percent=float(found), share=found / 100)
    return ""
