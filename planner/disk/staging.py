"""A hidden folder beside a target, in which what is new is made ready, and from which it is swapped in.

    .planner-<name>-<mark>/lock         held by the run that writes; ends with its process
    .planner-<name>-<mark>/new/         what is new, under the names of its targets
    .planner-<name>-<mark>/intent.json  there from the moment on at which all of it is whole: the names to swap
    .planner-<name>-<mark>/old/         what stood in their places

Several renames are not one step. A run that dies before the intent stands has changed nothing; of one that dies
after it everything that is new lies ready, and whoever comes next finishes the swap. Either way the rest is swept.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from planner.disk.durable import flush_folder, flush_tree, write_bytes
from planner.disk.file_types import RefusedFileError, file_type, read_plain
from planner.disk.lock import BusyError, holder, take
from planner.disk.safe_names import is_plain_name, safe_name

LOCK, INTENT, PART, NEW, OLD = "lock", "intent.json", "intent.part", "new", "old"
_MOST_INTENT = 100_000
_TRIES = 20
_PROBE = 1 << 16
"""Bytes written to find out whether a disk takes any."""


def staging_of(target: Path) -> Path:
    """The hidden folder of a target; the same whether its name is typed in capitals or not."""
    name = unicodedata.normalize("NFC", target.name).casefold()
    return target.parent / f".planner-{safe_name(name, told_apart=True)[-40:].lstrip('.-')}"


@dataclass(frozen=True)
class Staging:
    """A hidden folder that this process holds."""

    root: Path

    @property
    def new(self) -> Path:
        """Where what is new is made ready."""
        return self.root / NEW

    def start_over(self) -> None:
        """Empty what was made ready, having finished a swap that was stopped; raises OSError."""
        _settle(self.root)
        _clear(self.root)
        self.new.mkdir()

    def try_out(self, targets: Sequence[Path]) -> None:
        """Find out whether the disk takes anything and what stands can be replaced; raises OSError."""
        probe = self.new / "probe"
        try:
            write_bytes(probe, bytes(_PROBE))
        finally:
            probe.unlink(missing_ok=True)
        for target in targets:
            if file_type(target) in ("file", "folder"):
                # Elsewhere than on POSIX, what another program holds open cannot be renamed.
                target.rename(target)

    def swap(self, targets: Sequence[Path]) -> None:
        """Put what lies ready under the names of the targets in their places, all of it or nothing.

        Raises OSError, and then every target is as it was.
        """
        names = [target.name for target in targets]
        flush_tree(self.new)
        (self.root / OLD).mkdir(exist_ok=True)
        part = self.root / PART
        write_bytes(part, json.dumps(names).encode())
        part.replace(self.root / INTENT)
        try:
            flush_folder(self.root)
            _forward(self.root, names)
        except BaseException:
            _back(self.root, names)
            (self.root / INTENT).unlink()
            raise
        flush_folder(self.root.parent)
        (self.root / INTENT).unlink()


@contextmanager
def staging(target: Path) -> Iterator[Staging]:
    """Hold the hidden folder of a target; a dead run's swap is finished and its leftovers are swept first.

    Raises BusyError where another run holds it, OSError where nothing can be written there. Folders that were made on
    the way are taken away again where nothing came to lie in them.
    """
    made = _make_folders(target.parent)
    try:
        root, handle = _enter(target)
        try:
            _settle(root)
            _clear(root)
            (root / NEW).mkdir()
            yield Staging(root)
        finally:
            _leave(root, handle)
    finally:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def recover(target: Path) -> None:
    """Finish what a dead run left half done at a target, before it is read; raises OSError where that cannot be done.

    A run that still lives, and one that had swapped nothing, are let be.
    """
    root = staging_of(target)
    if file_type(root) != "folder":
        return
    begun = file_type(root / INTENT) != "nothing"
    try:
        root, handle = _enter(target)
    except OSError:
        if begun and file_type(root / INTENT) != "nothing":
            raise
        return
    try:
        _settle(root)
    finally:
        _leave(root, handle)


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder with those above it; the ones that were not there."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder == folder.parent:
            break
        folder = folder.parent
    made: list[Path] = []
    for each in reversed(missing):
        try:
            each.mkdir()
        except FileExistsError:
            if not each.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(each)) from None
        made.append(each)
    return made


def _enter(target: Path) -> tuple[Path, int]:
    root = staging_of(target)
    for _ in range(_TRIES):
        with suppress(FileExistsError):
            root.mkdir()
        if file_type(root) != "folder":
            raise NotADirectoryError(errno.ENOTDIR, "something else stands there", str(root))
        strange = sorted({each.name for each in root.iterdir()} - {LOCK, INTENT, PART, NEW, OLD})
        if strange:
            raise OSError(
                errno.ENOTEMPTY, f"it holds {strange[0]!r}, which no run of the planner left there", str(root)
            )
        try:
            return root, take(root / LOCK)
        except FileNotFoundError:
            continue  # its last holder has just taken it away
        except BusyError:
            if file_type(root / LOCK) != "nothing":
                break
    raise BusyError(errno.EBUSY, f"another run of the planner writes there ({holder(root / LOCK)})", str(target))


def _leave(root: Path, handle: int) -> None:
    """Let the folder go; it stays where a swap could be neither finished nor undone."""
    try:
        with suppress(OSError):
            _settle(root)
        if file_type(root / INTENT) == "nothing":
            with suppress(OSError):
                _clear(root)
            with suppress(OSError):
                (root / LOCK).unlink()
            with suppress(OSError):
                root.rmdir()
    finally:
        os.close(handle)
        if os.name != "posix":
            with suppress(OSError):
                (root / LOCK).unlink()
                root.rmdir()


def _settle(root: Path) -> None:
    """Finish a swap that was begun; undo it where it cannot be finished."""
    if file_type(root / INTENT) == "nothing":
        return
    names = _intended(root)
    try:
        _forward(root, names)
    except OSError:
        _back(root, names)
    (root / INTENT).unlink()


def _intended(root: Path) -> list[str]:
    try:
        names = json.loads(read_plain(root / INTENT, _MOST_INTENT))
    except (RefusedFileError, ValueError) as error:
        raise OSError(errno.EIO, f"{INTENT} in it cannot be read: {error}", str(root)) from error
    if not isinstance(names, list) or not all(map(is_plain_name, names)):
        raise OSError(errno.EIO, f"{INTENT} in it holds no names of files", str(root))
    return names


def _clear(root: Path) -> None:
    for name in (NEW, OLD):
        if file_type(root / name) != "nothing":
            shutil.rmtree(root / name)
    (root / PART).unlink(missing_ok=True)


def _forward(root: Path, names: Sequence[str]) -> None:
    for name in names:
        new, old, target = root / NEW / name, root / OLD / name, root.parent / name
        if file_type(new) == "nothing":
            continue
        _set_aside(target, old)
        new.replace(target)


def _set_aside(target: Path, old: Path) -> None:
    kind = file_type(target)
    if kind == "nothing" or (kind == "file" and file_type(old) == "file"):
        return
    if file_type(old) != "nothing":
        raise FileExistsError(errno.EEXIST, "something new has come to stand there", str(target))
    if kind == "file":
        # A second name keeps the old file while the new one takes its first: at no time is there none.
        with suppress(OSError, NotImplementedError):
            os.link(target, old)
            return
    target.rename(old)


def _back(root: Path, names: Sequence[str]) -> None:
    for name in reversed(names):
        new, old, target = root / NEW / name, root / OLD / name, root.parent / name
        if file_type(new) == "nothing" and file_type(target) != "nothing":
            target.rename(new)
        if file_type(old) != "nothing":
            old.replace(target)
