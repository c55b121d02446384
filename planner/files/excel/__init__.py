"""Case workbooks: what their sheets look like, and how they are read and written."""
