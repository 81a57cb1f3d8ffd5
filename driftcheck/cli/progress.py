"""What is being done, on one line of the terminal that is written over and gone at the end."""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType
from typing import TextIO

from driftcheck.cli.terminal import can_be_written_over, width_of
from driftcheck.formats.text import printable

DELAY_SECONDS = 1.0
INTERVAL_SECONDS = 0.1
CLEAR = "\r\x1b[K"


class ProgressLine:
    """Called with each message; shows the latest once a second has passed, from a thread of its own.

    Nothing is shown if `stream` is None. What the stream cannot take is not shown: progress never fails.
    """

    def __init__(
        self, stream: TextIO | None, *, delay: float = DELAY_SECONDS, interval: float = INTERVAL_SECONDS
    ) -> None:
        self._stream = stream
        self._delay = delay
        self._interval = interval
        self._message = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._show, name="progress", daemon=True)

    def __call__(self, message: str) -> None:
        self._message = message

    def __enter__(self) -> ProgressLine:
        if self._stream is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._stream is not None:
            self._thread.join()

    def _show(self) -> None:
        shown = ""
        wait = self._delay
        while not self._ended.wait(wait):
            wait = self._interval
            if self._message != shown:
                shown = self._message
                self._write(CLEAR + printable(shown, limit=width_of(self._stream) - 1))
        if shown:
            self._write(CLEAR)

    def _write(self, text: str) -> None:
        try:
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
        except (OSError, ValueError):
            self._stream = None


def progress_line(*, quiet: bool) -> ProgressLine:
    """On stderr, if that is a terminal."""
    shown = not quiet and can_be_written_over(sys.stderr, os.environ)
    return ProgressLine(sys.stderr if shown else None)
