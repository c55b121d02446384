"""A result folder, written and read back: the case, the tables, the certificate and how the run went.

<name>/case.yaml          the case as solved, complete and normalised
<name>/tables/*.csv       every table of the solution, columns as `planner.solution.TABLES` says
<name>/certificate.json   the independent check
<name>/run.json           versions, options, status, gap, input hashes; the only place with clock readings
<name>/risk.json          the study of risk, where it was run
<name>/frontier/1, 2 ...  a result folder for each plan on the frontier, the cheapest first, where it was traced
<name>/alternatives.json  what each alternative of the case came to, where they were solved: its name, its folder or
                          why there is no plan
<name>/alternatives/1 ... a result folder for each alternative with a plan
<name>/manifest.json      every file of these, at all depths, with size and hash, every table with its rows
"""

from planner.results.manifest import altered
from planner.results.read import load
from planner.results.replaceable import keep_left_by_systems, refused_folder
from planner.results.result import Result, run_id
from planner.results.write import save, write

__all__ = ["Result", "altered", "keep_left_by_systems", "load", "refused_folder", "run_id", "save", "write"]
