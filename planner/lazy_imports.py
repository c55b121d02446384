"""Names of a package that are imported where they are first asked for (PEP 562)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any


def found_in(rooms: Mapping[str, Collection[str]], name: str, package: dict[str, Any]) -> Any:
    """What a name stands for in a package, from the module that it is at home in; the package keeps it from then on.

    `rooms` holds the names by their module, `package` is the globals of the package.

    >>> found_in({"math": ("pi",)}, "pi", {"__name__": "numbers"})
    3.141592653589793

    Raises AttributeError for any other name.
    """
    room = next((room for room, names in rooms.items() if name in names), None)
    if room is None:
        raise AttributeError(f"module {package['__name__']!r} has no attribute {name!r}")
    package[name] = found = getattr(import_module(room), name)
    return found
