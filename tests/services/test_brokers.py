"""What driftcheck computes from a configuration is what a real broker of that release does with it."""

from __future__ import annotations

import pytest

from driftcheck.kafka.endpoints import effective_endpoints
from driftcheck.model.facts import Known
from driftcheck.model.snapshot import RegisteredEndpoint
from tests.services.broker_cases import CASES, Case
from tests.services.kafka import can_rename
from tests.services.kafka_releases import RELEASES
from tests.services.trials import Outcome, try_all
from tests.services.zookeeper import ZooKeeperServer

pytestmark = pytest.mark.services

STARTING = [case for case in CASES if case.starts]
REFUSED = [case for case in CASES if not case.starts]


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest,
    zookeeper_server: ZooKeeperServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Outcome]:
    """What came of every case that this run selected, all tried before the first is judged."""
    selected = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = [spec.params["case"] for spec in selected if spec and isinstance(spec.params.get("case"), Case)]
    possible = [case for case in wanted if case.hostname is None or can_rename()]
    return try_all(possible, zookeeper_server, tmp_path_factory.mktemp("brokers"))


@pytest.fixture
def outcome(case: Case, outcomes: dict[str, Outcome]) -> Outcome:
    if str(case) not in outcomes:
        pytest.skip("a broker with a host name of its own needs root and unshare")
    return outcomes[str(case)]


@pytest.mark.parametrize("case", STARTING, ids=str)
def test_a_real_broker_registers_what_was_computed(case: Case, outcome: Outcome) -> None:
    computed = effective_endpoints(outcome.properties, version=case.release, hostname=case.hostname)
    assert outcome.registered is not None, outcome.output[-3000:]
    assert computed.error is None
    assert computed.endpoints is not None
    port = outcome.registered["port"]
    expected = [_bound(str(endpoint), port) for endpoint in computed.endpoints]
    assert outcome.registered["host"] == computed.host
    assert port == (computed.port or port)
    # The record of 0.8 has no endpoints: its pair of host and port is the one endpoint.
    only = f"PLAINTEXT://{outcome.registered['host']}:{port}"
    assert outcome.registered.get("endpoints", [only]) == expected


@pytest.mark.parametrize("case", STARTING, ids=str)
def test_what_a_real_broker_registered_is_what_driftcheck_sees(case: Case, outcome: Outcome) -> None:
    assert outcome.registered is not None, outcome.output[-3000:]
    (observation,) = outcome.snapshot.zookeepers
    assert isinstance(observation.registrations, Known), observation.registrations
    (seen,) = observation.registrations.value
    assert seen.broker_id == case.broker_id
    assert seen.json_version == Known(value=outcome.registered["version"], location=seen.location)
    assert isinstance(seen.endpoints, Known), seen.endpoints
    record = outcome.registered
    listed = record.get("endpoints", [f"PLAINTEXT://{record['host']}:{record['port']}"])
    assert [_text(endpoint) for endpoint in seen.endpoints.value] == listed
    assert isinstance(seen.ephemeral_owner, Known)
    assert seen.ephemeral_owner.value != 0


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_real_broker_refuses_for_the_reason_that_was_computed(case: Case, outcome: Outcome) -> None:
    assert outcome.registered is None
    computed = effective_endpoints(outcome.properties, version=case.release, hostname=case.hostname)
    assert computed.endpoints is None
    assert computed.error is not None
    assert outcome.reasons, outcome.output[-3000:]
    assert any(computed.error in reason or reason in computed.error for reason in outcome.reasons)


def test_the_cases_cover_what_was_promised() -> None:
    assert len(CASES) >= 40
    assert len({str(case) for case in CASES}) == len(CASES)
    assert {case.release for case in STARTING} == {case.release for case in REFUSED} == set(RELEASES)


def _text(endpoint: RegisteredEndpoint) -> str:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{endpoint.listener}://{host}:{endpoint.port}"


def _bound(endpoint: str, port: int) -> str:
    """Port 0 is replaced by the port that the system gave."""
    return endpoint.removesuffix(":0") + f":{port}" if endpoint.endswith(":0") else endpoint
