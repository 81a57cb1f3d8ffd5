"""Listings of `stat`, `find` and `ls` are read; what is none of them is told, and never guessed at."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.file_times import FileTime, parse_file_times

WHEN = datetime(2015, 3, 26, 21, 14, 7, tzinfo=UTC)
LISTED = {
    "stat": ["stat", "-c", "%Y %s %n", "{file}"],
    "stat without the size": ["stat", "-c", "%Y %n", "{file}"],
    "find": ["find", "{folder}", "-type", "f", "-printf", r"%T@ %s %p\n"],
    "ls": ["ls", "-l", "--full-time", "{file}"],
}


@pytest.mark.parametrize("command", LISTED.values(), ids=LISTED)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_what_the_machine_lists_is_read(command: list[str], zone: str, tmp_path: Path) -> None:
    file = tmp_path / "a folder/server.properties"
    file.parent.mkdir()
    file.write_bytes(b"broker.id=1\n")
    os.utime(file, (WHEN.timestamp() + 0.75, WHEN.timestamp() + 0.75))
    words = [word.format(file=file, folder=file.parent) for word in command]
    done = subprocess.run(
        words, capture_output=True, check=True, env={"PATH": os.environ["PATH"], "TZ": zone, "LC_ALL": "C"}
    )
    found = parse_file_times(done.stdout)
    size = None if "%Y %n" in command else 12
    assert found.files == (FileTime(path=str(file), changed_at=WHEN, size=size, line=1),)
    assert found.unread == ()


@pytest.mark.parametrize(
    "line",
    [
        "server.properties",
        "1427404447 server.properties",
        "1427404447",
        "-1 12 /etc/kafka/server.properties",
        "999999999999 /etc/kafka/server.properties",
        "Mar 26 21:14 /etc/kafka/server.properties",
        "-rw-r--r-- 1 root root 12 Mar 26 21:14 /etc/kafka/server.properties",
        "-rw-r--r-- 1 root root 12 2015-02-30 21:14:07.0 +0000 /etc/kafka/server.properties",
        "drwxr-xr-x 1 root root 12 2015-03-26 21:14:07.0 +0000 /etc/kafka",
    ],
)
def test_what_says_no_time_of_a_file_is_told_by_its_line(line: str) -> None:
    found = parse_file_times(f"# made on kafka1\n\n{line}\n1427404447 /etc/hosts\r\n".encode())
    assert found.unread == (3,)
    assert [(each.path, each.line) for each in found.files] == [("/etc/hosts", 4)]


@given(st.lists(st.tuples(st.integers(0, 2**33), st.text(st.characters(codec="ascii"), min_size=1))))
def test_every_line_is_a_file_or_unread(lines: list[tuple[int, str]]) -> None:
    words = [(seconds, "".join(name.split()) or "x") for seconds, name in lines]
    found = parse_file_times("\n".join(f"{seconds} /{name}" for seconds, name in words).encode())
    assert [(each.changed_at.timestamp(), each.path) for each in found.files] == [
        (seconds, f"/{name}") for seconds, name in words
    ]
