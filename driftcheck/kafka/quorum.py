"""Controller quorums as KRaft reads them: controller.quorum.voters and .bootstrap.servers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from driftcheck.kafka import java_text
from driftcheck.kafka.refusals import refuse
from driftcheck.kafka.versions import Release

MAX_PORT = 65535

_HOST_PORT = r"[^\n\r\x85\u2028\u2029]*?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)"


def parse_voters(entries: Sequence[str], release: Release) -> tuple[int, ...]:
    """The ids of `id@host:port` entries, in the order in which Kafka's texts list them.

    Kafka never compares their hosts and ports with the listeners (RaftConfig, from 3.8 QuorumConfig).
    """
    ids: dict[int, None] = {}
    for entry in entries:
        parts = entry.split("@")
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        if len(parts) != 2:
            refuse(
                "Invalid configuration value for controller.quorum.voters. Each entry should be in the form"
                " `{id}@{host}:{port}`."
            )
        try:
            voter = java_text.integer(parts[0])
        except java_text.NotANumberError:
            refuse(f"Failed to parse voter ID as an integer from {parts[0]}")
        _check_address(
            parts[1],
            f"Failed to parse host {{}} from entry {_braced(entry)} for the configuration"
            " controller.quorum.voters. Each entry should be in the form `{{id}}@{{host}}:{{port}}`.",
        )
        ids[voter] = None
    return _hash_order(ids, 16 if release.family < (3, 8) else len(entries))


def parse_bootstrap_server(entry: str, release: Release) -> None:
    """Refuses what is not `host:port`; 3.8 forgot to fill in its sentence (QuorumConfig)."""
    subject, setting = _braced(entry), "controller.quorum.bootstrap.servers"
    if release.family < (3, 9):
        subject = setting = "{{}}"
    _check_address(
        entry,
        f"Failed to parse host {{}} from {subject} for the configuration {setting}. Each entry should be in"
        ' the form "{{host}}:{{port}}"',
    )


def _check_address(text: str, sentence: str) -> None:
    """Refuses what Kafka's Utils.getHost or java.net.InetSocketAddress refuses."""
    match = re.fullmatch(_HOST_PORT, text)
    if match is None:
        refuse(sentence.format("name"))
    try:
        port = java_text.integer(match[2])
    except java_text.NotANumberError as error:
        refuse(str(error))
    if port > MAX_PORT:
        refuse(f"port out of range:{port}")


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _hash_order(numbers: Iterable[int], capacity: int) -> tuple[int, ...]:
    """Integers in the order of the buckets of a java.util.HashMap of that initial capacity."""
    known = list(numbers)
    size = 1
    while size < capacity or size * 3 < len(known) * 4:
        size *= 2

    def bucket(number: int) -> int:
        bits = number % 2**32
        return (bits ^ bits >> 16) & (size - 1)

    return tuple(sorted(known, key=bucket))
