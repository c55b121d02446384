"""Case workbooks: what their sheets look like, and how they are read and written.

What they look like: `layout` says what a sheet and a column are, `fields` makes columns of the schema's fields, `own`
holds what a workbook has beside the schema's tables, and `book` lists all sheets.

Read, in this order: `guards` lets a file in, whose `parts` are found by their relationships and streamed by `markup`;
`sheet` reads its cells, `values` and `formats` what stands in them, `headers` and `body` find the columns and rows that
count, `cells` makes values of cells, `entries`, `series` and `sources` lay them into `tables`; `read` leads.

Written: `rows` makes rows of a case, `validation` and `style` say what Excel refuses and how it looks; `write` leads,
and `template` is the workbook to begin with.
"""
