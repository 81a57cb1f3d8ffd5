"""An independent client is led to the endpoint that driftcheck computed, and fails or works there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from driftcheck.kafka.endpoints import effective_endpoints
from tests.services.kafka import StartBroker, wait_registered
from tests.services.process import free_port, wait_listening

pytestmark = pytest.mark.services

RELEASE = "3.9.1"
TOPIC = "witness"


def _properties(inner: int, outer: int, advertised: str) -> dict[str, str]:
    """A broker whose clients come in through EXTERNAL.

    INTERNAL is right in both tests: a lone broker that cannot reach itself gives clients no metadata at all.
    """
    return {
        "broker.id": "7",
        "listeners": f"INTERNAL://127.0.0.1:{inner},EXTERNAL://127.0.0.1:{outer}",
        "advertised.listeners": f"INTERNAL://127.0.0.1:{inner},EXTERNAL://{advertised}:{outer}",
        "listener.security.protocol.map": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
        "inter.broker.listener.name": "INTERNAL",
    }


def _computed(properties: Mapping[str, str]) -> str:
    """Where clients that come in through EXTERNAL will look for the broker, as `host:port`."""
    complete = {"zookeeper.connect": "127.0.0.1:2181", **properties}
    computed = effective_endpoints(complete, version=RELEASE, hostname=None)
    assert computed.endpoints is not None, computed.error
    texts = [str(endpoint) for endpoint in computed.endpoints]
    return next(text.removeprefix("EXTERNAL://") for text in texts if text.startswith("EXTERNAL://"))


def _produce(bootstrap: str) -> Any:
    producer = KafkaProducer(bootstrap_servers=bootstrap, max_block_ms=6000, request_timeout_ms=3000)
    try:
        return producer.send(TOPIC, b"is anybody there?").get(timeout=6)
    finally:
        producer.close(timeout=1)


def test_a_client_is_led_to_the_wrong_name_and_fails_there(
    start_broker: StartBroker, zookeeper_chroot: str, caplog: pytest.LogCaptureFixture
) -> None:
    inner, outer = free_port(), free_port()
    properties = _properties(inner, outer, "kafka7.nowhere.invalid")
    wait_registered(start_broker(RELEASE, properties, chroot=zookeeper_chroot), 7)
    wait_listening(outer)
    with caplog.at_level(logging.INFO, logger="kafka"), pytest.raises(KafkaError):
        _produce(f"127.0.0.1:{outer}")
    messages = [record.getMessage() for record in caplog.records]
    assert any(message.startswith("Bootstrap complete") for message in messages), messages
    failures = [message for message in messages if message.startswith("DNS lookup failed for ")]
    assert failures, messages
    assert all(_computed(properties) in failure for failure in failures), failures


def test_a_client_works_where_the_name_leads_to_the_broker(
    start_broker: StartBroker, zookeeper_chroot: str
) -> None:
    inner, outer = free_port(), free_port()
    properties = _properties(inner, outer, "localhost")
    wait_registered(start_broker(RELEASE, properties, chroot=zookeeper_chroot), 7)
    wait_listening(outer)
    address = _computed(properties)
    assert _produce(address).offset == 0
    consumer = KafkaConsumer(
        TOPIC, bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=10_000
    )
    try:
        assert next(iter(consumer)).value == b"is anybody there?"
    finally:
        consumer.close()
