"""Dictionaries and lists that never change, as the fields of a case hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

K = TypeVar("K")
V = TypeVar("V")
SAYS = "a case never changes; case.changed(path, value) gives another"
"""Why nothing of it can be set, and what to do instead."""


def _refused(*_: Any, **__: Any) -> Never:
    """Whatever would change it. Raises TypeError."""
    raise TypeError(SAYS)


class FrozenDict(dict[K, V]):
    """A dictionary that never changes.

    >>> rows = FrozenDict({"A": 1})
    >>> rows["A"], rows == {"A": 1}
    (1, True)
    >>> rows["B"] = 2
    Traceback (most recent call last):
    TypeError: a case never changes; case.changed(path, value) gives another
    """

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[dict[K, V]]]:
        """Copied and pickled as a whole, since no item can be added to an empty one."""
        return type(self), (dict(self),)


class FrozenList(list[V]):
    """A list that never changes.

    >>> names = FrozenList(["A"])
    >>> names.append("B")
    Traceback (most recent call last):
    TypeError: a case never changes; case.changed(path, value) gives another
    """

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refused
    append = clear = extend = insert = pop = remove = reverse = sort = _refused

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[list[V]]]:
        """Copied and pickled as a whole."""
        return type(self), (list(self),)


class FrozenModel(BaseModel):
    """Fields that never change, and none that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="after")
    def _never_changes(self) -> Self:
        for name, value in self.__dict__.items():
            if type(value) is dict:
                self.__dict__[name] = FrozenDict(value)
            elif type(value) is list:
                self.__dict__[name] = FrozenList(value)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        """Raises TypeError for a field."""
        if not name.startswith("_"):
            raise TypeError(SAYS)
        super().__setattr__(name, value)


__all__ = ["FrozenDict", "FrozenList", "FrozenModel"]
