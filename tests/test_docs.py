"""The documentation keeps what it promises: its commands run, its cases are read, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from planner import docs
from planner.cli import cli
from planner.cli.exit_codes import MEANINGS
from planner.docs.page_layout import WIDTH
from planner.errors import DIFFERENT, GAP_NOT_CLOSED, PlannerError
from planner.files import read_with_origins
from planner.model import COSTS, RULES
from planner.report import LATER, SHEET_NAMES
from planner.report.look.theme import read_theme
from planner.schema import parse_case
from planner.solving import solve
from tests.doc_tables import filled
from tests.regenerate import PAGES, README, ROOT
from tests.test_cli import SMALL, run

INPUTS = ROOT / "inputs"
WRITTEN = (*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", INPUTS / "README.md", INPUTS / "REFERENCE.md")
LINKED = (*WRITTEN, ROOT / "tests" / "benchmarks" / "README.md")
LONGEST_README = 170

CODE = re.DOTALL | re.MULTILINE
ELSEWHERE = ("--pdf",)
"""Options whose commands need another program: they are read and not run."""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
"""The smallest picture, for a logo."""
SHOCK = """\
shocks:
  licence-revoked:
    changes: [{table: workloads, rows: [Work], field: demand_pflops, scale: 0.5}]
"""
UNCERTAIN = """\
extends: 2026.yaml
settings: {periods: 2}
uncertainty:
  licence:
    date: 2028-01-01
    outcomes:
      stands: {probability: 0.6}
      revoked: {probability: 0.4, shocks: [licence-revoked]}
"""


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every block of code in a language, with the page that it stands on."""
    for page in WRITTEN:
        for block in re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), CODE):
            yield page.name, block


def commands() -> list[str]:
    """Every line that calls the planner in a block of shell commands, each once, in the order of the pages."""
    lines = (line for _, block in blocks("bash") for line in block.splitlines())
    return list(dict.fromkeys(re.split(r" [>|] ", line)[0] for line in lines if line.startswith("planner ")))


def mentioned() -> list[str]:
    """Every command that is named in a sentence."""
    text = "\n".join(re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=CODE) for page in WRITTEN)
    return sorted({" ".join(each.split()) for each in re.findall(r"`(planner\s[^`]+)`", text)})


# ---------------------------------------------------------------- commands


def test_every_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader pastes ends with code 0, one command after the other, on cases as small as can be.

    `inputs/2026.yaml` is the case with one site; what needs LibreOffice is read and not run.
    """
    monkeypatch.chdir(tmp_path)
    Path("inputs").mkdir()
    Path("inputs/2026.yaml").write_text(SMALL + SHOCK, "utf-8")
    Path("inputs/2026-risk.yaml").write_text(UNCERTAIN, "utf-8")
    Path("logo.png").write_bytes(PICTURE)
    Path("brand.yaml").write_text(_style(), "utf-8")
    assert run("convert", "inputs/2026.yaml", "inputs/2026.xlsx") == 0
    assert run("template", "--from", "inputs/2026.yaml", "-o", "mine.xlsx") == 0
    for line in commands():
        _, *arguments = shlex.split(line)
        parsed(arguments)
        if not set(ELSEWHERE) & set(arguments):
            assert run(*arguments, *_over(arguments)) == 0, line
    _all_is_described(Path("reports/2026"))
    _all_is_described(Path("reports/2026-risk"))


def _all_is_described(folder: Path) -> None:
    """Each file of a result folder stands on the page about it, and each table with a title of its own."""
    page = docs.source("report")
    assert all(f"`{each.name}`" in page or f"`{each.name}/" in page for each in folder.iterdir())
    assert all(f"\n### {table.stem}\n" in page for table in folder.glob("tables/*.csv"))


def _over(arguments: list[str]) -> list[str]:
    return ["--force"] if arguments[0] in ("template", "convert") else []


def _style() -> str:
    return next(block for _, block in blocks("yaml") if block.startswith("font:"))


def parsed(arguments: list[str]) -> None:
    """Read a command without running it; a usage error where it does not exist or takes no such option."""
    name, *rest = arguments
    cli.commands[name].make_context(name, rest)


@pytest.mark.parametrize("mention", mentioned())
def test_a_command_in_a_sentence_exists(mention: str) -> None:
    """Its name is that of a command, and its options are options of that command."""
    _, name, *rest = mention.split()
    if name.isupper():
        return
    options = {option for param in cli.commands[name].params for option in param.opts}
    assert {each for each in rest if each.startswith("-")} <= options | {"--help"}


def test_every_exit_code_is_documented() -> None:
    """Codes of errors, of open gaps, of cases that differ, and of signals."""
    codes = {0, 1, GAP_NOT_CLOSED, DIFFERENT}
    kinds = [PlannerError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        codes.add(kind.exit_code)
    codes |= {128 + number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    assert codes == set(MEANINGS)
    assert all(f"\n| {code} | {meaning} |" in docs.source("commands") for code, meaning in MEANINGS.items())


def test_every_command_has_a_section() -> None:
    """Each stands in the page of commands with the first sentence of its help."""
    for name, command in cli.commands.items():
        section = docs.source("commands").split(f"\n## `planner {name}", 1)[1].split("\n## ", 1)[0]
        assert " ".join((command.help or "").split("\n\n")[0].split()) in section


# ---------------------------------------------------------------- code on the pages


@pytest.mark.parametrize(("page", "block"), list(blocks("yaml")))
def test_every_yaml_block_is_read(page: str, block: str, tmp_path: Path) -> None:
    """As a style, as a whole case, or as what a variant of inputs/2026.yaml adds to it."""
    path = tmp_path / "case.yaml"
    (tmp_path / "logo.png").write_bytes(PICTURE)
    if block.startswith("font:"):
        path.write_text(block, "utf-8")
        assert read_theme(path).font == "Calibri"
        return
    if "settings:" not in block:
        block = f"extends: {INPUTS / '2026.yaml'}\n{block}"
    path.write_text(block, "utf-8")
    case, _ = read_with_origins(path, allow_outside=True)
    assert case.workloads


def test_the_smallest_case() -> None:
    """60 MW of halls at 2 million USD each: 120 million in all."""
    (block,) = (block for _, block in blocks("yaml") if "name: smallest" in block)
    assert solve(parse_case(yaml.safe_load(block))).objective_musd == pytest.approx(120.0, rel=1e-9)


# ---------------------------------------------------------------- links and generated parts


def anchors(page: Path) -> set[str]:
    """What a link to a title of a page may end with."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files that are there, and titles that stand in them; pages that are installed link to one another alone."""
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", page.read_text("utf-8"), flags=CODE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, title = target.partition("#")
        leads = page.parent / name if name else page
        assert leads.exists(), target
        assert not title or title in anchors(leads), target
        assert page.parent != docs.FOLDER or leads.parent == docs.FOLDER, target


def test_documentation_is_current() -> None:
    """The tables of the documentation are those of the code; `python -m tests.regenerate` writes them."""
    for page in PAGES:
        text = page.read_text("utf-8")
        assert text == filled(text), page.name


def test_every_sheet_is_described() -> None:
    """In the README in a few words, on the page about the report in full; but for studies that are yet to come."""
    names = SHEET_NAMES - {name for name, _ in LATER}
    page = {name for bold in re.findall(r"\*\*([^*]+)\*\*", docs.source("report")) for name in bold.split(", ")}
    assert names <= page
    assert all(
        re.search(rf"^\|[^|]*\b{name}\b", README.read_text("utf-8"), re.MULTILINE) for name in names - {"Markets"}
    )


def test_the_readme_stays_short() -> None:
    """What is for a newcomer stands in it, and no more."""
    assert len(README.read_text("utf-8").splitlines()) <= LONGEST_README


def test_the_map_shows_every_room() -> None:
    """Folders of the package, each in the map of the README and each there."""
    package = ROOT / "planner"
    drawn = re.findall(r"^  (\w+)/ ", README.read_text("utf-8").split("\nplanner/\n")[1].split("```")[0], re.MULTILINE)
    assert sorted(drawn) == sorted(room.parent.name for room in package.glob("*/__init__.py"))
    files = re.findall(r"\b(\w+)\.py", README.read_text("utf-8").split("\nplanner/\n")[1].split("```")[0])
    assert all((package / f"{name}.py").is_file() for name in files)


def test_the_site_is_made_of_the_pages() -> None:
    """Its settings name the folder of the pages, and leave out the code beside them."""
    settings = yaml.safe_load((ROOT / ".mkdocs.yml").read_text("utf-8"))
    assert (ROOT / settings["docs_dir"]).resolve() == docs.FOLDER
    assert settings["exclude_docs"].split() == ["*.py", "__pycache__/"]
    (packaged,) = re.findall(r"^planner\.docs =\n    (.+)$", (ROOT / "setup.cfg").read_text("utf-8"), re.MULTILINE)
    assert packaged == "*.md"


# ---------------------------------------------------------------- the model's page


def test_every_rule_has_its_formula() -> None:
    """In order, each once, its name first and a formula behind it; and nothing that is no rule."""
    items = re.findall(r"^\* `(\w+)`:(.*?)(?=^\*|^$)", docs.source("model"), CODE)
    assert sorted(name for name, _ in items) == sorted(rule.name for rule in RULES)
    assert all(re.search(r"\$.+\$", text, re.DOTALL) for _, text in items)


def test_every_cost_has_its_formula() -> None:
    """In the order of the accounts."""
    page = docs.source("model").split("<!-- /costs -->")[1].split("\n## ")[0]
    items = re.findall(r"^\* \*\*([^*]+)\*\*: (.*?)(?=^\*|\Z)", page, CODE)
    assert [name for name, _ in items] == [cost.account for cost in COSTS]
    assert all("$" in text for _, text in items)


# ---------------------------------------------------------------- planner docs


def test_topics_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, no longer than a terminal; the page that a site opens with lists them too."""
    assert run("docs") == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == docs.topics()
    assert {"case", "commands", "conventions", "decisions", "model", "report"} <= set(docs.topics())
    assert all(len(line) <= WIDTH + 20 and line.endswith(".") for line in lines)
    assert all(f"[{topic}]({topic}.md)" in docs.source("index") for topic in docs.topics())


@pytest.mark.parametrize("topic", docs.topics())
def test_a_page_reads_in_a_terminal(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Plain text in lines of one width but for code, without a sign of LaTeX, of comments or of links to files."""
    assert run("docs", topic) == 0
    shown = capsys.readouterr().out
    prose = re.sub(r"^```.*?^```", "", shown, flags=CODE)
    assert all(len(line) <= WIDTH for line in prose.splitlines())
    assert not re.search(r"\\[a-z]|\$[^`]*\$|<!--|\]\(", re.sub(r"`[^`]*`", "", prose))


def test_formulas_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    """Greek letters, sums and indices stand for their LaTeX."""
    assert run("docs", "model") == 0
    assert "* `headroom`: Σ(s∈r) x[s,n] ≤ headroom[r,n]." in capsys.readouterr().out


def test_an_unknown_topic_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, what may have been meant, and the list; nothing on standard output."""
    assert run("docs", "modle") == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("planner: there is no page on modle; did you mean model?\n")
    assert all(f"\n  {topic} " in shown.err for topic in docs.topics())


def test_a_terminal_gets_a_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a person looks on, the page is handed to a pager, in lines no longer than the window; piped it is text."""
    paged: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", paged.append)
    monkeypatch.setattr("planner.cli.docs_command._on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "70")
    assert run("docs", "conventions") == 0
    assert paged == [docs.page("conventions", 70)]
    assert max(map(len, paged[0].splitlines())) <= 70


def test_topics_complete() -> None:
    """A shell that completes commands is told the topics that begin like what was typed."""
    asked = {"_PLANNER_COMPLETE": "bash_complete", "COMP_WORDS": "planner docs co", "COMP_CWORD": "2"}
    found = CliRunner().invoke(cli, [], prog_name="planner", env=asked)
    assert [line.split(",")[1] for line in found.output.splitlines()] == ["commands", "conventions"]
