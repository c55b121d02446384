"""What a case file may say: frozen, file-shaped, every field with its unit and meaning."""

from planner.schema.case import Case, parse_case
from planner.schema.policy import Policy
from planner.schema.settings import Settings

__all__ = ["Case", "Policy", "Settings", "parse_case"]
