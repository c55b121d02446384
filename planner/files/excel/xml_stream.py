"""Parts of a workbook read as a stream: nothing is built, and no entity is ever resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

Attributes = dict[str, str]
MAX_DEPTH = 200
"""Most elements within each other."""


class Hostile(Exception):  # noqa: N818  (no error of the program)
    """A part declares entities or nests without end, which no spreadsheet program writes."""


class Broken(Exception):  # noqa: N818  (no error of the program)
    """Why a part is not what it should be."""


class Reader:
    """Calls what waits for the start and the end of elements, by their names without a namespace.

    Only elements of the root's own namespace count, so that what other programs add is passed by.
    """

    def __init__(
        self,
        starts: Mapping[str, Callable[[Attributes], None]],
        ends: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        self.text: list[str] = []
        """Text since somebody cleared it."""
        self._wanted = starts, ends or {}
        self._starts: dict[str, Callable[[Attributes], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}
        self._depth = 0

    def read(self, source: IO[bytes], part: str) -> str:
        """Read a part to its end; the name of its root element. Raises Hostile and Broken."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        root: list[str] = []

        def first(tag: str, attributes: Attributes) -> None:
            space, _, name = tag.rpartition(" ")
            root.append(name)
            before = f"{space} " if space else ""
            self._starts = {before + each: call for each, call in self._wanted[0].items()}
            self._ends = {before + each: call for each, call in self._wanted[1].items()}
            parser.StartElementHandler = self._start
            self._start(tag, attributes)

        parser.StartElementHandler = first
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text.append
        parser.EntityDeclHandler = _refuse_entity
        try:
            parser.ParseFile(source)
        except expat.ExpatError as error:
            raise Broken(f"{part}: {error}") from error
        return root[0]

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Hostile
        call = self._starts.get(tag)
        if call is not None:
            call(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        call = self._ends.get(tag)
        if call is not None:
            call()


def local(attributes: Attributes, name: str) -> str | None:
    """An attribute by its name within some namespace: `r:id`, whatever r is called and stands for."""
    return next((value for key, value in attributes.items() if key.endswith(f" {name}")), None)


def is_on(flag: str | None) -> bool:
    """Whether an attribute says yes."""
    return flag in ("1", "true", "on")


def _refuse_entity(*_: object) -> None:
    raise Hostile
