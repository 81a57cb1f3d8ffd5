"""Answering alike questions once gives what asking each would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.join.readings import Answers, Readings
from driftcheck.kafka.endpoints import (
    EffectiveEndpoints,
    Endpoint,
    effective_endpoints,
    effective_endpoints_by_family,
)
from driftcheck.kafka.listeners import Listener
from driftcheck.model.facts import Known, missing
from tests.tiers import examples

NO_VERSION = missing("not known")

_HOSTS = ("kafka1", "kafka1", "kafka2.example.com", "10.0.0.1", "10.0.0.2", "0.0.0.0", "", "[::1]", "[::2]")
_ODD_HOSTS = ("kafka_1", "K1", "::1", "1.2.3", "256.1.1.1", "h0.invalid", "a,b", "kafka1:", "é")
_entries = st.builds(
    "{}://{}:{}".format,
    st.sampled_from(["PLAINTEXT", "SSL", "CONTROLLER", "plaintext", " SSL"]),
    st.sampled_from([*_HOSTS, *_HOSTS, *_HOSTS, *_ODD_HOSTS]),
    st.sampled_from(["9092", "9093", "0", "70000", "-1", "x"]),
)
_lists = st.lists(_entries, max_size=3).map(",".join)
_hosts = st.sampled_from([*_HOSTS, *_ODD_HOSTS])
_ids = st.sampled_from(["0", "1", "7", "999", "1000", "1001", "20000", "-1", "x", "007", " 1"])
_texts = st.fixed_dictionaries(
    {},
    optional={
        "zookeeper.connect": st.sampled_from(["zk1:2181", "zk1:2181,zk2:2181/kafka", "zk1", "zk1:x/", ""]),
        "broker.id": _ids,
        "node.id": _ids,
        "listeners": _lists,
        "advertised.listeners": _lists,
        "host.name": _hosts,
        "advertised.host.name": _hosts,
        "port": st.sampled_from(["9092", "x"]),
        "advertised.port": st.sampled_from(["9092", "19092"]),
        "process.roles": st.sampled_from(["broker", "controller", "broker,controller"]),
        "controller.listener.names": st.just("CONTROLLER"),
        "controller.quorum.voters": st.sampled_from(["1@c1:9093", "7@c1:9093,0@c2:9093"]),
        "reserved.broker.max.id": st.sampled_from(["5", "30000"]),
        "security.inter.broker.protocol": st.just("SSL"),
    },
)


def restored(answers: Answers) -> list[EffectiveEndpoints]:
    """The answers with the hosts that they stand for."""

    def endpoint(each: Endpoint) -> Endpoint:
        host = each.host
        return replace(each, host=Known(value=answers.host(host.value))) if isinstance(host, Known) else each

    def listener(each: Listener) -> Listener:
        return replace(each, host=None if each.host is None else answers.host(each.host))

    return [
        replace(
            answer,
            endpoints=tuple(map(endpoint, answer.endpoints or ())),
            controller_endpoints=tuple(map(endpoint, answer.controller_endpoints)),
            listeners=tuple(map(listener, answer.listeners)),
            host=None if answer.host is None else answers.host(answer.host),
        )
        for answer in answers.starting
    ]


def alike(one: EffectiveEndpoints, other: EffectiveEndpoints) -> bool:
    """But for the release, the id and what ZooKeeper's client says, which are not read from answers."""
    return replace(one, release=other.release, broker_id=other.broker_id, zk_error=other.zk_error) == other


def another(texts: Mapping[str, str]) -> dict[str, str]:
    """The same configuration of another broker."""
    others = {"kafka1": "kafka9", "kafka2": "kafka1", "10.0.0.1": "10.9.9.9", "[::1]": "[::9]"}
    found = dict(texts)
    for key, text in texts.items():
        if key.startswith(("advertised.", "host.", "listeners")):
            for old, new in others.items():
                text = text.replace(old, new)
            found[key] = text
        if key == "zookeeper.connect":
            found[key] = {"zk1:2181": "zk9:2181/other"}.get(text, text)
        if key.endswith(".id"):
            found[key] = {"0": "1", "7": "999", "1001": "20000"}.get(text, text)
    return found


@examples(300)
@given(
    _texts,
    st.sampled_from(["0.8.0", "0.8.2", "0.9", "0.10.1", "1.0", "2.8", "3.0", "3.6", "3.9.0", "4.1"]),
)
def test_what_was_asked_of_another_broker_changes_no_answer(texts: Mapping[str, str], version: str) -> None:
    readings, release = Readings(), Known(value=version)
    readings.answers(another(texts), release)
    direct = effective_endpoints(texts, version=version, hostname=None)
    found = readings.answers(texts, release)
    assert found.refused is (direct.endpoints is None)
    assert [alike(answer, direct) for answer in restored(found)] == [True] * (direct.endpoints is not None)
    assert readings.refusal(texts, release) == (direct.error or "")


@examples(40)
@given(_texts)
def test_without_a_version_every_family_answers(texts: Mapping[str, str]) -> None:
    readings = Readings()
    readings.answers(another(texts), NO_VERSION)
    direct = effective_endpoints_by_family(texts, hostname=None).values()
    found = readings.answers(texts, NO_VERSION)
    starting = [answer for answer in direct if answer.endpoints is not None]
    assert found.refused is (len(starting) < len(direct))
    for answer in starting:
        assert any(alike(each, answer) for each in restored(found))
    for each in restored(found):
        assert any(alike(each, answer) for answer in starting)


def test_brokers_that_differ_in_id_and_host_alone_are_one_question() -> None:
    readings = Readings()
    for number in range(1, 300):
        own = [f"PLAINTEXT://kafka{number}.example.com:9092", f"SSL://10.0.0.{number % 9}:9093"]
        texts = {
            "broker.id": str(number),
            "advertised.listeners": ",".join(own),
            "listeners": "PLAINTEXT://:9092,SSL://0.0.0.0:9093",
            "zookeeper.connect": "zk1:2181/kafka",
        }
        (answer,) = restored(readings.answers(texts, Known(value="2.8")))
        assert [str(each) for each in answer.endpoints or ()] == own
    assert len(readings) == 1


@pytest.mark.parametrize("version", [None, "2.8"])
def test_a_refusal_is_in_kafkas_words_about_these_very_settings(version: str | None) -> None:
    texts = {"broker.id": "7", "zookeeper.connect": "zk1:2181", "listeners": "PLAINTEXT://kafka7:x"}
    release = NO_VERSION if version is None else Known(value=version)
    assert "Unable to parse PLAINTEXT://kafka7:x" in Readings().refusal(
        {**texts, "process.roles": "broker"}, release
    )


def test_without_a_version_a_broker_on_zookeeper_is_refused_for_its_own_reason() -> None:
    texts = {"broker.id": "7", "zookeeper.connect": "zk1:2181", "listeners": "PLAINTEXT://kafka7:x"}
    assert Readings().refusal(texts, NO_VERSION) == (
        "no release of Kafka since 0.8 starts with this;"
        " 3.9 says: Unable to parse PLAINTEXT://kafka7:x to a broker endpoint"
    )
