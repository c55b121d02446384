"""Whether a folder may be replaced by a result: what is somebody else's is never touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from planner.disk import file_type
from planner.results.damage import read_run, told
from planner.results.layout import LEFT_BY_SYSTEMS, MANIFEST, is_folder_of_parts, is_part, walked
from planner.results.manifest import Manifest, read_manifest

_FORCE = "add --force to replace it all the same"


def refused_folder(folder: Path, *, force: bool = False) -> str | None:
    """Why no result may take the place of a folder, in words; None where it may.

    `force` lets go of a result that was changed or is damaged; a file that no run writes is kept whatever is asked.
    Raises OSError where the folder cannot be read.
    """
    kind = file_type(folder)
    if kind == "nothing":
        return None
    if kind != "folder":
        return {"file": "is a file", "link": "is a link to elsewhere"}.get(kind, "is no folder")
    if not any(folder.iterdir()):
        return None
    return _stranger(folder) or (None if force else _changed(folder))


def keep_left_by_systems(old: Path, new: Path) -> None:
    """Copy what a desktop has left in an old folder to the new one."""
    if file_type(old) != "folder":
        return
    for name, kind in walked(old):
        if kind == "file" and Path(name).name in LEFT_BY_SYSTEMS:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / name, new / name)


def _stranger(folder: Path) -> str | None:
    """What in a folder no run writes there."""
    for name, kind in walked(folder):
        if Path(name).name in LEFT_BY_SYSTEMS and kind == "file":
            continue
        fits = is_folder_of_parts(name) if kind == "folder" else kind == "file" and is_part(name)
        if not fits:
            return f"holds {name}, which is no part of a result"
    return None


def _changed(folder: Path) -> str | None:
    """In what a folder is not the result that a run has written."""
    if file_type(folder / "run.json") == "nothing":
        return f"is no result folder: it has no run.json; {_FORCE}"
    for path in (folder, *(folder / name for name, kind in walked(folder) if kind == "folder")):
        if not path.stat().st_mode & 0o200:
            return f"is read-only ({path.name}); {_FORCE}"
    try:
        facts, manifest = read_run(folder / "run.json"), read_manifest(folder)
        # Older versions wrote no manifest: their files are known by name alone.
        if manifest is None and facts.get("layout") is not None:
            return f"has lost its {MANIFEST}; {_FORCE}"
        if manifest is not None:
            manifest.check(folder)
            unlisted = next(_unlisted(folder, manifest), None)
            return None if unlisted is None else f"holds {unlisted}, which is not in its {MANIFEST}; {_FORCE}"
    except ValueError as error:
        return f"was changed or damaged since it was written ({told(error)}); {_FORCE}"
    return None


def _unlisted(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name, kind in walked(folder):
        own = name == MANIFEST or name in manifest.entries or Path(name).name in LEFT_BY_SYSTEMS
        if kind == "file" and not own:
            yield name
