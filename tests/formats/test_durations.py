"""Ages in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driftcheck.formats.durations import age_text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(seconds=4), "just now"),
        (timedelta(seconds=31), "31 s old"),
        (timedelta(minutes=14), "14 min old"),
        (timedelta(minutes=119), "119 min old"),
        (timedelta(hours=3), "3 h old"),
        (timedelta(hours=30), "30 h old"),
        (timedelta(days=2), "2 days old"),
        (timedelta(days=1_200), "1,200 days old"),
        (timedelta(minutes=-90), "dated 90 min in the future"),
    ],
)
def test_ages(age: timedelta, text: str) -> None:
    assert age_text(age) == text
