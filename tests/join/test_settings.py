"""A broker's settings as one source has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.join.settings import file_settings
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import PropertiesObservation, PropertyEntry
from tests.join.worlds import broker, intended, joined, known, rendered, unknown

PLACE = Location(source="rendered", name="rendered/kafka1/server.properties")
BROKEN = Unknown(kind=UnknownKind.FAULT, reason="not Latin-1")


def a_file(*lines: tuple[str, Fact[str] | str]) -> PropertiesObservation:
    entries = tuple(
        PropertyEntry(key=key, value=Known(value=text) if isinstance(text, str) else text, line=number)
        for number, (key, text) in enumerate(lines, 1)
    )
    return PropertiesObservation(
        kind="server.properties",
        node="kafka1",
        location=PLACE,
        observed_at=Absent(evidence="no time"),
        entries=Known(value=entries),
    )


def test_of_a_key_that_stands_twice_the_last_counts_and_the_others_are_its_shadows() -> None:
    found = file_settings(a_file(("port", "1"), ("host.name", "a"), ("port", "2"), ("port", "3")))
    assert found.values["port"] == Known(value="3", shadows=(Known(value="1"), Known(value="2")))
    assert found.duplicates == ("port",)
    assert found.whole


def test_a_last_line_that_cannot_be_read_is_not_answered_by_an_earlier_one() -> None:
    assert file_settings(a_file(("port", "1"), ("port", BROKEN))).values["port"] == BROKEN
    assert file_settings(a_file(("port", BROKEN), ("port", "1"))).values["port"] == Known(value="1")


def test_a_hundred_thousand_lines_of_one_key_take_no_time() -> None:
    found = file_settings(a_file(*[("port", "1")] * 100_000))
    assert len(known_value(found.values["port"]).shadows) == 99_999


def known_value(fact: Fact[str]) -> Known[str]:
    assert isinstance(fact, Known)
    return fact


ATTRIBUTES = "nodes: {{kafka1: {{whole: {whole}, settings: {{broker.id: 1, port: ~, broker.rack: a}}}}}}"


def test_what_no_attribute_says_is_not_set_where_a_template_writes_them_all() -> None:
    face = intended(broker(joined(ATTRIBUTES.format(whole="true")), "kafka1"))
    assert (face.whole, face.as_of_last_run) == (True, True)
    assert isinstance(face.zookeeper_connect, Absent)
    assert isinstance(face.properties["port"], Absent)
    assert known(face.rack) == "a"


def test_what_no_attribute_says_is_open_where_a_template_may_write_anything() -> None:
    face = intended(broker(joined(ATTRIBUTES.format(whole="false")), "kafka1"))
    assert not face.whole
    reason = "no attribute says zookeeper.connect; the template may write it"
    assert unknown(face.zookeeper_connect).reason == reason
    assert known(face.broker_id) == 1


def test_a_file_that_is_gone_says_nothing() -> None:
    face = rendered(broker(joined("nodes: {kafka1: {server.properties: ~}}"), "kafka1"))
    assert unknown(face.endpoints).reason == "it is not there"


@pytest.mark.parametrize(
    "text",
    [
        "${ID}",
        "{{ id }}",
        "<%= @id %>",
        "%ID%",
        "%@ID@%",
        "@ID@",
        "###ID###",
        "<id>",
        "{}",
        "PLAINTEXT://${ip}:1",
    ],
)
def test_what_is_to_be_filled_in_is_not_known_yet_could_be_what_stands_there(text: str) -> None:
    fact = file_settings(a_file(("broker.rack", text))).values["broker.rack"]
    assert isinstance(fact, Unknown)
    assert [option.value for option in fact.candidates] == [text]


@pytest.mark.parametrize(
    "text", ["${file:/etc/kafka/secrets:id}", "RULE:^CN=(?<name>.*)$/$1@x@/", "50%", "a<b"]
)
def test_what_looks_like_it_and_is_not_to_be_filled_in_is_known(text: str) -> None:
    assert file_settings(a_file(("broker.rack", text))).values["broker.rack"] == Known(value=text)


def test_a_word_in_capitals_is_to_be_filled_in_where_a_number_belongs() -> None:
    found = file_settings(a_file(("broker.id", "BROKER_ID"), ("log.cleanup.policy", "DELETE"), ("rack", "A")))
    assert isinstance(found.values["broker.id"], Unknown)
    assert known_value(found.values["log.cleanup.policy"]).value == "DELETE"
    assert known_value(found.values["rack"]).value == "A"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("advertised.listeners", "PLAINTEXT://VM2_IP:9092"),
        ("listeners", "PLAINTEXT://kafka1:9092,SASL_SSL://kafka1:SSL_PORT"),
        ("advertised.host.name", "HOST_NAME"),
        ("zookeeper.connect", "localhost:ZK_PORT/kafka"),
        ("zookeeper.connect", "zk1:2181, ZK_2:2181"),
        ("controller.quorum.voters", "1@NODE_1:9093"),
        ("controller.quorum.voters", "NODE_ID_VAR@localhost:9093"),
        ("advertised.listeners", "PLAINTEXT://your-host-name:9092"),
        ("zookeeper.connect", "YOUR_IP:2181"),
        ("server.1", "your-ip:2888:3888"),
    ],
)
def test_words_in_capitals_are_to_be_filled_in_for_a_host_or_a_port(key: str, text: str) -> None:
    assert isinstance(file_settings(a_file((key, text))).values[key], Unknown)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("advertised.listeners", "SASL_SSL://KAFKA1:9092,PLAINTEXT_HOST://DESKTOP-A1:9093"),
        ("listeners", "SASL_PLAINTEXT://:9092,CLIENT_SSL://[::]:9093"),
        ("host.name", "KAFKA1"),
        ("zookeeper.connect", "zk_1:2181/KAFKA_PROD"),
        ("zookeeper.connect", "yourself:2181,zk.your-firm.com:2181"),
        ("server.1", "zk1:2888:3888:observer;2181"),
        ("listener.security.protocol.map", "PLAIN_HOST:SASL_SSL"),
        ("super.users", "User:ADMIN_1"),
    ],
)
def test_capitals_that_may_stand_there_are_known(key: str, text: str) -> None:
    assert known_value(file_settings(a_file((key, text))).values[key]).value == text


def test_a_secret_that_is_to_be_filled_in_stays_one() -> None:
    entry = PropertyEntry(key="ssl.key.password", value=Known(value="{{ vault }}", secret=True), line=1)
    fact = file_settings(replace(a_file(), entries=Known(value=(entry,)))).values["ssl.key.password"]
    assert isinstance(fact, Unknown)
    assert [option.secret for option in fact.candidates] == [True]
