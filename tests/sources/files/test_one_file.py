"""A file that the user named is read wherever it lies, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftcheck.model.facts import Unknown
from driftcheck.sources.files.one_file import read_file


def test_links_are_followed_to_wherever_they_lead(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("elsewhere/file")
    assert read_file(str(tmp_path / "link")) == b"x"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("folder", "it is a folder"),
        ("loop", "it is a loop of symbolic links"),
        ("dangling", "no such file or directory"),
        ("nowhere", "no such file or directory"),
        ("large", "it is larger than 0 MiB"),
    ],
)
def test_why_it_cannot_be_read_is_said(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "large").write_bytes(b"12345")
    found = read_file(str(tmp_path / name), max_bytes=4)
    assert isinstance(found, Unknown)
    assert found.reason == reason
