"""Results written and read back: `planner.write_report` and `planner.read_result`."""

from __future__ import annotations

from pathlib import Path

from planner.app.deliver import put_in_place
from planner.app.destination import Place, refuse_sources
from planner.app.redraw import redraw
from planner.app.refuse_uncertified import refuse_failed, refuse_unreconciled
from planner.app.report_options import Looks
from planner.results import Result, load, the_result
from planner.stage_timing import Timing


def write_report(
    result: Result,
    path: str | Path,
    *,
    language: str = "en",
    style: str | Path | None = None,
    pdf: bool = False,
    tables: bool | None = None,
    force: bool = False,
) -> Path:
    """Write the board's workbook of a result; where it is.

    `path` ends in .xlsx. The folder of tables goes beside it, under the same name, if `tables` say so; when left out,
    unless the result was read from such a folder. `language` is en or zh, `style` a YAML file of fonts, colours and
    logo, `pdf` asks for a printed copy as well, and `force` lets a file of that name be replaced which is no report.
    All of it is put in place at once or not at all; nothing changes while it is made.

    >>> import planner
    >>> from tempfile import TemporaryDirectory
    >>> result = planner.solve(planner.read_case("inputs/quickstart.yaml"))
    >>> with TemporaryDirectory() as folder:
    ...     written = planner.write_report(result, f"{folder}/plan.xlsx")
    ...     kept = planner.read_result(f"{folder}/plan")
    >>> written.name, kept.cost_musd == result.cost_musd
    ('plan.xlsx', True)

    Raises OptionError for a place or language that cannot be, CaseError for a style that cannot be used, WriteError
    where it cannot be written, and CertificateError, once it is written, where the plan or the report's own sums fail;
    TypeError where `result` is none.
    """
    the_result(result)
    looks = Looks(None if style is None else Path(style), language, pdf)
    if result.folder is not None and not tables:
        return redraw(result, result.folder, Path(path), looks, force=force)
    return _write(result, Path(path), looks, tables=tables is not False, force=force)


def read_result(folder: str | Path) -> Result:
    """The result in a folder that `planner optimize` or `write_report` wrote, every plan certified again.

    Raises CaseError where something in it is missing, damaged, or not as it was written. A plan that no longer holds
    has a certificate that says so.
    """
    return load(Path(folder))


def _write(result: Result, workbook: Path, looks: Looks, *, tables: bool = True, force: bool = False) -> Path:
    """Write workbook and folder of tables of a result as one; where the workbook is.

    Raises OptionError, CaseError and WriteError as their names say, and CertificateError, once all is written, where a
    plan or the report's own checks do not hold.
    """
    looks.check()
    place = Place(workbook, tables=tables, pdf=looks.pdf, force=force)
    refuse_sources(place, result.case.source)
    timing = Timing(dict(result.run.get("seconds", {})))
    with place.held() as held:
        unheld, unprinted = put_in_place(result, place, held, looks, timing)
    refuse_failed(result, place.folder if tables else workbook)
    refuse_unreconciled(unheld, workbook)
    if unprinted is not None:
        raise unprinted
    return workbook
