"""Which release of Kafka a broker runs, and who says so. Its keys never decide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from driftcheck.errors import UsageError
from driftcheck.kafka.versions import parse_version
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.inventory import Broker
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, NodeObservation, RunObservation

_MOST_NAMES = 3


def kafka_version(
    node: NodeObservation | None,
    cluster: str,
    configuration: Configuration,
    run: RunObservation | None = None,
) -> Fact[str]:
    """By the command line, the environment or the configuration; else by the node's version attribute.

    That is what its next run would set, if that was worked out, else what its last one did.
    """
    said = configuration.kafka_versions.get(cluster, configuration.kafka_version)
    if said is not None:
        return Known(value=said, location=Location(source="configuration", name=_origin(configuration)))
    fact = missing("the Kafka version is not known (--kafka-version)") if node is None else node.kafka_version
    if run is not None and not isinstance(run.kafka_version, Absent):
        fact = run.kafka_version
    if isinstance(fact, Known):
        try:
            parse_version(fact.value)
        except UsageError as error:
            return Unknown(kind=UnknownKind.UNSUPPORTED, reason=error.message, location=fact.location)
        return fact
    if isinstance(fact, Unknown):
        return fact
    return missing("the Kafka version is not known (--kafka-version)", fact.location)


def check_versions(configuration: Configuration) -> None:
    """Raises UsageError for a version in the configuration that no release of Kafka has."""
    for cluster, text in [("", configuration.kafka_version), *configuration.kafka_versions.items()]:
        if text is not None:
            try:
                parse_version(text)
            except UsageError as error:
                of = f" of the cluster {cluster!r}" if cluster else ""
                raise UsageError(error.message + of, hint=error.hint, where=_origin(configuration)) from None


def _origin(configuration: Configuration) -> str:
    if configuration.kafka_version_from:
        return configuration.kafka_version_from
    return configuration.location.name if configuration.location else "the configuration"


def version_gaps(brokers: Iterable[Broker]) -> tuple[Gap, ...]:
    """One gap for all brokers whose node object says a version that is none, or that cannot be read."""
    by_reason: dict[tuple[UnknownKind, str], list[Broker]] = {}
    for broker in brokers:
        fact = broker.kafka_version
        if isinstance(fact, Unknown) and fact.kind is not UnknownKind.MISSING_INPUT:
            by_reason.setdefault((fact.kind, fact.reason), []).append(broker)
    return tuple(
        Gap(
            source="chef",
            kind=kind,
            reason=reason,
            location=several[0].kafka_version.location,
            hides=f"the Kafka version of {_named(several)}",
        )
        for (kind, reason), several in by_reason.items()
    )


def _named(brokers: Sequence[Broker]) -> str:
    names = ", ".join(broker.name for broker in brokers[:_MOST_NAMES])
    left = len(brokers) - _MOST_NAMES
    return f"{names} and {left} more" if left > 0 else names


def spoken_versions(brokers: Iterable[Broker]) -> str:
    """`0.8.2.1, from the attribute kafka.version`; several with how many brokers each has."""
    counted: dict[str, int] = {}
    for broker in brokers:
        text = _spoken(broker.kafka_version)
        counted[text] = counted.get(text, 0) + 1
    if len(counted) == 1:
        return next(iter(counted))
    return "; ".join(f"{text} ({_brokers(count)})" for text, count in _most_frequent(counted))


def _brokers(count: int) -> str:
    return "1 broker" if count == 1 else f"{count} brokers"


def _most_frequent(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _spoken(version: Fact[str]) -> str:
    if not isinstance(version, Known):
        return "not known: only what all releases agree on is taken for known"
    place = version.location
    if place is None or place.source == "configuration":
        return f"{version.value}, from {place.name if place else 'the caller'}"
    if place.pointer is None and place.line is not None:
        return f"{version.value}, from {place.name}:{place.line}"
    attribute = ".".join((place.pointer or "").split("/")[2:])
    return f"{version.value}, from {f'the attribute {attribute}' if attribute else 'the node objects'}"
