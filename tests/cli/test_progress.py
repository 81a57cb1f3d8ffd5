"""What takes longer than a second says what it does, on one line that is gone at the end."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable

import pytest

from driftcheck.cli.progress import CLEAR, ProgressLine


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_latest_message_is_shown_after_the_delay_and_cleared_at_the_end() -> None:
    stream = io.StringIO()
    with ProgressLine(stream, delay=0.02, interval=0.01) as progress:
        progress("first")
        progress("reading 3 of 12")
        wait_until(lambda: "reading" in stream.getvalue())
        assert stream.getvalue() == f"{CLEAR}reading 3 of 12"
        progress("asking\x1b[2J\n" + "x" * 200)
        wait_until(lambda: "asking" in stream.getvalue())
    shown = stream.getvalue().split(CLEAR)
    assert shown[0] == ""
    assert shown[1] == "reading 3 of 12"
    assert shown[2].startswith("asking\\x1b[2J\\nxxx")
    assert len(shown[2]) == 99
    assert shown[3] == ""


def test_what_is_quick_shows_nothing() -> None:
    stream = io.StringIO()
    with ProgressLine(stream, delay=30) as progress:
        progress("never seen")
    assert stream.getvalue() == ""


def test_nothing_is_shown_where_nobody_looks() -> None:
    before = threading.active_count()
    with ProgressLine(None, delay=0) as progress:
        progress("x")
        assert threading.active_count() == before


def test_the_line_is_cleared_whatever_happens() -> None:
    stream = io.StringIO()

    def interrupted() -> None:
        with ProgressLine(stream, delay=0, interval=0.01) as progress:
            progress("asking")
            wait_until(lambda: "asking" in stream.getvalue())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stream.getvalue().endswith(CLEAR)


def test_messages_may_come_from_many_threads() -> None:
    stream = io.StringIO()

    def work(number: int) -> None:
        for step in range(200):
            progress(f"{number}-{step}")

    with ProgressLine(stream, delay=0, interval=0.001) as progress:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seen = stream.getvalue().split(CLEAR)
    assert all(not text or text.count("-") == 1 for text in seen)


def test_a_stream_that_breaks_ends_the_showing_and_nothing_else() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(32, "Broken pipe")

    with ProgressLine(Broken(), delay=0, interval=0.001) as progress:
        progress("x")
        time.sleep(0.02)
        progress("y")
