"""Decide now: what is committed first and by when; before a reveal, what may be regretted and what waiting costs."""

from __future__ import annotations

from dataclasses import replace

from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.sheet_spec import Block, Note, Sheet
from planner.report.sheets.common.parts import page_title
from planner.report.sheets.decide.carry_out import carry_out_table
from planner.report.sheets.decide.cash import cash_blocks
from planner.report.sheets.decide.commit import (
    cash_sentence,
    cash_sentences,
    first_blocks,
    later_table,
    orderby_sentence,
    slack_sentence,
)
from planner.report.sheets.decide.now import Now
from planner.report.sheets.decide.reveal import before_reveal
from planner.report.words import message, say, sentences
from planner.study.risk import RISK


def decide_now(dossier: Dossier) -> Sheet:
    """What to commit in the first year or before the first reveal, by when, and the cash that it binds."""
    view = View(dossier)
    study = dossier.studied.get(RISK)
    carried_out = filter(None, [carry_out_table(view)])
    if study is not None and study.reveal in view.periods:
        sheet = before_reveal(view, study)
        return replace(sheet, blocks=(*sheet.blocks, *carried_out))
    now = Now(view)
    later = later_table(now)
    blocks: list[Block] = [
        Note(orderby_sentence(view)),
        *(Note(words) for words in cash_sentences(now)),
        *first_blocks(now),
        *([later] if later is not None else []),
        *cash_blocks(now),
        *carried_out,
    ]
    what = (
        say("What to commit in the first year and by when, and the cash that it binds")
        if now.reveal is None
        else say("What to commit before {reveal} and by when, and the cash that it binds", reveal=now.until)
    )
    words = message(sentences(slack_sentence(now), cash_sentence(now)), slack_sentence(now), cash_sentence(now))
    return Sheet("Decide now", words, page_title(now.path, what), tuple(blocks))


__all__ = ["decide_now"]
