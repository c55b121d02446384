"""Legends and page ends: nothing past the page's edge, and notes with the table that they explain."""

from __future__ import annotations

import pytest

from planner.report.sheet_spec import Beside, Cell, Column, Gantt, Note, Sheet, Table
from planner.report.workbook.layout import lay_out
from planner.report.workbook.legend import slots

WORDS = "A message that is long enough to stand here, with the number 3.5."
LEGEND = (
    ("start", "building, with a start"),
    ("build", "building"),
    ("powered", "ready and fed"),
    ("bridge", "bridged by own plant"),
    ("waits", "ready, waits for grid"),
)


def test_an_entry_takes_the_columns_that_its_text_needs() -> None:
    """Columns of six characters: `building, with a start` has 22 and two more to the next, so four; `building` two."""
    placed = slots(LEGEND[:3], 4, 40, lambda at: 6.0)
    assert [(slot.line, slot.column) for slot in placed] == [(0, 4), (0, 9), (0, 12)]


def test_entries_go_on_below_where_the_page_ends() -> None:
    placed = slots(LEGEND, 4, 14, lambda at: 6.0)
    assert [(slot.line, slot.column) for slot in placed] == [(0, 4), (0, 9), (1, 4), (1, 8), (2, 4)]


def test_chinese_takes_two_columns_a_character() -> None:
    """Twelve characters are 24 wide and two more to the next: five columns of six."""
    placed = slots((("start", "在建并有新开工的数据中心楼"[:12]), ("build", "在建")), 1, 40, lambda at: 6.0)
    assert placed[1].column == 1 + 1 + 5


def _gantt(periods: int) -> Gantt:
    columns = (Column("site", "Site", width=19), *(Column(str(t), f"Q{t}", "", "#,##0", 6.1) for t in range(periods)))
    return Gantt("g", "Halls", columns, (("S", *(Cell(1.0, look="start") for _ in range(periods))),), LEGEND)


@pytest.mark.parametrize("beside", [False, True])
def test_no_legend_runs_past_its_room(beside: bool) -> None:
    """A Gantt that fills the page by itself, and one in the left eight columns of it."""
    right = (Table("t", "T", (Column("n", "N"),), (("a",),)),)
    block = Beside((_gantt(6),), right, 8) if beside else _gantt(30)
    layout = lay_out([Sheet("S", WORDS, "title", (block, Note("below")))])
    (page,) = layout.pages
    last = 8 if beside else page.last_column
    gantt = next(each for each in page.placed if isinstance(each.block, Gantt))
    for slot, following in zip(gantt.legend, (*gantt.legend[1:], None), strict=True):
        after = following.column if following and following.line == slot.line else last + 1
        assert sum(page.widths.get(at, 9.0) for at in range(slot.column + 1, after)) >= len(slot.meaning)
    note = next(each for each in page.placed if isinstance(each.block, Note))
    assert note.row > layout.spots["g"].last_row + 1 + gantt.legend[-1].line


def test_a_note_stays_with_the_short_table_above_it() -> None:
    """The second table would end a page with its note on the next; both go there together."""

    def rows(count: int) -> tuple[tuple[str], ...]:
        return tuple(("x",) for _ in range(count))

    wide = (Column("a", "A", width=162),)
    long, short = Table("a", "A", wide, rows(34)), Table("b", "B", wide, rows(8))
    (page,) = lay_out([Sheet("S", WORDS, "title", (long, short, Note(" ".join(["word"] * 300))))]).pages
    caption = next(each.row for each in page.placed if each.block is short)
    assert page.breaks == [caption - 1]
