"""The cache keeps what was parsed, trusts nothing that it finds, and never makes anything fail."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from driftcheck.sources.cache import files
from driftcheck.sources.cache.files import cache_folder
from driftcheck.sources.cache.trees import NOTHING, Trees, read_trees, write_trees

TREES: Trees = {
    "expressions": {"a": ["name", "a", 0]},
    "templates": {"{{ a }}": [["print", ["name", "a", 3], 3]]},
}


def file_of(folder: Path) -> Path:
    return folder / "expressions-2.json"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "cache/driftcheck"
    assert read_trees(folder) == NOTHING
    assert write_trees(folder, TREES)
    assert read_trees(folder) == TREES
    assert [path.name for path in folder.iterdir()] == ["expressions-2.json"]


def test_folder_and_file_are_the_users_own(tmp_path: Path) -> None:
    folder = tmp_path / "driftcheck"
    assert write_trees(folder, TREES)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file_of(folder).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"expressions": {}}',
        b'{"expressions": {}, "templates": []}',
        b'{"expressions": {}, "templates": {}, "more": {}}',
        b"[" * 100_000,
        b'{"expressions": ' + b"1" * 5_000 + b', "templates": {}}',
    ],
)
def test_a_file_that_is_odd_counts_as_empty_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "driftcheck"
    write_trees(folder, TREES)
    file_of(folder).write_bytes(content)
    assert read_trees(folder) == NOTHING
    assert write_trees(folder, TREES)
    assert read_trees(folder) == TREES


def test_a_file_that_is_too_large_counts_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "driftcheck"
    write_trees(folder, TREES)
    monkeypatch.setattr(files, "MAX_BYTES", 20)
    assert read_trees(folder) == NOTHING
    assert not write_trees(folder, TREES)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o722])
def test_a_folder_in_which_others_can_write_is_left_alone(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "driftcheck"
    write_trees(folder, TREES)
    folder.chmod(0o755)
    assert read_trees(folder) == TREES
    folder.chmod(mode)
    assert read_trees(folder) == NOTHING
    assert not write_trees(folder, TREES)


def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    write_trees(elsewhere, TREES)
    (tmp_path / "driftcheck").symlink_to(elsewhere)
    assert read_trees(tmp_path / "driftcheck") == NOTHING
    assert not write_trees(tmp_path / "driftcheck", TREES)
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    file_of(own).symlink_to(file_of(elsewhere))
    assert read_trees(own) == NOTHING
    assert write_trees(own, TREES)
    assert not file_of(own).is_symlink()


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "driftcheck"
    folder.mkdir(mode=0o700)
    os.mkfifo(file_of(folder))
    assert read_trees(folder) == NOTHING


def test_without_a_place_to_write_there_is_no_cache_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    assert not write_trees(tmp_path / "a file/driftcheck", TREES)
    assert not write_trees(Path("/proc/driftcheck"), TREES)
    assert not write_trees(None, TREES)
    assert read_trees(None) == NOTHING
    folder = tmp_path / "driftcheck"
    write_trees(folder, TREES)
    file_of(folder).unlink()
    file_of(folder).mkdir()
    assert not write_trees(folder, TREES)
    assert [path.name for path in folder.iterdir()] == ["expressions-2.json"]


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_CACHE_HOME": "/var/cache", "HOME": "/home/a"}, "/var/cache/driftcheck"),
        ({"HOME": "/home/a"}, "/home/a/.cache/driftcheck"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/a"}, "/home/a/.cache/driftcheck"),
        ({"XDG_CACHE_HOME": "", "HOME": ""}, None),
        ({}, None),
    ],
)
def test_where_the_cache_is(environ: dict[str, str], folder: str | None) -> None:
    assert cache_folder(environ) == folder


def test_the_file_is_ascii_and_whole(tmp_path: Path) -> None:
    folder = tmp_path / "driftcheck"
    write_trees(folder, {"expressions": {"'ä'": ["constant", "ä", 0]}, "templates": {}})
    content = file_of(folder).read_bytes()
    assert content.isascii()
    assert json.loads(content)["expressions"] == {"'ä'": ["constant", "ä", 0]}
