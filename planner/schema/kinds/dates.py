"""Dates."""

from __future__ import annotations

from datetime import date

from planner.schema.kinds.kind import Kind
from planner.schema.walk_fields import members

DATE = Kind("date", "a date", lambda annotation: date in members(annotation), types=(date,), plain=date.isoformat)
