"""What is shown depends on the terminal alone, and on what was asked for."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from driftcheck.cli.terminal import can_be_written_over, colour_wanted, width_of


@contextmanager
def terminal(columns: int) -> Iterator[TextIO]:
    """A pseudo-terminal of so many columns."""
    controller, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        yield stream
    os.close(controller)


@pytest.mark.parametrize(
    ("columns", "width"), [(0, 100), (20, 60), (60, 60), (133, 133), (200, 200), (500, 200)]
)
def test_the_width_is_the_terminals_within_bounds(columns: int, width: int) -> None:
    with terminal(columns) as stream:
        assert width_of(stream) == width


def test_what_is_no_terminal_has_a_hundred_columns() -> None:
    assert width_of(io.StringIO()) == 100
    assert width_of(None) == 100
    closed = io.StringIO()
    closed.close()
    assert width_of(closed) == 100


def test_colour_is_for_terminals_without_no_color() -> None:
    with terminal(80) as stream:
        assert colour_wanted(None, stream, {})
        assert colour_wanted(None, stream, {"NO_COLOR": ""})
        assert not colour_wanted(None, stream, {"NO_COLOR": "1"})
        assert not colour_wanted(None, stream, {"TERM": "dumb"})
        assert not colour_wanted(False, stream, {})
    assert not colour_wanted(None, io.StringIO(), {})
    assert not colour_wanted(None, None, {})
    assert colour_wanted(True, None, {"NO_COLOR": "1"})


def test_a_dumb_terminal_cannot_be_written_over() -> None:
    with terminal(80) as stream:
        assert can_be_written_over(stream, {"TERM": "xterm"})
        assert not can_be_written_over(stream, {"TERM": "dumb"})
