"""A result made ready beside its place and swapped in as one; kept elsewhere where that fails."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from planner.app.destination import Place
from planner.app.dossier import dossier_of
from planner.app.report_options import Looks
from planner.disk import Staging, staging_of
from planner.errors import FailedCheck, Interrupted, PlannerError, WriteError
from planner.message import Message
from planner.report.dossier import Dossier
from planner.results import Result, keep_left_by_systems, write
from planner.results.damage import DAMAGE
from planner.stage_timing import Timing


def put_in_place(
    result: Result, place: Place, held: Staging, looks: Looks, timing: Timing
) -> tuple[tuple[FailedCheck, ...], PlannerError | None]:
    """Write workbook, tables and printed copy as one: which of the report's checks fail, why nothing was printed.

    Raises WriteError where they cannot be put there; the plan is then kept elsewhere, and the message says where.
    """
    try:
        held.start_over()
        made = held.new / place.workbook.name
        with timing.stage("write"):
            verdict = drawn(made, dossier_of(result), looks)
        if place.tables:
            write(_timed(result, timing), held.new / place.folder.name)
        place.check()
        if place.tables:
            keep_left_by_systems(place.folder, held.new / place.folder.name)
        failed = printed(made, place.workbook, looks)
        held.swap((place.without_print() if failed else place).targets)
    except (OSError, WriteError) as error:
        raise _kept_elsewhere(_timed(result, timing), place, looks, error) from error
    except PlannerError as error:
        # Something of somebody else's has come to stand there while the case was solved.
        raise _kept_elsewhere(_timed(result, timing), place, looks, error) from error
    except DAMAGE as error:
        kept = _kept(_timed(result, timing), place, None)
        raise PlannerError(
            Message(
                "the report could not be drawn, a fault of this tool ({name}: {error}).\n"
                "  The tables of the plan are kept in {kept}; {as_it_was}",
                name=type(error).__name__,
                error=error,
                kept=kept,
                as_it_was=_as_it_was(place),
            )
        ) from error
    return verdict, failed


def drawn(made: Path, dossier: Dossier, looks: Looks) -> tuple[FailedCheck, ...]:
    """Draw a workbook that is not in its place yet; which of its checks fail. Raises OSError as the system does."""
    try:
        return looks.write(made, dossier)
    except WriteError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise


def printed(made: Path, workbook: Path, looks: Looks) -> PlannerError | None:
    """Print a workbook that is not in its place yet, beside it; why that failed, if it did."""
    copy = workbook.with_suffix(".pdf")
    left = f"Workbook and tables are written: {workbook} and {workbook.with_suffix('')}. " + (
        f"{copy} is that of an earlier run." if copy.exists() else f"There is no {copy}."
    )
    try:
        looks.print(made)
    except WriteError as error:
        said = str(error).replace(str(made), str(workbook)).replace(str(made.with_suffix(".pdf")), str(copy))
        return WriteError(Message("{said}\n  {left}", said=said, left=left))
    except KeyboardInterrupt:
        return Interrupted(Message("stopped while it was printed. {left}", left=left))
    return None


def _timed(result: Result, timing: Timing) -> Result:
    """A result with the seconds that it took."""
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(result, run={**result.run, "seconds": timing.rounded, "finished": finished})


def _as_it_was(place: Place) -> str:
    old = [str(each) for each in place.targets if each.exists() or each.is_symlink()]
    if staging_of(place.workbook).joinpath("intent.json").exists():
        return f"the next run to {place.workbook} finishes or undoes what was begun there."
    return (
        f"what stands at {', '.join(old)} is that of an earlier run." if old else "nothing stands where it was asked."
    )


def _kept_elsewhere(result: Result, place: Place, looks: Looks, error: Exception) -> WriteError:
    told = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    try:
        kept = _kept(result, place, looks)
    except WriteError as nowhere:
        return WriteError(
            Message(
                "could not write {workbook}: {told}\n  {nowhere}", workbook=place.workbook, told=told, nowhere=nowhere
            )
        )
    what = "plan is" if (kept / place.workbook.name).exists() else "plan's tables alone are"
    return WriteError(
        Message(
            "could not write {workbook}: {told}\n"
            "  The {what} kept in {kept}. Close the file where it is open, or ask for another place with -o;\n"
            "  {as_it_was}",
            workbook=place.workbook,
            told=told,
            what=what,
            kept=kept,
            as_it_was=_as_it_was(place),
        )
    )


def _kept(result: Result, place: Place, looks: Looks | None) -> Path:
    """Write a result where there is room, else, or without looks, its tables alone; the folder.

    Raises WriteError where there is none.
    """
    tried = []
    for drawing in dict.fromkeys((looks, None)):
        for base in _rooms():
            made = None
            try:
                made = Path(tempfile.mkdtemp(prefix="planner-", dir=base))
                write(result, made / place.folder.name)
                if drawing is not None:
                    drawn(made / place.workbook.name, dossier_of(result), drawing)
            except (OSError, WriteError) as error:
                tried.append(f"{base}: {getattr(error, 'strerror', None) or error}")
                if made is not None:
                    shutil.rmtree(made, ignore_errors=True)
            else:
                return made
    raise WriteError(
        Message(
            "The plan could not be kept anywhere else: {fromkeys}.",
            fromkeys="; ".join(dict.fromkeys(tried)) or "no folder",
        )
    )


def _rooms() -> Iterator[Path]:
    """Folders in which a plan may be kept, in turn."""
    rooms: tuple[Callable[[], str | Path], ...] = (tempfile.gettempdir, Path.cwd, Path.home)
    for find in rooms:
        try:
            yield Path(find())
        except (OSError, RuntimeError):
            continue
