"""What `import planner` and each command import, and that no name of the interface is hidden by a module."""

from __future__ import annotations

import json
import pkgutil
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

import planner

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("pulp", "highspy", "pandas", "numpy", "openpyxl", "pydantic", "yaml", "click")
SMALL = """\
settings: {name: small, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home, headroom_mw: 100}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60, precision: any}
"""
SEEN = """
import json, sys
from planner.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def _python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the smallest case and its result."""
    folder = tmp_path_factory.mktemp("solved")
    (folder / "small.yaml").write_text(SMALL, "utf-8")
    planner.write_report(planner.solve(planner.read_case(folder / "small.yaml")), folder / "small.xlsx")
    return folder


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (["--help"], {"click"}),
        (["schema"], {"click", "pydantic", "yaml"}),
        (["check", "small.yaml"], {"click", "pydantic", "yaml"}),
        (["diff", "small.yaml", "small.yaml"], {"click", "pydantic", "yaml"}),
        (["convert", "small.yaml", "other.yaml"], {"click", "pydantic", "yaml"}),
        (["template", "-o", "empty.xlsx"], {"click", "pydantic", "yaml", "openpyxl", "numpy"}),
        (["report", "small", "-o", "again.xlsx"], {"click", "pydantic", "yaml", "openpyxl", "numpy", "pandas"}),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_what_a_command_imports(solved: Path, command: list[str], needed: set[str]) -> None:
    """Commands that solve nothing import no solver, and no more than what they read and write with."""
    seen = json.loads(_python(SEEN, *command, cwd=solved).stderr.splitlines()[-1])
    assert set(HEAVY) & set(seen) <= needed


def test_what_the_package_imports() -> None:
    """Nothing heavy until something is asked for; reading and checking a case need no solver and no pandas."""
    code = f"import planner, sys; print(sorted(set({HEAVY}) & set(sys.modules)))"
    assert _python(code).stdout.strip() == "[]"
    code = code.replace("import planner, sys;", "import planner, sys; planner.check('inputs/quickstart.yaml');")
    assert _python(code).stdout.strip() == "['pydantic', 'yaml']"


def test_no_name_is_hidden_by_a_module() -> None:
    """`planner.solve` is the function, whichever modules of the house are imported before or after it."""
    modules = {each.name for each in pkgutil.iter_modules(planner.__path__)}
    assert not modules & set(planner.__all__)
    every = "import pkgutil, importlib\nfor each in pkgutil.walk_packages(planner.__path__, 'planner.'):\n"
    every += "    each.name.endswith('__main__') or importlib.import_module(each.name)\n"
    asked = "found = {name: getattr(planner, name) for name in planner.__all__}\n"
    same = "assert all(getattr(planner, name) is each for name, each in found.items())\n"
    kinds = "assert all(callable(each) and type(each).__name__ != 'module' for each in found.values())\n"
    _python("import planner\n" + asked + every + same + kinds)
    _python("import planner\n" + every + asked + same + kinds)


def test_names_are_listed_and_no_others_found() -> None:
    """Completion shows the interface; a slip is told as Python does."""
    assert dir(planner) == planner.__all__ == sorted(planner.__all__)
    with pytest.raises(AttributeError, match="module 'planner' has no attribute 'optimise'"):
        planner.optimise  # type: ignore[attr-defined]  # noqa: B018  (a slip)


def test_help() -> None:
    """`help` on the package and on what it gives: tables with their meaning, methods with their examples."""
    assert "Chips ordered, delivered and waiting, by market." in pydoc.render_doc(planner.Result)
    assert "with_shocks" in pydoc.render_doc(planner.Case)
    assert "read_case" in pydoc.render_doc(planner)


def test_every_function_says_units_and_errors() -> None:
    """Docstrings of the interface end with an example or with what is raised."""
    for name in ("read_case", "check", "solve", "certify", "write_report", "read_result", "dictionary"):
        text = getattr(planner, name).__doc__
        assert ">>>" in text or "Raises" in text, name
    assert "Raises" in planner.solve.__doc__ if planner.solve.__doc__ else False
