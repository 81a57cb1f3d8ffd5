"""The judge: who fails, who stays open, what is counted, and what is silenced."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.engine.judgement import Judgement, judge
from driftcheck.engine.language.functions import table
from driftcheck.engine.language.functions.entry import Entry, one
from driftcheck.engine.language.shapes import TRUTH
from driftcheck.errors import RuleError, UsageError
from driftcheck.model.facts import Absent, UnknownKind
from driftcheck.model.finding import Subject
from driftcheck.model.inventory import Ambiguity, Broker, Inventory
from driftcheck.model.rule import Level, Rule
from tests.engine.inventories import (
    broker,
    client,
    cluster,
    ignore,
    inventory,
    lost,
    node_file,
    properties_file,
)
from tests.engine.rule_texts import INCIDENT, OTHERS, rule, rules_of
from tests.tiers import examples

RULES = (*rules_of(INCIDENT, builtin=True), *rules_of(OTHERS, builtin=True))
THREE = [broker(f"kafka0{number}", number) for number in (1, 2, 3)]


def subjects(judgement: Judgement) -> list[list[str]]:
    return [[subject.name for subject in finding.subjects] for finding in judgement.findings]


def counts(judgement: Judgement) -> tuple[int, int, int, int]:
    return judgement.passed, judgement.failed, judgement.open, judgement.not_applicable


def test_a_healthy_night_has_no_findings() -> None:
    judgement = judge(inventory(cluster(*THREE)), RULES)
    assert judgement.findings == ()
    assert judgement.not_checked == ()
    assert judgement.rules == len(RULES)
    assert counts(judgement) == (11, 0, 0, 0)


def test_what_is_not_judged_in_time_is_open_and_counted() -> None:
    judgement = judge(inventory(cluster(*THREE)), RULES, late=lambda: True)
    assert judgement.findings == ()
    assert counts(judgement) == (0, 0, 11, 0)
    assert {each.subject for each in judgement.not_checked} == {
        Subject(kind="cluster", name="prod", cluster="prod")
    }
    assert {(each.kind, each.reason) for each in judgement.not_checked} == {
        (UnknownKind.FAULT, "the time for the run was over before all of it was judged")
    }
    assert len(judgement.not_checked) == len({each.rule for each in judgement.not_checked})


def test_what_was_judged_before_the_time_was_over_counts() -> None:
    looks = iter([False, True])
    many = [broker(f"kafka{number:03}", number) for number in range(250)]
    judgement = judge(inventory(cluster(*many)), [rule("broker.id != 7")], late=lambda: next(looks))
    assert subjects(judgement) == [["kafka007"]]
    assert counts(judgement) == (99, 1, 150, 0)
    assert len(judgement.not_checked) == 1


def test_each_failing_subject_is_a_finding_of_its_own_without_a_group() -> None:
    judgement = judge(inventory(cluster(*THREE)), [rule("broker.id != 2 and broker.id != 3")])
    assert subjects(judgement) == [["kafka02"], ["kafka03"]]
    assert counts(judgement) == (1, 2, 0, 0)
    assert judgement.findings[0].subjects == (Subject(kind="broker", name="kafka02", cluster="prod", id=2),)


def test_failures_with_the_same_key_are_one_finding() -> None:
    grouped = rule(
        "broker.id == 0", group="broker.id % 2", message="'{{ subjects | map(\"name\") | listed }}'"
    )
    judgement = judge(inventory(cluster(*THREE)), [grouped])
    assert subjects(judgement) == [["kafka01", "kafka03"], ["kafka02"]]
    assert judgement.findings[0].message == "kafka01 and kafka03"
    assert len(judgement.findings[0].fingerprints) == 2


def test_groups_do_not_reach_over_clusters_and_need_a_key() -> None:
    other = cluster(broker("kafka09", 9, cluster="beta"), name="beta")
    constant = rule("broker.id == 0", group="1")
    judgement = judge(inventory(cluster(*THREE), other), [constant])
    assert subjects(judgement) == [["kafka09"], ["kafka01", "kafka02", "kafka03"]]
    absent_key = judge(inventory(cluster(*THREE)), [rule("broker.id == 0", group="broker.config.rack")])
    assert len(absent_key.findings) == 3
    unknown = [broker(f"kafka0{number}", number, rack=lost()) for number in (1, 2)]
    unknown_key = judge(inventory(cluster(*unknown)), [rule("broker.id == 0", group="broker.config.rack")])
    assert len(unknown_key.findings) == 2


def test_an_unknown_opens_one_subject_and_not_the_others() -> None:
    brokers = [*THREE, broker("kafka04", 4, rack=lost()), broker("kafka05", 5, rack=lost("denied"))]
    judgement = judge(
        inventory(cluster(*brokers)), [rule("broker.config.rack is absent or broker.config.rack == 'a'")]
    )
    assert counts(judgement) == (3, 0, 2, 0)
    first, second = judgement.not_checked
    assert (first.rule, first.kind, first.source, first.reason) == (
        "TST001",
        UnknownKind.FAULT,
        "dns",
        "time-out from 10.0.0.2:53",
    )
    assert first.subject == Subject(kind="broker", name="kafka04", cluster="prod", id=4)
    assert second.reason == "denied"


def test_an_open_rule_says_each_reason_once() -> None:
    both = broker("kafka01", lost("no id"), rack=lost("no rack"))
    twice = rule("broker.config.rack == 'a' and broker.config.rack == 'b' and broker.id == 1")
    judgement = judge(inventory(cluster(both)), [twice])
    assert [each.reason for each in judgement.not_checked] == ["no rack", "no id"]
    assert judgement.open == 1


def test_reasons_without_number_are_counted() -> None:
    brokers = [broker(f"kafka{number:02}", number, rack=lost(f"no rack {number}")) for number in range(50)]
    racks = rule("cluster.brokers | map('config.rack') | agree", scope="cluster")
    judgement = judge(inventory(cluster(*brokers)), [racks])
    reasons = [each.reason for each in judgement.not_checked]
    assert len(reasons) == 33
    assert reasons[-1] == "18 more reasons like these"


def test_when_is_asked_first() -> None:
    condition = rule("broker.config.rack == 'a'", when="broker.id > 1")
    brokers = [broker("kafka01", 1), broker("kafka02", 2, rack="a"), broker("kafka03", 3)]
    assert counts(judge(inventory(cluster(*brokers)), [condition])) == (1, 1, 0, 1)
    unsure = rule("true", when="broker.config.rack == 'a'")
    judgement = judge(inventory(cluster(broker("kafka01", 1, rack=lost()))), [unsure])
    assert counts(judgement) == (0, 0, 1, 0)


def test_what_makes_no_sense_is_open_and_put_down_to_the_rule() -> None:
    judgement = judge(inventory(cluster(*THREE[:1])), [rule("1 / (broker.id - 1) == 1")])
    (found,) = judgement.not_checked
    assert (found.kind, found.source, found.location) == (UnknownKind.UNSUPPORTED, "rules", None)
    assert found.reason == "a number was divided by zero"


def test_a_rule_does_not_apply_where_its_source_was_not_asked() -> None:
    dns = rule("true", needs="[dns]")
    either = rule("true", id="TST002", needs="['dns|zookeeper']")
    both = rule("true", id="TST003", needs="[zookeeper, dns]")
    judgement = judge(inventory(cluster(*THREE), without=["dns"]), [dns, either, both])
    assert counts(judgement) == (3, 0, 0, 6)
    assert judgement.needs == {"dns": 2}
    neither = judge(inventory(cluster(*THREE), without=["dns", "zookeeper"]), [dns, either, both])
    assert neither.needs == {"dns": 2, "zookeeper": 1}


def test_focus_narrows_brokers_and_their_endpoints_and_nothing_else() -> None:
    everywhere = [
        rule("false", scope=scope, id=f"TST00{number}")
        for number, scope in enumerate(["cluster", "broker", "endpoint"])
    ]
    judgement = judge(inventory(cluster(*THREE), focus=["kafka02"]), everywhere)
    assert subjects(judgement) == [["prod"], ["kafka02"], ["kafka02"]]


def test_every_scope_has_its_names() -> None:
    ambiguity = Ambiguity(kind="shared_id", subject="id 1", reason="two", candidates=("a", "b"))
    full = inventory(cluster(*THREE[:1], clients=[client("web01", "kafka01:9092")], ambiguities=[ambiguity]))
    rules = [
        rule("cluster.name == inventory.clusters[0].name", scope="cluster"),
        rule("broker.cluster == cluster.name", id="TST002"),
        rule("endpoint.current.host | startswith(broker.name)", scope="endpoint", id="TST003"),
        rule("client.cluster == cluster.name", scope="client", id="TST004"),
        rule("ambiguity.kind == 'shared_id' and cluster.name == 'prod'", scope="ambiguity", id="TST005"),
    ]
    assert counts(judge(full, rules)) == (5, 0, 0, 0)
    failing = [replace(each, assertion=replace(each.assertion, text="false")) for each in rules]
    found = [finding.subject for finding in judge(full, failing).findings]
    assert found == [
        Subject(kind="cluster", name="prod", cluster="prod"),
        Subject(kind="broker", name="kafka01", cluster="prod", id=1),
        Subject(kind="endpoint", name="kafka01", cluster="prod", id=1, detail="PLAINTEXT"),
        Subject(kind="client", name="web01", cluster="prod"),
        Subject(kind="ambiguity", name="id 1", cluster="prod", detail="shared_id"),
    ]


def test_variables_see_earlier_ones_and_are_shared_where_they_are_the_same() -> None:
    found = rule(
        "mine in everyone and count == 3",
        vars="{everyone: \"cluster.brokers | map('name')\", count: everyone | count, mine: broker.name}",
    )
    other = cluster(*(broker(f"b{number}", number, cluster="beta") for number in (1, 2)), name="beta")
    judgement = judge(inventory(cluster(*THREE), other), [found])
    assert counts(judgement) == (3, 2, 0, 0)


@pytest.mark.parametrize(
    ("select", "ignored", "rules"),
    [
        ((), (), 7),
        (("ADV016",), (), 1),
        (("IDN",), (), 2),
        (("shared-endpoint", "CLI"), (), 2),
        ((), ("IDN", "JON001"), 4),
        (("IDN",), ("IDN008",), 1),
        (("IDN",), ("IDN",), 0),
    ],
)
def test_rules_are_selected_by_id_beginning_and_name(
    select: tuple[str, ...], ignored: tuple[str, ...], rules: int
) -> None:
    judgement = judge(inventory(cluster(*THREE)), RULES, select=select, ignore=ignored)
    assert judgement.rules == rules
    assert judgement.notes == ()


def test_words_that_name_no_rule_are_noted() -> None:
    judgement = judge(inventory(cluster(*THREE)), RULES, select=("IDN", "ADV061"), ignore=("nothing",))
    assert judgement.notes == (
        '`select` names no rule: "ADV061", did you mean "ADV016"?',
        '`ignore` names no rule: "nothing"',
    )
    with pytest.raises(UsageError, match=r'no rule is selected by "ADV061", did you mean "ADV016"\?'):
        judge(inventory(cluster(*THREE)), RULES, select=("ADV061",))


def test_an_inline_ignore_silences_its_rules_for_its_broker() -> None:
    quiet = broker("kafka02", 2, ignores=[ignore("kafka02", "TST", "ADV001")])
    judgement = judge(inventory(cluster(THREE[0], quiet, THREE[2])), [rule("broker.id == 1", group="1")])
    assert subjects(judgement) == [["kafka03"]]
    (suppressed,) = judgement.suppressed
    assert [subject.name for subject in suppressed.finding.subjects] == ["kafka02"]
    assert suppressed.reason == "it moves next week"
    assert suppressed.location == properties_file("kafka02", line=3)
    assert judgement.failed == 2
    assert judgement.notes == ()


def test_an_inline_ignore_by_name_and_of_a_client() -> None:
    quiet = broker("kafka02", 2, ignores=[ignore("kafka02", "tst001")])
    assert judge(inventory(cluster(quiet)), [rule("false")]).findings == ()
    web = client("web01", "kafka01:9092", ignores=[ignore("web01", "TST001")])
    assert judge(inventory(cluster(clients=[web])), [rule("false", scope="client")]).findings == ()


def test_an_ignore_that_silences_nothing_is_noted_if_its_rules_ran() -> None:
    brokers = [
        broker(
            "kafka01",
            1,
            rack=lost(),
            ignores=[ignore("kafka01", "TST001", "TST002", "TST003", "TST004", "XYZ")],
        )
    ]
    rules = [
        rule("true"),
        rule("broker.config.rack == 'a'", id="TST002"),
        rule("true", when="false", id="TST003"),
        rule("true", needs="[dns]", id="TST004"),
    ]
    judgement = judge(inventory(cluster(*brokers), without=["dns"]), rules)
    assert judgement.notes == (
        "rendered/kafka01/server.properties:3:1: the ignore of TST001 silences nothing",
    )


def test_notes_about_ignores_are_bounded() -> None:
    brokers = [
        broker(f"kafka{number:02}", number, ignores=[ignore(f"kafka{number:02}", "TST")])
        for number in range(30)
    ]
    notes = judge(inventory(cluster(*brokers)), [rule("true")]).notes
    assert len(notes) == 21
    assert notes[-1] == "10 more ignores silence nothing"


def crashing(monkeypatch: pytest.MonkeyPatch, name: str = "crash") -> None:
    """A function that breaks, as only a bug can."""

    def crash(value: object) -> object:
        raise KeyError("hunter2")

    entry = Entry(name=name, takes=table.FUNCTIONS["is_ip"].takes, gives=one(TRUTH), call=crash)
    monkeypatch.setattr("driftcheck.engine.language.calls.FUNCTIONS", {**table.FUNCTIONS, name: entry})


def test_a_rule_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    crashing(monkeypatch)
    broken = rule("broker.id == 1 or crash(broker.name)", level="note")
    judgement = judge(inventory(cluster(*THREE)), [broken, rule("broker.id == 3", id="TST002")])
    crash, *others = judgement.findings
    assert (crash.rule, crash.level) == ("TST001", Level.ERROR)
    assert [subject.name for subject in crash.subjects] == ["kafka02", "kafka03"]
    assert crash.message == "the rule TST001 crashed (KeyError): whether it holds here is not known"
    assert "hunter2" not in repr(judgement)
    assert [finding.rule for finding in others] == ["TST002", "TST002"]
    assert counts(judgement) == (2, 4, 0, 0)


def test_a_message_that_breaks_is_a_finding_too(monkeypatch: pytest.MonkeyPatch) -> None:
    crashing(monkeypatch)
    broken = rule("broker.id == 1", message="'{{ crash(broker.name) }}'")
    (first, second) = judge(inventory(cluster(*THREE)), [broken]).findings
    assert first.message.startswith("the rule TST001 crashed (KeyError while its finding was made)")
    assert second.subject.name == "kafka03"


def test_a_rule_that_does_not_compile_is_an_error() -> None:
    with pytest.raises(RuleError, match='a Broker has no "idd"'):
        judge(inventory(cluster(*THREE)), [rule("broker.idd == 1")])
    with pytest.raises(RuleError, match='a Broker has no "nme"'):
        judge(inventory(cluster(*THREE)), [rule("false", message="'{{ broker.nme }}'")])


def test_rules_that_are_not_evaluated_are_not_compiled() -> None:
    broken = rule("this is +++ no expression", needs="[dns]")
    unused = rule("this is +++ no expression", id="TST002")
    nobody = rule("this is +++ no expression", id="TST003", scope="client")
    judgement = judge(
        inventory(cluster(*THREE), without=["dns"]), [broken, unused, nobody], ignore=["TST002"]
    )
    assert judgement.rules == 2


def test_the_incident() -> None:
    judgement = judge(incident(), RULES)
    (cause,) = [finding for finding in judgement.findings if finding.rule == "ADV016"]
    assert [subject.name for subject in cause.subjects] == ["kafka10", "kafka11"]
    assert cause.message == "kafka10 and kafka11 would advertise kafka01's name"
    assert cause.property == "advertised.host.name"
    assert cause.about == ("kafka01.prod.example.com",)
    assert cause.affects == ("kafka01", "prod")
    assert [each.rule for each in cause.consequences] == ["REG006"]
    assert [finding.rule for finding in judgement.findings] == [
        "ADV016",
        "DNS001",
        "IDN003",
        "CLI001",
        "IDN008",
        "JON001",
    ]
    assert [each.rule for each in judgement.not_checked] == ["DNS001"]


WRONG = "kafka01.prod.example.com"


def incident() -> Inventory:
    def newcomer(number: int, **more: Any) -> Broker:
        return broker(
            f"kafka{number}",
            number,
            host=WRONG,
            address=f"10.0.3.{number}",
            resolves=("10.0.1.1",),
            own=False,
            named=("kafka01",),
            **more,
        )

    return inventory(
        cluster(
            broker("kafka01", 1, rack="a"),
            broker("kafka02", 2, rack="a", resolves=lost()),
            broker("kafka03", 3, rack="b", resolves=Absent(evidence="NXDOMAIN"), registered=False),
            newcomer(10, rack="a"),
            newcomer(11, rack="a", meta=[(7, "rendered/kafka11/meta.properties")]),
            clients=[client("web01", f"{WRONG}:9092"), client("web02", "kafka99:9092")],
            ambiguities=[
                Ambiguity(
                    kind="shared_id",
                    subject="id 7",
                    reason="two nodes have it",
                    candidates=("kafka07", "kafka11"),
                    locations=(node_file("kafka07"), node_file("kafka11")),
                )
            ],
        ),
        cluster(broker("beta01", 1, cluster="beta"), name="beta"),
    )


EXPECTED = judge(incident(), RULES)


@examples(30)
@given(st.randoms(use_true_random=False))
def test_no_order_shows_in_the_judgement(rng: random.Random) -> None:
    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(rng.sample(items, len(items)))

    clusters = [
        replace(
            each,
            brokers=shuffled(each.brokers),
            clients=shuffled(each.clients),
            ambiguities=shuffled(each.ambiguities),
        )
        for each in incident().clusters
    ]
    shuffled_inventory = replace(incident(), clusters=shuffled(tuple(clusters)))
    rules: tuple[Rule, ...] = shuffled(RULES)
    assert judge(shuffled_inventory, rules) == EXPECTED
