"""What a finding shows: the faces side by side, the place that caused it, and how it came to that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from driftcheck.engine.judgement import judge
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.finding import Because, Comparison, FaceLine, Finding
from driftcheck.model.inventory import NOT_GIVEN, Broker, Endpoint, Inventory, VantageAnswer
from driftcheck.model.locations import Location
from driftcheck.model.redaction import redacted
from driftcheck.model.rule import Rule
from tests.engine.inventories import (
    ABSENT,
    HOST,
    NOW,
    broker,
    client,
    cluster,
    config,
    inventory,
    lost,
    node_file,
    properties_file,
    resolution,
    setting,
    znode,
)
from tests.engine.rule_texts import rule

ALL_FACES = "[intended, rendered, registered, resolves, machine]"
WRONG = "kafka01.prod.example.com"


def only(found: Inventory, *rules: Rule) -> Finding:
    (finding,) = judge(found, rules).findings
    return finding


def on_endpoints(assertion: str = "endpoint.current.own", **more: str) -> Rule:
    keys = {"faces": ALL_FACES, "property": HOST, **more}
    return rule(assertion, scope="endpoint", **keys)


def newcomer(number: int) -> Broker:
    return broker(
        f"kafka{number}",
        number,
        host=WRONG,
        address=f"10.0.3.{number}",
        resolves=("10.0.1.1",),
        own=False,
        named=("kafka01",),
    )


def test_an_endpoint_over_all_its_faces() -> None:
    finding = only(inventory(cluster(newcomer(10))), on_endpoints())
    place = node_file("kafka10", f"kafka/broker/{HOST}")
    assert finding.comparisons == (
        Comparison(
            subject="kafka10",
            faces=(
                FaceLine(face="intended", text=f"{WRONG}:9092", location=place, note="as of the last run"),
                FaceLine(
                    face="rendered", text=f"{WRONG}:9092", location=properties_file("kafka10", HOST, 31)
                ),
                FaceLine(
                    face="registered",
                    text=f"{WRONG}:9092",
                    location=znode(10),
                    note="since 2015-03-26 21:14:07 UTC, session 0x14c5",
                ),
                FaceLine(face="resolves", text="10.0.1.1", note="10.0.0.2, TTL 300"),
                FaceLine(
                    face="machine",
                    text="10.0.3.10",
                    location=node_file("kafka10"),
                    note="i-0a1b2c3d, m3.xlarge, us-east-1c (node object, 14 min old)",
                    odd=True,
                ),
            ),
            verdict="not its own address",
        ),
    )
    assert finding.locations == (place, properties_file("kafka10", HOST, 31), znode(10))
    assert finding.because == (
        Because(location=place, text=f'kafka.broker.{HOST} = "{WRONG}" (default level, as of the last run)'),
    )


def test_several_endpoints_stand_beside_the_owner_of_the_name() -> None:
    owner = broker("kafka01", 1)
    finding = only(
        inventory(cluster(owner, newcomer(10), newcomer(11))), on_endpoints(group="endpoint.current.host")
    )
    rows = [(row.subject, row.verdict, [line.odd for line in row.faces]) for row in finding.comparisons]
    assert rows == [
        ("kafka01", "ok", [False] * 5),
        ("kafka10", "not its own address", [False] * 4 + [True]),
        ("kafka11", "not its own address", [False] * 4 + [True]),
    ]


def test_faces_that_were_not_given_are_left_out() -> None:
    lone = broker("kafka10", 10, own=False, intended=False)
    finding = only(inventory(cluster(lone)), on_endpoints(faces="[intended, rendered]"))
    (row,) = finding.comparisons
    assert [line.face for line in row.faces] == ["rendered"]
    assert only(inventory(cluster(lone)), on_endpoints(faces="[]")).comparisons == ()


def test_a_missing_registration_is_shown_where_zookeeper_was_asked() -> None:
    missing = broker("kafka10", 10, own=False, registered=False)
    (row,) = only(inventory(cluster(missing)), on_endpoints(faces="[rendered, registered]")).comparisons
    assert row.faces[1] == FaceLine(face="registered", text="not registered")
    (row,) = only(
        inventory(cluster(missing), without=["zookeeper"]), on_endpoints(faces="[rendered, registered]")
    ).comparisons
    assert [line.face for line in row.faces] == ["rendered"]


def test_a_name_that_does_not_exist_is_shown() -> None:
    gone = broker("kafka10", 10, own=None, resolves=Absent(evidence="NXDOMAIN: 10.0.0.2 knows no name"))
    finding = only(
        inventory(cluster(gone)),
        on_endpoints("endpoint.current.addresses is not absent", faces="[registered, resolves]"),
    )
    (row,) = finding.comparisons
    assert row.faces[1] == FaceLine(face="resolves", text="does not exist (NXDOMAIN)", note="10.0.0.2")
    assert row.verdict == "does not resolve"


def test_vantages_that_differ_are_told_apart() -> None:
    one = broker("kafka10", 10, own=False)
    answers = (
        VantageAnswer(vantage="10.0.0.2", addresses=Known(value=("10.0.1.1",)), ttl=60),
        VantageAnswer(vantage="10.0.0.3", addresses=Known(value=("10.9.9.9",))),
    )
    name = replace(one.resolved.names[0], answers=answers, addresses=Known(value=("10.0.1.1", "10.9.9.9")))
    two = replace(one, resolved=replace(one.resolved, names=(name,)))
    (row,) = only(inventory(cluster(two)), on_endpoints(faces="[resolves]")).comparisons
    assert row.faces[0].text == "10.0.1.1, 10.9.9.9"
    assert row.faces[0].note == "10.0.0.2 says 10.0.1.1, TTL 60; 10.0.0.3 says 10.9.9.9"


def test_the_face_that_differs_is_the_odd_one_and_the_cause() -> None:
    stale = broker("kafka10", 10, registered_host="old.prod.example.com")
    finding = only(
        inventory(cluster(stale)),
        on_endpoints("endpoint.registered.host == endpoint.config.host"),
    )
    (row,) = finding.comparisons
    assert [line.face for line in row.faces if line.odd] == ["registered"]
    assert row.verdict == ""
    assert finding.locations[:2] == (znode(10), node_file("kafka10", f"kafka/broker/{HOST}"))
    assert finding.because[0] == Because(location=znode(10), text="old.prod.example.com")


def test_an_unknown_face_is_shown_with_its_reason_and_is_not_odd() -> None:
    one = broker("kafka10", 10, own=False)
    why = Unknown(
        kind=UnknownKind.UNSUPPORTED, reason="depends on Ruby", fragments=("PLAINTEXT://", None, ":9092")
    )
    (endpoint,) = one.endpoints
    two = replace(one, endpoints=(replace(endpoint, intended=why),))
    (row,) = only(inventory(cluster(two)), on_endpoints(faces="[intended, rendered]")).comparisons
    assert row.faces[0] == FaceLine(face="intended", text="PLAINTEXT://⟨?⟩:9092", note="depends on Ruby")
    assert not any(line.odd for line in row.faces)


def test_a_broker_with_several_listeners_names_the_listener() -> None:
    one = broker("kafka10", 10, own=False)
    (endpoint,) = one.endpoints
    second: Endpoint = replace(endpoint, listener="SSL")
    finding = only(
        inventory(cluster(replace(one, endpoints=(endpoint, second)))), on_endpoints(group="broker.name")
    )
    assert [row.subject for row in finding.comparisons] == ["kafka10 PLAINTEXT", "kafka10 SSL"]
    assert len(set(finding.fingerprints)) == 2


def test_a_setting_of_a_broker_over_its_faces() -> None:
    properties = {"num.partitions": setting("kafka10", "num.partitions", "8")}
    other = {"num.partitions": Known(value="4", location=node_file("kafka10", "kafka/broker/num.partitions"))}
    one = broker("kafka10", 10, properties=properties)
    plan = Known(value=config("kafka10", [], properties=other, last_run=True))
    finding = only(
        inventory(cluster(replace(one, intended=plan))),
        rule("false", property="num.partitions", faces=ALL_FACES),
    )
    (row,) = finding.comparisons
    assert row.faces == (
        FaceLine(
            face="intended",
            text="4",
            location=node_file("kafka10", "kafka/broker/num.partitions"),
            note="as of the last run",
        ),
        FaceLine(
            face="rendered", text="8", location=properties_file("kafka10", "num.partitions", 31), odd=True
        ),
    )
    assert finding.because[0].text == "num.partitions=8"


@pytest.mark.parametrize(
    ("property_", "faces", "texts"),
    [
        ("broker.id", "[rendered, registered, machine]", {"rendered": "10", "registered": "10"}),
        (
            "broker.rack",
            "[rendered, registered, machine]",
            {"rendered": "us-east-1a", "registered": "us-east-1a", "machine": "us-east-1c"},
        ),
        ("zookeeper.connect", "[rendered, resolves]", {"rendered": "zk1:2181/kafka"}),
        (
            "advertised.host.name",
            "[rendered, registered, resolves]",
            {
                "rendered": "not set",
                "registered": "PLAINTEXT://kafka10.prod.example.com:9092",
                "resolves": "10.0.1.10",
            },
        ),
        (
            "''",
            "[rendered, machine]",
            {"rendered": "PLAINTEXT://kafka10.prod.example.com:9092", "machine": "10.0.1.10"},
        ),
    ],
)
def test_settings_that_a_face_keeps_elsewhere(property_: str, faces: str, texts: dict[str, str]) -> None:
    one = broker("kafka10", 10, rack="us-east-1a")
    keys = {"faces": faces} if property_ == "''" else {"faces": faces, "property": property_}
    (row,) = only(inventory(cluster(one)), rule("false", **keys)).comparisons
    assert {line.face: line.text for line in row.faces} == texts
    odd = [line.face for line in row.faces if line.odd]
    assert odd == (
        ["machine"] if property_ == "broker.rack" else ["registered"] if "not set" in texts.values() else []
    )


def test_several_names_are_told_apart() -> None:
    one = broker("kafka10", 10)
    servers = (
        resolution("zk1", ("10.0.0.1",)),
        replace(resolution("zk2", ("10.0.0.2",)), answers=()),
        resolution("zk3", Absent(evidence="no A record"), ttl=None),
    )
    two = replace(one, resolved=replace(one.resolved, zookeeper=servers))
    (row,) = only(
        inventory(cluster(two)), rule("false", property="zookeeper.connect", faces="[resolves]")
    ).comparisons
    assert row.faces == (
        FaceLine(
            face="resolves", text="zk1: 10.0.0.1, zk3: has no address", note="10.0.0.2, TTL 300; 10.0.0.2"
        ),
    )


def test_brokers_of_which_a_registration_alone_is_known_count_in_a_cluster() -> None:
    def lone(number: int, rack: str) -> Broker:
        found = broker(f"broker {number}", number, rack=rack, intended=False)
        return replace(found, rendered=NOT_GIVEN, config=NOT_GIVEN)

    racks = rule(
        "cluster.brokers | map('registered.rack') | agree",
        scope="cluster",
        property="broker.rack",
        faces="[rendered, registered]",
    )
    finding = only(inventory(cluster(lone(1, "a"), lone(2, "a"), lone(3, "b"))), racks)
    assert [(row.subject, row.faces[0].text) for row in finding.comparisons] == [
        ("broker 1", "a"),
        ("broker 2", "a"),
        ("broker 3", "b"),
    ]
    assert finding.locations == (znode(3),)
    assert finding.because == (Because(location=znode(3), text="b"),)


def test_old_machines_and_many_addresses() -> None:
    one = broker("kafka10", 10, own=False)
    assert isinstance(one.machine, Known)
    face = replace(
        one.machine.value,
        addresses=Known(value=tuple(f"10.0.0.{number}" for number in range(6))),
        observed_at=Known(value=NOW - timedelta(days=3)),
        instance_id=ABSENT,
    )
    (row,) = only(
        inventory(cluster(replace(one, machine=Known(value=face)))), on_endpoints(faces="[machine]")
    ).comparisons
    assert row.faces[0].text == "10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3, and 2 more"
    assert row.faces[0].note == "m3.xlarge, us-east-1c (node object, 3 days old)"


def test_a_cluster_shows_the_odd_ones_after_some_of_the_others() -> None:
    brokers = [broker(f"kafka0{number}", number, rack="a") for number in range(1, 7)]
    odd = [broker("kafka07", 7, rack="b"), broker("kafka08", 8), broker("kafka09", 9, rack=lost())]
    racks = rule(
        "cluster.brokers | map('config.rack') | agree",
        scope="cluster",
        property="broker.rack",
        faces="[rendered, registered]",
    )
    finding = only(inventory(cluster(*brokers, *odd)), racks)
    rows = [(row.subject, row.faces[0].text, row.faces[0].odd) for row in finding.comparisons]
    assert rows == [
        ("kafka01", "a", False),
        ("kafka02", "a", False),
        ("kafka03", "a", False),
        ("kafka07", "b", True),
        ("kafka08", "not set", True),
    ]
    assert finding.locations == (properties_file("kafka07"),)


def test_where_all_brokers_agree_their_common_value_is_the_cause() -> None:
    brokers = [broker(f"kafka0{number}", number, rack="a") for number in (1, 2)]
    racks = rule(
        "cluster.brokers | map('config.rack') | unique",
        scope="cluster",
        property="broker.rack",
        faces="[rendered, registered]",
    )
    finding = only(inventory(cluster(*brokers)), racks)
    assert finding.locations == (properties_file("kafka01"), properties_file("kafka02"))


def test_a_client_shows_its_setting() -> None:
    finding = only(
        inventory(cluster(clients=[client("web01", "kafka99:9092")])),
        rule("false", scope="client", property="bootstrap.servers", faces="[rendered]"),
    )
    (row,) = finding.comparisons
    place = Location(
        source="client_files", name="rendered/web01/producer.properties", pointer="bootstrap.servers", line=4
    )
    assert row == Comparison(
        subject="web01", faces=(FaceLine(face="rendered", text="kafka99:9092", location=place),)
    )
    assert finding.locations == (place,)
    assert finding.because == (Because(location=place, text="bootstrap.servers=kafka99:9092"),)


def test_what_the_assertion_read_is_where_the_property_says_nothing() -> None:
    stored = broker("kafka10", 10, meta=[(7, "rendered/kafka10/meta.properties")])
    finding = only(
        inventory(cluster(stored)),
        rule("broker.meta | where_not('broker_id', broker.id) | count == 0", property="broker.id"),
    )
    meta = Location(source="rendered", name="rendered/kafka10/meta.properties", pointer="broker.id", line=2)
    assert finding.locations == (
        node_file("kafka10"),
        properties_file("kafka10"),
        znode(10),
        meta,
    )
    assert [step.text for step in finding.because] == ['broker.id = "10"', "broker.id=7"]


def test_of_many_facts_that_were_read_those_at_issue_are_shown() -> None:
    twins = [broker(f"kafka0{number}", number, registered_host="twin") for number in (2, 7)]
    others = [broker(f"kafka0{number}", number) for number in (1, 3, 4, 5, 6)]
    hosts = "cluster.brokers | map('endpoints') | flatten | map('registered.host')"
    shared = rule(f"{hosts} | unique", scope="cluster", about=f"{hosts} | duplicates")
    finding = only(inventory(cluster(*twins, *others)), shared)
    assert finding.about == ("twin",)
    assert finding.locations == (znode(2), znode(7))
    assert [step.text for step in finding.because] == ["twin, and in /kafka/brokers/ids/7"]


def test_a_setting_that_only_others_have_is_missing_where_it_should_stand() -> None:
    has = broker("kafka01", 1, properties={"broker.rack": setting("kafka01", "broker.rack", "a")})
    with_it = "cluster.brokers | where_known('config.properties.broker.rack') | count"
    one_of_two = rule(
        f"there_is(broker.config.properties['broker.rack']) or {with_it} == 0",
        property="num.partitions",
        faces="[intended, rendered]",
    )
    finding = only(inventory(cluster(has, broker("kafka02", 2))), one_of_two)
    assert finding.locations[:2] == (node_file("kafka02"), properties_file("kafka02"))
    assert properties_file("kafka01", "broker.rack", 31) in finding.locations


def test_an_id_that_cannot_be_used_is_shown_as_it_is_written() -> None:
    written = setting("kafka01", "broker.id", "192168100200", line=2)
    one = broker("kafka01", lost("no number"), properties={"broker.id": written}, registered=False)
    finding = only(inventory(cluster(one)), rule("false", property="broker.id", faces="[rendered]"))
    assert [line.text for row in finding.comparisons for line in row.faces] == ["192168100200"]
    assert finding.locations[0] == written.location


def test_a_subject_without_any_fact_has_its_own_place() -> None:
    finding = only(inventory(cluster(broker("kafka10", 10))), rule("false", property="no.such.key"))
    assert finding.locations == (node_file("kafka10"), properties_file("kafka10"), znode(10))
    assert finding.because == ()


def test_the_way_back_goes_over_what_a_value_was_made_of_and_what_it_beat() -> None:
    attribute = Known(
        value="kafka01",
        location=node_file("kafka10", "kafka/seed_host"),
    )
    loser = Known(value="8", location=properties_file("kafka10", "num.partitions", 7))
    override = Location(source="zookeeper", name="/kafka/config/brokers/10", pointer="num.partitions")
    winner = Known(value="16", location=override, derived_from=(attribute,), shadows=(loser,))
    one = broker("kafka10", 10, properties={"num.partitions": winner}, intended=False)
    finding = only(inventory(cluster(one)), rule("false", property="num.partitions"))
    assert finding.because == (
        Because(location=override, text="num.partitions = 16"),
        Because(
            location=attribute.location or override,
            text='kafka.seed_host = "kafka01" (default level, as of the last run)',
        ),
        Because(location=loser.location or override, text="num.partitions=8 (not used: the above wins)"),
    )


def test_a_way_back_that_branches_without_end_is_cut() -> None:
    fact = Known(value="x", location=node_file("kafka10", "a"))
    for number in range(50):
        fact = Known(
            value="x",
            location=node_file("kafka10", f"k{number}"),
            derived_from=(fact,) * 10,
            shadows=(fact,) * 10,
        )
    one = broker("kafka10", 10, properties={"k": fact}, intended=False)
    finding = only(inventory(cluster(one)), rule("false", property="k"))
    assert 1 <= len(finding.because) <= 12


def test_the_property_may_be_a_template_and_is_nothing_where_it_is_not_known() -> None:
    one = inventory(cluster(broker("kafka10", 10, own=False)))
    assert only(one, on_endpoints(property="'{{ endpoint.config.host_from }}'")).property == HOST
    for template in ("{{ broker.converged.rack }}", "{{ endpoint.current.swapped_with }}"):
        assert only(one, on_endpoints(property=f"'{template}'")).property == ""
    unknown = inventory(cluster(broker("kafka10", 10, rack=lost())))
    assert only(unknown, rule("false", property="'{{ broker.config.rack }}'")).property == ""


def test_texts_are_tidy_and_bounded() -> None:
    finding = only(
        inventory(cluster(broker("kafka10", 10))),
        rule(
            "false",
            message='"{{ broker.name }}\\n  fails   badly\\n"',
            fix="|\n      first line\n      second line\n",
            effect="\"{% for b in subjects %}{{ 'x' ~ b.name }}{% endfor %}\"",
        ),
    )
    assert finding.message == "kafka10 fails badly"
    assert finding.fix == "first line\nsecond line"
    assert finding.effect == "xkafka10"
    long = rule("false", message='"{% for a in cluster.brokers %}{{ a.name }}{% endfor %}"')
    many = inventory(cluster(*(broker(f"kafka{number:03}", number) for number in range(100))))
    assert len(judge(many, [long]).findings[0].message) == 500


def test_about_and_affects_hold_the_values_of_all_subjects() -> None:
    brokers = [
        broker("kafka01", 1, rack="a"),
        broker("kafka02", 2, rack="b"),
        broker("kafka03", 3, rack=lost()),
    ]
    finding = only(
        inventory(cluster(*brokers)),
        rule("false", group="1", about="broker.config.rack", affects="'[broker.id, broker.converged.rack]'"),
    )
    assert finding.about == ("a", "b")
    assert finding.affects == ("1", "2", "3")


def test_fingerprints_depend_on_rule_subject_and_property_alone() -> None:
    def prints(one: Broker, found: Rule) -> tuple[str, ...]:
        return only(inventory(cluster(one)), found).fingerprints

    base = prints(broker("kafka10", 10), rule("false", property="broker.id"))
    assert base == prints(
        broker("kafka10", 11, rack="a"), rule("1 == 2", property="broker.id", message="other", level="note")
    )
    assert len(base[0]) == 16
    assert base != prints(broker("kafka11", 10), rule("false", property="broker.id"))
    assert base != prints(broker("kafka10", 10), rule("false", property="broker.rack"))
    assert base != prints(broker("kafka10", 10), rule("false", property="broker.id", id="TST002"))


def test_a_finding_over_many_brokers_stays_of_bounded_size() -> None:
    many = inventory(cluster(*(broker(f"kafka{number:04}", number, own=False) for number in range(400))))
    finding = only(many, on_endpoints(group="1"))
    assert len(finding.subjects) == len(finding.fingerprints) == 400
    assert len(finding.comparisons) <= 201
    assert len(finding.locations) <= 20
    assert len(finding.because) <= 12


def secret_broker() -> Broker:
    key = "ssl.keystore.password"
    place = properties_file("kafka10", key, 31)
    made_of = Known(value="hunter2-part", location=node_file("kafka10", f"kafka/broker/{key}"), secret=True)
    beaten = Known(value="hunter2-old", location=properties_file("kafka10", key, 7))
    value = Known(value="hunter2", location=place, secret=True, derived_from=(made_of,), shadows=(beaten,))
    return broker("kafka10", 10, properties={key: value})


def test_no_secret_leaves_in_any_text() -> None:
    read = "broker.config.properties['ssl.keystore.password']"
    message = f"{{{{ {read} }}}} {{{{ 'a' ~ {read} }}}} {{{{ [{read}] | listed }}}} {{{{ {read} | upper }}}}"
    found = rule(
        f"{read} == 'x'",
        property=f'"{{{{ {read} }}}}"',
        message=f'"{message}"',
        about=f'"[{read}]"',
        affects=read,
        group=read,
    )
    shown = rule(f"{read} == 'x'", id="TST002", property="ssl.keystore.password", faces=ALL_FACES)
    judgement = judge(inventory(cluster(secret_broker())), [found, shown])
    (first, second) = judgement.findings
    assert "hunter2" not in repr(judgement).lower()
    assert first.message.startswith(f"{redacted('hunter2')} {redacted('ahunter2')} {redacted('hunter2')}")
    assert first.about == (redacted("hunter2"),)
    assert second.comparisons[0].faces[-1].text == redacted("hunter2")
    part = redacted("hunter2-part")
    assert [step.text for step in second.because] == [
        f"ssl.keystore.password={redacted('hunter2')}",
        f'kafka.broker.ssl.keystore.password = "{part}" (default level, as of the last run)',
        f"ssl.keystore.password={redacted('hunter2-old')} (not used: the above wins)",
    ]
