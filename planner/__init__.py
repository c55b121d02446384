"""Decides where the next gigawatt of AI compute goes."""

import os

# openpyxl writes other bytes where lxml happens to be installed; the same inputs give the same workbook everywhere.
os.environ.setdefault("OPENPYXL_LXML", "False")
