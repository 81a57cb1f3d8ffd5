"""The answers of a world's name servers."""

from __future__ import annotations

from collections.abc import Iterator

from driftcheck.app.worlds.notation import NOW, fact_of, is_unknown, texts
from driftcheck.formats.host_names import host_key, is_ip
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlScalar
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import DnsObservation
from driftcheck.sources.questions.hosts_file import VANTAGE as HOSTS_FILE

ONE_VANTAGE = "10.0.0.2:53"


def answers(node: YamlNode) -> Iterator[DnsObservation]:
    """Answers by name, or for each vantage by name."""
    entries = {} if node.is_null else node.as_mapping()
    several = bool(entries) and all(
        isinstance(value, YamlMapping) and not is_unknown(value) for value in entries.values()
    )
    for vantage, given in entries.items() if several else [(ONE_VANTAGE, node)]:
        for name, value in ({} if given.is_null else given.as_mapping()).items():
            yield from _answer(vantage, host_key(name), value)


def _answer(vantage: str, name: str, node: YamlNode) -> Iterator[DnsObservation]:
    """Addresses of a name (its A and AAAA records), or names of an address (PTR); `NXDOMAIN`, `TIMEOUT`."""
    place = Location(source="dns", name=vantage)
    fact: Fact[tuple[str, ...]]
    if isinstance(node, YamlScalar) and node.text == "NXDOMAIN":
        fact = Absent(evidence=f"NXDOMAIN from {vantage}", location=place)
    elif isinstance(node, YamlScalar) and node.text == "TIMEOUT":
        fact = Unknown(kind=UnknownKind.FAULT, reason=f"{vantage} did not answer", location=place)
    else:
        fact = fact_of(node, place, texts)
    for kind in ("PTR",) if is_ip(name) else ("A", "AAAA"):
        yield DnsObservation(
            vantage=vantage,
            name=name,
            rrtype=kind,
            observed_at=Known(value=NOW),
            values=_of_family(fact, kind, vantage),
            partial=vantage == HOSTS_FILE,
        )


def _of_family(fact: Fact[tuple[str, ...]], kind: str, vantage: str) -> Fact[tuple[str, ...]]:
    if not isinstance(fact, Known) or kind == "PTR":
        return fact
    values = tuple(value for value in fact.value if (":" in value) == (kind == "AAAA"))
    if not values:
        return Absent(evidence=f"no {kind} record from {vantage}", location=fact.location)
    return Known(value=values, location=fact.location)
