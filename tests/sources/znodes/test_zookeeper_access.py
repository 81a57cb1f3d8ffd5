"""Entering a real ZooKeeper: by digest, by SASL and with TLS; what a wrong key comes to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from driftcheck.formats.snapshot_json import snapshot_to_json
from driftcheck.model.configuration import Configuration, ZooKeeperAccess
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.cli.commands import driftcheck
from tests.services.certificates import PASSWORD, Authority, authority
from tests.services.process import free_port, wait_listening
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

pytestmark = pytest.mark.services

RECORD = {
    "version": 2,
    "host": "127.0.0.1",
    "port": 9092,
    "timestamp": "1416974968782",
    "endpoints": ["PLAINTEXT://127.0.0.1:9092"],
}
SECRET = "correct horse: battery"
WRONG = "incorrect horse"
NETTY = "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory"


def collect(connect: str, access: ZooKeeperAccess = ZooKeeperAccess()) -> Snapshot:  # noqa: B008 (frozen)
    began = time.monotonic()
    request = Request(configuration=Configuration(zookeeper=access), zookeeper=connect)
    snapshot = SOURCE.collect(request, Deadline.after(90, per_operation=4))
    assert time.monotonic() - began < 45
    for secret in (SECRET, WRONG):
        assert secret.encode() not in snapshot_to_json(snapshot)
        assert secret not in repr(request)
    return snapshot


def read(snapshot: Snapshot) -> dict[int, Any]:
    registrations = snapshot.zookeepers[0].registrations
    assert isinstance(registrations, Known), registrations
    return {each.broker_id: each.endpoints for each in registrations.value}


def why_not(snapshot: Snapshot) -> Unknown:
    """Why nothing at all could be read, which is a gap, too."""
    registrations = snapshot.zookeepers[0].registrations
    assert isinstance(registrations, Unknown), registrations
    assert registrations.reason in {gap.reason for gap in snapshot.gaps}
    return registrations


def register(server: ZooKeeperServer, *, owner: Any = None) -> None:
    """Broker 1, and broker 2 whom only its owner may read."""
    from kazoo.security import make_digest_acl

    mine = owner or [make_digest_acl("kafka", SECRET, all=True)]
    with server.client() as client:
        client.create("/brokers/ids/1", json.dumps(RECORD).encode(), makepath=True)
        client.create("/brokers/ids/2", json.dumps(RECORD).encode(), acl=mine)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZooKeeperServer]:
    with running_zookeeper(tmp_path_factory.mktemp("digest"), zookeeper_classpath()) as server:
        register(server)
        yield server


DIGEST = ZooKeeperAccess(auth="digest", user="kafka", password=SECRET)


def test_what_only_its_creator_may_read_is_read_with_the_creators_digest(plain: ZooKeeperServer) -> None:
    denied = read(collect(plain.address))
    assert isinstance(denied[1], Known)
    assert denied[2].kind is UnknownKind.DENIED
    assert denied[2].reason.startswith("/brokers/ids/2 may not be read")
    assert isinstance(read(collect(plain.address, DIGEST))[2], Known)


def test_a_wrong_digest_is_denied_by_path(plain: ZooKeeperServer) -> None:
    found = read(collect(plain.address, replace(DIGEST, password=WRONG)))
    assert isinstance(found[1], Known)
    assert found[2].kind is UnknownKind.DENIED
    assert "the digest user 'kafka' with this password" in found[2].reason


@pytest.mark.parametrize(("password", "code"), [(SECRET, 0), (WRONG, 3)])
def test_the_command_takes_a_password_from_the_environment_and_shows_it_nowhere(
    plain: ZooKeeperServer, tmp_path: Path, password: str, code: int
) -> None:
    (tmp_path / ".driftcheck.yaml").write_text("zookeeper: {auth: digest, user: kafka}\n")
    environ = {"DRIFTCHECK_ZK_PASSWORD": password, "DRIFTCHECK_DEBUG": "1"}
    options = ("--select", "REG011", "-f", "json", "--save", "night.json")
    done = driftcheck("live", "--zk", plain.address, *options, cwd=tmp_path, environ=environ)
    assert done.returncode == code, done
    assert password not in done.stdout + done.stderr + (tmp_path / "night.json").read_text()


JAAS = f"""Server {{
  org.apache.zookeeper.server.auth.DigestLoginModule required
  user_kafka="{SECRET}";
}};
"""


@contextmanager
def with_sasl(folder: Path, *more: str) -> Iterator[ZooKeeperServer]:
    folder.mkdir(exist_ok=True)
    (folder / "jaas.conf").write_text(JAAS)
    lines = ("authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider", *more)
    java = (f"-Djava.security.auth.login.config={folder}/jaas.conf",)
    with running_zookeeper(folder, zookeeper_classpath(), configuration=lines, java=java) as server:
        yield server


@pytest.fixture(scope="module")
def sasl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZooKeeperServer]:
    from kazoo.security import make_acl

    with with_sasl(tmp_path_factory.mktemp("sasl")) as server:
        register(server, owner=[make_acl("sasl", "kafka", all=True)])
        yield server


SASL = ZooKeeperAccess(auth="sasl", user="kafka", password=SECRET)


def test_a_sasl_user_reads_what_is_its_own(sasl: ZooKeeperServer) -> None:
    assert read(collect(sasl.address))[2].kind is UnknownKind.DENIED
    assert isinstance(read(collect(sasl.address, SASL))[2], Known)


@pytest.mark.parametrize(
    "wrong", [replace(SASL, password=WRONG), replace(SASL, user="nobody", password=WRONG)]
)
def test_a_wrong_sasl_password_or_user_is_refused(sasl: ZooKeeperServer, wrong: ZooKeeperAccess) -> None:
    reason = why_not(collect(sasl.address, wrong))
    assert reason.kind is UnknownKind.DENIED
    assert reason.reason == f"{sasl.address} refuses the SASL user {wrong.user!r}, or the password"


def test_a_server_without_sasl_says_so(plain: ZooKeeperServer) -> None:
    assert why_not(collect(plain.address, SASL)).kind in (UnknownKind.DENIED, UnknownKind.FAULT)


def test_a_server_that_wants_sasl_of_everybody_is_no_silence(tmp_path: Path) -> None:
    more = "enforce.auth.enabled=true", "enforce.auth.schemes=sasl"
    with with_sasl(tmp_path / "strict", *more) as server:
        reason = why_not(collect(server.address))
        assert (reason.kind, reason.reason) == (
            UnknownKind.DENIED,
            "ZooKeeper lets no session of a client without credentials read anything: it wants SASL",
        )
        snapshot = collect(server.address, SASL)
        assert [gap.reason[:17] for gap in snapshot.gaps] == ["no Kafka cluster:"]


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@contextmanager
def with_tls(folder: Path, ca: Authority, *, host: str, client: str) -> Iterator[tuple[ZooKeeperServer, int]]:
    port = free_port()
    lines = (
        *(NETTY, f"secureClientPort={port}", "ssl.keyStore.type=PKCS12"),
        f"ssl.keyStore.location={ca.keystore('server', host=host)}",
        f"ssl.keyStore.password={PASSWORD}",
        f"ssl.trustStore.location={ca.certificate}",
        *("ssl.trustStore.type=PEM", f"ssl.clientAuth={client}"),
    )
    with running_zookeeper(folder, zookeeper_classpath(), configuration=lines) as server:
        register(server)
        wait_listening(port)
        yield server, port


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory, ca: Authority) -> Iterator[tuple[ZooKeeperServer, int]]:
    with with_tls(tmp_path_factory.mktemp("tls"), ca, host="localhost", client="none") as started:
        yield started


@pytest.fixture(scope="module")
def mutual(tmp_path_factory: pytest.TempPathFactory, ca: Authority) -> Iterator[tuple[ZooKeeperServer, int]]:
    with with_tls(tmp_path_factory.mktemp("mutual"), ca, host="IP:127.0.0.1", client="need") as started:
        yield started


def test_tls_with_the_right_ca_and_name_reads_and_authenticates(tls: tuple[Any, int], ca: Authority) -> None:
    access = replace(DIGEST, ca=str(ca.certificate))
    assert isinstance(read(collect(f"localhost:{tls[1]}", access))[2], Known)


def test_a_ca_that_did_not_sign_is_not_trusted(tls: tuple[Any, int], tmp_path: Path) -> None:
    other = authority(tmp_path, "other")
    reason = why_not(collect(f"localhost:{tls[1]}", ZooKeeperAccess(ca=str(other.certificate))))
    assert reason.kind is UnknownKind.FAULT
    assert reason.reason.startswith(f"localhost:{tls[1]} is not trusted: ")


def test_without_a_ca_the_systems_are_asked(tls: tuple[Any, int]) -> None:
    reason = why_not(collect(f"localhost:{tls[1]}", ZooKeeperAccess(tls=True)))
    assert "is not trusted" in reason.reason


def test_a_certificate_for_another_host_is_not_trusted_unless_that_is_wanted(
    tls: tuple[Any, int], ca: Authority
) -> None:
    access = ZooKeeperAccess(ca=str(ca.certificate))
    reason = why_not(collect(f"127.0.0.1:{tls[1]}", access))
    assert "is not trusted: IP address mismatch" in reason.reason
    assert isinstance(read(collect(f"127.0.0.1:{tls[1]}", replace(access, verify_hostname=False)))[1], Known)


def test_the_plain_port_asked_with_tls_and_the_other_way_round_are_explained(
    tls: tuple[ZooKeeperServer, int], ca: Authority
) -> None:
    reason = why_not(collect(tls[0].address, ZooKeeperAccess(ca=str(ca.certificate), verify_hostname=False)))
    assert "is this its port for TLS" in reason.reason or "gives no ZooKeeper session" in reason.reason
    assert "TLS (--zk-tls)" in why_not(collect(f"127.0.0.1:{tls[1]}")).reason


@pytest.mark.parametrize("protected", [False, True])
def test_a_client_certificate_opens_what_needs_one(
    mutual: tuple[Any, int], ca: Authority, tmp_path: Path, protected: bool
) -> None:
    password = SECRET if protected else ""
    certificate, key = ca.issue(f"client-{protected}", password=password)
    (tmp_path / "password").write_text(password + "\n")
    access = ZooKeeperAccess(
        ca=str(ca.certificate),
        certificate=str(certificate),
        key=str(key),
        key_password_file=str(tmp_path / "password") if protected else None,
    )
    assert isinstance(read(collect(f"127.0.0.1:{mutual[1]}", access))[1], Known)


def test_no_client_certificate_or_a_foreign_one_is_refused(
    mutual: tuple[Any, int], ca: Authority, tmp_path: Path
) -> None:
    certificate, key = authority(tmp_path, "other").issue("stranger")
    access = ZooKeeperAccess(ca=str(ca.certificate))
    for each in (access, replace(access, certificate=str(certificate), key=str(key))):
        reason = why_not(collect(f"127.0.0.1:{mutual[1]}", each))
        assert "client certificate" in reason.reason, reason


def test_where_sessions_come_from_is_asked_over_tls_too(
    tls: tuple[ZooKeeperServer, int], ca: Authority
) -> None:
    from kazoo.client import KazooClient

    client = KazooClient(f"localhost:{tls[1]}", use_ssl=True, ca=str(ca.certificate), timeout=20)
    client.start(timeout=20)
    try:
        client.create("/brokers/ids/7", json.dumps(RECORD).encode(), ephemeral=True)
        snapshot = collect(f"localhost:{tls[1]}", ZooKeeperAccess(ca=str(ca.certificate)))
    finally:
        client.stop()
        client.close()
    registrations = snapshot.zookeepers[0].registrations
    assert isinstance(registrations, Known)
    (address,) = [each.session_address for each in registrations.value if each.broker_id == 7]
    assert isinstance(address, Known), address
    assert address.value == "127.0.0.1"
    assert str(address.location) == f"localhost:{tls[1]} (cons)"
