"""A result folder, written and read back: the case, the tables, the certificate and how the run went.

<name>/case.yaml          the case as solved, complete and normalised
<name>/tables/*.csv       every table of the solution, columns as `planner.solution.TABLES` says
<name>/certificate.json   the independent check
<name>/run.json           versions, options, status, gap, input hashes; the only place with clock readings
<name>/<study>.json       what a study found as plain data, where it was run and keeps some: see `planner.study.STUDIES`
<name>/<study>/1, 2 ...   a result folder for each plan that it found, where it keeps plans
<name>/manifest.json      every file of these, at all depths, with size and hash, every table with its rows
"""

from planner.results.manifest import altered
from planner.results.may_replace import keep_left_by_systems, refused_folder
from planner.results.read import load
from planner.results.result import Result, run_id, the_result
from planner.results.write import save, write

__all__ = [
    "Result",
    "altered",
    "keep_left_by_systems",
    "load",
    "refused_folder",
    "run_id",
    "save",
    "the_result",
    "write",
]
