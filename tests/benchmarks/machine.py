"""What a benchmark runs on, told above its tables."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def machine() -> str:
    """Python, packages and cores; and whether HiGHS has HiPO, which it then takes for `ipm` wherever that is asked."""
    told = [f"Python {platform.python_version()}"]
    for package in ("highspy", "pulp", "linopy", "pyomo"):
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            told.append(f"no {package}")
    told.append("HiPO taken for ipm" if find_spec("highspy_extras") else "no HiPO")
    return f"{', '.join(told)}; {os.cpu_count()} cores."
