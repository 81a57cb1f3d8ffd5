"""One zone as a name server would serve it: delegations, aliases, wildcards (RFC 1034, 4592, 6672)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.formats.zone import ZoneRecord
from driftcheck.model.facts import Absent, Fact, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.sources.questions.question import dns_location

Node: TypeAlias = dict[str, list[ZoneRecord]]


@frozen
class Alias:
    """The name is another's: a CNAME, or what a DNAME above makes of it."""

    target: DomainName
    record: ZoneRecord


@frozen
class Delegated:
    """Other name servers answer for the name: `record` is the first that names one."""

    record: ZoneRecord


@frozen
class Zone:
    """A zone by the names that exist in it. `modified` is its file's time.

    `broken`: why a name server refuses it; `assumed`: what its name rests on.
    """

    file: str
    apex: DomainName
    nodes: Mapping[DomainName, Node]
    modified: Fact[datetime]
    broken: Unknown | None
    assumed: tuple[str, ...]

    def look_up(self, name: DomainName, rrtype: str) -> Sequence[ZoneRecord] | Alias | Delegated | Absent:
        """What the zone says of a name that is its apex or lies below it."""
        for length in range(len(self.apex), len(name) + 1):
            above = name[len(name) - length :]
            node = self.nodes.get(above)
            if node is None:
                return self._wildcard(name, rrtype, name[len(name) - length + 1 :])
            if "NS" in node and length > len(self.apex):
                return Delegated(record=node["NS"][0])
            if "DNAME" in node and length < len(name):
                record = node["DNAME"][0]
                return Alias(target=name[: len(name) - length] + (record.target or ()), record=record)
        return self._at(self.nodes[name], name, rrtype)

    def _wildcard(
        self, name: DomainName, rrtype: str, encloser: DomainName
    ) -> Sequence[ZoneRecord] | Alias | Delegated | Absent:
        """RFC 4592: the wildcard right below the closest name that exists, if there is one."""
        node = self.nodes.get((b"*", *encloser))
        if node is None:
            evidence = f"NXDOMAIN: the zone file {self.file} has no name {domain_text(name)}"
            return Absent(evidence=evidence, location=dns_location(self.file))
        return self._at(node, name, rrtype)

    def _at(self, node: Node, name: DomainName, rrtype: str) -> Sequence[ZoneRecord] | Alias | Absent:
        if "CNAME" in node:
            record = node["CNAME"][0]
            return Alias(target=record.target or (), record=record)
        if rrtype in node:
            return node[rrtype]
        evidence = f"no data: the zone file {self.file} has no {rrtype} record for {domain_text(name)}"
        for record, *_ in node.values():
            return Absent(evidence=evidence, location=dns_location(record.file, line=record.line))
        return Absent(evidence=evidence, location=dns_location(self.file))


def nodes(apex: DomainName, records: Sequence[ZoneRecord]) -> dict[DomainName, Node]:
    """Every name that exists, those that only have names below them too."""
    found: dict[DomainName, Node] = {apex: {}}
    for record in records:
        if (node := found.get(record.name)) is None:
            node = found[record.name] = {}
            for skipped in range(1, len(record.name) - len(apex)):
                if record.name[skipped:] in found:
                    break
                found[record.name[skipped:]] = {}
        node.setdefault(record.rrtype, []).append(record)
    return found
