"""Case files of the benchmarks: generated ones by size, written once a run, outside what is timed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.benchmarks.generate import generated_case

SITES = {5_000: 6, 10_000: 17, 50_000: 82, 120_000: 200, 300_000: 490}
"""Sites that give about so many columns."""
SIZES = (10_000, 50_000, 120_000, 300_000)
"""Columns of the generated cases that are compared, about."""


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for case files that is gone afterwards."""
    with TemporaryDirectory() as name:
        yield Path(name)


def written(folder: Path, columns: int) -> Path:
    """The file of a generated case with about so many columns, 610 to a site where the size is not listed."""
    sites = SITES.get(columns, max(2, round(columns / 610)))
    return written_case(folder / f"{sites}-sites.yaml", generated_case(sites))


def written_case(file: Path, case: dict[str, Any]) -> Path:
    """A case in plain data, as a file."""
    if not file.exists():
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        file.write_text(yaml.dump(case, Dumper=dumper, sort_keys=False), encoding="utf-8")
    return file
