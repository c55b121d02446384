"""Languages: how numbers and sentences are said in Chinese, and that the catalogues follow what reports say."""

from __future__ import annotations

import gettext
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from babel.messages.catalog import Catalog

from planner.errors import OptionError
from planner.message import Message, word
from planner.report import Dossier, report_bytes, sheets_of
from planner.report.language import FONTS, columns, font, known, languages, speaking, spoken
from planner.report.sheet_spec import Sheet, plain, tables_of
from planner.report.words import (
    LEAST_MESSAGE,
    MOST_MESSAGE,
    chance,
    count,
    filled,
    listed,
    message,
    money,
    percent,
    say,
    say_message,
    sentences,
    several,
    short,
)
from planner.report.workbook.layout import wrapped
from planner.study.alternatives import ALTERNATIVES
from planner.study.risk import RISK

from .. import catalogues, regenerate
from ..regenerate import ROOT
from ..registered_texts import registered
from .conftest import with_study
from .sheets.test_decide import STUDY
from .sheets.test_options import SOONEST, moved

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def chinese() -> Iterator[None]:
    """Everything is said in Chinese."""
    with speaking("zh"):
        yield


@contextmanager
def catalogue_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Iterator[None]:
    """A language of its own, xx, with the translations of a .po file."""
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "planner.mo").write_bytes(
        catalogues.compiled(catalogues.parsed(io.BytesIO((head + text).encode()), "en"))
    )
    monkeypatch.setattr("planner.report.language.LOCALE", tmp_path)
    yield


def test_english_comes_first_and_is_the_default() -> None:
    assert languages()[0] == "en"
    assert "zh" in languages()
    assert spoken().name == "en"
    assert say("{site} is ready.", site="Abilene") == "Abilene is ready."


def test_a_language_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(OptionError, match=r'language "fr" is not known; there are en and zh'), speaking("fr"):
        pass


def test_a_language_is_spoken_only_within() -> None:
    with speaking("zh"):
        with speaking("en"):
            assert money(59220) == "59.2 billion USD"
        assert money(59220) == "592 亿美元"
    assert money(59220) == "59.2 billion USD"


def test_templates_are_translated_when_they_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A constant is looked up in the language of the moment; what is missing stays English and is noted once."""
    template = "{n} halls"
    with catalogue_of(tmp_path, monkeypatch, '\nmsgid "{n} halls"\nmsgstr "halls: {n}"\n'), speaking("xx") as language:
        assert say(template, n=3) == "halls: 3"
        assert say("{n} chips", n=4) == "4 chips"
        assert several(1, "{n} site", "{n} sites") == "1 site"
        assert known("halls of a planner") == "halls of a planner"
        assert language.misses == {"{n} chips", "{n} site"}


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("musd", "words"),
    [
        (1_234_000, "1.23 万亿美元"),
        (59_220, "592 亿美元"),
        (310, "3.10 亿美元"),
        (99.94, "9,990 万美元"),
        (99.96, "1.00 亿美元"),
        (1, "100 万美元"),
        (0.0346, "3.46 万美元"),
        (0.0012, "1,200 美元"),
        (0, "0 美元"),
        (-250, "-2.50 亿美元"),
    ],
)
def test_money_is_said_in_yi_and_wan(musd: float, words: str) -> None:
    """One yi is a hundred million, one wan ten thousand."""
    assert money(musd) == words


@pytest.mark.usefixtures("chinese")
def test_things_are_counted_in_yi_and_wan() -> None:
    assert [count(n) for n in (230_000_000, 1_384_537, 27_400, 9_994, 812, 0.4)] == [
        "2.30 亿", "138 万", "2.74 万", "9,990", "812", "0.400",
    ]  # fmt: skip


@pytest.mark.usefixtures("chinese")
def test_shares_and_lists_follow_the_language() -> None:
    assert percent(0.5378) == "54%"
    assert percent(0.004) == "0.4%"
    assert chance(0.175) == "17.5%"
    assert listed(["甲"]) == "甲"
    assert listed(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert listed(["A", "B", "C", "D", "E"], most=3) == "A、B、C 及另外 2 项"
    assert several(1, "{n} site", "{n} sites") == "1 个站点"
    assert sentences("方案成立。", "已经证明。") == "方案成立。已经证明。"


@pytest.mark.usefixtures("chinese")
def test_a_space_parts_chinese_from_latin_where_a_field_begins_or_ends() -> None:
    assert filled("为{market}订购{chip}。", market="CN", chip="H200") == "为 CN 订购 H200。"
    assert filled("为{market}订购{n}片，", market="中国", n="5 万") == "为中国订购 5 万片，"
    assert filled("{share}来自{site}", share="54%", site="Ulanqab2中") == "54% 来自 Ulanqab2中"


def test_english_fields_stand_as_they_are() -> None:
    assert say("{a}与{b}", a="x", b="y") == "x与y"


def test_a_chinese_character_counts_two_columns_of_a_message() -> None:
    """20 characters are the least, 70 the most; a text without spaces is cut between characters."""
    assert columns("并网 MW，") == 9
    assert message("电" * 19, "网" * 20) == "网" * 20
    assert message("电" * 71, "网" * 70) == "网" * 70
    assert message("电" * 80) == "电" * 69 + " …"
    assert message("电" * 18 + "。") == "电" * 18 + "。.."
    assert LEAST_MESSAGE <= columns(message("电" * 500)) <= MOST_MESSAGE


def test_names_are_cut_by_what_they_take_on_a_line() -> None:
    assert short("乌兰察布数据中心", most=10) == "乌兰察布…"
    assert short("Ulanqab", most=10) == "Ulanqab"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("A site waits for the grid.", 12, ["A site waits", "for the", "grid."]),
        ("电网可用容量", 6, ["电网可", "用容量"]),
        ("电网可用，容量", 8, ["电网可", "用，容量"]),
        ("租用 GB300 芯片（片）", 10, ["租用 GB300", "芯片（片）"]),
        ("x" * 25 + "中", 10, ["x" * 10, "x" * 10, "xxxxx中"]),
    ],
)
def test_lines_break_between_chinese_characters_and_never_before_a_closing_mark(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrapped(text, width) == lines


def test_the_font_has_the_glyphs_of_the_language() -> None:
    assert font("Arial") == "Arial"
    with speaking("zh"):
        assert font("Arial") == FONTS["zh"] == "Microsoft YaHei"


@pytest.mark.usefixtures("chinese")
def test_a_message_is_said_by_its_template_with_its_words_and_fields() -> None:
    """The template, the slip and the count are Chinese; a path, a number and a template that is not known stay."""
    path = "sites.A.max_it_mw"
    value = Message("{amount} {unit}", amount=90000.0, unit=word("MW"))
    question = Message("{path} is {value}: is it {slip}?", path=path, value=value, slip=word("in kW"))
    slip = say("in kW")
    assert say_message(question) == say("{path} is {value}: is it {slip}?", path=path, value="90000 MW", slip=slip)
    assert CHINESE.search(say_message(question).replace(slip, ""))
    assert say_message(Message("{n} site", "{n} sites", n=3)) == "3 个站点"
    assert say_message(Message("one of {names}.", names=("A", "B"))) == "one of A、B."


LANGUAGES = catalogues.languages()
SPOKEN = """
msgid "{n} halls are late."
msgstr "HALLS {n}"

msgid "{site} waits for the grid."
msgstr "WAIT {site}"

msgid "{n} chip"
msgid_plural "{n} chips"
msgstr[0] "CHIP {n}"
msgstr[1] "CHIPS {n}"

msgid "Nothing like it."
msgstr "NOTHING"
"""


def _catalogue(text: str) -> Catalog:
    return catalogues.parsed(io.BytesIO(text.encode()), "en")


def _saying(*texts: str | tuple[str, str]) -> Catalog:
    found = Catalog(locale="en")
    for text in texts:
        found.add(text)
    return found


@pytest.mark.full
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_exactly_what_is_said(language: str) -> None:
    """Before a release: `python -m tests.regenerate`, translate and review what it lists, and run it again."""
    there, made = catalogues.read(language), catalogues.extracted(registered())
    assert {(m.id, m.context) for m in there if m.id} == {(m.id, m.context) for m in made if m.id}
    assert catalogues.missing(there) == []
    assert catalogues.in_review(there) == []
    assert not there.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_fields_of_its_text(language: str) -> None:
    assert catalogues.other_fields(catalogues.read(language)) == []


def test_what_is_missing_in_review_or_wrong_is_found() -> None:
    """One text each without translation, with one for review, and with another field."""
    text = (
        'msgid "a"\nmsgstr ""\n\n#, fuzzy\n#| msgid "was b"\nmsgid "b"\nmsgstr "B"\n\nmsgid "c {x}"\nmsgstr "C {y}"\n'
    )
    found = _catalogue(text)
    assert catalogues.missing(found) == ["a"]
    assert catalogues.in_review(found) == [("b", "was b")]
    assert catalogues.other_fields(found) == ["c {x}"]


def test_a_corrected_sentence_keeps_its_old_translation_for_review() -> None:
    """One sentence is as it was, two are corrected, one is new; a fourth is gone and like none of them."""
    now = _saying("{n} halls are late.", "{site} still waits for the grid.", ("{n} own chip", "{n} own chips"), "New.")
    made = catalogues.merged(_catalogue(SPOKEN), now)
    assert made["{n} halls are late."].string == "HALLS {n}"
    assert made["{site} still waits for the grid."].string == "WAIT {site}"
    assert catalogues.missing(made) == ["New."]
    assert catalogues.in_review(made) == [
        ("{site} still waits for the grid.", "{site} waits for the grid."),
        ("{n} own chip", "{n} chip"),
    ]
    assert [message.string for message in made.obsolete.values()] == ["NOTHING"]
    spoken = gettext.GNUTranslations(io.BytesIO(catalogues.compiled(made)))
    assert spoken.gettext("{n} halls are late.") == "HALLS {n}"
    assert spoken.gettext("{site} still waits for the grid.") == "{site} still waits for the grid."


def test_what_waits_for_review_survives_another_run_and_returns_with_its_sentence() -> None:
    """Written and read, corrected once more, taken back: the translation knows the sentence that it was made for."""
    old = _catalogue(SPOKEN)
    once = _catalogue(catalogues.text_of(catalogues.merged(old, _saying("{site} still waits for the grid."))).decode())
    assert catalogues.in_review(once) == [("{site} still waits for the grid.", "{site} waits for the grid.")]
    again = catalogues.merged(once, _saying("{site} still waits for its grid."))
    assert catalogues.in_review(again) == [("{site} still waits for its grid.", "{site} waits for the grid.")]
    back = catalogues.merged(again, _saying("{site} waits for the grid.", "Nothing like it."))
    assert catalogues.in_review(back) == []
    assert [m.string for m in back if m.id] == ["WAIT {site}", "NOTHING"]


def test_a_catalogue_that_is_not_compiled_is_refused_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone of the project that was never installed."""
    (tmp_path / "xx" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "xx" / "LC_MESSAGES" / "planner.po").touch()
    monkeypatch.setattr("planner.report.language.LOCALE", tmp_path)
    with pytest.raises(OptionError, match=r'"xx" is not compiled yet; run "pip install -e \."'), speaking("xx"):
        pass


def test_what_is_built_holds_the_compiled_catalogues_alone(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    setup = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "egg_info", "--egg-base", tmp_path]
    subprocess.run([*setup, "build", "--build-base", tmp_path, "--build-lib", tmp_path / "lib"], check=True, cwd=ROOT)
    built = [path for path in (tmp_path / "lib" / "planner" / "report" / "locale").rglob("*") if path.is_file()]
    assert {path.parent.parent.name: path.name for path in built} == dict.fromkeys(LANGUAGES, "planner.mo")
    assert len(built) == len(LANGUAGES)
    assert all(path.read_bytes() == catalogues.compiled(catalogues.read(path.parts[-3])) for path in built)


def test_what_is_stale_is_named_and_then_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A generated file that is missing, then current, then edited by hand."""
    page = tmp_path / "page.md"
    monkeypatch.setattr(regenerate, "ROOT", tmp_path)
    monkeypatch.setattr(regenerate, "GENERATORS", (lambda: iter([regenerate.Generated(page, b"made")]),))
    monkeypatch.setattr(catalogues, "languages", list)
    assert regenerate.main(check=True) == 1
    assert not page.exists()
    assert regenerate.main(check=False) == 0
    assert regenerate.main(check=True) == 0
    page.write_text("edited", "utf-8")
    assert regenerate.main(check=True) == 1
    assert capsys.readouterr().out == "stale: page.md\nwritten: page.md\nstale: page.md\n"


WARNING = Message(
    "{path} is {value}: is it {slip}?",
    path="sites.S.max_it_mw",
    value=Message("{amount} {unit}", amount=60000.0, unit=word("MW")),
    slip=word("in kW"),
)
CASES = ("dossier", "bridged", "branched", "frontiered", "studied", "beside")


@pytest.fixture(scope="module")
def cases(dossier: Dossier, bridged: Dossier, branched: Dossier, frontiered: Dossier) -> dict[str, Dossier]:
    """The small cases: two countries, on-site plant, four scenarios, a frontier, a study of risk, an alternative."""
    warned = replace(dossier.solution, warnings=(WARNING,))
    return {
        "dossier": replace(dossier, solution=warned),
        "bridged": bridged,
        "branched": branched,
        "frontiered": frontiered,
        "studied": with_study(branched, RISK, STUDY),
        "beside": with_study(dossier, ALTERNATIVES, (moved(dossier, "Soonest", SOONEST, rent=150.0, chips=-50.0),)),
    }


def _tables(sheets: tuple[Sheet, ...]) -> dict[str, Any]:
    return {table.id: table for sheet in sheets for table in tables_of(sheet.blocks)}


@pytest.mark.full
@pytest.mark.parametrize("name", CASES)
def test_a_chinese_report_leaves_nothing_untranslated(cases: dict[str, Dossier], name: str) -> None:
    """Before a release."""
    with speaking("zh") as language:
        sheets = sheets_of(cases[name])
        report_bytes(cases[name])
    assert language.misses == set()
    for sheet in sheets:
        assert CHINESE.search(sheet.message), sheet.message
        assert CHINESE.search(sheet.title), sheet.title


@pytest.mark.parametrize("name", CASES)
def test_a_chinese_report_has_the_tabs_and_figures_of_the_english_one(cases: dict[str, Dossier], name: str) -> None:
    english = sheets_of(cases[name])
    with speaking("zh"):
        chinese = sheets_of(cases[name])
    assert [sheet.name for sheet in chinese] == [sheet.name for sheet in english]
    assert all(LEAST_MESSAGE <= columns(sheet.message) <= MOST_MESSAGE for sheet in chinese)
    ours, theirs = _tables(chinese), _tables(english)
    assert list(ours) == list(theirs)
    for key, table in theirs.items():
        found = [[plain(value) for value in row] for row in ours[key].rows]
        for row, line in zip(table.rows, found, strict=True):
            for value, other in zip(map(plain, row), line, strict=True):
                assert other == value if not isinstance(value, str) else isinstance(other, str)


def test_the_master_check_is_the_same_in_every_language(dossier: Dossier) -> None:
    with speaking("zh"):
        book = openpyxl.load_workbook(io.BytesIO(report_bytes(dossier)), data_only=True)
    assert book["Checks"]["H6"].value == "ALL OK"
    assert book["Summary"]["A1"].font.name == "Microsoft YaHei"


def test_a_chinese_report_is_the_same_every_time_and_leaves_the_english_as_it_was(dossier: Dossier) -> None:
    before = report_bytes(dossier)
    with speaking("zh"):
        once, twice = report_bytes(dossier), report_bytes(dossier)
    assert once == twice
    assert report_bytes(dossier) == before
    with speaking("en"):
        assert report_bytes(dossier) == before


def test_headers_put_the_unit_on_lines_of_its_own(dossier: Dossier) -> None:
    with speaking("zh"):
        book = openpyxl.load_workbook(io.BytesIO(report_bytes(dossier)))
    assert "期末在装\n（片）" in [cell.value for row in book["Chips"].iter_rows() for cell in row]
