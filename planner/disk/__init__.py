"""Files and folders put in their place whole or not at all, and looked at before they are opened."""

from planner.disk.durable import flush_tree, write_bytes
from planner.disk.file_types import RefusedFileError, file_type, plain_file, read_plain
from planner.disk.lock import BusyError
from planner.disk.safe_names import is_plain_name, safe_name, shortened_name
from planner.disk.staging import Staging, recover, staging, staging_of

__all__ = [
    "BusyError",
    "RefusedFileError",
    "Staging",
    "file_type",
    "flush_tree",
    "is_plain_name",
    "plain_file",
    "read_plain",
    "recover",
    "safe_name",
    "shortened_name",
    "staging",
    "staging_of",
    "write_bytes",
]
