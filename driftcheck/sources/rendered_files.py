"""Rendered files: a node's `server.properties`, `zoo.cfg`, `myid` and `hosts`, and its clients' files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from driftcheck.formats.hosts import parse_hosts
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import (
    Gap,
    HostsObservation,
    MyidObservation,
    PropertiesObservation,
    Snapshot,
    SourceRun,
)
from driftcheck.model.tree import Tree
from driftcheck.sources.files import host_times
from driftcheck.sources.files.bounded import MOST_LINES, read_bounded
from driftcheck.sources.files.file_pattern import FilePattern, parse_pattern
from driftcheck.sources.files.properties_file import read_properties
from driftcheck.sources.files.tree_paths import outer_parts, spellings
from driftcheck.sources.interface import Deadline, Request

HOSTS = "hosts"
MYID = "myid"
SERVER_KINDS = frozenset(
    {
        "server.properties",
        "meta.properties",
        HOSTS,
        "zoo.cfg",
        "zoo.cfg.dynamic",
        "zookeeper.properties",
        MYID,
        host_times.KIND,
    }
)
"""The kinds that the machine of a broker or a ZooKeeper server has; every other kind is a client's."""

MOST_DIGITS = 100
"""Characters of a myid that are kept: an id has twenty at most."""

Patterns = Mapping[str, tuple[FilePattern, ...]]


class RenderedFiles:
    """The sources `rendered`, `file_times` and `client_files`: the files that the patterns find in a tree."""

    @property
    def name(self) -> str:
        return "rendered"

    @property
    def wave(self) -> Literal[1, 2]:
        return 1

    def wanted(self, request: Request) -> bool:
        return bool(request.trees)

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """Every matching file as an observation; what cannot be read is Unknown there and a Gap beside."""
        now = datetime.now(UTC)
        patterns = {
            kind: tuple(parse_pattern(text) for text in texts)
            for kind, texts in request.configuration.rendered.items()
        }
        collected = _Collected()
        sources: list[SourceRun] = []
        for tree in request.trees:
            request.progress(f"reading rendered files in {tree.name}")
            found = collected.read_tree(tree, patterns, deadline)
            sources.extend(
                SourceRun(source=source, asked=tree.name, observed_at=now) for source in sorted(found)
            )
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=tuple(sources),
            properties=tuple(
                sorted(collected.properties, key=lambda one: (one.kind, one.node, one.location.name))
            ),
            hosts=tuple(sorted(collected.hosts, key=lambda one: (one.node, one.location.name))),
            myids=tuple(sorted(collected.myids, key=lambda one: (one.node, one.location.name))),
            gaps=tuple(collected.gaps),
        )


SOURCE = RenderedFiles()


class _Collected:
    def __init__(self) -> None:
        self.properties: list[PropertiesObservation] = []
        self.hosts: list[HostsObservation] = []
        self.myids: list[MyidObservation] = []
        self.gaps: list[Gap] = []

    def read_tree(self, tree: Tree, patterns: Patterns, deadline: Deadline) -> set[str]:
        """Read a tree's files; the names of the sources of which it has any."""
        sources: set[str] = set()
        listings: list[host_times.Listing] = []
        before = len(self.properties)
        outer = outer_parts(tree)
        begins = _beginnings(outer, patterns)
        kinds = _Kinds(outer, patterns)
        for path in tree.list():
            if path != "." and not begins(path.partition("/")[0]):
                continue
            matches = kinds.of(path)
            if not matches:
                self._look_for_hidden(tree, path, outer, patterns)
            for kind, node in matches:
                sources.add(_source(kind))
                if deadline.remaining() <= 0:
                    self._gap(_late(path), path, f"the {kind} of {node}")
                elif kind == HOSTS:
                    self._read_hosts(tree, path, node)
                elif kind == MYID:
                    self._read_myid(tree, path, node)
                elif kind == host_times.KIND:
                    listing, gaps = host_times.read_listing(tree, path, node)
                    listings.append(listing)
                    self.gaps.extend(gaps)
                else:
                    observation, gaps = read_properties(tree, path, kind, node)
                    self.properties.append(observation)
                    self.gaps.extend(gaps)
        self.properties[before:] = host_times.with_times(self.properties[before:], listings, tree)
        return sources

    def _read_hosts(self, tree: Tree, path: str, node: str) -> None:
        location = Location(source="rendered", name=path)
        content = read_bounded(tree, path, MOST_LINES)
        if isinstance(content, Unknown):
            self._gap(content, path, f"the hosts of {node}")
        self.hosts.append(
            HostsObservation(
                node=node,
                location=location,
                observed_at=tree.modified(path),
                entries=replace(content, location=location)
                if isinstance(content, Unknown)
                else Known(value=parse_hosts(content), location=location),
            )
        )

    def _read_myid(self, tree: Tree, path: str, node: str) -> None:
        location = Location(source="rendered", name=path, line=1, column=1)
        content = read_bounded(tree, path, MOST_LINES)
        line: Fact[str]
        if isinstance(content, Unknown):
            self._gap(content, path, f"the myid of {node}")
            line = replace(content, location=location)
        else:
            first = content.decode("latin-1").replace("\r", "\n").partition("\n")[0]
            line = Known(value=first[:MOST_DIGITS], location=location)
        self.myids.append(
            MyidObservation(node=node, location=location, observed_at=tree.modified(path), line=line)
        )

    def _look_for_hidden(self, tree: Tree, path: str, outer: tuple[str, ...], patterns: Patterns) -> None:
        """A Gap for a folder that was not entered although a pattern could match below it."""
        every = [pattern for group in patterns.values() for pattern in group]
        places = spellings(outer, path) if path != "." else ["."]
        if any(pattern.could_hold(place) for pattern in every for place in places):
            fact = tree.modified(path)
            if isinstance(fact, Unknown):
                self._gap(fact, path, "rendered files below it")

    def _gap(self, unknown: Unknown, path: str, hides: str) -> None:
        location = Location(source="rendered", name=path)
        gap = Gap(source="rendered", kind=unknown.kind, reason=unknown.reason, location=location, hides=hides)
        self.gaps.append(gap)


def _beginnings(outer: tuple[str, ...], patterns: Patterns) -> Callable[[str], bool]:
    """Whether any pattern could match below a folder of the tree's root; other folders are passed over."""
    every = [pattern for group in patterns.values() for pattern in group]
    outside = any(pattern.starts(name) for pattern in every for name in outer)

    @cache
    def begins(name: str) -> bool:
        return outside or any(pattern.starts(name) for pattern in every)

    return begins


class _Kinds:
    """As which kinds a path counts: most patterns end in a file's name, by which they are found."""

    def __init__(self, outer: tuple[str, ...], patterns: Patterns) -> None:
        self._outer = outer
        self._named: dict[str, dict[str, list[FilePattern]]] = {}
        self._others: dict[str, list[FilePattern]] = {}
        for kind, group in patterns.items():
            for pattern in group:
                name = pattern.file_name
                found = self._others if name is None else self._named.setdefault(name, {})
                found.setdefault(kind, []).append(pattern)

    def of(self, path: str) -> list[tuple[str, str]]:
        """The kinds, and whose file it is; the shortest spelling that matches counts."""
        name = path.rpartition("/")[2]
        own = self._named.get(name, {})
        if not own and not any(each.may_end_in(name) for group in self._others.values() for each in group):
            return []
        places = spellings(self._outer, path)
        found = []
        for kind in {**own, **self._others}:
            group = (*own.get(kind, ()), *self._others.get(kind, ()))
            nodes = (pattern.node(place) for place in places for pattern in group)
            node = next((node for node in nodes if node is not None), None)
            if node is not None:
                found.append((kind, node))
        return found


def _source(kind: str) -> str:
    if kind == host_times.KIND:
        return host_times.SOURCE
    return "rendered" if kind in SERVER_KINDS else "client_files"


def _late(path: str) -> Unknown:
    location = Location(source="rendered", name=path)
    return Unknown(kind=UnknownKind.FAULT, reason="the run's deadline passed", location=location)
