"""A theme is read from a regular file and from nothing else, without waiting for what never comes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.errors import CaseError
from planner.report.look.theme import read_theme


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_pipes_folders_and_devices_are_no_themes(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "style.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path(os.devnull)
    with pytest.raises(CaseError, match="is no regular file; name a theme written as YAML"):
        read_theme(path)
