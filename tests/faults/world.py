"""A cluster in which nothing is wrong: its znodes, and the zones that its names stand in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.services.dns import zone_text
from tests.services.zookeeper import ZooKeeperServer

DOMAIN = "faults.example"
REVERSE = "1.31.10.in-addr.arpa"
PORT = 9092

PARTITIONS = 60
"""Of each of four topics: more than are asked for at once."""


def name_of(broker: int) -> str:
    return f"kafka{broker}.{DOMAIN}"


def address_of(broker: int) -> str:
    return f"10.31.1.{broker}"


def zones(brokers: Sequence[int] = (1, 2, 3)) -> dict[str, str]:
    """Forward and reverse, as `running_bind` takes them."""
    return {
        DOMAIN: zone_text(*(f"kafka{each} A {address_of(each)}" for each in brokers)),
        REVERSE: zone_text(*(f"{each} PTR {name_of(each)}." for each in brokers)),
    }


def registration(broker: int, **changed: object) -> dict[str, object]:
    host = name_of(broker)
    return {
        "version": 4,
        "host": host,
        "port": PORT,
        "jmx_port": -1,
        "timestamp": "1427403600000",
        "endpoints": [f"PLAINTEXT://{host}:{PORT}"],
        "listener_security_protocol_map": {"PLAINTEXT": "PLAINTEXT"},
        **changed,
    }


def znodes(brokers: Sequence[int] = (1, 2, 3)) -> dict[str, object]:
    """Path below the chroot → what stands there."""
    found: dict[str, object] = {
        "/cluster/id": {"version": "1", "id": "AbCdEfGhIjKlMnOpQrStUv"},
        "/controller": {"version": 1, "brokerid": brokers[0], "timestamp": "1427403600000"},
        "/config/brokers/<default>": {"version": 1, "config": {"log.cleaner.threads": "2"}},
        f"/config/brokers/{brokers[0]}": {"version": 1, "config": {"log.cleaner.threads": "3"}},
    }
    found |= {f"/brokers/ids/{each}": registration(each) for each in brokers}
    for topic in ("events", "clicks", "orders", "logs"):
        path = f"/brokers/topics/{topic}"
        assigned = {str(number): list(brokers) for number in range(PARTITIONS)}
        found[path] = {"version": 2, "partitions": assigned}
        for number in range(PARTITIONS):
            leader = brokers[number % len(brokers)]
            state = {"version": 1, "leader": leader, "isr": list(brokers), "leader_epoch": 1}
            found[f"{path}/partitions/{number}/state"] = state
    return found


def content(value: object) -> bytes:
    """Bytes as they are, anything else as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@contextmanager
def planted(server: ZooKeeperServer, chroot: str, found: Mapping[str, object]) -> Iterator[None]:
    """These znodes below a chroot that is not there yet; registrations are a session's, as brokers make them,
    and gone on leaving.
    """
    with server.client(chroot=chroot) as client:
        asked = [
            client.create_async(path, content(found.get(path, b"")), ephemeral=_is_registration(path))
            for path in sorted({above for path in found for above in _way(path)})
        ]
        for each in asked:
            each.get(timeout=30)
        yield


def _way(path: str) -> Iterator[str]:
    """The path and those above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _is_registration(path: str) -> bool:
    return path.startswith("/brokers/ids/")
