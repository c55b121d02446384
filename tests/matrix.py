"""The suite's solver part on the oldest and the newest allowed versions of the libraries that it stands on.

By hand: `python -m tests.matrix`, for one row after the other or for those named, such as `newest` or
`"oldest pandas"`. Each row has a virtual environment of its own, in a temporary folder; libraries that a row does not
speak of have the versions of `constraints.txt`. Prints a table; leaves with 1 where a row fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parent.parent
WATCHED = ("highspy", "pulp", "pandas", "pydantic", "openpyxl")
"""Libraries whose ends are tried."""
BROUGHT = {"pydantic": ("pydantic_core",), "pandas": ("numpy", "pandas-stubs")}
"""What moves with a library, and so is left free with it."""
PART = "@tests/solver_part.txt"
"""What pytest is asked for: the tests that a solver, its algebra and its tables can break."""


def ranges() -> dict[str, str]:
    """What setup.cfg allows of each watched library, by its name."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config["options"]["install_requires"].splitlines()
    split = (re.match(r"([A-Za-z0-9-]+)(.*)", line) for line in lines if line and not line.startswith("#"))
    found = {each[1].lower(): each[2] for each in split if each}
    return {name: found[name] for name in WATCHED}


def oldest(name: str) -> str:
    """The oldest version of a library that is allowed, as pip is asked for it."""
    least = re.search(r">=([0-9.]+)", ranges()[name])
    if least is None:
        raise ValueError(f"setup.cfg names no oldest version of {name}")
    return f"{name}=={least[1]}"


def newest(name: str) -> str:
    """The newest version that is allowed: the range itself."""
    return f"{name}{ranges()[name]}"


def rows() -> dict[str, dict[str, str]]:
    """Requirements of the watched libraries by row; those left out are as pinned."""
    found: dict[str, dict[str, str]] = {"pinned": {}}
    found |= {f"oldest {name}": {name: oldest(name)} for name in WATCHED}
    found["oldest"] = {name: oldest(name) for name in WATCHED}
    found |= {f"newest {name}": {name: newest(name)} for name in WATCHED}
    found["newest"] = {name: newest(name) for name in WATCHED}
    return found


def constraints(free: Mapping[str, str]) -> Iterator[str]:
    """The lines of constraints.txt without the libraries that a row asks for, and what these bring along."""
    loose = {*free, *(with_it for name in free for with_it in BROUGHT.get(name, ()))}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line.partition("==")[0].lower() not in loose:
            yield line


def tried(asked: Mapping[str, str]) -> tuple[bool, str, float]:
    """Whether the solver part passes on what a row asks for, the versions that it ran on, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        python = str(home / "env" / "bin" / "python")
        kept = home / "constraints.txt"
        kept.write_text("\n".join(constraints(asked)) + "\n", "utf-8")
        install = [python, "-m", "pip", "install", "-q", "-U", "--upgrade-strategy", "eager", "-c", str(kept)]
        subprocess.run([*install, *asked.values(), "-e", f"{ROOT}[test]"], check=True)
        began = time.monotonic()
        done = subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", PART], cwd=ROOT, check=False)
        seconds = time.monotonic() - began
        words = f"from importlib.metadata import version\nfor name in {WATCHED!r}: print(name, version(name))"
        shown = subprocess.run([python, "-c", words], capture_output=True, text=True, check=True).stdout
    return done.returncode == 0, ", ".join(shown.splitlines()), seconds


def main(asked: list[str]) -> int:
    """Try the rows asked for, all where none is, and print a table of them."""
    known, lines, failed = rows(), [], False
    if unknown := [name for name in asked if name not in known]:
        print(f"there is no row {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in asked or known:
        passes, versions, seconds = tried(known[name])
        failed |= not passes
        lines.append(f"| {name} | {versions} | {'passes' if passes else 'FAILS'} | {seconds:.0f} |")
        print(lines[-1], flush=True)
    print("\n".join(["", "| row | versions | solver part | seconds |", "| --- | --- | --- | --- |", *lines]))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
