"""Case files without a solver: checked, compared, converted, and started from a template.

Nothing here imports the model, the solver, pandas or the report, so that these commands answer at once; what
reads and writes workbooks is imported where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.app.protect_inputs import refuse_inputs, same_file
from planner.disk import file_type, staging
from planner.errors import CaseError, OptionError, PlannerError, Problem, WriteError
from planner.files import Origins, read_with_origins, write_yaml
from planner.files.case import read_case, warnings_of
from planner.files.diff import ABSENT, Difference, diff
from planner.files.order_of_problems import in_order
from planner.files.origins import DEFAULT
from planner.files.write import flow
from planner.message import Message
from planner.schema import Case
from planner.schema.kinds import plain_value

WORKBOOK = ".xlsx"
YAML = (".yaml", ".yml")
MOST_WARNINGS = 20
"""Warnings that are told; the rest are counted, and listed in `--json`."""
LONGEST_VALUE = 100
"""Characters of a value that a comparison shows; the rest is in `--json`."""


@dataclass(frozen=True)
class CheckedCase:
    """What `check` found in a case file."""

    file: str
    """The file as asked for."""
    case: Case | None
    """The case, where it can be used."""
    problems: tuple[Problem, ...] = ()
    """Every problem, one by one, in the order of their places."""
    warnings: tuple[Message, ...] = ()
    """What is allowed but looks wrong."""
    error: CaseError | None = None
    """The problems as they are told, those that say the same as one."""
    marked: str | None = None
    """The marked copy, where one was asked for and written."""
    lacks: str = ""
    """What that copy lacks, in words; empty where it lacks nothing."""
    unmarked: str | None = None
    """Why there is no marked copy, where one was asked for."""

    @property
    def counts(self) -> str:
        """What a case without problems holds, in a sentence."""
        assert self.case is not None
        tables = ("markets", "regions", "sites", "chips", "workloads")
        counts = ", ".join(f"{len(getattr(self.case, table))} {table}" for table in tables)
        return f"{self.file}: no problems ({counts}, {self.case.settings.timeline.periods} periods)"

    @property
    def notes(self) -> list[str]:
        """What else is told."""
        notes = [f"look again: {warning}" for warning in self.warnings[:MOST_WARNINGS]]
        if len(self.warnings) > MOST_WARNINGS:
            notes.append(f"look again: and {len(self.warnings) - MOST_WARNINGS} more, which --json lists")
        if self.marked:
            lacks = f" ({self.lacks})" if self.lacks else ""
            notes.append(f"marked copy: {self.marked}{lacks}; correct the cells in {self.file} itself and check again")
        if self.unmarked:
            notes.append(f"no marked copy was written: {self.unmarked}")
        return notes

    def to_json(self) -> dict[str, Any]:
        """Plain data: file, problems (place, path, message, template, fields), warnings, warning_messages, marked."""
        return {
            "file": self.file,
            "problems": [each.to_json() for each in self.problems],
            "warnings": [str(warning) for warning in self.warnings],
            "warning_messages": [warning.to_json() for warning in self.warnings],
            "marked": self.marked,
        }


def check(
    path: Path, *, overlays: Sequence[str] = (), allow_outside: bool = False, marked: Path | None = None
) -> CheckedCase:
    """Read a case file and say what is wrong in it and what is odd.

    `marked` is where a copy of the workbook goes with its wrong cells marked; it is written where some are wrong.
    """
    if marked is not None:
        _refuse_copy(path, marked)
    try:
        case = read_case(path, overlays=overlays, allow_outside=allow_outside)
    except CaseError as error:
        # What was raised holds problems that say the same as one; its cause holds them one by one.
        each = error.__cause__.problems if isinstance(error.__cause__, CaseError) else error.problems
        found = CheckedCase(str(path), None, tuple(sorted(each, key=in_order)), (), error)
    else:
        found = CheckedCase(str(path), case, (), warnings_of(case))
    return found if marked is None else _marked(found, path, marked)


def _refuse_copy(path: Path, marked: Path) -> None:
    """Refuse a copy that would take the place of something."""
    if path.suffix.lower() != WORKBOOK:
        raise OptionError(
            Message("--marked marks the cells of a workbook, and {path} is none; check the workbook itself", path=path)
        )
    if marked.suffix.lower() != WORKBOOK:
        raise OptionError(
            Message(
                "the marked copy is a workbook, such as marked{workbook}; found {marked}",
                workbook=WORKBOOK,
                marked=repr(str(marked)),
            )
        )
    if same_file(path, marked):
        raise OptionError(
            Message("the marked copy would take the place of {path} itself; give it another name", path=path)
        )
    kind = file_type(marked)
    if kind == "nothing":
        return
    if kind != "file" or not marked.lstat().st_mode & 0o200:
        what = {"folder": "a folder", "link": "a link to elsewhere", "file": "read-only"}.get(kind, "no ordinary file")
        raise OptionError(Message("{marked} is {what}; give the copy another name", marked=marked, what=what))
    from planner.files.marked_copy import is_marked

    if not is_marked(marked):
        raise OptionError(Message("{marked} exists and is no marked copy; give the copy another name", marked=marked))


def _marked(found: CheckedCase, path: Path, marked: Path) -> CheckedCase:
    from planner.files.marked_copy import mark

    if found.error is None:
        return replace(found, unmarked="nothing is wrong")
    try:
        copy = mark(path, found.problems)
    except CaseError:
        return replace(found, unmarked="the workbook cannot be opened")
    _write(marked, lambda part: part.write_bytes(copy.content))
    return replace(found, marked=str(marked), lacks=copy.lacks)


@dataclass(frozen=True)
class Compared:
    """Two case files and what differs between them."""

    files: tuple[str, str]
    differences: tuple[Difference, ...]
    origins: tuple[Origins, Origins]

    def to_json(self) -> dict[str, Any]:
        """Plain data: a, b, equal, differences (table, row, field, only_in, old, new, old_place, new_place)."""
        return {
            "a": self.files[0],
            "b": self.files[1],
            "equal": not self.differences,
            "differences": [
                {
                    "table": each.table,
                    "row": each.row,
                    "field": each.field,
                    "only_in": None if each.only_in is None else "ab"[each.only_in],
                    "old": _data(each.old),
                    "new": _data(each.new),
                    "old_place": None if each.old is ABSENT else self.origins[0].place(each.old_path),
                    "new_place": None if each.new is ABSENT else self.origins[1].place(each.new_path),
                }
                for each in self.differences
            ],
        }

    @property
    def notes(self) -> list[Message]:
        """What is worth a word about the files themselves."""
        return list(dict.fromkeys(note for each in self.origins for note in each.notes))

    def lines(self) -> list[str]:
        """The comparison as it is read: a heading a table, a line a difference."""
        if not self.differences:
            return [f"{self.files[0]} and {self.files[1]} are the same case"]
        count = len(self.differences)
        lines = [f"{self.files[0]} -> {self.files[1]}: {count} difference{'s' if count != 1 else ''}"]
        table = None
        for each in self.differences:
            if each.table != table:
                table = each.table
                lines.append(table)
            lines.append(f"  {self._line(each)}")
        return lines

    def _line(self, each: Difference) -> str:
        subject = " ".join(part for part in (each.row, each.field) if part)
        side = each.only_in
        if side is not None:
            value, path = ((each.old, each.old_path), (each.new, each.new_path))[side]
            text = f" {_shown(value)}" if each.field else ""
            return f"{subject}: only in {self.files[side]}{text} ({self.origins[side].place(path)})"
        start = _apart(each.old, each.new)
        if not subject:
            return f"order: {_shown(each.old, start)} -> {_shown(each.new, start)}"
        old = self._told(0, each.old, each.old_path, start)
        return f"{subject}: {old} -> {self._told(1, each.new, each.new_path, start)}"

    def _told(self, side: int, value: Any, path: tuple[str, ...], start: int) -> str:
        """A value with its place."""
        place = self.origins[side].place(path)
        if value is None:
            return "left out" if place == DEFAULT else f"left out ({place})"
        return f"{_shown(value, start)} ({place})"


def compare(a: Path, b: Path, *, overlays: Sequence[str] = (), allow_outside: bool = False) -> Compared:
    """What differs between two case files, whatever their formats; the overlays are taken on both."""
    cases, origins = zip(
        *(read_with_origins(path, overlays=overlays, allow_outside=allow_outside) for path in (a, b)), strict=True
    )
    return Compared((str(a), str(b)), tuple(diff(*cases)), origins)


def _data(value: Any) -> Any:
    """A value of a case as plain data."""
    if value is ABSENT:
        return None
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): _data(each) for key, each in value.items()}
    plain = plain_value(value)
    return plain.isoformat() if hasattr(plain, "isoformat") else plain


def _shown(value: Any, start: int = 0) -> str:
    """A value on one line; a long one from shortly before `start`, where it begins to differ.

    >>> _shown([f"H{n}" for n in range(60)], 200)
    '... H38, H39, H40, H41, H42, H43, H44, H45, H46, H47, H48, H49, H50, H51, H52, H53, H54, H55, H56, H57, ...'
    """
    text = flow(value)
    if len(text) <= LONGEST_VALUE:
        return text
    first = max(0, min(start - LONGEST_VALUE // 5, len(text) - LONGEST_VALUE))
    last = first + LONGEST_VALUE
    return f"{'... ' if first else ''}{text[first:last].strip()}{' ...' if last < len(text) else ''}"


def _apart(old: Any, new: Any) -> int:
    """The character from which two values differ."""
    pairs = zip(flow(old), flow(new), strict=False)
    return next((position for position, (one, other) in enumerate(pairs) if one != other), 0)


@dataclass(frozen=True)
class Written:
    """A case file that was written."""

    file: str
    """The file."""
    read: tuple[str, ...] = ()
    """Every file that the case came from; none for an empty template."""
    notes: tuple[Message, ...] = ()
    """What is worth a word about those files."""

    @property
    def told(self) -> str:
        """What was written, in a sentence."""
        if not self.read:
            return f"wrote {self.file}, an empty case: fill in its sheets, then planner check {self.file}"
        if len(self.read) == 1:
            return f"wrote {self.file}: the case of {self.read[0]}"
        return f"wrote {self.file}: one complete case of {', '.join(self.read)}; it stands alone"


def template(output: Path, *, start: Path | None = None, force: bool = False, allow_outside: bool = False) -> Written:
    """Write a workbook to be filled in; with a case to start from, that case in it."""
    if output.suffix.lower() != WORKBOOK:
        raise OptionError(
            Message(
                "a template is a workbook, such as template{workbook}; found {output}",
                workbook=WORKBOOK,
                output=repr(str(output)),
            )
        )
    _refuse_taken(output, force=force)
    case, origins = (None, Origins({})) if start is None else _complete(start, output, allow_outside=allow_outside)
    from planner.files.excel.template import write_template

    _write(output, lambda part: write_template(part, case), read_back=case)
    return _written(output, case, origins)


def convert(a: Path, b: Path, *, force: bool = False, allow_outside: bool = False) -> Written:
    """Write a case file anew in the format that the other's ending names: complete, whatever it extends."""
    if b.suffix.lower() not in (WORKBOOK, *YAML):
        raise OptionError(
            Message(
                "a case file ends in {workbook}, {yaml}; found {b}",
                workbook=WORKBOOK,
                yaml=" or ".join(YAML),
                b=repr(str(b)),
            )
        )
    _refuse_taken(b, force=force)
    case, origins = _complete(a, b, allow_outside=allow_outside)

    def write(part: Path) -> None:
        if b.suffix.lower() in YAML:
            part.write_text(write_yaml(case), "utf-8")
            return
        from planner.files.excel.write import write_workbook

        write_workbook(case, part)

    _write(b, write, read_back=case)
    return _written(b, case, origins)


def _written(output: Path, case: Case | None, origins: Origins) -> Written:
    return Written(str(output), origins.files if case else (), origins.notes)


def _refuse_taken(output: Path, *, force: bool) -> None:
    kind = file_type(output)
    if kind in ("folder", "special") or output.is_dir():
        what = "a device, pipe or socket" if kind == "special" else "a folder"
        raise OptionError(Message("{output} is {what}; give the name of a file", output=output, what=what))
    if kind != "nothing" and not force:
        raise OptionError(
            Message("{output} exists and is not written over; give another name, or add --force", output=output)
        )


def _complete(path: Path, output: Path, *, allow_outside: bool) -> tuple[Case, Origins]:
    """A case and where it came from, which is not the output."""
    case, origins = read_with_origins(path, allow_outside=allow_outside)
    refuse_inputs(output, path, origins.files)
    return case, origins


def _write(output: Path, write: Callable[[Path], object], *, read_back: Case | None = None) -> None:
    """Write a file whole or not at all; `read_back` is the case that it must say when it is read again."""
    try:
        with staging(output) as held:
            part = held.new / output.name
            write(part)
            if read_back is not None:
                _read_back(part, read_back, output)
            held.swap([output])
    except OSError as error:
        raise WriteError(
            Message(
                "could not write {output}: {reason}\n"
                "  Nothing was written. Close the file where it is open, or give another name.",
                output=output,
                reason=error.strerror or error,
            )
        ) from error


def _read_back(part: Path, case: Case, output: Path) -> None:
    """Make sure that a file says what was asked for, before it is put where it belongs."""
    try:
        found, _ = read_with_origins(part)
    except CaseError as error:
        reason = "; ".join(map(str, error.problems[:3]))
    else:
        if found == case:
            return
        reason = "; ".join(Compared(("asked", "written"), tuple(diff(case, found)), (Origins({}),) * 2).lines()[:3])
    raise PlannerError(
        Message(
            "{output} was not written: it would not be read back as it is, a fault of this tool ({reason})",
            output=output,
            reason=reason,
        )
    )
