"""YAML text read as YAML 1.2 core, every value with its line, with no room for surprises.

Tags, merge keys, several documents and duplicate keys are refused; size, depth and what aliases stand for are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any

import yaml

from planner.errors import CaseError, Problem
from planner.files.values_with_places import Placed, TypedScalar
from planner.message import Figure, Message
from planner.schema.walk_fields import CasePath
from planner.schema.wording import shortened
from planner.time_profile import DATED
from planner.typed_text import read_day

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's parser, in C where it was built with it."""
MAX_BYTES = 20_000_000
"""Largest file that is read."""
MAX_DEPTH = 60
"""Deepest nesting that is read."""
TOO_DEEP = Message("is nested more than {max_depth} deep", max_depth=MAX_DEPTH)
MAX_VALUES = 1_000_000
"""Most values in a file, those that aliases stand for included."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WIDE_COLON = re.compile(r"[^'\"#:]*：")
"""A line whose first colon is that of a Chinese keyboard."""
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_WORDS: dict[str, TypedScalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


def scalar(text: str) -> TypedScalar:
    """What plain text without quotes means in YAML 1.2.

    >>> [scalar(text) for text in ("NO", "on", "2027-01-01", "1_000", "12:30", "0o17", "007", "1e3", "~", "true")]
    ['NO', 'on', '2027-01-01', '1_000', '12:30', 15, 7, 1000.0, None, True]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= 300 else float(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text[2:], 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def read_yaml(file: File, name: str) -> tuple[Placed, list[Problem]]:
    """A file's content and what is wrong with it; CaseError when it cannot be read at all.

    `name` is what places call the file.
    """
    return compose(_text(file, name), name)


def _text(file: File, name: str) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _refused(
                name, Message("is larger than the {text} MB that a case file may have", text=MAX_BYTES // 1_000_000)
            )
        content = file.read_bytes()
    except OSError as error:
        raise _refused(name, Message("cannot be read: {reason}", reason=str(error.strerror))) from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, Message("is saved as UTF-16; save it as UTF-8"))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused(
            name, Message("is a workbook or an archive, whatever its name says; a case file here is YAML text")
        )
    if b"\0" in content:
        raise _refused(name, Message("is no text file; a case file is YAML text saved as UTF-8"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(
            f"{name}:{line}",
            Message(
                "found byte 0x{content}, which is not UTF-8; save the file as UTF-8",
                content=Figure(content[error.start], "02x"),
            ),
        ) from error
    bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise _refused(
            f"{name}:{line}", Message("found the control character U+{ord}; delete it", ord=Figure(ord(bad[0]), "04X"))
        )
    return text


def _refused(place: str, message: Message, path: CasePath = ()) -> CaseError:
    return CaseError([Problem(path, message, place)])


@dataclass
class _Open:
    """A table or list that is being read."""

    place: str
    value: list[Placed] | dict[str, Placed]
    anchor: str | None
    before: int
    is_points: bool
    """Whether the keys are dates."""
    key: str | None = None
    key_place: str = ""
    known: bool = False
    """Whether the key's value is to be passed over."""
    keys: dict[str, str] = field(default_factory=dict)
    """Places of the keys so far."""


class _Composer:
    """Builds nodes from events; kept flat so that no nesting can exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Placed | None = None
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Placed | None, int]] = {}
        self.documents = 0
        self.values = 0

    def place(self, event: Any) -> str:
        return f"{self.name}:{event.start_mark.line + 1}"

    def path(self) -> CasePath:
        steps = (each.key if isinstance(each.value, dict) else str(len(each.value)) for each in self.stack)
        return tuple(step for step in steps if step is not None)

    def stop(self, event: Any, message: Message) -> CaseError:
        return CaseError([*self.problems, Problem(self.path(), message, self.place(event))])

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.stop(event, Message("found a second document (---); a case file is one document"))
        elif isinstance(event, yaml.AliasEvent):
            self.take_alias(event)
        elif isinstance(event, yaml.NodeEvent):
            self.take_content(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self.stack.pop()
            node = Placed(closed.place, closed.value)
            if closed.anchor is not None:
                self.anchors[closed.anchor] = node, self.values - closed.before
            self.put(event, node)

    def take_content(self, event: Any) -> None:
        self.count(event, 1)
        if event.tag is not None:
            raise self.stop(
                event, Message("found the tag {tag}; tags are not read, type the plain value", tag=shortened(event.tag))
            )
        if isinstance(event, yaml.ScalarEvent):
            self.take_scalar(event)
        else:
            self.open(event)

    def count(self, event: Any, more: int) -> None:
        self.values += more
        if self.values > MAX_VALUES:
            raise self.stop(
                event,
                Message(
                    "stands for more than {max_values} values with its aliases (*name); type fewer",
                    max_values=Figure(MAX_VALUES, ","),
                ),
            )

    def take_alias(self, event: Any) -> None:
        node, size = self.anchors.get(event.anchor, (None, 0))
        if node is None:
            reason = "stands inside what it stands for" if event.anchor in self.anchors else "has no anchor before it"
            raise self.stop(
                event,
                Message("found the alias *{anchor}, which {reason}", anchor=shortened(event.anchor), reason=reason),
            )
        self.count(event, size)
        self.put(event, replace(node, place=self.place(event)))

    def take_scalar(self, event: Any) -> None:
        is_plain = event.style in (None, "")
        node = Placed(self.place(event), scalar(event.value) if is_plain else event.value, event.value)
        if event.anchor is not None:
            self.anchors[event.anchor] = node, 1
        self.put(event, node, empty=is_plain and event.value == "")

    def open(self, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self.stop(event, TOO_DEEP)
        above = self.stack[-1] if self.stack else None
        if above is not None and isinstance(above.value, dict) and above.key is None:
            raise self.stop(event, Message("found a list or a table where a key belongs; a key is a name or a date"))
        if event.anchor is not None:
            self.anchors[event.anchor] = None, 0
        is_table = isinstance(event, yaml.MappingStartEvent)
        is_points = above is not None and above.key in DATED
        self.stack.append(_Open(self.place(event), {} if is_table else [], event.anchor, self.values - 1, is_points))

    def put(self, event: Any, node: Placed, *, empty: bool = False) -> None:
        if not self.stack:
            self.root = node
            return
        above = self.stack[-1]
        if isinstance(above.value, dict) and above.key is None:
            self.put_key(event, node, above)
            return
        if empty:
            remedy = "type null, or leave the key out" if isinstance(above.value, dict) else "or delete the line"
            place = above.key_place if isinstance(above.value, dict) else node.place
            self.problems.append(
                Problem(self.path(), Message("found nothing; type a value, {remedy}", remedy=remedy), place)
            )
        if isinstance(above.value, list):
            above.value.append(node)
        else:
            if not above.known and above.key is not None:
                above.value[above.key] = replace(node, place=above.key_place)
            above.key = None

    def put_key(self, event: Any, node: Placed, above: _Open) -> None:
        if node.text is None or not node.text.strip():
            raise self.stop(event, Message("found no name where a key belongs"))
        above.key, above.key_place, above.known = node.text.strip(), node.place, False
        same = str(read_day(above.key) or above.key) if above.is_points else above.key
        if above.key == "<<" and getattr(event, "style", None) in (None, ""):
            above.known = True
            message = Message("merge keys are not read; repeat the values, or let this case extend another")
            self.problems.append(Problem(self.path(), message, node.place))
        elif same in above.keys:
            above.known = True
            message = Message("typed twice, first at {keys}; keep one of them", keys=above.keys[same])
            self.problems.append(Problem(self.path(), message, node.place))
        else:
            above.keys[same] = node.place


def compose(text: str, name: str) -> tuple[Placed, list[Problem]]:
    """The nodes of YAML text and the problems that do not hinder reading on."""
    composer = _Composer(name)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        if mark and _brackets_open(text[: mark.index]) > MAX_DEPTH:
            raise CaseError([*composer.problems, Problem((), TOO_DEEP, where)]) from error
        column = f", column {mark.column + 1}" if mark else ""
        words = " ".join(str(part) for part in (error.context, error.problem) if part)
        problem = Problem(
            (),
            Message(
                "found text that is not YAML{column}: {words}{hint}", column=column, words=words, hint=_hint(text, mark)
            ),
            where,
        )
        raise CaseError([*composer.problems, problem]) from error
    except yaml.YAMLError as error:
        raise _refused(name, Message("is not YAML: {error}", error=error)) from error
    root = composer.root
    if root is None or (root.value is None and not root.text):
        raise _refused(name, Message("is empty; start with the settings of a case"))
    if not isinstance(root.value, dict):
        found = "a list" if isinstance(root.value, list) else "a single value"
        raise _refused(
            root.place,
            Message("found {found}; a case file is a table with settings, markets, sites, chips, ...", found=found),
        )
    return root, composer.problems


def _brackets_open(text: str) -> int:
    """Brackets that a text leaves open: parsers that read ahead give up on too many in words of their own."""
    return sum(text.count(each) for each in "[{") - sum(text.count(each) for each in "]}")


def _hint(text: str, mark: Any) -> str:
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return ""
    for number in (mark.line, mark.line - 1):
        if number >= 0 and _WIDE_COLON.match(lines[number]):
            return f"; line {number + 1} has the full-width colon ： where : and a space belong"
    line = lines[mark.line]
    if "\t" in line[: mark.column + 1]:
        return "; indent with spaces, not with tabs"
    if line.count(": ") > 1 and not line.strip().startswith(("{", "[")):
        return "; put text that holds a colon in quotes"
    return ""
