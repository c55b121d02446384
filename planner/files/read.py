"""Case files read: which file, what it extends and includes, and what the schema says of the whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path as File
from typing import Any

from planner.errors import CaseError, Problem
from planner.files.grouped_problems import grouped
from planner.files.lookalike_names import same_name_problems, similar_name_notes
from planner.files.merge import merge
from planner.files.order_of_problems import in_order
from planner.files.origins import Origins
from planner.files.values_with_places import Placed, Workbook, places, plain
from planner.files.yamlfile import read_yaml
from planner.message import Message
from planner.schema.alternative_cases import alternative_problems
from planner.schema.case import Case, parse_case
from planner.schema.scenarios import uncertainty_problems
from planner.schema.shocks import trace_shocks
from planner.schema.try_shocks import shock_problems
from planner.schema.walk_fields import CasePath
from planner.schema.wording import near, shortened, shown


def _read_yaml(file: File, name: str, is_case: bool) -> tuple[Placed, list[Problem]]:
    return read_yaml(file, name)


def _read_workbook(file: File, name: str, is_case: bool) -> tuple[Placed, list[Problem]]:
    from planner.files.excel.safety_checks import checked

    book = checked(file, name)
    from planner.files.excel.read import read_workbook

    return read_workbook(book, name, is_case=is_case)


READERS: dict[str, Callable[[File, str, bool], tuple[Placed, list[Problem]]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".xlsx": _read_workbook,
}
"""Reader by the file name's ending: of a file, what places call it, and whether it is the case itself."""
ACCEPTED = ", ".join(READERS)
_SAVE = Message("save it as Excel Workbook (.xlsx)")
REFUSED = {
    ".xlsm": Message("is a workbook with macros, which is never read; {remedy}", remedy=_SAVE),
    ".xls": Message("is a workbook of the old format, which is never read; {remedy}", remedy=_SAVE),
    ".xlsb": Message("is a binary workbook, which is never read; {remedy}", remedy=_SAVE),
    ".xltx": Message("is a template of workbooks, which is never read; {remedy}", remedy=_SAVE),
    ".ods": Message("is an OpenDocument workbook, which is never read; {remedy}", remedy=_SAVE),
    ".csv": Message("is a single table; put it into a workbook (.xlsx) or a YAML file"),
}
"""Endings that deserve a reason of their own."""
WORDS = ("extends", "includes", "tables")
"""Keys that a file has of its own: what it goes with."""
LONGEST_CHAIN = 50
"""Files of which each extends the next."""


def read_with_origins(path: File, *, overlays: Sequence[str] = (), allow_outside: bool = False) -> tuple[Case, Origins]:
    """The case in a file, with where each of its values was typed.

    `overlays` names shocks of the case, applied in order. Files that the case extends or includes lie in its own
    folder or below, unless `allow_outside`. Raises CaseError with every problem that was found.
    """
    path = File(path)
    try:
        return _read(path, overlays, allow_outside)
    except CaseError as error:
        problems = [_short(each) for each in grouped(sorted(error.problems, key=in_order))]
        raise CaseError(problems, file=str(path)) from error


def _read(path: File, overlays: Sequence[str], allow_outside: bool) -> tuple[Case, Origins]:
    reason = _unreadable(path)
    if reason:
        raise CaseError([Problem((), reason, shortened(path.name or str(path)))])
    loader = _Loader(path.absolute().parent.resolve(), allow_outside)
    tree = loader.load(path.absolute(), path.name, ())
    if loader.unread:
        raise CaseError(loader.unread)
    loader.problems += same_name_problems(tree)
    origins = Origins(dict(places(tree)), (*loader.notes, *similar_name_notes(tree)))
    told = {problem.path for problem in loader.problems}
    try:
        case = parse_case(plain(tree, Case))
    except CaseError as error:
        found = [
            each.at(loader.blanks.get(each.path) or origins.nearest(each.path))
            for each in error.problems
            if not _told_already(each, told) and not loader.follows(each.path)
        ]
        raise CaseError([*loader.problems, *found]) from error
    if loader.problems:
        raise CaseError(loader.problems)
    case, origins = overlaid(case, origins, overlays)
    checked(case, origins)
    return case, origins


def checked(case: Case, origins: Origins) -> None:
    """Raise CaseError where shocks, reveals or alternatives of a case cannot be applied, or lead to no case."""
    for problems_of in (shock_problems, uncertainty_problems, alternative_problems):
        if found := [each.at(origins.nearest(each.path)) for each in problems_of(case)]:
            raise CaseError(list(dict.fromkeys(found)))


def overlaid(case: Case, origins: Origins, overlays: Sequence[str]) -> tuple[Case, Origins]:
    """The case with named shocks of its own taken, in order, and where its values then come from.

    Raises CaseError for names that are none of its shocks, and where one cannot be applied.
    """
    names = list(case.shocks)
    problems = [
        Problem(
            ("shocks",),
            Message("found no shock named {name}{hint}", name=shown(name), hint=near(name, names)),
            origins.nearest(("shocks",)),
        )
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


def _unreadable(path: File) -> Message | None:
    """Why a file cannot be a case file, before it is opened."""
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            return Message("is a folder; name a case file in it")
        if not path.exists():
            return Message("does not exist{hint}", hint=_sibling(path))
        if ending not in READERS:
            other = Message("is no case file; a case file ends in one of {endings}", endings=ACCEPTED)
            return REFUSED.get(ending, other)
        if not path.is_file():
            return Message("is no regular file")
    except (OSError, ValueError, RuntimeError) as error:
        return Message("cannot be read: {reason}", reason=_reason(error))
    return None


def _reason(error: Exception) -> str:
    """What a file system says of a path, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or shortened(str(error))


def _sibling(path: File) -> Message | str:
    if not path.parent.is_dir():
        return Message(", nor does its folder")
    names = sorted(each.name for each in path.parent.iterdir() if each.suffix.lower() in READERS)
    close = get_close_matches(path.name, names, n=1)
    return Message("; did you mean {close}?", close=close[0]) if close else ""


@dataclass
class _Loader:
    """Reads a case file with all that it extends and includes, and collects what is wrong with them."""

    root: File
    allow_outside: bool
    problems: list[Problem] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)
    """Why files that the case extends or includes are not there: all else that seems wrong may follow from it."""
    blanks: dict[CasePath, str] = field(default_factory=dict)
    """Blank cells of fields without a default."""
    unread_rows: set[CasePath] = field(default_factory=set)
    """Rows of workbooks of which a cell could not be read."""
    notes: list[Message] = field(default_factory=list)
    """What is worth a word about the files themselves."""

    def load(self, file: File, name: str, chain: tuple[File, ...]) -> Placed:
        """A file with what it extends beneath and what it includes beside."""
        chain = (*chain, file.resolve())
        tree = self.read(file, name, is_case=len(chain) == 1)
        rows = dict(tree.value) if isinstance(tree.value, dict) else {}
        words = {word: rows.pop(word) for word in WORDS if word in rows}
        for key in [key for key in rows if key not in Case.model_fields]:
            close = get_close_matches(key, WORDS, n=1, cutoff=0.75)
            if close:
                node = rows.pop(key)
                self.problem((key,), Message("unknown; did you mean {close}?", close=close[0]), node)
                if close[0] not in words:
                    self.unread.append(self.problems[-1])
        if "includes" in words:
            self.include(rows, words["includes"], file, chain)
        beneath = self.extended(words.get("extends"), file, chain)
        if "tables" in words:
            beneath = self.tables(beneath, rows, words["tables"], file, chain)
        if isinstance(tree, Workbook):
            self.settle(tree, rows, beneath, {})
        return merge(beneath, Placed(tree.place, rows), self.problems)

    def read(self, file: File, name: str, *, is_case: bool = False) -> Placed:
        """One file, with its problems collected."""
        tree, problems = READERS[file.suffix.lower()](file, name, is_case)
        self.problems += problems
        if isinstance(tree, Workbook):
            self.blanks |= tree.blanks
            self.notes += tree.notes
            self.unread_rows |= {
                problem.path[:length] for problem in problems for length in range(2, len(problem.path))
            }
        return tree

    def follows(self, path: CasePath) -> bool:
        """Whether something about a row may be wrong only since one of its cells is."""
        return path in self.unread_rows

    def tables(
        self, beneath: Placed | None, own: dict[str, Placed], typed: Placed, file: File, chain: tuple[File, ...]
    ) -> Placed | None:
        """What a file extends with the workbooks laid over it that the file takes its tables from."""
        listed = typed.value if isinstance(typed.value, list) else [typed]
        for position, item in enumerate(listed):
            found = self.find(("tables", str(position)) if listed is typed.value else ("tables",), item, file, chain)
            if found is None:
                continue
            if found.suffix.lower() != ".xlsx":
                self.missing(
                    ("tables",),
                    Message("found {value}; tables are taken from a workbook (.xlsx)", value=shown(item.value)),
                    item,
                )
                continue
            tree = self.read(found, self.name(found))
            rows = dict(tree.value) if isinstance(tree.value, dict) else {}
            for word in WORDS:
                if word in rows:
                    message = Message(
                        "does not go with a workbook of tables; type {word} in {name}", word=word, name=self.name(file)
                    )
                    self.problem((word,), message, rows.pop(word))
            if isinstance(tree, Workbook):
                self.settle(tree, rows, beneath, own)
            beneath = merge(beneath, Placed(tree.place, rows), self.problems)
        return beneath

    def settle(self, book: Workbook, rows: dict[str, Placed], beneath: Placed | None, above: dict[str, Placed]) -> None:
        """Refuse rows that a workbook speaks of and that stand in none of the files."""
        lost: list[CasePath] = []
        for path, place in book.elsewhere:
            if any(path[: len(each)] == each for each in lost):
                continue
            tables = [_table(files, path[:-1]) for files in (beneath.value if beneath else None, above)]
            if any(path[-1] in table for table in tables):
                continue
            lost.append(path)
            own = _table(rows, path[:-1])
            node = own.pop(path[-1], None)
            known = [
                name for table in (*tables, own) for name in table if (*path[:-1], name) not in dict(book.elsewhere)
            ]
            if node is not None:
                message = Message(
                    "found {row}, which is no row of {table}{hint}",
                    row=shown(path[-1]),
                    table=path[-2],
                    hint=near(path[-1], dict.fromkeys(known)),
                )
                self.problems.append(Problem(path, message, place))

    def extended(self, typed: Placed | None, file: File, chain: tuple[File, ...]) -> Placed | None:
        """The case that a file extends, if it does."""
        if typed is None:
            return None
        found = self.find(("extends",), typed, file, chain)
        return None if found is None else self.load(found, self.name(found), chain)

    def include(self, rows: dict[str, Placed], typed: Placed, file: File, chain: tuple[File, ...]) -> None:
        """Add the shocks of included files to a file's own."""
        if not isinstance(typed.value, list):
            self.missing(("includes",), Message("type a list of files: [shocks.yaml]"), typed)
            return
        own = rows.get("shocks")
        if own is not None and not isinstance(own.value, dict):
            return
        shocks = dict(own.value) if own is not None and isinstance(own.value, dict) else {}
        for position, item in enumerate(typed.value):
            found = self.find(("includes", str(position)), item, file, chain)
            if found is None:
                continue
            tree = self.read(found, self.name(found))
            for key, node in tree.value.items() if isinstance(tree.value, dict) else ():
                if key != "shocks" and isinstance(tree, Workbook) and node.value == {}:
                    continue
                if key != "shocks":
                    self.problem((key,), Message("an included file holds shocks and nothing else"), node)
                elif not isinstance(node.value, dict):
                    self.problem((key,), Message("allowed: a table of named rows"), node)
                else:
                    for name, shock in node.value.items():
                        if name in shocks:
                            message = Message(
                                "typed twice, first at {place}; rename one of them", place=shocks[name].place
                            )
                            self.problem(("shocks", name), message, shock)
                        else:
                            shocks[name] = shock
        rows["shocks"] = Placed(typed.place if own is None else own.place, dict(shocks))

    def find(self, path: CasePath, typed: Placed, file: File, chain: tuple[File, ...]) -> File | None:
        """The file that a path in a case file leads to, if it may be read; `chain` is what leads to that case file."""
        if not isinstance(typed.value, str) or not typed.value.strip():
            self.missing(path, Message("type the name of one file, such as base.yaml"), typed)
            return None
        try:
            found = (file.parent / typed.value.strip()).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            self.missing(
                path,
                Message(
                    "found {found}, which cannot be read: {reason}", found=shown(typed.value), reason=_reason(error)
                ),
                typed,
            )
            return None
        reason = None
        if not self.allow_outside and not found.is_relative_to(self.root):
            reason = Message("lies outside the case's folder; move it there or add --allow-outside")
        reason = reason or _unreadable(found)
        if reason:
            self.missing(path, Message("found {found}, which {reason}", found=shown(typed.value), reason=reason), typed)
            return None
        if len(chain) >= LONGEST_CHAIN:
            self.missing(
                path, Message("makes a chain of more than {n} files; let the case extend fewer", n=LONGEST_CHAIN), typed
            )
            return None
        if found in chain:
            circle = " -> ".join(map(self.name, (*chain[chain.index(found) :], found)))
            self.missing(path, Message("goes round in a circle: {circle}", circle=circle), typed)
            return None
        return found

    def name(self, file: File) -> str:
        """What places call a file: its path from the case's folder."""
        return File(os.path.relpath(file, self.root)).as_posix()

    def missing(self, path: CasePath, message: Message, node: Placed) -> None:
        """A file that the case needs is not there."""
        self.unread.append(Problem(path, message, node.place))

    def problem(self, path: CasePath, message: Message, node: Placed) -> None:
        self.problems.append(Problem(path, message, node.place))


def _told_already(problem: Problem, told: set[CasePath]) -> bool:
    """Whether a problem follows from those told: of the same value, or of a row of which a value was not read."""
    return problem.path in told or any(path[:-1] == problem.path for path in told if len(path) > 1)


def _table(rows: Any, path: CasePath) -> dict[str, Placed]:
    """The rows of a table in nested nodes; none where there is no such table."""
    for part in path:
        node = rows.get(part) if isinstance(rows, dict) else None
        rows = node.value if node is not None else None
    return rows if isinstance(rows, dict) else {}


def _short(problem: Problem) -> Problem:
    """A problem whose path can be read on one line."""
    return replace(problem, path=tuple(map(shortened, problem.path)))
