"""What is said on standard output and standard error, where they may be closed, broken or full."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any, TextIO

from planner.errors import WriteError
from planner.message import Message
from planner.typed_text import escaped

_GONE = (OSError, ValueError, AttributeError)
"""What writing to a stream raises that was closed or never there."""


_UNSEEN = re.compile("[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Characters in JSON that a terminal does not show, or that move others."""


def ready() -> None:
    """Make sure that both streams can be written to: where one is closed, what is said there is lost.

    A descriptor that is closed would else be given to the next file that is opened.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  (for the process)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def tell(text: str, *, kept: str = "") -> None:
    """Print a result, what cannot be seen in it as its code.

    Where nobody reads it any more that is no error; where it cannot be written, WriteError says so.
    `kept` says what there is all the same.
    """
    try:
        sys.stdout.write(f"{escaped(text)}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except _GONE as error:
        silence(sys.stdout)
        reason = getattr(error, "strerror", None) or error
        said = Message("could not write to standard output: {reason}", reason=reason)
        lost = WriteError(Message("{said}; {kept}", said=said, kept=kept) if kept else said)
        lost.told = True
        raise lost from error


def complain(text: str) -> None:
    """Say something on standard error, if anybody hears it."""
    murmur(f"{text}\n")


def murmur(text: str) -> None:
    """Write to standard error, if anybody hears it; never fails."""
    try:
        sys.stderr.write(escaped(text, keep="\r\n"))
        sys.stderr.flush()
    except _GONE:
        silence(sys.stderr)


def is_terminal() -> bool:
    """Whether a person sees what is said on standard error."""
    try:
        return sys.stderr.isatty()
    except _GONE:
        return False


def as_text(data: Any) -> str:
    """Plain data as JSON that standard output can carry."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    text = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return json.dumps(data, indent=2)
    return text


def settle() -> None:
    """Write out what waits in both streams; what cannot be written is let go, and nothing complains of it later."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except _GONE:
            silence(stream)


def silence(stream: TextIO | None) -> None:
    """Lead a broken stream to nowhere, so that nothing complains of it when the process ends."""
    try:
        descriptor = None if stream is None else stream.fileno()
    except _GONE:
        return
    if descriptor is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
