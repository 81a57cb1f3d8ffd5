"""Which keys are settings, and which setting a misspelt one was meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.setting_names import KeyKind, judge_key, misspelt_client_key, nearest
from driftcheck.kafka.settings import BROKER, GROUPS, rows_of, settings_of
from driftcheck.kafka.versions import families, parse_version

NAMES = sorted(rows_of(BROKER))


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("authorizor.class.name", "authorizer.class.name"),
        ("num.insync.replicas", "min.insync.replicas"),
        ("advertised.hostname", "advertised.host.name"),
        ("Advertised.Listeners", "advertised.listeners"),
        ("log_retention_hours", "log.retention.hours"),
        ("log.retention.mins", "log.retention.minutes"),
        ("log.retention.hour", "log.retention.hours"),
        ("listener", "listeners"),
        ("log.cleaner.enabled", "log.cleaner.enable"),
        ("delete.topics.enable", "delete.topic.enable"),
        ("brokerId", "broker.id"),
        ("zookeeper.conenct", "zookeeper.connect"),
        ("log.retention.check.interval", "log.retention.check.interval.ms"),
        ("retention.ms", "log.retention.ms"),
        ("unclean.leader.election", "unclean.leader.election.enable"),
        ("default.replication.factors", "default.replication.factor"),
        ("sasl.mechanism.broker.protocol", "sasl.mechanism.inter.broker.protocol"),
    ],
)
def test_a_misspelt_key_has_a_nearest_setting(key: str, meant: str) -> None:
    verdict = judge_key(key)
    assert (verdict.kind, verdict.nearest) == (KeyKind.MISSPELT, meant)


@pytest.mark.parametrize(
    "key",
    [
        *("my.own.thing", "team", "kafka.user", "", "...", "data.dir.owner", "java_opts"),
        *("session.timeout.ms", "offset.storage.replication.factor", "security.protocol"),
    ],
)
def test_a_key_that_nothing_is_near_is_unknown(key: str) -> None:
    verdict = judge_key(key)
    assert (verdict.kind, verdict.nearest) == (KeyKind.UNKNOWN, None)


@pytest.mark.parametrize(
    "key",
    [
        "super.users",
        "allow.everyone.if.no.acl.found",
        "listener.name.external.ssl.keystore.location",
        "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config",
        "config.providers.file.class",
        "confluent.metrics.reporter.bootstrap.servers",
        "cruise.control.metrics.reporter.bootstrap.servers",
        "log4j.logger.kafka",
        "rsm.config.chunk.size",
        "kafka.metrics.polling.interval.secs.x",
    ],
)
def test_a_plugins_key_is_not_judged(key: str) -> None:
    assert judge_key(key).kind is KeyKind.PLUGIN


@pytest.mark.parametrize(
    ("version", "key", "since", "until"),
    [
        ("3.0", "advertised.host.name", "0.8.1", "2.8"),
        ("0.8.2", "listeners", "0.9.0", None),
        ("0.8.0", "advertised.port", "0.8.1", "2.8"),
        ("4.0", "zookeeper.connect", "0.8.0", "3.9"),
        ("2.7", "process.roles", "2.8", None),
        ("2.8", "brokerid", "0.7", "0.7"),
    ],
)
def test_a_key_of_another_release(version: str, key: str, since: str, until: str | None) -> None:
    verdict = judge_key(key, parse_version(version))
    assert (verdict.kind, verdict.since, verdict.until) == (KeyKind.ELSEWHERE, since, until)


def test_a_setting_of_0_7_has_its_name_of_today() -> None:
    assert judge_key("zk.connect").nearest == "zookeeper.connect"


def test_a_release_suggests_what_it_knows_itself() -> None:
    assert judge_key("advertised.hostnam", parse_version("2.8")).nearest == "advertised.host.name"
    assert judge_key("advertised.hostnam", parse_version("3.9")).nearest is None


@pytest.mark.parametrize("release", families(), ids=str)
def test_every_setting_is_known_to_its_release(release: object) -> None:
    version = parse_version(str(release))
    assert {judge_key(name, version).kind for name in settings_of(version)} == {KeyKind.KNOWN}


@pytest.mark.parametrize("group", GROUPS)
def test_a_setting_is_never_taken_for_a_misspelt_one(group: str) -> None:
    assert {judge_key(name, None, group).kind for name in rows_of(group)} == {KeyKind.KNOWN}


@pytest.mark.parametrize(
    "key", ["producer.acks", "admin.retries", "key.converter.schemas.enable", "offset.storage.x"]
)
def test_a_connect_worker_passes_keys_on(key: str) -> None:
    assert judge_key(key, None, "connect-distributed").kind is KeyKind.PLUGIN


@given(st.sampled_from(NAMES), st.data())
def test_one_slip_in_a_long_name_is_found(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    wrong = name[:at] + data.draw(st.sampled_from(["", "x", "xy"[:1] + name[at]])) + name[at + 1 :]
    if len(name) >= 12 and wrong not in NAMES:
        found = nearest(wrong, NAMES)
        assert found is not None
        assert abs(len(found) - len(wrong)) <= 2


@given(st.text(max_size=300))
def test_any_text_is_a_key_of_some_kind(key: str) -> None:
    verdict = judge_key(key)
    assert (verdict.nearest is not None) == (verdict.kind is KeyKind.MISSPELT) or verdict.since == "0.7"


@pytest.mark.parametrize(
    ("key", "kind", "meant"),
    [
        ("compression.typ", "producer.properties", "compression.type"),
        ("enable.autocommit", "consumer.properties", "enable.auto.commit"),
        ("auto.offset.rest", "consumer.properties", "auto.offset.reset"),
        ("group.instanceid", "consumer.properties", "group.instance.id"),
        ("offset.flush.intervall.ms", "connect-distributed.properties", "offset.flush.interval.ms"),
        ("acks", "consumer.properties", None),
        ("log.dirs", "producer.properties", None),
        ("auto.commit.enable", "consumer.properties", None),
        ("specific.avro.reader", "consumer.properties", None),
        ("compression.typ", "another.properties", None),
    ],
)
def test_a_misspelt_key_of_a_client(key: str, kind: str, meant: str | None) -> None:
    assert misspelt_client_key(key, kind) == meant


def test_what_the_metrics_read_is_no_setting_of_a_later_release() -> None:
    for key in ("kafka.metrics.reporters", "kafka.metrics.polling.interval.secs"):
        assert judge_key(key, parse_version("0.8.2")).kind is KeyKind.KNOWN
