"""Which files a result folder has, by their exact names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from planner.disk import file_type
from planner.disk.file_types import FileType
from planner.solution import TABLES
from planner.study import STUDIES

MANIFEST = "manifest.json"
"""The list of all files in a folder and below; itself is not on it."""
LAYOUT = 5
"""Fact `layout` of a run.json: 2 brought the manifest, 3 the paths of prices in the ledger and messages with fields,
4 what tidiness costs, 5 numbers of lots and of units of plant.

Folders from before have neither the fact nor a manifest."""
_PLAN = ("case.yaml", "certificate.json", "run.json", *(f"tables/{name}.csv" for name in TABLES))
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
"""Name of the folder of a plan that a study found, in the folder of that study."""
_STUDY = "[a-z][a-z0-9_]*"
_BELOW = re.compile(rf"({_STUDY})/({NUMBER.pattern})(?:/(.+))?")
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that the desktops of macOS and Windows leave in any folder that is looked at; they move to the new folder."""


def is_part(name: str) -> bool:
    """Whether a file, by its path in a result folder, is one that the planner writes there.

    >>> is_part("tables/halls.csv"), is_part("frontier/2/run.json"), is_part("tables/analysis.xlsx")
    (True, True, False)
    """
    below = _BELOW.fullmatch(name)
    if below is not None and below[1] in _with_plans():
        return below[3] in _PLAN or below[3] == MANIFEST
    return name in _PLAN or name == MANIFEST or name in {study.file for study in STUDIES}


def is_folder_of_parts(name: str) -> bool:
    """Whether a folder in a result folder, by its path, is one that the planner makes."""
    below = _BELOW.fullmatch(name)
    if below is not None and below[1] in _with_plans():
        return below[3] in (None, "tables")
    return name == "tables" or name in _with_plans()


def unknown_study(name: str) -> str | None:
    """The study that a file, by its path in a result folder, is of where no study of this version is; else None.

    >>> unknown_study("shortages.json"), unknown_study("shortages/1/run.json"), unknown_study("shortages/notes.txt")
    ('shortages', 'shortages', None)
    >>> unknown_study("risk.json")
    """
    if is_part(name):
        return None
    below = _BELOW.fullmatch(name)
    if below is not None:
        return below[1] if below[3] in _PLAN or below[3] == MANIFEST else None
    alone = re.fullmatch(rf"({_STUDY})\.json", name)
    return None if alone is None else alone[1]


def _with_plans() -> set[str]:
    """Studies that keep plans."""
    return {study.name for study in STUDIES if study.keeps_plans}


def walked(folder: Path) -> Iterator[tuple[str, FileType]]:
    """All that lies in a folder, at all depths: path in it, and what it is; links are not followed.

    Raises OSError where it cannot be read.
    """

    def fail(error: OSError) -> None:
        raise error

    for base, folders, files in os.walk(folder, onerror=fail):
        for name in sorted([*folders, *files]):
            path = Path(base, name)
            yield path.relative_to(folder).as_posix(), file_type(path)
