"""`live` on a real ZooKeeper whose znodes lie: each is said with its path, and the others are judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

import pytest

from tests.faults.runs import Run, all_of, check_bounds, check_fault, check_healthy, live, wanted
from tests.faults.world import name_of, planted, registration, znodes
from tests.services.dns import Bind
from tests.services.zookeeper import ZooKeeperServer

pytestmark = pytest.mark.services

MEGABYTE = b"x" * 1_000_000
LISTS = b"[" * 100_000 + b"]" * 100_000
OBJECTS = b'{"a":' * 100_000
NUMBER = b'{"version":4,"brokerid":' + b"9" * 100_000 + b"}"
STEERS = "\x1b[2J\x1b]0;gone\x07\u202e"

BROKER = "/brokers/ids/2"
OVERRIDE = "/config/brokers/2"
TOPIC = "/brokers/topics/events"
STATE = f"{TOPIC}/partitions/0/state"

Lie = tuple[str, object, str]
"""Path, what stands there, and what is said of it."""

JUNK: Mapping[str, tuple[bytes, str]] = {
    "no JSON": (b"not JSON", "it is not JSON"),
    "nothing": (b"", "it is not JSON"),
    "1 MB": (MEGABYTE, "it is not JSON"),
    "nested lists": (LISTS, "its JSON is nested too deep"),
    "nested objects": (OBJECTS, "its JSON is nested too deep"),
    "a huge number": (NUMBER, "it is not JSON"),
    "a list": (b"[1]", "it is not a JSON object"),
    "another encoding": (b'{"host": "\xff\xfe"}', "it is not JSON"),
}

ELSEWHERE = ("no JSON", "1 MB", "nested objects")
PLACES = {
    BROKER: JUNK.keys(),
    **dict.fromkeys(("/controller", "/cluster/id", OVERRIDE, TOPIC, STATE), ELSEWHERE),
}


def two(**changed: object) -> dict[str, object]:
    return registration(2, **changed)


def endpoints(*found: str) -> dict[str, object]:
    return two(endpoints=list(found))


LIES: Mapping[str, Lie] = {
    **{
        f"{path}: {what}": (path, content, f"malformed: {said}")
        for path, junk in PLACES.items()
        for what, (content, said) in JUNK.items()
        if what in junk
    },
    "no version": (BROKER, two(version=None), "it has no usable `version`"),
    "a version without end": (BROKER, two(version=10**30), "it has no usable `version`"),
    "a version that is no number": (BROKER, b'{"version": NaN}', "it has no usable `version`"),
    "no endpoint": (BROKER, endpoints(), "it has no endpoint"),
    "10,000 endpoints": (
        BROKER,
        endpoints(*(f"L{number}://{name_of(2)}:{number}" for number in range(10_000))),
        "it has 10000 endpoints, more than the 100 that are read",
    ),
    "an endpoint that is a number": (BROKER, two(endpoints=[9092]), "are not a list of texts"),
    "an endpoint that steers": (BROKER, endpoints(f"PLAINTEXT://{STEERS}:9092"), "unable to parse PLAINTEXT"),
    "an endpoint of half a character": (BROKER, endpoints("PLAINTEXT://\ud800:9092"), "PLAINTEXT://\\ud800"),
    "an endpoint of 100,000 colons": (BROKER, endpoints(f"PLAINTEXT://{':' * 10**5}"), "unable to parse"),
    "a rack that is an object": (BROKER, two(rack={"a": 1}), "its `rack` is malformed"),
    "a host that is a list": (BROKER, two(host=["a"]), "its `host` is malformed"),
    "a time that never comes": (BROKER, two(timestamp="9" * 19), "its `timestamp` is out of range"),
    "an id that is no number": ("/brokers/ids/two", registration(2), "'two' under"),
    "an id that steers": ("/brokers/ids/\u202e[2J", registration(2), "\\u202e[2J' under"),
    "an id with a zero before it": ("/brokers/ids/02", registration(2), "'02' under"),
    "an id that is below zero": ("/brokers/ids/-1", registration(2), "'-1' under"),
    "an id that Java cannot hold": ("/brokers/ids/2147483648", registration(2), "'2147483648' under"),
    "a cluster id that is a number": ("/cluster/id", {"id": 1}, "its `id` is not a text"),
    "a controller that is a text": (
        "/controller",
        {"brokerid": STEERS},
        "its `brokerid` is not a whole number",
    ),
    "an override that is a list": (OVERRIDE, {"config": [1]}, "its `config` is not a mapping of texts"),
    "replicas that are texts": (
        TOPIC,
        {"partitions": {"0": [STEERS]}},
        "the replicas of partition 0 are not",
    ),
    "a partition that is no number": (TOPIC, {"partitions": {STEERS: [1]}}, "one of its partitions is not a"),
    "a leader that is a text": (
        STATE,
        {"leader": STEERS, "isr": [STEERS]},
        "its `leader` is not a whole number",
    ),
}

FINDINGS: Mapping[str, tuple[str, object, str]] = {
    "the same key twice": (
        BROKER,
        json.dumps(two()).encode()[:-1] + f', "endpoints": ["PLAINTEXT://{name_of(1)}:9092"]}}'.encode(),
        "REG006",
    ),
    "a port that there is not": (BROKER, endpoints(f"PLAINTEXT://{name_of(2)}:99999"), "ADV009"),
    "a host that is no name": (BROKER, endpoints(f"PLAINTEXT://{'a' * 10**5}:9092"), "DNS001"),
    "a controller that is not there": ("/controller", {"brokerid": 10**30}, "GAT002"),
    "a leader that is not there": (STATE, {"leader": 99, "isr": [99]}, "GAT001"),
    "a replica that is not there": (TOPIC, {"partitions": {"0": [10**40]}}, "REG014"),
}

CROWDS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "5,000 children that are no ids": (
        {f"/brokers/ids/x{number:04}": b"" for number in range(5_000)},
        "5000 names under /crowd-0/brokers/ids are not broker ids ('x0000', 'x0001', 'x0002', …)",
    ),
    "1,000 topics that are no JSON": (
        {f"/brokers/topics/t{number:04}": STEERS.encode() for number in range(1_000)},
        "1000 topics could not be read: the znode is malformed: it is not JSON",
    ),
    "1,000 overrides that are no JSON": (
        {f"/config/brokers/{number}": b"" for number in range(10, 1_010)},
        "1000 znodes could not be read: the znode is malformed: it is not JSON",
    ),
}


BROKERS = 1_000


def few_znodes() -> dict[str, object]:
    """The healthy cluster with one topic of two partitions."""
    kept = (TOPIC, STATE, STATE.replace("/0/", "/1/"))
    found = {path: value for path, value in znodes().items() if "/topics/" not in path or path in kept}
    found[TOPIC] = {"version": 2, "partitions": {"0": [1, 2, 3], "1": [1, 2, 3]}}
    return found


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, zookeeper_server: ZooKeeperServer, names: Bind) -> Mapping[str, Run]:
    """How `live` ended on each of the lies that this run of the tests selected."""

    def told(chroot: str, more: Mapping[str, object]) -> Run:
        with planted(zookeeper_server, chroot, {**few_znodes(), **more}):
            connect = zookeeper_server.address + chroot
            options = ("--resolver", names.resolver, "--no-connect")
            # Thousands of znodes are read in a second or two, if nothing else goes on.
            patience = {"timeout": 15.0, "deadline": 30.0} if len(more) > 1 else {}
            return live(connect, *options, **patience)

    many = {f"/brokers/ids/{number}": registration(number) for number in range(4, BROKERS + 1)}
    cases: dict[str, tuple[str, Mapping[str, object]]] = {
        "nothing": ("/truth", {}),
        "1,000 brokers without a name": ("/many", many),
        "1,000 brokers under one name": (
            "/one",
            {path: {**each, "endpoints": [f"PLAINTEXT://{name_of(1)}:9092"]} for path, each in many.items()},
        ),
    }
    for number, (what, (path, content, _)) in enumerate({**LIES, **FINDINGS}.items()):
        cases[what] = (f"/lie-{number}", {path: content})
    for number, (what, (found, _)) in enumerate(CROWDS.items()):
        cases[what] = (f"/crowd-{number}", found)
    return all_of({what: partial(told, *cases[what]) for what in wanted(request)})


@pytest.mark.parametrize("what", ["nothing"])
def test_without_a_lie_the_cluster_is_healthy(what: str, runs: Mapping[str, Run]) -> None:
    check_healthy(runs[what])


@pytest.mark.parametrize("what", LIES)
def test_what_cannot_be_understood_is_said_with_its_path(what: str, runs: Mapping[str, Run]) -> None:
    path, _, said = LIES[what]
    check_fault(runs[what], said)
    shown = path.replace("\u202e", "\\u202e")
    assert shown in runs[what].not_checked
    assert [c for c in runs[what].stdout if not (c == "\n" or c.isprintable())] == []


@pytest.mark.parametrize("what", FINDINGS)
def test_what_is_understood_and_wrong_is_a_finding(what: str, runs: Mapping[str, Run]) -> None:
    _, _, rule = FINDINGS[what]
    check_fault(runs[what], "", finding=rule)


@pytest.mark.parametrize("what", ["1,000 brokers without a name"])
def test_a_thousand_brokers_that_nobody_can_find_are_findings_or_open(
    what: str, runs: Mapping[str, Run]
) -> None:
    check_bounds(runs[what])
    assert (runs[what].code, "error DNS001 " in runs[what].text) in ((1, True), (3, False))
    assert "1000 brokers in 1 cluster" in runs[what].text.replace(",", "")


@pytest.mark.parametrize("what", ["1,000 brokers under one name"])
def test_a_thousand_brokers_on_one_endpoint_are_one_finding(what: str, runs: Mapping[str, Run]) -> None:
    check_bounds(runs[what])
    assert runs[what].code == 1
    assert runs[what].text.count("error REG006 ") == 1


@pytest.mark.parametrize("what", CROWDS)
def test_thousands_are_said_in_a_line(what: str, runs: Mapping[str, Run]) -> None:
    _, said = CROWDS[what]
    check_fault(runs[what], said)
    assert len(runs[what].stdout.splitlines()) < 50
