"""Zone files of a tree: read with what they include, each as a zone or as gaps that say why not."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from driftcheck.formats.domain_names import DomainName, DomainNameError, domain_text, host_domain
from driftcheck.formats.zone import parse_zone
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import Gap
from driftcheck.model.tree import Tree
from driftcheck.sources.questions.question import dns_location, fault
from driftcheck.sources.questions.zones import Zone, nodes

MAX_GAPS = 20
"""Gaps of one zone file; what else is wrong with it is like them."""

_PREFIX = re.compile(r"^(?:db|zone|named|pri|master)[._]", re.IGNORECASE)
_SUFFIX = re.compile(r"[._](?:zone|db|dns|hosts|txt)$", re.IGNORECASE)


@frozen
class Zones:
    """Zones by their names. `unread`: a file of which it is not even known which names it would hold."""

    by_apex: Mapping[DomainName, Zone]
    unread: Unknown | None
    gaps: tuple[Gap, ...]

    def of(self, name: DomainName) -> Zone | None:
        """The zone that answers for a name: the one whose own name is the longest."""
        for start in range(len(name) + 1):
            if (zone := self.by_apex.get(name[start:])) is not None:
                return zone
        return None


def without_folder() -> Zones:
    """No zone: there is nothing that the paths are relative to."""
    why = fault("zone files are given, and no folder of a configuration to read them from")
    return Zones(by_apex={}, unread=why, gaps=(_gap(why),))


def read_zones(tree: Tree, paths: Iterable[str]) -> Zones:
    """All zone files; `paths` are relative to the tree's root. A zone that two files hold is broken."""
    zones: dict[DomainName, Zone] = {}
    unread: Unknown | None = None
    gaps: list[Gap] = []
    for path in dict.fromkeys(map(posixpath.normpath, paths)):
        zone, problems = _read(tree, path)
        if zone is None:
            unread = unread or problems[0]
        elif (other := zones.get(zone.apex)) is not None:
            reason = f"{path} and {other.file} hold the same zone, {domain_text(zone.apex)}"
            problems = [fault(reason, dns_location(path)), *problems]
            zones[zone.apex] = replace(other, broken=other.broken or problems[0])
        else:
            zones[zone.apex] = zone
        gaps.extend(map(_gap, problems[:MAX_GAPS]))
    return Zones(by_apex=zones, unread=unread, gaps=tuple(gaps))


def _read(tree: Tree, path: str) -> tuple[Zone | None, list[Unknown]]:
    """The zone of a file, None if its name is not known, and what is wrong with the file."""
    data = _content(tree, path)
    if isinstance(data, Unknown):
        return None, [replace(data, reason=f"the zone file cannot be read: {data.reason}")]
    assumed: tuple[str, ...] = ()
    file = parse_zone(path, data, origin=None, include=partial(_included, tree))
    if file.needs_origin and (origin := _named_by(path)) is not None:
        file = parse_zone(path, data, origin=origin, include=partial(_included, tree))
        assumed = (f"the zone in {path} is {domain_text(origin)}, as its file's name says",)
    problems = [fault(each.message, dns_location(each.file, line=each.line)) for each in file.problems]
    if file.apex is None:
        return None, problems
    zone = Zone(
        file=path,
        apex=file.apex,
        nodes=nodes(file.apex, file.records),
        modified=tree.modified(path),
        broken=problems[0] if problems else None,
        assumed=assumed,
    )
    return zone, problems


def _content(tree: Tree, path: str) -> bytes | Unknown:
    location = dns_location(path)
    if _leaves(path):
        return fault("it lies outside of the configuration's folder", location)
    content = tree.read(path)
    return replace(content, location=location) if isinstance(content, Unknown) else content


def _included(tree: Tree, name: str, file: str) -> tuple[str, bytes] | str:
    """What `$INCLUDE name` in a file means: beside that file, else from the tree's root."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
    reasons: list[str] = []
    for path in dict.fromkeys((beside, posixpath.normpath(name))):
        content = _content(tree, path)
        if isinstance(content, bytes):
            return path, content
        reasons.append(content.reason)
    return reasons[0]


def _leaves(path: str) -> bool:
    return path.startswith(("/", "../")) or path == ".."


def _named_by(path: str) -> DomainName | None:
    """The zone after which a file is named (`prod.example.com.zone`, `db.example.com`), if it looks so."""
    text = _PREFIX.sub("", posixpath.basename(path), count=1)
    text = _SUFFIX.sub("", text, count=1)
    try:
        name = host_domain(text)
    except DomainNameError:
        return None
    return None if len(name) < 2 or name[-1].isdigit() else name


def _gap(problem: Unknown) -> Gap:
    return Gap(
        source="dns",
        kind=problem.kind,
        reason=problem.reason,
        location=problem.location,
        hides="what the names of its zone resolve to",
    )
