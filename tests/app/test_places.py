"""What stands in a JSON file gets its line when it is shown or saved; all else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from driftcheck.app.places import with_lines
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, Snapshot

NODE = b'{\n  "default": {\n    "port": 1,\n    "id": 2\n  }\n}\n'


@dataclass(frozen=True, slots=True)
class MemoryTree:
    """A tree of bytes that counts what is read; None is a file that cannot be read."""

    files: Mapping[str, bytes | None]
    reads: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "memory"

    def list(self) -> list[str]:
        return sorted(self.files)

    def read(self, path: str) -> bytes | Unknown:
        self.reads.append(path)
        content = self.files.get(path)
        return Unknown(kind=UnknownKind.DENIED, reason="permission denied") if content is None else content

    def modified(self, path: str) -> Fact[datetime]:
        return Absent(evidence="memory keeps no times")


def at(pointer: str | None, name: str = "nodes/a.json", source: str = "chef") -> Location:
    return Location(source=source, name=name, pointer=pointer)


def test_locations_get_lines_wherever_they_stand() -> None:
    port, broker_id = at("/default/port"), at("/default/id")
    gap = Unknown(kind=UnknownKind.FAULT, reason="r", candidates=(Known(value=2, location=port),))
    fact = Known(
        value="1", location=port, derived_from=(gap,), shadows=(Known(value="2", location=broker_id),)
    )
    tree = MemoryTree({"nodes/a.json": NODE})
    found = with_lines({"settings": (fact, {"inner": broker_id})}, [tree])
    in_3, in_4 = replace(port, line=3, column=13), replace(broker_id, line=4, column=11)
    unknown = replace(gap, candidates=(Known(value=2, location=in_3),))
    expected = replace(
        fact, location=in_3, derived_from=(unknown,), shadows=(Known(value="2", location=in_4),)
    )
    assert found == {"settings": (expected, {"inner": in_4})}
    assert tree.reads == ["nodes/a.json"]


def test_other_locations_stay() -> None:
    others = (
        at(None),
        at(""),
        at("port", source="rendered"),
        at("/default/port", name="/brokers/ids/1", source="zookeeper"),
        replace(at("/default/port"), line=7),
        at("/default/port", name="nodes/elsewhere.json"),
    )
    tree = MemoryTree({"nodes/a.json": NODE, "/brokers/ids/1": NODE})
    assert with_lines(others, [tree]) is others
    assert tree.reads == []


def test_without_trees_and_without_readable_files_nothing_changes() -> None:
    value = (at("/default/port"),)
    assert with_lines(value, ()) is value
    assert with_lines(value, [MemoryTree({"nodes/a.json": None})]) is value


def test_a_path_means_the_first_tree_that_has_it() -> None:
    first, second = MemoryTree({"nodes/b.json": NODE}), MemoryTree({"nodes/a.json": b'{"default": 1}'})
    third = MemoryTree({"nodes/a.json": NODE})
    (found,) = with_lines((at("/default/port"),), [first, second, third])
    assert (found.line, found.column) == (1, 13)
    denied = MemoryTree({"nodes/a.json": None})
    value = (at("/default/port"),)
    assert with_lines(value, [denied, third]) is value


def test_what_does_not_change_stays_the_same_object_and_what_is_shared_stays_shared() -> None:
    known = Known(value=1, location=at("/default/id"))
    gap = Gap(source="dns", kind=UnknownKind.FAULT, reason="r", location=at("x", source="dns"))
    snapshot = Snapshot(
        taken_at=datetime(2015, 3, 26, tzinfo=UTC),
        tool="driftcheck",
        gaps=(gap, replace(gap, location=at("/default/port"))),
    )
    found, (left, right) = with_lines((snapshot, (known, known)), [MemoryTree({"nodes/a.json": NODE})])
    assert found.gaps[0] is gap
    assert found.gaps[1].location == replace(at("/default/port"), line=3, column=13)
    assert found.sources is snapshot.sources
    assert left is right
