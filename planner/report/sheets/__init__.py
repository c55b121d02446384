"""The sheets of the workbook: one file each, or a package whose page is its `__init__` and whose parts lie beside it.

Each page is a pure function from the dossier to a Sheet; planner.report lists them in the order of the workbook.
What several sheets share is in `common`; a sheet may also borrow a part of another one, never in a circle.
"""
