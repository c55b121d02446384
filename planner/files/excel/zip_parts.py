"""A workbook as a package of parts, found by their relationships: names and their case are the writer's choice."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

from planner.files.excel.xml_stream import Attributes, Broken, Reader, is_on, local

USUAL = "xl/workbook.xml"
"""Where the workbook's own part stands where nothing says where."""
TYPES = "[Content_Types].xml"


@dataclass(frozen=True)
class Relation:
    """What a part says of another one."""

    kind: str
    """The last word of its type: worksheet, styles, sharedStrings, vbaProject."""
    part: str
    """Name of the other part, which need not be there; empty where it lies outside the package."""


@dataclass(frozen=True)
class Listed:
    """A sheet as the workbook's own part lists it."""

    name: str
    """As its tab says."""
    state: str
    """visible; hidden; veryHidden: so that no menu of a spreadsheet program shows it."""
    relation: str
    """Which of the workbook's relations it is."""


class Package:
    """The parts of a workbook."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self.parts = self._zip.infolist()
        self._named = {_plain(part.filename): part for part in self.parts}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._named

    @property
    def names(self) -> frozenset[str]:
        """Names of all parts, in small letters and with slashes."""
        return frozenset(self._named)

    def open(self, part: str) -> IO[bytes]:
        """A part to be read; raises Broken where there is none."""
        found = self._named.get(part.lower())
        if found is None:
            raise Broken(f"the part {part} is missing")
        return self._zip.open(found)

    def workbook(self) -> str | None:
        """Name of the workbook's own part, if there is one; raises Hostile and Broken."""
        related = [each.part for each in self.relations("").values() if each.kind == "officeDocument"]
        return next((part for part in (*related, USUAL) if part in self), None)

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part says of others, by the name it uses for them; an empty name stands for the package itself."""
        folder, _, name = part.rpartition("/")
        file = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, Relation] = {}

        def start(attributes: Attributes) -> None:
            target, kind = attributes.get("Target", ""), attributes.get("Type", "").rpartition("/")[2]
            outside = attributes.get("TargetMode", "").lower() == "external"
            found[attributes.get("Id", "")] = Relation(kind, "" if outside else self._resolved(folder, target))

        if file in self:
            with self.open(file) as source:
                Reader({"Relationship": start}).read(source, file)
        return found

    def _resolved(self, folder: str, target: str) -> str:
        """Name of the part that a target leads to, seen from a folder."""
        path = target.replace("\\", "/").partition("#")[0]
        part = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
        return part if part in self else unquote(part)

    def type_of(self, part: str) -> str:
        """What the package says that a part is."""
        found: dict[str, str] = {}

        def start(attributes: Attributes) -> None:
            found[_plain(attributes.get("PartName", ""))] = attributes.get("ContentType", "")

        with self.open(TYPES) as source:
            Reader({"Override": start}).read(source, TYPES)
        return found.get(part.lower(), "")


class Book:
    """What a workbook's own part says."""

    def __init__(self, package: Package, part: str) -> None:
        """Raises Hostile and Broken."""
        self.sheets: list[Listed] = []
        self.date_1904 = False
        """Whether its dates count from 1904."""
        self.uncalculated = False
        """Whether the results of its formulas are those of no spreadsheet program: they wait to be calculated."""
        self.relations = package.relations(part)
        starts = {"sheet": self._sheet, "workbookPr": self._properties, "calcPr": self._calculation}
        with package.open(part) as source:
            self.root = Reader(starts).read(source, part)

    def part_of(self, kind: str) -> str | None:
        """The one part of a kind that the workbook names."""
        return next((each.part for each in self.relations.values() if each.kind == kind and each.part), None)

    def _sheet(self, attributes: Attributes) -> None:
        state = attributes.get("state", "visible")
        self.sheets.append(Listed(attributes.get("name", ""), state, local(attributes, "id") or ""))

    def _properties(self, attributes: Attributes) -> None:
        self.date_1904 = is_on(attributes.get("date1904"))

    def _calculation(self, attributes: Attributes) -> None:
        self.uncalculated = is_on(attributes.get("fullCalcOnLoad"))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
