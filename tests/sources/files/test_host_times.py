"""A collected file has its machine's time if a listing says it, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.snapshot import NO_FILE_TIME, Snapshot
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.rendered_files import SOURCE

CHECKED_OUT = datetime(2026, 1, 1, tzinfo=UTC)
CHANGED = datetime(2015, 3, 26, 21, 14, 7, tzinfo=UTC)
FILE = "broker.id=1\n"
LISTED = "1427404447 12 /etc/kafka/server.properties\n"


def collect(files: dict[str, str | bytes | Unknown]) -> Snapshot:
    tree = MemoryTree({f"rendered/{path}": text for path, text in files.items()}, modified=CHECKED_OUT)
    request = Request(configuration=Configuration(), trees=(tree,))
    return SOURCE.collect(request, Deadline.after(60, per_operation=5))


def changed(files: dict[str, str | bytes | Unknown]) -> dict[str, object]:
    """The times, or why they are not known, by the file's path."""
    return {
        seen.location.name.removeprefix("rendered/"): seen.changed_at.value
        if isinstance(seen.changed_at, Known)
        else getattr(seen.changed_at, "reason", None)
        for seen in collect(files).properties
    }


def test_the_time_of_a_copy_or_a_checkout_does_not_count() -> None:
    (seen,) = collect({"k1/server.properties": FILE}).properties
    assert seen.changed_at == NO_FILE_TIME
    assert seen.changed_at.kind is UnknownKind.MISSING_INPUT


@pytest.mark.parametrize(
    "path", ["k1/server.properties", "k1/etc/kafka/server.properties", "k1/x/server.properties"]
)
def test_a_listing_that_lies_beside_it_does(path: str) -> None:
    snapshot = collect({path: FILE, "k1/file-times": LISTED})
    (seen,) = snapshot.properties
    assert isinstance(seen.changed_at, Known)
    assert seen.changed_at.value == CHANGED
    assert (seen.changed_at.location.name, seen.changed_at.location.line) == ("rendered/k1/file-times", 1)  # type: ignore[union-attr]  # a Known of a listing has a place
    assert [run.source for run in snapshot.sources] == ["file_times", "rendered"]
    assert snapshot.gaps == ()


def test_it_is_its_own_nodes_alone() -> None:
    files = {"k1/server.properties": FILE, "k2/server.properties": FILE, "k1/file-times": LISTED}
    assert changed({**files}) == {
        "k1/server.properties": CHANGED,
        "k2/server.properties": NO_FILE_TIME.reason,
    }


@pytest.mark.parametrize(
    ("listing", "why"),
    [
        ("1427404447 /etc/kafka/other.properties\n", "does not stand in rendered/k1/file-times"),
        ("1427404447 11 /etc/kafka/server.properties\n", "had 11 bytes when it was listed, its copy has 12"),
        (
            LISTED + "1427404448 12 /opt/kafka/server.properties\n",
            "which of /etc/kafka/server.properties and",
        ),
        (Unknown(kind=UnknownKind.DENIED, reason="permission denied"), "permission denied"),
    ],
)
def test_what_does_not_tell_is_unknown(listing: str | Unknown, why: str) -> None:
    (reason,) = changed({"k1/server.properties": FILE, "k1/file-times": listing}).values()
    assert why in str(reason)


def test_of_several_brokers_on_a_machine_the_folders_tell_which_is_which() -> None:
    found = changed(
        {
            "k1/a/server.properties": FILE,
            "k1/b/server.properties": FILE,
            "k1/c/server.properties": FILE,
            "k1/file-times": "1427404447 /opt/a/server.properties\n1427404448 /opt/b/server.properties\n",
        }
    )
    assert found["k1/a/server.properties"] == CHANGED
    assert found["k1/b/server.properties"] == CHANGED.replace(second=8)
    assert "does not stand in" in str(found["k1/c/server.properties"])


def test_a_line_that_is_none_and_a_listing_that_cannot_be_read_are_gaps() -> None:
    denied = Unknown(kind=UnknownKind.DENIED, reason="permission denied")
    snapshot = collect(
        {
            "k1/file-times": f"what is this\nand this\n{LISTED}",
            "k1/server.properties": FILE,
            "k2/file-times": denied,
        }
    )
    assert [(gap.kind, gap.hides, gap.location and gap.location.line) for gap in snapshot.gaps] == [
        (UnknownKind.FAULT, "when files of k1 were changed", 1),
        (UnknownKind.DENIED, "when files of k2 were changed", None),
    ]
    (seen,) = snapshot.properties
    assert isinstance(seen.changed_at, Known)
