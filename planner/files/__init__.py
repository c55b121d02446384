"""Case files and cases, there and back, with the place of every value."""

from planner.files.origins import Origins
from planner.files.read import read_with_origins
from planner.files.write import write_yaml

__all__ = ["Origins", "read_with_origins", "write_yaml"]
