"""Case files read: which file, what it extends and includes, and what the schema says of the whole."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path as File

from planner.errors import CaseError, Problem
from planner.files.merge import merge
from planner.files.origins import Origins
from planner.files.tree import Node, places, plain
from planner.files.yamlfile import read_yaml
from planner.schema.case import Case, parse_case
from planner.schema.scenarios import uncertainty_problems
from planner.schema.shocks import trace_shocks
from planner.schema.walk import Path
from planner.schema.wording import near, shortened, shown

READERS: dict[str, Callable[[File, str], tuple[Node, list[Problem]]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
}
"""Reader by the file name's ending."""
ACCEPTED = ", ".join(READERS)
REFUSED = {
    ".xlsx": f"is a workbook, which is not read yet; a case file ends in one of {ACCEPTED}",
    ".xlsm": "is a workbook with macros, which is never read; save the case as YAML",
    ".xls": "is a workbook of the old format, which is never read; save the case as YAML",
}
"""Endings that deserve a reason of their own."""
GROUP_FROM = 4
"""Problems that differ in nothing but their row are told one by one up to here."""


def read_case(path: File, *, overlays: Sequence[str] = (), allow_outside: bool = False) -> tuple[Case, Origins]:
    """The case in a file, with where each of its values was typed.

    `overlays` names shocks of the case, applied in order. Files that the case extends or includes lie in its own
    folder or below, unless `allow_outside`. Raises CaseError with every problem that was found.
    """
    path = File(path)
    try:
        return _read(path, overlays, allow_outside)
    except CaseError as error:
        problems = [_short(each) for each in grouped(sorted(error.problems, key=_order))]
        raise CaseError(problems, file=str(path)) from error


def _read(path: File, overlays: Sequence[str], allow_outside: bool) -> tuple[Case, Origins]:
    reason = _unreadable(path)
    if reason:
        raise CaseError([Problem((), reason, shortened(path.name or str(path)))])
    loader = _Loader(path.absolute().parent.resolve(), allow_outside)
    tree = loader.load(path.absolute(), path.name, ())
    if loader.unread:
        raise CaseError(loader.unread)
    origins = Origins(dict(places(tree)))
    told = {problem.path for problem in loader.problems}
    try:
        case = parse_case(plain(tree, Case))
    except CaseError as error:
        found = [each.at(origins.nearest(each.path)) for each in error.problems if each.path not in told]
        raise CaseError([*loader.problems, *found]) from error
    if loader.problems:
        raise CaseError(loader.problems)
    case, origins = _overlaid(case, origins, overlays)
    uncertain = [each.at(origins.nearest(each.path)) for each in uncertainty_problems(case)]
    if uncertain:
        raise CaseError(list(dict.fromkeys(uncertain)))
    return case, origins


def _overlaid(case: Case, origins: Origins, overlays: Sequence[str]) -> tuple[Case, Origins]:
    names = list(case.shocks)
    problems = [
        Problem(("shocks",), f"found no shock named {shown(name)}{near(name, names)}", origins.nearest(("shocks",)))
        for name in overlays
        if name not in names
    ]
    if problems:
        raise CaseError(problems)
    for name in overlays:
        shocks = case.shocks[name].changes
        at = ("shocks", name, "changes")
        try:
            case, touched = trace_shocks(case, shocks, at=at)
        except CaseError as error:
            raise CaseError([each.at(origins.nearest(each.path)) for each in error.problems]) from error
        origins = origins.overlaid(
            (path, origins.place((*at, str(i))), shocks[i].set is not None and shocks[i].since is None)
            for path, i in touched
        )
    return case, origins


def _unreadable(path: File) -> str | None:
    """Why a file cannot be a case file, before it is opened."""
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            return "is a folder; name a case file in it"
        if not path.exists():
            return f"does not exist{_sibling(path)}"
        if ending not in READERS:
            return REFUSED.get(ending, f"is no case file; a case file ends in one of {ACCEPTED}")
        if not path.is_file():
            return "is no regular file"
    except (OSError, ValueError, RuntimeError) as error:
        return f"cannot be read: {_reason(error)}"
    return None


def _reason(error: Exception) -> str:
    """What a file system says of a path, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or shortened(str(error))


def _sibling(path: File) -> str:
    if not path.parent.is_dir():
        return ", nor does its folder"
    names = sorted(each.name for each in path.parent.iterdir() if each.suffix.lower() in READERS)
    close = get_close_matches(path.name, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""


@dataclass
class _Loader:
    """Reads a case file with all that it extends and includes, and collects what is wrong with them."""

    root: File
    allow_outside: bool
    problems: list[Problem] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)
    """Why files that the case extends or includes are not there: all else that seems wrong may follow from it."""

    def load(self, file: File, name: str, chain: tuple[File, ...]) -> Node:
        """A file with what it extends beneath and what it includes beside."""
        chain = (*chain, file.resolve())
        tree, problems = READERS[file.suffix.lower()](file, name)
        self.problems += problems
        rows = dict(tree.value) if isinstance(tree.value, dict) else {}
        words = {word: rows.pop(word) for word in ("extends", "includes", "tables") if word in rows}
        for key in [key for key in rows if key not in Case.model_fields]:
            close = get_close_matches(key, ("extends", "includes"), n=1, cutoff=0.75)
            if close:
                node = rows.pop(key)
                self.problem((key,), f"unknown; did you mean {close[0]}?", node)
                if close[0] not in words:
                    self.unread.append(self.problems[-1])
        if "tables" in words:
            self.problem(("tables",), "tables in a workbook are not read yet; type them in this file", words["tables"])
        if "includes" in words:
            self.include(rows, words["includes"], file, chain)
        return merge(self.extended(words.get("extends"), file, chain), Node(tree.place, rows), self.problems)

    def extended(self, typed: Node | None, file: File, chain: tuple[File, ...]) -> Node | None:
        """The case that a file extends, if it does."""
        if typed is None:
            return None
        found = self.find(("extends",), typed, file, chain)
        return None if found is None else self.load(found, self.name(found), chain)

    def include(self, rows: dict[str, Node], typed: Node, file: File, chain: tuple[File, ...]) -> None:
        """Add the shocks of included files to a file's own."""
        if not isinstance(typed.value, list):
            self.missing(("includes",), "type a list of files: [shocks.yaml]", typed)
            return
        own = rows.get("shocks")
        if own is not None and not isinstance(own.value, dict):
            return
        shocks = dict(own.value) if own is not None and isinstance(own.value, dict) else {}
        for position, item in enumerate(typed.value):
            found = self.find(("includes", str(position)), item, file, chain)
            if found is None:
                continue
            tree, problems = READERS[found.suffix.lower()](found, self.name(found))
            self.problems += problems
            for key, node in tree.value.items() if isinstance(tree.value, dict) else ():
                if key != "shocks":
                    self.problem((key,), "an included file holds shocks and nothing else", node)
                elif not isinstance(node.value, dict):
                    self.problem((key,), "allowed: a table of named rows", node)
                else:
                    for name, shock in node.value.items():
                        if name in shocks:
                            message = f"typed twice, first at {shocks[name].place}; rename one of them"
                            self.problem(("shocks", name), message, shock)
                        else:
                            shocks[name] = shock
        rows["shocks"] = Node(typed.place if own is None else own.place, dict(shocks))

    def find(self, path: Path, typed: Node, file: File, chain: tuple[File, ...]) -> File | None:
        """The file that a path in a case file leads to, if it may be read; `chain` is what leads to that case file."""
        if not isinstance(typed.value, str) or not typed.value.strip():
            self.missing(path, "type the name of one file, such as base.yaml", typed)
            return None
        try:
            found = (file.parent / typed.value.strip()).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            self.missing(path, f"found {shown(typed.value)}, which cannot be read: {_reason(error)}", typed)
            return None
        reason = None
        if not self.allow_outside and not found.is_relative_to(self.root):
            reason = "lies outside the case's folder; move it there or add --allow-outside"
        reason = reason or _unreadable(found)
        if reason:
            self.missing(path, f"found {shown(typed.value)}, which {reason}", typed)
            return None
        if found in chain:
            circle = " -> ".join(map(self.name, (*chain[chain.index(found) :], found)))
            self.missing(path, f"goes round in a circle: {circle}", typed)
            return None
        return found

    def name(self, file: File) -> str:
        """What places call a file: its path from the case's folder."""
        return File(os.path.relpath(file, self.root)).as_posix()

    def missing(self, path: Path, message: str, node: Node) -> None:
        """A file that the case needs is not there."""
        self.unread.append(Problem(path, message, node.place))

    def problem(self, path: Path, message: str, node: Node) -> None:
        self.problems.append(Problem(path, message, node.place))


def _short(problem: Problem) -> Problem:
    """A problem whose path can be read on one line."""
    return replace(problem, path=tuple(map(shortened, problem.path)))


def _order(problem: Problem) -> list[tuple[int, str]]:
    """Problems by file and line, line 9 before line 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", problem.place or "")]


def grouped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems with those that differ in nothing but their row told as one.

    >>> problems = [Problem(("sites", str(n), "pu"), "unknown", f"a.yaml:{n}") for n in range(1, 41)]
    >>> [str(problem) for problem in grouped(problems)]
    ['a.yaml:1 and 39 more sites.1.pu: unknown']
    """
    alike: dict[tuple[str, str, str, int], list[Problem]] = {}
    for problem in problems:
        first, last = (problem.path[0], problem.path[-1]) if problem.path else ("", "")
        alike.setdefault((problem.message, first, last, len(problem.path)), []).append(problem)
    for group in alike.values():
        if len(group) < GROUP_FROM:
            yield from group
        else:
            place = f"{group[0].place} and" if group[0].place else "here and"
            yield group[0].at(f"{place} {len(group) - 1} more")
