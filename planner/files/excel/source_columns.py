"""Where a workbook's values come from: the sheet Assumptions, and the Source columns of every other sheet."""

from __future__ import annotations

from planner.files.excel.extra_sheets import SOURCES
from planner.files.excel.headers import Headed
from planner.files.values_with_places import Placed
from planner.schema.walk_fields import CasePath


class Sources:
    """The assumptions of a workbook."""

    def __init__(self) -> None:
        self.listed: list[Placed] = []
        """Items of the sheet Assumptions."""
        self._of_rows: dict[tuple[str | None, ...], Placed] = {}
        """Those that other sheets tell of a row, each once, by path and what they say."""

    def add(self, sheet: Headed, row: int, path: CasePath) -> None:
        """What a row's own columns say of where it comes from, as an assumption that speaks of its path."""
        values, _ = sheet.typed(row, sheet.sources, lambda column: ("assumptions", column.header))
        if not values:
            return
        place, about = next(iter(values.values())).place, ".".join(path)
        said = (values.get(column.header) for column in SOURCES)
        key = (about, *(node.text if node else None for node in said))
        self._of_rows.setdefault(key, Placed(place, {"path": Placed(place, about, about), **values}))

    def items(self) -> list[Placed]:
        """All assumptions, listed ones first."""
        return [*self.listed, *self._of_rows.values()]
