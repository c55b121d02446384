"""Where a result goes: a workbook, the folder of its tables beside it, a printed copy; held while it is worked out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from planner.app.protect_inputs import refuse_inputs
from planner.disk import BusyError, Staging, staging
from planner.errors import OptionError, WriteError
from planner.files.case import Source
from planner.message import Message
from planner.report import SHEET_NAMES
from planner.report.may_replace import refused_print, refused_workbook
from planner.results import refused_folder

NAME_IT = Message("give the workbook another name with -o")


@dataclass(frozen=True)
class Place:
    """Files and folder that are one result."""

    workbook: Path
    tables: bool = True
    """Whether the folder of tables is written, too."""
    pdf: bool = False
    """Whether the workbook is printed as well."""
    force: bool = False
    """Whether a file that is no report of the planner's is replaced."""

    @property
    def folder(self) -> Path:
        """Folder of the tables."""
        return self.workbook.with_suffix("")

    @property
    def printed(self) -> Path:
        """The printed copy."""
        return self.workbook.with_suffix(".pdf")

    @property
    def targets(self) -> list[Path]:
        """All that is put in place together."""
        return [
            *([self.folder] if self.tables else []),
            *([self.printed] if self.pdf else []),
            self.workbook,
        ]

    def without_print(self) -> Place:
        """The same without a printed copy."""
        return replace(self, pdf=False)

    def check(self) -> None:
        """Raise OptionError where something stands there that is not the planner's, WriteError where none can see."""
        refuse_no_workbook(self.workbook)
        try:
            self._refuse()
        except OSError as error:
            raise WriteError(
                Message(
                    "cannot write {workbook}: {reason}. Nothing was solved or written.",
                    workbook=self.workbook,
                    reason=reason(error),
                )
            ) from error

    @contextmanager
    def held(self) -> Iterator[Staging]:
        """Keep others from writing there until the result is in place, having tried that it can be.

        Raises as `check`, and WriteError where another run writes there or nothing can be written.
        """
        self.check()
        entered = False
        try:
            with staging(self.workbook) as held:
                # A dead run's swap was finished on the way in: what stands there may be another than before.
                self.check()
                held.try_out(self.targets)
                entered = True
                yield held
        except BusyError as error:
            raise WriteError(
                Message(
                    "{workbook} is being written: {reason}. Wait until that run has ended, or {remedy}.",
                    workbook=self.workbook,
                    reason=str(error.strerror),
                    remedy=NAME_IT,
                )
            ) from error
        except OSError as error:
            if entered:
                raise
            raise WriteError(
                Message(
                    "cannot write {workbook}: {reason}. Nothing was solved or written; {remedy}.",
                    workbook=self.workbook,
                    reason=reason(error),
                    remedy=NAME_IT,
                )
            ) from error

    def _refuse(self) -> None:
        if why := refused_workbook(self.workbook, SHEET_NAMES, force=self.force):
            raise OptionError(Message("{workbook} {why}; or {remedy}", workbook=self.workbook, why=why, remedy=NAME_IT))
        if self.tables and (why := refused_folder(self.folder, force=self.force)):
            raise OptionError(
                Message(
                    "the tables of {workbook} go to the folder {folder}, but that {why}; {remedy}",
                    workbook=self.workbook,
                    folder=self.folder,
                    why=why,
                    remedy=NAME_IT,
                )
            )
        if self.pdf and (why := refused_print(self.printed, force=self.force)):
            raise OptionError(
                Message(
                    "the printed copy goes to {printed}, but that {why}; {remedy}",
                    printed=self.printed,
                    why=why,
                    remedy=NAME_IT,
                )
            )


def refuse_no_workbook(path: Path) -> None:
    """Refuse a report that would be no workbook, or whose folder would have no name."""
    if path.suffix.lower() != ".xlsx" or path.is_dir() or not path.stem.strip(". "):
        raise OptionError(
            Message("the report is an Excel workbook, such as plan.xlsx; found {path}", path=repr(str(path)))
        )


def reason(error: OSError) -> str:
    """What the system says of a file, in one line."""
    said = error.strerror or str(error)
    return f"{said} ({error.filename})" if error.filename else said


def refuse_sources(place: Place, source: Source) -> None:
    """Refuse a workbook, or a result folder, that would take the place of a file that the case was read from."""
    refuse_no_workbook(place.workbook)
    if source.path is None:
        return
    workbook, folder = place.workbook, place.folder.resolve()
    refuse_inputs(workbook, source.path, tuple(source.hashes), remedy="give the report another name with -o")
    for file in source.hashes:
        if place.tables and (source.path.parent / file).resolve().is_relative_to(folder):
            raise OptionError(
                Message(
                    "the tables of {workbook} would take the place of the folder that holds {file}, which the case "
                    "is read from; give the report another name with -o",
                    workbook=workbook,
                    file=file,
                )
            )
