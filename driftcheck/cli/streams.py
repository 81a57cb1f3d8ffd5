"""Standard output and standard error: what is written, how it is encoded, and what if nobody reads it."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from driftcheck.errors import UsageError
from driftcheck.formats.text import printable


def say(line: str) -> None:
    """One line on stderr that cannot steer a terminal; nothing if stderr is closed."""
    try:
        print(_encodable(printable(line), sys.stderr), file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        return


def write_out(text: str) -> None:
    """A text on stdout, as it is. A reader that has gone is no error; UsageError for anything else."""
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed", hint="Write to a file with -o FILE.")
    try:
        stream.write(_encodable(text, stream))
        stream.flush()
    except OSError as error:
        _abandon(stream)
        if not isinstance(error, BrokenPipeError):
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"standard output cannot be written: {reason}") from None


def _abandon(stream: TextIO) -> None:
    """What is left goes nowhere, else the interpreter would try and complain at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
