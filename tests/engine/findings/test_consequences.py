"""Causes stand, what they explain stands under them, each under the closest one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.engine.findings.consequences import arranged
from driftcheck.engine.judgement import judge
from driftcheck.engine.ordering import in_order, natural
from driftcheck.model.finding import Finding, Subject
from driftcheck.model.locations import Location
from driftcheck.model.rule import Level, Rule
from tests.engine.inventories import broker, cluster, ignore, inventory
from tests.engine.rule_texts import rule
from tests.tiers import examples

PLACE = Location(source="rules", name="ours.yaml")


def rules(explains: Mapping[str, Sequence[str]]) -> list[Rule]:
    names = {*explains, *(each for others in explains.values() for each in others)}
    return [explaining(rule("true", id=name), *explains.get(name, ())) for name in sorted(names)]


def explaining(found: Rule, *others: str) -> Rule:
    return replace(found, explains=others)


def finding(
    name: str,
    *names: str,
    cluster: str = "prod",
    about: Sequence[str] = (),
    affects: Sequence[str] = (),
    level: Level = Level.ERROR,
) -> Finding:
    subjects = tuple(Subject(kind="broker", name=each, cluster=cluster) for each in names)
    return Finding(
        rule=name,
        rule_name=name.lower(),
        level=level,
        subjects=subjects,
        property="",
        message=name,
        effect="",
        fix="",
        locations=(PLACE,),
        because=(),
        comparisons=(),
        consequences=(),
        fingerprints=tuple(each.name for each in subjects),
        about=tuple(about),
        affects=tuple(affects),
    )


def tree(findings: Sequence[Finding]) -> list[tuple[str, list[object]]]:
    return [(each.rule, list(tree(each.consequences))) for each in findings]


def test_a_consequence_stands_under_its_cause() -> None:
    found = arranged(
        [finding("BBB001", "kafka01"), finding("AAA001", "kafka01", "kafka02")], rules({"AAA001": ["BBB001"]})
    )
    assert tree(found) == [("AAA001", [("BBB001", [])])]


def test_it_has_to_be_of_the_same_cluster_and_within_reach() -> None:
    explains = rules({"AAA001": ["BBB001"]})
    apart = [finding("AAA001", "kafka01"), finding("BBB001", "kafka01", cluster="beta")]
    assert tree(arranged(apart, explains)) == [("AAA001", []), ("BBB001", [])]
    wider = [finding("AAA001", "kafka01"), finding("BBB001", "kafka01", "kafka02")]
    assert tree(arranged(wider, explains)) == [("AAA001", []), ("BBB001", [])]
    affected = [finding("AAA001", "kafka01", affects=["kafka02"]), finding("BBB001", "kafka01", "kafka02")]
    assert tree(arranged(affected, explains)) == [("AAA001", [("BBB001", [])])]


def test_a_graver_finding_stands_on_its_own() -> None:
    explains = rules({"AAA001": ["BBB001"], "CCC001": ["BBB001"]})
    mild = finding("AAA001", "kafka01", level=Level.WARNING)
    assert tree(arranged([mild, finding("BBB001", "kafka01")], explains)) == [("BBB001", []), ("AAA001", [])]
    grave = finding("CCC001", "kafka01")
    assert tree(arranged([mild, grave, finding("BBB001", "kafka01")], explains)) == [
        ("CCC001", [("BBB001", [])]),
        ("AAA001", []),
    ]


def test_what_both_are_about_has_to_meet() -> None:
    explains = rules({"AAA001": ["BBB001"]})

    def nested(cause: Sequence[str], consequence: Sequence[str]) -> bool:
        found = arranged(
            [finding("AAA001", "kafka01", about=cause), finding("BBB001", "kafka01", about=consequence)],
            explains,
        )
        return len(found) == 1

    assert nested(["kafka01.example.com"], ["KAFKA01.example.com."])
    assert nested(["[2001:db8::1]"], ["2001:db8:0:0::1", "other"])
    assert not nested(["kafka01.example.com"], ["kafka02.example.com"])
    assert nested([], ["kafka02.example.com"])
    assert nested(["kafka01.example.com"], [])


def test_rules_in_between_explain_on_even_without_a_finding() -> None:
    explains = rules({"AAA001": ["BBB001"], "BBB001": ["CCC001"]})
    findings = [finding(name, "kafka01") for name in ("AAA001", "BBB001", "CCC001")]
    assert tree(arranged(findings, explains)) == [("AAA001", [("BBB001", [("CCC001", [])])])]
    assert tree(arranged([findings[0], findings[2]], explains)) == [("AAA001", [("CCC001", [])])]
    assert tree(arranged(findings[1:], explains)) == [("BBB001", [("CCC001", [])])]
    assert tree(arranged(findings[2:], explains)) == [("CCC001", [])]


def test_of_several_causes_the_closest_counts_then_the_first() -> None:
    explains = rules({"AAA001": ["BBB001"], "BBB001": ["CCC001"], "DDD001": ["CCC001"]})
    findings = [finding(name, "kafka01") for name in ("AAA001", "CCC001", "DDD001")]
    assert tree(arranged(findings, explains)) == [("AAA001", []), ("DDD001", [("CCC001", [])])]
    twice = [
        finding("AAA001", "kafka01", "kafka02"),
        finding("AAA001", "kafka01"),
        finding("BBB001", "kafka01"),
    ]
    assert tree(arranged(twice, explains)) == [("AAA001", [("BBB001", [])]), ("AAA001", [])]


def test_causes_are_sorted_worst_first() -> None:
    findings = [
        finding("AAA001", "kafka01", level=Level.NOTE),
        finding("BBB001", "kafka10"),
        finding("BBB001", "kafka9"),
        finding("BBB001", "kafka9", cluster="beta"),
        finding("CCC001", "kafka01", level=Level.WARNING),
    ]
    found = [(each.rule, each.subject.cluster, each.subject.name) for each in arranged(findings, [])]
    assert found == [
        ("BBB001", "beta", "kafka9"),
        ("BBB001", "prod", "kafka9"),
        ("BBB001", "prod", "kafka10"),
        ("CCC001", "prod", "kafka01"),
        ("AAA001", "prod", "kafka01"),
    ]


@examples(100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["AAA001", "BBB001", "CCC001", "DDD001"]),
            st.lists(st.sampled_from(["k1", "k2"]), min_size=1, max_size=2, unique=True),
            st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True),
        ),
        max_size=8,
        unique_by=repr,
    ),
    st.randoms(use_true_random=False),
)
def test_every_finding_stands_once_whatever_the_order(
    parts: list[tuple[str, list[str], list[str]]], rng: random.Random
) -> None:
    explains = rules({"AAA001": ["BBB001", "CCC001"], "BBB001": ["DDD001"], "CCC001": ["DDD001"]})
    findings = [finding(name, *sorted(names), about=about) for name, names, about in parts]
    found = arranged(findings, explains)

    def flat(each: Finding) -> list[tuple[object, ...]]:
        own = (each.rule, each.subjects, each.about)
        return [own, *(one for child in each.consequences for one in flat(child))]

    shown = sorted(one for each in found for one in flat(each))
    assert shown == sorted((each.rule, each.subjects, each.about) for each in findings)
    shuffled = rng.sample(findings, len(findings))
    if len({(each.rule, each.subjects) for each in findings}) == len(findings):
        assert arranged(shuffled, rng.sample(explains, len(explains))) == found


def test_consequences_stand_on_their_own_where_the_cause_is_silenced_or_not_in_force() -> None:
    failing = [explaining(rule("false", id="TST001"), "TST002"), rule("false", id="TST002")]
    prod = inventory(cluster(broker("kafka01", 1)))
    assert tree(judge(prod, failing).findings) == [("TST001", [("TST002", [])])]
    assert tree(judge(prod, failing, ignore=["TST001"]).findings) == [("TST002", [])]
    assert tree(judge(prod, failing, select=["TST002"]).findings) == [("TST002", [])]
    quiet = inventory(cluster(broker("kafka01", 1, ignores=[ignore("kafka01", "TST001")])))
    assert tree(judge(quiet, failing).findings) == [("TST002", [])]


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("'\"down\"'", [("TST002", ["kafka01"], []), ("TST001", ["kafka02", "kafka03"], ["kafka02"])]),
        (
            "'\"down\" if broker.id < 9'",
            [("TST002", ["kafka01"], []), ("TST001", ["kafka02", "kafka03"], ["kafka02"])],
        ),
        ("cluster.name", [("TST001", ["kafka02", "kafka03"], []), ("TST002", ["kafka01", "kafka02"], [])]),
    ],
)
def test_what_only_a_label_groups_stands_apart_where_another_finding_explains_it(
    group: str, found: list[tuple[str, list[str], list[str]]]
) -> None:
    cause = explaining(rule("broker.id == 1", id="TST001", group="cluster.name", level="warning"), "TST002")
    listed = rule("broker.id == 3", id="TST002", group=group, level="warning")
    prod = inventory(cluster(*(broker(f"kafka0{number}", number) for number in (1, 2, 3))))

    def names(each: Finding) -> list[str]:
        return [subject.name for subject in each.subjects]

    assert [
        (each.rule, names(each), [name for effect in each.consequences for name in names(effect)])
        for each in judge(prod, [listed, cause]).findings
    ] == sorted(found)


def test_names_are_in_the_order_in_which_people_count() -> None:
    names = ["kafka10", "kafka9", "Kafka1", "kafka", "10", "9a", "kafka09"]
    assert sorted(names, key=natural) == ["9a", "10", "Kafka1", "kafka", "kafka09", "kafka9", "kafka10"]
    shuffled = inventory(cluster(broker("kafka10", 10), broker("kafka9", 9)))
    assert [each.name for each in in_order(shuffled).clusters[0].brokers] == ["kafka9", "kafka10"]
