"""A result folder whose manifests are worked out anew after its files were changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.results.layout import MANIFEST, is_part, walked
from planner.results.manifest import Manifest, entry_of


def seal(folder: Path) -> None:
    """Write the manifests of a folder, and of those below, as its files now are."""
    for path in sorted(folder.rglob(MANIFEST), key=lambda path: -len(path.parts)):
        _seal(path.parent)


def _seal(folder: Path) -> None:
    files = [name for name, kind in walked(folder) if kind == "file" and is_part(name) and name != MANIFEST]
    (folder / MANIFEST).unlink()
    Manifest({name: entry_of(folder, name, _rows(folder / name)) for name in files}).save(folder)


def _rows(path: Path) -> int | None:
    if path.suffix != ".csv":
        return None
    try:
        return len(pd.read_csv(path, dtype=str, keep_default_na=False))
    except ValueError:
        return 0
