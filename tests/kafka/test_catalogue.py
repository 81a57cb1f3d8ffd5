"""The catalogue of settings: what each is in a release, and which releases know it."""

from __future__ import annotations

import pytest

from driftcheck.kafka.catalogue import SYNONYMS, CatalogueEntry, catalogue, replaced_by
from driftcheck.kafka.settings import BROKER, GROUPS, releases_of, rows_of, settings_of
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import parse_version

ALL = {entry.name: entry for entry in catalogue()}


def of(version: str, group: str = BROKER) -> dict[str, CatalogueEntry]:
    return {entry.name: entry for entry in catalogue(group, parse_version(version))}


@pytest.mark.parametrize(
    ("group", "version", "count"),
    [
        ("broker", "0.8.0", 50),
        ("broker", "0.8.2", 85),
        ("broker", "0.9", 126),
        ("broker", "2.8", 233),
        ("broker", "4.1.0", 336),
        ("producer", "0.8.2", 23),
        ("producer", "3.9", 95),
        ("consumer", "2.8", 77),
        ("connect-distributed", "2.8", 98),
        ("connect-standalone", "0.9.0.1", 13),
        ("old-producer", "1.1", 18),
        ("old-consumer", "2.0", 0),
        ("connect-distributed", "0.8.2", 0),
    ],
)
def test_a_release_has_as_many_settings_as_kafka_defines(group: str, version: str, count: int) -> None:
    assert len(of(version, group)) == count


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("num.partitions", "0.8.0", None),
        ("advertised.host.name", "0.8.1", "2.8"),
        ("delete.topic.enable", "0.8.1.1", None),
        ("listeners", "0.9.0", None),
        ("broker.id.generation.enable", "0.9.0.1", "3.9"),
        ("replica.lag.max.messages", "0.8.0", "0.8.2"),
        ("zookeeper.connect", "0.8.0", "3.9"),
        ("process.roles", "2.8", None),
        ("sasl.server.max.receive.size", "2.8.2", None),
    ],
)
def test_the_releases_that_know_a_setting(name: str, since: str, until: str | None) -> None:
    assert (ALL[name].since, ALL[name].until) == (since, until)


def test_a_setting_that_came_with_patches_has_gaps() -> None:
    assert ALL["sasl.server.max.receive.size"].known_in[:3] == (
        ("2.8.2", "2.8.2"),
        ("3.0.2", "3.0.2"),
        ("3.1.2", "3.1.2"),
    )
    assert "sasl.server.max.receive.size" not in of("3.0.1")
    assert "sasl.server.max.receive.size" in of("3.0")


@pytest.mark.parametrize(
    ("version", "name", "default"),
    [
        ("0.8.0", "port", "6667"),
        ("0.8.2", "port", "9092"),
        ("0.9.0.0", "log.cleaner.enable", "false"),
        ("0.9.0.1", "log.cleaner.enable", "true"),
        ("0.10.2", "unclean.leader.election.enable", "true"),
        ("0.11", "unclean.leader.election.enable", "false"),
        ("2.4", "zookeeper.session.timeout.ms", "6000"),
        ("2.5", "zookeeper.session.timeout.ms", "18000"),
        ("2.8", "listeners", None),
        ("3.9", "listeners", "PLAINTEXT://:9092"),
        ("0.9", "authorizer.class.name", ""),
        ("3.9", "log.cleanup.policy", "delete"),
    ],
)
def test_defaults_by_release(version: str, name: str, default: str | None) -> None:
    assert of(version)[name].default == default


@pytest.mark.parametrize(
    ("version", "name", "dynamic"),
    [
        ("1.0", "log.retention.ms", "read-only"),
        ("1.1", "log.retention.ms", "cluster-wide"),
        ("3.9", "advertised.listeners", "per-broker"),
        ("4.1", "advertised.listeners", "read-only"),
        ("2.8", "ssl.keystore.location", "per-broker"),
        ("2.8", "num.partitions", "read-only"),
        ("2.2", "max.connections.per.ip", "cluster-wide"),
    ],
)
def test_what_can_change_while_the_broker_runs(version: str, name: str, dynamic: str) -> None:
    assert of(version)[name].dynamic == dynamic


@pytest.mark.parametrize(
    ("version", "group", "name", "replacements"),
    [
        ("2.8", "broker", "advertised.host.name", ("advertised.listeners",)),
        ("2.8", "broker", "delegation.token.master.key", ("delegation.token.secret.key",)),
        ("3.9", "broker", "auto.include.jmx.reporter", ("metric.reporters",)),
        ("0.9", "producer", "block.on.buffer.full", ("max.block.ms",)),
        ("2.8", "connect-distributed", "rest.port", ("listeners",)),
    ],
)
def test_what_is_deprecated_and_what_took_its_place(
    version: str, group: str, name: str, replacements: tuple[str, ...]
) -> None:
    entry = of(version, group)[name]
    assert (entry.deprecated, entry.replaced_by) == (True, replacements)


def test_a_setting_that_is_wanted_again_is_replaced_by_nothing() -> None:
    name = "remote.log.manager.thread.pool.size"
    assert (of("3.8")[name].deprecated, of("3.9")[name].deprecated, of("4.1")[name].deprecated) == (
        False,
        True,
        False,
    )
    assert (of("3.8")[name].replaced_by, len(of("3.9")[name].replaced_by)) == ((), 2)
    assert of("4.1")[name].replaced_by == ()


def test_what_does_not_exist_yet_replaces_nothing() -> None:
    assert of("0.8.2")["port"].replaced_by == ()
    assert of("2.8")["log.message.timestamp.difference.max.ms"].replaced_by == ()
    assert of("0.9")["port"].replaced_by == ("listeners",)


def test_replacements_and_synonyms_are_settings() -> None:
    for group in GROUPS:
        for name in rows_of(group):
            assert set(replaced_by(name, group)) <= set(rows_of(group))
    listed = read_table("replacements.json")
    assert {name for group in listed if group in GROUPS for name in listed[group]} <= {
        name for group in GROUPS for name in rows_of(group)
    }
    for former, now in listed["broker-0.7"].items():
        assert former not in rows_of(BROKER)
        assert set(now) <= set(rows_of(BROKER))
    assert {name for names in SYNONYMS for name in names} <= set(rows_of(BROKER))
    assert of("2.8")["log.retention.ms"].synonyms == ("log.retention.minutes", "log.retention.hours")
    assert of("0.8.1")["log.retention.hours"].synonyms == ("log.retention.minutes",)


@pytest.mark.parametrize(
    ("version", "name", "valid"),
    [
        ("2.8", "num.partitions", "[1,...]"),
        ("0.8.2", "num.partitions", "[1,...]"),
        ("3.9", "remote.log.manager.task.retry.jitter", "[0,...,0.5]"),
        ("2.8", "process.roles", "[broker, controller]"),
        ("3.9", "group.consumer.migration.policy", "[DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL]"),
        ("2.8", "compression.type", ""),
    ],
)
def test_valid_values_are_worded_as_kafka_does(version: str, name: str, valid: str) -> None:
    assert of(version)[name].valid.removesuffix(" (case insensitive)") == valid


def test_a_release_that_is_newer_than_those_known_has_the_settings_of_its_family() -> None:
    assert of("2.8.7").keys() == of("2.8.2").keys()
    assert of("4.7").keys() == of("4.1.0").keys() or of("4.7").keys() == of("4.1").keys()


def test_every_setting_of_every_release_can_be_shown() -> None:
    for group in GROUPS:
        for release in releases_of(group):
            for name, setting in settings_of(release, group).items():
                assert setting.name == name
                assert setting.required is False or setting.default is None
