"""The servers behind the faults: a real ZooKeeper and a real BIND that hold a healthy cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.world import planted, znodes, zones
from tests.services.dns import Bind, running_bind
from tests.services.process import CannotStartError
from tests.services.requirements import unavailable
from tests.services.zookeeper import ZooKeeperServer


@pytest.fixture(scope="session")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    """The name server of the healthy cluster."""
    try:
        with running_bind(tmp_path_factory.mktemp("faults-dns"), zones()) as server:
            yield server
    except CannotStartError as error:
        unavailable("dns", str(error))


@pytest.fixture(scope="session")
def healthy(zookeeper_server: ZooKeeperServer) -> Iterator[str]:
    """The chroot of the healthy cluster, whose registrations are held by a session."""
    with planted(zookeeper_server, "/faults", znodes()):
        yield "/faults"
