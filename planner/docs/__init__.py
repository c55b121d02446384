"""The documentation: its pages, installed with the program, and how a terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from planner.docs.formulas import without_latex
from planner.docs.page_layout import WIDTH, laid_out
from planner.errors import OptionError
from planner.message import Message

FOLDER = Path(__file__).parent
START = "index"
"""The page that a site opens with; in a terminal the list of topics stands for it."""


def topics() -> list[str]:
    """What there is a page on, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != START)


def first_lines() -> Mapping[str, str]:
    """The sentence below the title of each page, by topic."""
    return {topic: source(topic).split("\n\n", 2)[1].replace("\n", " ") for topic in topics()}


def listed() -> str:
    """All topics, a line each."""
    lines = first_lines()
    width = max(map(len, lines)) + 2
    return "\n".join(f"  {topic:<{width}}{line}" for topic, line in lines.items())


def page(topic: str, width: int = WIDTH) -> str:
    """A page as a terminal shows it: Markdown whose formulas, tables and links are plain text.

    Raises OptionError for a topic that there is no page on, with the nearest one and the list.
    """
    known = topics()
    if topic not in known:
        near = get_close_matches(topic.lower(), known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise OptionError(
            Message("there is no page on {topic}{meant}\n{listed}", topic=topic, meant=meant, listed=listed())
        )
    return laid_out(without_latex(source(topic)), width)


def source(topic: str) -> str:
    """A page as it is written, in Markdown."""
    return (FOLDER / f"{topic}.md").read_text("utf-8")
