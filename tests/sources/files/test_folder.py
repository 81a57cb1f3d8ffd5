"""A folder is read as a tree whatever lies in it."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.sources.files import folder as folder_module
from driftcheck.sources.files.folder import FolderTree


def reason(tree: FolderTree, path: str) -> tuple[UnknownKind, str]:
    content = tree.read(path)
    assert isinstance(content, Unknown)
    return content.kind, content.reason


def test_files_are_listed_sorted_with_slashes_and_without_git(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a/x.txt", "a.txt", ".git/config", ".driftcheck.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert list(FolderTree(tmp_path).list()) == [".driftcheck.yaml", "a.txt", "b/a/x.txt", "b/z.txt"]
    assert FolderTree(tmp_path).read("b/a/x.txt") == b"b/a/x.txt"


def test_a_single_file_is_a_tree_of_that_file(tmp_path: Path) -> None:
    (tmp_path / "one.properties").write_text("a=1")
    (tmp_path / "two.properties").write_text("a=2")
    tree = FolderTree(tmp_path / "one.properties")
    assert list(tree.list()) == ["one.properties"]
    assert tree.read("one.properties") == b"a=1"


def test_a_loop_of_links_ends_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/up").symlink_to("..")
    (tmp_path / "good").write_text("x")
    tree = FolderTree(tmp_path)
    assert list(tree.list()) == ["a", "b", "deep/up", "good"]
    assert reason(tree, "a") == (UnknownKind.FAULT, "it is a loop of symbolic links")
    assert reason(tree, "deep/up") == (
        UnknownKind.UNSUPPORTED,
        "it is a link to a folder, which is not followed",
    )
    assert tree.read("good") == b"x"


def test_an_empty_folder_called_like_a_file_says_so(tmp_path: Path) -> None:
    for name in ("etc/server.properties", "full.d", "empty", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "full.d/a").write_text("x")
    tree = FolderTree(tmp_path)
    assert list(tree.list()) == ["etc/server.properties", "full.d/a"]
    assert reason(tree, "etc/server.properties") == (UnknownKind.FAULT, "it is an empty folder")
    assert isinstance(tree.modified("etc/server.properties"), Unknown)


def test_links_are_followed_inside_the_root_and_never_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    root = tmp_path / "root"
    (root / "nodes").mkdir(parents=True)
    (root / "real.json").write_text("{}")
    (root / "nodes/in.json").symlink_to("../real.json")
    (root / "nodes/out.json").symlink_to("../../secret")
    (root / "nodes/dangling.json").symlink_to("nowhere")
    tree = FolderTree(root)
    assert tree.read("nodes/in.json") == b"{}"
    assert reason(tree, "nodes/out.json")[0] is UnknownKind.UNSUPPORTED
    assert "outside" in reason(tree, "nodes/out.json")[1]
    assert reason(tree, "nodes/dangling.json") == (UnknownKind.FAULT, "no such file or directory")
    assert isinstance(tree.read("../secret"), Unknown)
    assert isinstance(tree.modified("nodes/out.json"), Unknown)


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        tree = FolderTree(tmp_path)
        assert list(tree.list()) == ["fifo.json", "socket"]
        assert reason(tree, "fifo.json") == (UnknownKind.UNSUPPORTED, "it is not a regular file")
        assert reason(tree, "socket") == (UnknownKind.UNSUPPORTED, "it is not a regular file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_denied(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "file").chmod(0)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0)
    tree = FolderTree(tmp_path)
    assert list(tree.list()) == ["closed", "file"]
    assert reason(tree, "file") == (UnknownKind.DENIED, "permission denied")
    assert reason(tree, "closed") == (UnknownKind.DENIED, "permission denied")
    (tmp_path / "closed").chmod(0o700)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "edge").write_bytes(b"x" * 2**20)
    (tmp_path / "huge").write_bytes(b"x" * (2**20 + 1))
    tree = FolderTree(tmp_path, max_bytes=2**20)
    assert tree.read("edge") == b"x" * 2**20
    assert reason(tree, "huge") == (UnknownKind.UNSUPPORTED, "it is larger than 1 MiB")


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    tree = FolderTree(tmp_path / "nowhere")
    assert list(tree.list()) == ["."]
    assert reason(tree, ".") == (UnknownKind.FAULT, "no such file or directory")


def test_the_time_of_a_file_is_utc(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    os.utime(tmp_path / "file", (1427404447, 1427404447))
    when = FolderTree(tmp_path).modified("file")
    assert isinstance(when, Known)
    assert when.value == datetime(2015, 3, 26, 21, 14, 7, tzinfo=UTC)


def test_folders_that_are_too_deep_or_too_many_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/c/file").write_text("x")
    monkeypatch.setattr(folder_module, "MAX_DEPTH", 1)
    assert list(FolderTree(tmp_path).list()) == ["a/b"]
    assert "not entered" in reason(FolderTree(tmp_path), "a/b")[1]
    monkeypatch.setattr(folder_module, "MAX_DEPTH", 9)
    assert list(FolderTree(tmp_path).list()) == ["a/b/c/file"]
    (tmp_path / "one").write_text("1")
    monkeypatch.setattr(folder_module, "MAX_FILES", 1)
    assert list(FolderTree(tmp_path).list()) == ["a", "one"]


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the system has no /proc")
def test_a_file_whose_size_is_not_said_is_read_to_its_end() -> None:
    content = FolderTree("/proc/self/status").read("status")
    assert isinstance(content, bytes)
    assert b"VmPeak" in content


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert FolderTree(tmp_path).read("a") == b"x" * size


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    descriptor = os.open(tmp_path / "a", os.O_RDONLY)
    assert folder_module._read_up_to(descriptor, 1_000, expected=40) == b"x" * 100
    os.close(descriptor)
