"""Compiles the translations where planner is built or installed; setup.cfg hands it to setuptools."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py

CATALOGUES = Path("planner", "report", "locale")
"""From the folder of setup.cfg, in which builds run."""


class BuildWithTranslations(build_py):
    """The usual step, and catalogues compiled: beside its source for an editable install, else into what is built."""

    def run(self) -> None:
        """Build."""
        super().run()
        for catalogue, compiled in zip(_catalogues(), self._compiled(), strict=True):
            compiled.parent.mkdir(parents=True, exist_ok=True)
            with catalogue.open("rb") as source, compiled.open("wb") as into:
                write_mo(into, read_po(source))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What is built."""
        return [*super().get_outputs(include_bytecode), *map(str, self._compiled())]

    def get_source_files(self) -> list[str]:
        """What a source distribution holds: the catalogues and this module besides."""
        return [*super().get_source_files(), *map(str, _catalogues()), str(CATALOGUES / "build.py")]

    def _compiled(self) -> list[Path]:
        into = Path() if self.editable_mode else Path(self.build_lib)
        return [into / path.with_suffix(".mo") for path in _catalogues()]


def _catalogues() -> list[Path]:
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
