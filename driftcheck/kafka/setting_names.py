"""Which keys are settings of Kafka, and which setting a misspelt one was probably meant to be."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from driftcheck.kafka.catalogue import replaced_by, since, until
from driftcheck.kafka.settings import BROKER, GROUPS, rows_of, settings_of
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

PLUGIN_PREFIXES = (
    *("confluent.", "strimzi.", "cruise.control.", "ksql.", "schema.registry.", "kafka.rest.", "kafkastore."),
    *("authorizer.zookeeper.", "opa.", "ranger.", "ldap.", "oauth.", "allow.everyone.", "super.users"),
    *("kafka.metrics.", "kafka.csv.", "kafka.graphite.", "kafka.statsd.", "kafka.ganglia.", "kafka.riemann."),
    *("kafka.influxdb.", "kafka.http.", "kafka.prometheus.", "external.kafka.", "metrics.jmx.", "statsd."),
    *("datadog.", "prometheus.", "newrelic.", "log4j", "logger.", "java.", "io.", "com.", "org."),
    *("client.quota.callback.", "rsm.config.", "rlmm.config.", "spiffe."),
    *("aws.", "azure.", "gcp.", "s3.", "hdfs.", "vault.", "zookeeper.ssl.", "zookeeper.sasl."),
)
"""How the keys of known plugins begin: authorizers, metrics reporters, tiered storage, vendors' additions."""

_READ_BY_ALL = ("kafka.metrics.",)
"""How settings begin that KafkaMetricsConfig reads since 0.8; KafkaConfig itself defines them since 2.1."""

_PASSED_ON = {
    "connect-distributed": ("producer.", "consumer.", "admin."),
    "connect-standalone": ("producer.", "consumer.", "admin."),
}
_CONNECT_PREFIXES = (
    *("key.converter.", "value.converter.", "header.converter.", "internal.key.converter."),
    *(
        "internal.value.converter.",
        "offset.storage.",
        "config.storage.",
        "status.storage.",
        "listeners.https.",
    ),
)
_PROVIDERS = "config.providers."
_OF_A_LISTENER = r"(?s)listener\.name\.[^.]+\.(?:.*\.)?[^.]+"
_SEPARATORS = r"[._\- ]+"
_UNITS = {
    "mins": "minutes",
    "min": "minutes",
    "minute": "minutes",
    "hour": "hours",
    "hrs": "hours",
    "millis": "ms",
    "msec": "ms",
    "msecs": "ms",
    "sec": "seconds",
    "secs": "seconds",
    "second": "seconds",
    "byte": "bytes",
}
_UNIT = rf"(?<=\.)(?:{'|'.join(_UNITS)})$"
_LETTERS_PER_SLIP = 5
_FEW_SLIPS = 2
_LONGEST = 200
"""Characters of a key that are looked at."""


class KeyKind(enum.Enum):
    """What a key is to a release."""

    KNOWN = "known"
    ELSEWHERE = "elsewhere"
    PLUGIN = "plugin"
    MISSPELT = "misspelt"
    UNKNOWN = "unknown"


@frozen
class KeyVerdict:
    """What a key is. `nearest` is the setting that it was probably meant to be, None where none is near.

    ELSEWHERE: other releases know it, from `since` to `until` (None: the newest one does).
    """

    key: str
    kind: KeyKind
    nearest: str | None = None
    since: str | None = None
    until: str | None = None


@cache
def judge_key(key: str, release: Release | None = None, group: str = BROKER) -> KeyVerdict:
    """What a key is to a release; None stands for all releases together.

    A plugin's key is never called unknown: Kafka hands all keys to its plugins. A client's setting is none of
    a broker's, and not misspelt. Another key that differs from a setting in nothing but a few letters is,
    whatever else it could be.
    """
    if key in rows_of(group):
        if release is None or key in settings_of(release, group) or key.startswith(_READ_BY_ALL):
            return KeyVerdict(key=key, kind=KeyKind.KNOWN)
        first, last = since(key, group), until(key, group)
        return KeyVerdict(key=key, kind=KeyKind.ELSEWHERE, since=first, until=last)
    former = replaced_by(key, f"{group}-0.7")
    if former:
        return KeyVerdict(key=key, kind=KeyKind.ELSEWHERE, nearest=former[0], since="0.7", until="0.7")
    if _is_passed_on(key, group):
        return KeyVerdict(key=key, kind=KeyKind.PLUGIN)
    if any(key in rows_of(other) for other in GROUPS):
        return KeyVerdict(key=key, kind=KeyKind.UNKNOWN)
    near = nearest(key, rows_of(group) if release is None else settings_of(release, group))
    return KeyVerdict(key=key, kind=KeyKind.MISSPELT if near else KeyKind.UNKNOWN, nearest=near)


CLIENT_FILES: Mapping[str, tuple[str, ...]] = {
    "producer.properties": ("producer", "old-producer"),
    "consumer.properties": ("consumer", "old-consumer"),
    "connect-distributed.properties": ("connect-distributed",),
    "connect-standalone.properties": ("connect-standalone",),
}
"""Whose settings the kinds of clients' files hold."""


@cache
def misspelt_client_key(key: str, kind: str) -> str | None:
    """The setting that a misspelt key of a client's file (a key of CLIENT_FILES) was meant to be.

    None for a key that is none: what any broker, client or worker of any release has as a setting, what is a
    plugin's, and what no setting of the file's kind is near to.
    """
    groups = CLIENT_FILES.get(kind, ())
    if any(key in rows_of(group) for group in GROUPS) or any(_is_passed_on(key, group) for group in groups):
        return None
    return nearest(key, sorted({name for group in groups for name in rows_of(group)}))


def nearest(word: str, names: Collection[str]) -> str | None:
    """The name that a word was probably meant to be; None if no name is near.

    Near is what differs in the case of letters, the separators and how a unit is written; in at most one slip
    for every five letters (a letter more, less, another one, or two exchanged); or in one part that is
    missing at an end: `log.retention.check.interval`, `retention.ms`. Where that takes more than two slips,
    the only name that has one part more or less, wherever that stands, is nearer.
    """
    plain = _plain(word[:_LONGEST])
    if not plain:
        return None
    spelt_out = re.sub(_UNIT, lambda found: _UNITS[found[0]], plain)
    if spelt_out in names:
        return spelt_out
    most = len(plain) // _LETTERS_PER_SLIP
    found: tuple[int, str] | None = None
    for name in names:
        limit = most if found is None else min(most, found[0])
        slips = _slips(plain, _plain(name), limit)
        if slips is not None and (found is None or (slips, name) < found):
            found = (slips, name)
    if found is None:
        return _longer(plain, names)
    return found[1] if found[0] <= _FEW_SLIPS else _one_part_apart(plain, names) or found[1]


def _is_passed_on(key: str, group: str) -> bool:
    if group.startswith("connect-") and key.startswith((*_PASSED_ON[group], *_CONNECT_PREFIXES)):
        return True
    if key.startswith(_PROVIDERS) or (group == BROKER and re.fullmatch(_OF_A_LISTENER, key)):
        return True
    return key.lower().startswith(PLUGIN_PREFIXES)


def _longer(plain: str, names: Iterable[str]) -> str | None:
    """The only name that has one part more, at its end or its beginning."""
    parts = plain.split(".")
    if len(parts) < 2:
        return None
    found = []
    for name in names:
        longer = name.split(".")
        if len(longer) == len(parts) + 1 and (longer[1:] == parts or (longer[:-1] == parts and parts[2:])):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _one_part_apart(plain: str, names: Iterable[str]) -> str | None:
    """The only name of which the word is all but one part, or that is all but one of the word's."""
    parts = plain.split(".")
    shorter = {".".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))}
    found = []
    for name in names:
        its = name.split(".")
        if name in shorter or any(its[:at] + its[at + 1 :] == parts for at in range(len(its))):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _plain(word: str) -> str:
    return re.sub(_SEPARATORS, ".", word.strip().lower()).strip(".")


def _slips(one: str, other: str, most: int) -> int | None:
    """The optimal string alignment distance of two words, None if it is more than `most`."""
    if abs(len(one) - len(other)) > most or _letters_apart(one, other) > 2 * most:
        return None
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, its in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return None
        before, last = last, current
    return last[-1] if last[-1] <= most else None


def _letters_apart(one: str, other: str) -> int:
    """How many letters of either word the other does not have; twice the distance at most."""
    return sum(abs(one.count(letter) - other.count(letter)) for letter in {*one, *other})
