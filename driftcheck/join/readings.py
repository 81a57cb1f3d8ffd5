"""What releases of Kafka make of settings, each distinct question asked once.

The brokers of a fleet differ in little but their ids and hosts, and Kafka looks at neither more closely than
is written here: two configurations that are alike but for such hosts and ids are one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from driftcheck.kafka.endpoints import (
    EffectiveEndpoints,
    effective_endpoints,
    effective_endpoints_by_family,
)
from driftcheck.model.facts import Fact, Known
from driftcheck.model.frozen import frozen

_BREAKS = ((0, 8, 1), (0, 9), (0, 10, 2), (2, 8), (3, 0))
"""The families from which on other settings decide where an endpoint comes from."""

_LISTS = ("listeners", "advertised.listeners")
_HOSTS = ("host.name", "advertised.host.name")
_ENTRY = r"(\s*[0-9A-Za-z_-]+://)([^,/:]*|\[[0-9A-Fa-f:.]*\])(:[0-9]{1,5}\s*)"
_NAME = re.compile(r"[0-9A-Za-z.-]+")
_IPV4 = re.compile(r"(?:(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])(?:\.(?!$)|$)){4}")
_VERBATIM = re.compile(r"|0\.0\.0\.0|\[[0-9A-Fa-f:.]*\]")
_MAX_HOSTS = 250

_CONNECT = "zookeeper.connect"
_PLAIN_CONNECT = re.compile(r"[0-9A-Za-z.-]+:[0-9]+(?:,[0-9A-Za-z.-]+:[0-9]+)*(?:/[0-9A-Za-z._-]+)*")
"""Kafka looks whether there is any connect string; what ZooKeeper's client makes of it is asked elsewhere."""

_IDS = ("broker.id", "node.id")
_SMALL_ID, _LARGE_ID = re.compile(r"0|[1-9][0-9]{0,2}"), re.compile(r"[1-9][0-9]{4,8}")
_WITH_IDS = ("process.roles", "controller.quorum.voters", "reserved.broker.max.id")
"""Settings with which an id is compared."""


@frozen
class Answers:
    """`starting`: the distinct answers of the releases that would start; `refused`: whether others would not.

    `hosts`: what stands in the answers for a host → that host.
    """

    starting: tuple[EffectiveEndpoints, ...]
    refused: bool
    hosts: Mapping[str, str]

    def host(self, text: str) -> str:
        return self.hosts.get(text, text)


@dataclass(slots=True)
class Readings:
    """The canonical host name is left to the caller: `host_from` says where it counts."""

    _known: dict[tuple[str | None, frozenset[tuple[str, str]]], Answers] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many distinct questions were asked."""
        return len(self._known)

    def answers(self, texts: Mapping[str, str], version: Fact[str]) -> Answers:
        """By the release, or without a version by the last release of every family."""
        release = version.value if isinstance(version, Known) else None
        alike, hosts = _alike(texts)
        key = (release, frozenset(alike.items()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _asked(alike, release)
        return Answers(starting=found.starting, refused=found.refused, hosts=hosts)

    def refusal(self, texts: Mapping[str, str], version: Fact[str]) -> str:
        """The words in which the release, or the newest, refuses these very settings.

        4.0 knows no ZooKeeper: what it says of settings without process.roles is no reason of theirs.
        """
        if isinstance(version, Known):
            return effective_endpoints(texts, version=version.value, hostname=None).error or ""
        answers = effective_endpoints_by_family(texts, hostname=None).values()
        *_, newest = (each for each in answers if each.release.family < (4, 0) or "process.roles" in texts)
        family = newest.release.family_name
        return f"no release of Kafka since 0.8 starts with this; {family} says: {newest.error}"


def _asked(texts: Mapping[str, str], version: str | None) -> Answers:
    if version is None:
        answers = list(effective_endpoints_by_family(texts, hostname=None).values())
    else:
        answers = [effective_endpoints(texts, version=version, hostname=None)]
    starting = [answer for answer in answers if answer.endpoints is not None]
    return Answers(starting=_distinct(starting), refused=len(starting) < len(answers), hosts={})


def _distinct(answers: Iterable[EffectiveEndpoints]) -> tuple[EffectiveEndpoints, ...]:
    found: list[EffectiveEndpoints] = []
    for answer in answers:
        if not any(_say_the_same(answer, other) for other in found):
            found.append(answer)
    return tuple(found)


def _say_the_same(one: EffectiveEndpoints, other: EffectiveEndpoints) -> bool:
    sides = {tuple(each.release.family >= family for family in _BREAKS) for each in (one, other)}
    return len(sides) == 1 and replace(one, release=other.release) == other


def _alike(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts with stand-ins for hosts and id, and each stand-in's host.

    Kafka tells names, IPv4 and IPv6 addresses and 0.0.0.0 apart, and whether two hosts are equal; an id it
    compares with reserved.broker.max.id, and in KRaft with the voters. Of a connect string it wants no more
    than that there is one.
    """
    alike = dict(texts)
    stand_ins: dict[str, str] = {}
    hosts = {key: _replaced(texts[key], stand_ins, listed=key in _LISTS) for key in _keys(texts)}
    if len(stand_ins) <= _MAX_HOSTS and None not in hosts.values():
        alike.update((key, text) for key, text in hosts.items() if text is not None)
    else:
        stand_ins = {}
    if _PLAIN_CONNECT.fullmatch(texts.get(_CONNECT, "")):
        alike[_CONNECT] = "zookeeper:2181"
    ids = {texts[key] for key in _IDS if key in texts}
    if len(ids) == 1 and not any(key in texts for key in _WITH_IDS):
        (text,) = ids
        for pattern, stand_in in ((_SMALL_ID, "0"), (_LARGE_ID, "10000")):
            if pattern.fullmatch(text):
                alike.update((key, stand_in) for key in _IDS if key in texts)
    return alike, {stand_in: host for host, stand_in in stand_ins.items()}


def _keys(texts: Mapping[str, str]) -> list[str]:
    return [key for key in (*_LISTS, *_HOSTS) if key in texts]


def _replaced(text: str, stand_ins: dict[str, str], *, listed: bool) -> str | None:
    """The text with its hosts replaced; None if there is anything in it that is not looked through."""
    if not listed:
        return _stand_in(text, stand_ins)
    entries = []
    for entry in text.split(","):
        parts = re.fullmatch(_ENTRY, entry)
        host = None if parts is None else _stand_in(parts[2], stand_ins)
        if parts is None or host is None:
            return None
        entries.append(parts[1] + host + parts[3])
    return ",".join(entries)


def _stand_in(host: str, stand_ins: dict[str, str]) -> str | None:
    if _VERBATIM.fullmatch(host):
        return host
    if host not in stand_ins:
        if _IPV4.fullmatch(host):
            stand_ins[host] = f"192.0.2.{len(stand_ins)}"
        elif _NAME.fullmatch(host) and any(char.isalpha() for char in host):
            stand_ins[host] = f"h{len(stand_ins)}.invalid"
        else:
            return None
    return stand_ins[host]
