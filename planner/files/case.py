"""A case with where it comes from: read from a file, with named shocks taken and values changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, overload

from pydantic import PrivateAttr

from planner import schema
from planner.errors import CaseError, Problem
from planner.files.origins import Origins
from planner.files.read import checked, overlaid, read_with_origins
from planner.files.write import flow
from planner.message import Message
from planner.schema.dotted_paths import path_of, with_values
from planner.schema.warnings import input_warnings

CHANGED = "changed in Python"
"""Place of a value that was changed after the case was read."""
_TABLES = ("markets", "regions", "sites", "chips", "workloads")


@dataclass(frozen=True)
class Source:
    """What a case was read from, and what was changed since."""

    path: Path | None = None
    """The case file; None for a case that was made in Python."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file as it was read, by its name from the case's folder."""
    origins: Origins = field(default_factory=lambda: Origins({}))
    """Where each value was typed."""
    overlays: tuple[str, ...] = ()
    """Named shocks taken, in order."""
    changes: tuple[str, ...] = ()
    """Values changed in Python, in order, as `path = value`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that the case was read from."""
        path = self.path
        return () if path is None else (path, *(path.parent / each for each in self.hashes))


class Case(schema.Case):
    """One planning question, as `read_case` gives it. It never changes: `with_shocks` and `changed` give another.

    Tables are attributes, rows are found by name, units and meanings are those of a case file:
    `case.sites["Ulanqab"].max_it_mw` is in MW of IT.
    """

    _source: Source = PrivateAttr(default_factory=Source)

    @classmethod
    def of(cls, case: schema.Case, source: Source | None = None) -> Case:
        """A case that was checked already, with where it comes from; what is known of that is kept."""
        if source is None:
            source = case.source if isinstance(case, Case) else Source()
        made = cls.model_construct(**{name: getattr(case, name) for name in schema.Case.model_fields})
        made._source = source
        return made

    @property
    def source(self) -> Source:
        """What the case was read from, and what was changed since."""
        return self._source

    def place(self, path: str) -> str:
        """Where the value at a dotted path was typed, such as `2026.yaml:14`; `default` where it was not.

        Raises CaseError for a path that leads nowhere, with what was likely meant.
        """
        try:
            return self._source.origins.place(path_of(self, path))
        except CaseError as error:
            raise self._named(error) from error

    def with_shocks(self, *names: str) -> Case:
        """The case with named shocks of its own taken, in order, as `--with NAME` does on the command line.

        >>> import planner
        >>> case = planner.read_case("inputs/2026.yaml")
        >>> case.with_shocks("licence-revoked").source.overlays
        ('licence-revoked',)

        Raises CaseError for a name that is no shock of the case, and where a shock leads to no case; TypeError for what
        is no name.
        """
        if unnamed := [name for name in names if not isinstance(name, str)]:
            raise TypeError(f"with_shocks takes names, such as 'a', 'b'; found {type(unnamed[0]).__name__}")
        try:
            case, origins = overlaid(self, self._source.origins, names)
            checked(case, origins)
        except CaseError as error:
            raise self._named(error) from error
        return Case.of(case, replace(self._source, origins=origins, overlays=(*self._source.overlays, *names)))

    @overload
    def changed(self, path: str, value: Any, /) -> Case: ...

    @overload
    def changed(self, path: Mapping[str, Any], /) -> Case: ...

    def changed(self, path: str | Mapping[str, Any], value: Any = None, /) -> Case:
        """The case with another value at a dotted path, or with several at once, checked again as a whole.

        A value is typed as in a YAML case, in the unit of its field: a number, a name, a date, a list, a row as a
        dictionary, or a profile such as `{"step": {"2027-01-01": 60, "2029-01-01": 140}}`. The row of a table need not
        be there before, if the whole of it is given. None takes out a row, or what may be left out of one.

        >>> import planner
        >>> case = planner.read_case("inputs/quickstart.yaml")
        >>> case.changed("sites.Ulanqab.max_it_mw", 120).sites["Ulanqab"].max_it_mw
        120.0
        >>> case.changed({"sites.Ulanqab.pue": 1.1, "sites.Abilene.pue": 1.15}).source.changes
        ('sites.Ulanqab.pue = 1.1', 'sites.Abilene.pue = 1.15')

        Raises CaseError for a path that leads nowhere, with what was likely meant, and for values that lead to no case.
        """
        values = dict(path) if isinstance(path, Mapping) else {path: value}
        if unnamed := [each for each in values if not isinstance(each, str)]:
            raise TypeError(f"changed takes dotted paths, such as 'sites.A.pue'; found {type(unnamed[0]).__name__}")
        origins = self._source.origins
        try:
            case, paths = with_values(self, values)
            origins = origins.overlaid((each, CHANGED, True) for each in paths)
            checked(case, origins)
        except CaseError as error:
            raise self._named(error, origins) from error
        told = tuple(f"{'.'.join(each)} = {flow(new)}" for each, new in zip(paths, values.values(), strict=True))
        return Case.of(case, replace(self._source, origins=origins, changes=(*self._source.changes, *told)))

    def _named(self, error: CaseError, origins: Origins | None = None) -> CaseError:
        """A refusal with the file that the case was read from, and the places in it."""
        source = self._source
        problems = [each if each.place or not origins else each.at(_place(origins, each)) for each in error.problems]
        return CaseError(problems, file=None if source.path is None else str(source.path))

    def __eq__(self, other: object) -> bool:
        """Whether another case asks the same, wherever it comes from."""
        if not isinstance(other, schema.Case):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in schema.Case.model_fields)

    __hash__ = None  # type: ignore[assignment]  # a case holds tables, which have no hash

    def __repr__(self) -> str:
        """Name and size of the case, in a line."""
        since = "".join(f", {each}" for each in (*self._source.overlays, *self._source.changes))
        return f"<Case {self.settings.name!r}: {self._size()}{since}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Name and size of the case, as a notebook shows them."""
        changed = "".join(f"<br>{escape(each)}" for each in (*self._source.overlays, *self._source.changes))
        return f"<p><b>{escape(self.settings.name)}</b>: {escape(self._size())}{changed}</p>"

    def _size(self) -> str:
        counts = ", ".join(f"{len(getattr(self, table))} {table}" for table in _TABLES)
        return f"{counts}, {self.settings.timeline.periods} periods from {self.settings.start}"


def read_case(
    source: str | Path | Mapping[str, Any], *, overlays: str | Sequence[str] = (), allow_outside: bool = False
) -> Case:
    """The case in a YAML file or workbook, complete with all that it extends and includes, and checked.

    `source` is the name of the file, or nested dictionaries that say what a YAML case would. `overlays` names shocks of
    the case to take, in order, as `Case.with_shocks`. Files that the case extends or includes lie in its own folder or
    below, unless `allow_outside`.

    >>> import planner
    >>> planner.read_case("inputs/quickstart.yaml")
    <Case 'Quickstart': 2 markets, 2 regions, 3 sites, 3 chips, 2 workloads, 16 periods from 2027-01-01>

    Raises CaseError with every problem that was found, each with its place and its remedy, and TypeError for what is
    neither.
    """
    names = (overlays,) if isinstance(overlays, str) else tuple(overlays)
    if isinstance(source, Mapping):
        made = schema.parse_case(source)
        checked(made, Origins({}))
        return Case.of(made).with_shocks(*names) if names else Case.of(made)
    if isinstance(source, bytes) or not isinstance(source, str | PathLike):
        raise TypeError(f"read_case takes a file's name or dictionaries; found {type(source).__name__}")
    path = Path(source)
    case, origins = read_with_origins(path, overlays=names, allow_outside=allow_outside)
    hashes = {file: _sha256(path.parent / file) for file in origins.files}
    return Case.of(case, Source(path, hashes, origins, names))


def check(case: str | Path | Mapping[str, Any] | schema.Case) -> tuple[str, ...]:
    """What a planner should look at again in a case, in sentences that name the input; empty where nothing looks wrong.

    A case is allowed as it is: what is wrong in it was refused when it was read, or is now where a file is named.

    >>> import planner
    >>> planner.check("inputs/quickstart.yaml")
    ()

    Raises CaseError, with every problem that was found, for a file or dictionaries that are no case.
    """
    known = Case.of(case) if isinstance(case, schema.Case) else read_case(case)
    return tuple(map(str, warnings_of(known)))


def warnings_of(case: Case) -> tuple[Message, ...]:
    """What a planner should look at again in a case and in the files that it was read from, as messages."""
    return (*case.source.origins.notes, *input_warnings(case))


def _place(origins: Origins, problem: Problem) -> str | None:
    place = origins.nearest(problem.path)
    return None if place == CHANGED else place


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CaseError(
            [Problem((), Message("cannot be read: {reason}", reason=str(error.strerror)), path.name)]
        ) from error
