"""Many brokers tried at once: each case of `broker_cases` gets a broker, and what came of it is kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.services.broker_cases import Case
from tests.services.kafka import Broker, launch, registration, server_properties
from tests.services.process import free_port
from tests.services.zookeeper import ZooKeeperServer

AT_ONCE = 4
TRIAL_SECONDS = 90.0

_RAISED = re.compile(r"(?:^|[\s:])[\w.$]*(?:Exception|Error): (?P<message>.*)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: the properties as they were, the registration or None, and the broker's output.

    `snapshot` is what driftcheck saw while the broker was there.
    """

    properties: Mapping[str, str]
    registered: Mapping[str, Any] | None
    snapshot: Snapshot
    output: str

    @property
    def reasons(self) -> list[str]:
        """The messages of the exceptions in the output."""
        found = (_RAISED.search(line) for line in self.output.splitlines())
        return [match["message"].strip() for match in found if match]


def try_all(cases: Iterable[Case], server: ZooKeeperServer, folder: Path) -> dict[str, Outcome]:
    """Starts a broker for each case, four at a time, and ends each once it is decided; outcomes by case."""
    waiting = list(cases)
    running: dict[str, tuple[Case, Broker, Mapping[str, str], float]] = {}
    outcomes: dict[str, Outcome] = {}
    with server.client() as client:
        try:
            while waiting or running:
                while waiting and len(running) < AT_ONCE:
                    case = waiting.pop(0)
                    chroot = f"/trials/{len(waiting)}"
                    started = _start(case, server, chroot, folder / chroot[1:])
                    running[str(case)] = (case, *started, time.monotonic())
                for name, (case, broker, properties, since) in list(running.items()):
                    ended = broker.refused() or time.monotonic() - since > TRIAL_SECONDS
                    record = registration(client, broker.chroot, case.broker_id)
                    if record is not None or ended:
                        snapshot = _look(server.address + broker.chroot)
                        broker.end()
                        outcomes[name] = Outcome(properties, record, snapshot, broker.output)
                        del running[name]
                time.sleep(0.05)
        finally:
            for _, broker, _, _ in running.values():
                broker.end()
    return outcomes


def _look(connect: str) -> Snapshot:
    request = Request(configuration=Configuration(), zookeeper=connect)
    return SOURCE.collect(request, Deadline.after(20, per_operation=10))


def _start(
    case: Case, server: ZooKeeperServer, chroot: str, folder: Path
) -> tuple[Broker, Mapping[str, str]]:
    ports = {"a": str(free_port()), "b": str(free_port())}
    properties = {key: _with_ports(value, ports) for key, value in case.properties.items()}
    broker = launch(
        case.release,
        properties,
        server=server,
        chroot=chroot,
        folder=folder,
        hostname=(case.machine or case.hostname) if case.hostname else None,
        hosts=case.hosts,
    )
    return broker, server_properties(properties, server, chroot, folder)


def _with_ports(text: str, ports: Mapping[str, str]) -> str:
    for name, port in ports.items():
        text = text.replace(f"{{{name}}}", port)
    return text
