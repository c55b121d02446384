"""The manifest of a result folder: every file in it with size and hash, every table with its rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from planner.disk import RefusedFileError, read_plain, write_bytes
from planner.message import Message, RefusedValueError
from planner.results.damage import parsed
from planner.results.layout import MANIFEST, is_part, unknown_study

MOST_FILE = 512_000_000
"""Bytes of a file of a result folder that are read at most."""
CLOCK = ("seconds", "finished")
"""Facts of run.json that read a clock, and are no part of its hash: the same case gives the same manifest."""
ByteCount = Annotated[int, Field(ge=0)]


class ManifestEntry(BaseModel):
    """A file as it was written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    sha256: str
    """Hash of its content; of a run.json without clock readings."""
    size: ByteCount | None = None
    """Bytes; empty for a run.json."""
    rows: ByteCount | None = None
    """Rows of a table, its header left out."""


class UnknownStudyError(RefusedValueError):
    """A result folder holds a study that this version of the planner does not have."""


_ENTRIES = TypeAdapter(dict[str, ManifestEntry])


@dataclass(frozen=True)
class Manifest:
    """The files of a result folder."""

    entries: Mapping[str, ManifestEntry]
    """By their path in the folder, with slashes."""

    def save(self, folder: Path) -> None:
        """Write it into its folder."""
        files = {name: entry.model_dump(exclude_none=True) for name, entry in sorted(self.entries.items())}
        write_bytes(folder / MANIFEST, (json.dumps({"files": files}, indent=1, ensure_ascii=False) + "\n").encode())

    def check(self, folder: Path) -> None:
        """Raise ValueError for the first file that is not as it was written."""
        for name, entry in self.entries.items():
            found = entry_of(folder, name)
            if found.sha256 != entry.sha256 or found.size != entry.size:
                raise RefusedValueError(
                    Message(
                        "{name} is not as it was written: its content differs from the hash in {manifest}",
                        name=name,
                        manifest=MANIFEST,
                    )
                )


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none.

    Raises ValueError where it is none or names other files, UnknownStudyError where these are of an unknown study.
    """
    path = folder / MANIFEST
    if not path.is_symlink() and not path.exists():
        return None
    found = parsed(read_plain(path, MOST_FILE), MANIFEST, dict)
    entries = _ENTRIES.validate_python(found.get("files"))
    if study := next(filter(None, map(unknown_study, entries)), None):
        raise UnknownStudyError(
            Message("it holds the study {study}, which this version of the planner does not know", study=study)
        )
    if strange := next((name for name in entries if not is_part(name) or name == MANIFEST), None):
        raise RefusedValueError(
            Message(
                "{manifest} lists {strange}, which is no part of a result", manifest=MANIFEST, strange=repr(strange)
            )
        )
    return Manifest(entries)


def altered(folder: Path) -> str | None:
    """The first file of a folder that is not as its run wrote it, in words; None where all are or nothing lists them.

    Raises ValueError where the manifest itself cannot be read.
    """
    manifest = read_manifest(folder)
    try:
        if manifest is not None:
            manifest.check(folder)
    except ValueError as error:
        return str(error)
    return None


def entry_of(folder: Path, name: str, rows: int | None = None) -> ManifestEntry:
    """A file as it stands. Raises ValueError where it is missing or no ordinary file."""
    path = folder
    for step in name.split("/")[:-1]:
        path /= step
        if path.is_symlink() or not path.is_dir():
            raise RefusedFileError(
                Message("{name} is missing", name=name)
                if not path.is_symlink()
                else Message("{name} is a link to elsewhere", name=path.name)
            )
    try:
        content = read_plain(folder / name, MOST_FILE)
    except RefusedFileError as error:
        raise RefusedFileError(error.message.having(file=name)) from error
    if Path(name).name == "run.json":
        facts = {key: value for key, value in parsed(content, name, dict).items() if key not in CLOCK}
        return ManifestEntry(sha256=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest())
    return ManifestEntry(sha256=hashlib.sha256(content).hexdigest(), size=len(content), rows=rows)
