"""Rule files become rules; whatever is wrong in them is an error with its place and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.program import check_rules
from driftcheck.engine.rule_files.cases import read_cases
from driftcheck.engine.rule_files.keys import FAMILIES, KEYS
from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.errors import RuleError
from driftcheck.formats.yaml_nodes import YamlMapping
from driftcheck.model.finding import Outcome
from driftcheck.model.locations import Location
from driftcheck.model.rule import Expression, Level, RuleFile, Scope
from driftcheck.sources.rules.files import builtin_files
from tests.engine.rule_texts import INCIDENT, OTHERS, rules_of

MINIMAL = {
    "id": "OWN001",
    "name": "a-rule",
    "summary": "A rule.",
    "level": "error",
    "scope": "broker",
    "assert": "broker.id == 1",
    "message": "it fails",
    "fix": "Mend it.",
    "why": "Because.",
}


def written(keys: Mapping[str, str]) -> str:
    lines = [f"{key}: {text}" for key, text in keys.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def pack(*rules: Mapping[str, str]) -> str:
    return "rules:\n" + "".join(written({**MINIMAL, **rule}) for rule in rules)


def refusal(text: str, *, builtin: bool = False) -> RuleError:
    with pytest.raises(RuleError) as raised:
        rules_of(text, name="ours.yaml", builtin=builtin)
    return raised.value


def test_a_rule_with_everything() -> None:
    (found, *_) = rules_of(INCIDENT, builtin=True)
    assert found.id == "ADV016"
    assert found.name == "advertised-name-of-another-broker"
    assert (found.level, found.scope, found.builtin) == (Level.ERROR, Scope.ENDPOINT, True)
    assert found.needs == ("chef|rendered",)
    assert list(found.variables) == ["told"]
    assert found.assertion == Expression(
        text="broker.node in told.named",
        location=Location(source="rules", name="rules/test.yaml", line=12, column=13),
    )
    assert found.message.text.startswith("{{ brokers | map('name') | listed }} would advertise")
    assert found.explains == ("REG006", "CLI001")
    assert found.faces == ("intended", "rendered", "registered", "resolves", "machine")
    assert found.location == Location(source="rules", name="rules/test.yaml", line=3, column=9)


def test_a_minimal_rule_leaves_the_rest_out() -> None:
    (found,) = rules_of(pack({}))
    assert (found.needs, found.explains, found.faces, found.references) == ((), (), (), ())
    assert dict(found.variables) == {}
    optional = [found.when, found.group, found.property, found.about, found.affects, found.effect]
    assert optional == [None] * 6
    assert not found.builtin


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "rules: []\n", "rules:\n  []\n---\ncases:\n"])
def test_a_file_may_hold_no_rules(text: str) -> None:
    assert rules_of(text) == ()


@pytest.mark.parametrize("key", [key for key, each in KEYS.items() if each.required])
def test_what_is_required_is_required(key: str) -> None:
    keys = {name: text for name, text in MINIMAL.items() if name != key}
    error = refusal("rules:\n" + written(keys))
    assert error.message == f"the rule has no {key}"
    assert error.where == "ours.yaml:2:5"


@pytest.mark.parametrize(
    ("keys", "place", "message", "hint"),
    [
        ({"scop": "broker"}, "11:5", 'unknown key "scop", did you mean "scope"?', "allowed: about"),
        ({"id": "own1"}, "2:9", '"own1" is no rule id', "2 to 10 capitals and digits, 3 digits"),
        ({"name": "A Rule"}, "3:11", '"A Rule" is no rule name', "small-letters-with-hyphens"),
        (
            {"level": "eror"},
            "5:12",
            '"eror" is not allowed here, did you mean "error"?',
            "note, warning, error",
        ),
        ({"scope": "brokers"}, "6:12", 'did you mean "broker"?', "allowed: cluster, broker, endpoint"),
        ({"summary": "'  '"}, "4:14", "the text is empty", ""),
        ({"summary": "~"}, "4:14", "expected a text, found nothing", ""),
        ({"summary": '"a\\nb"'}, "4:14", "this is one line of at most 200 characters", ""),
        ({"needs": "chef"}, "11:12", "expected a list, found the text 'chef'", ""),
        ({"needs": "[chefs]"}, "11:13", '"chefs" is no source, did you mean "chef"?', "or a|b for either"),
        ({"needs": "['chef|dnss']"}, "11:13", '"dnss" is no source', "allowed: chef"),
        ({"faces": "[intended, render]"}, "11:23", 'did you mean "rendered"?', "allowed: intended"),
        ({"explains": "OWN002"}, "11:15", "expected a list", ""),
        ({"vars": "[a]"}, "11:11", "expected a mapping, found a list", ""),
        ({"vars": "{_a: 1}"}, "11:12", '"_a" is no name for a variable', "small_letters"),
        ({"vars": "{a: }"}, "11:15", "expected a text, found nothing", ""),
        ({"assert": "[a]"}, "7:13", "expected a text, found a list", ""),
        ({"message": "''"}, "8:14", "the text is empty", ""),
        ({"fix": ""}, "9:9", "expected a text, found nothing", ""),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_place(
    keys: Mapping[str, str], place: str, message: str, hint: str
) -> None:
    error = refusal(pack(keys))
    assert error.where == f"ours.yaml:{place}"
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("rules: {}\n", "1:8", "expected a list, found a mapping"),
        ("rule: []\n", "1:7", 'unknown key "rule"'),
        ("- a\n", "1:1", "expected a mapping, found a list"),
        ("rules:\n  - a\n", "2:5", "expected a mapping, found the text 'a'"),
        ("rules:\n  - id: A\n    id: B\n", "3:5", "the key 'id' stands twice, first in line 2"),
        ("rules:\n  - {id: !!python/object:os.system x}\n", "2:10", "tags such as"),
        ("rules: [\n", "2:1", "no valid YAML"),
    ],
)
def test_what_is_no_pack_is_refused_with_its_place(text: str, place: str, message: str) -> None:
    error = refusal(text)
    assert error.where == f"ours.yaml:{place}"
    assert message in error.message


def test_built_in_ids_are_three_capitals_and_three_digits() -> None:
    assert "three capitals" in refusal(pack({"id": "OWNER001"}), builtin=True).hint
    assert rules_of(pack({"id": "OWNER001"}))[0].id == "OWNER001"


@pytest.mark.parametrize("rule", ["ADV001", "CLI901", "CLIENT001", "DNSSEC001", "ADV0011"])
def test_no_id_of_ones_own_is_of_a_built_in_family(rule: str) -> None:
    error = refusal(pack({"id": rule}))
    assert error.where == "ours.yaml:2:9"
    assert error.message == f'"{rule}" is no id of your own: {rule[:3]} is a family of the built-in rules'


def test_the_families_are_those_of_the_built_in_rules_and_of_later_ones() -> None:
    assert {rule.id[:3] for rule in read_rules(builtin_files())} <= set(FAMILIES)
    assert sorted(FAMILIES) == list(FAMILIES)
    assert rules_of(pack({"id": "AD001"}))[0].id == "AD001"


def test_ids_and_names_stand_once() -> None:
    error = refusal(pack({}, {"name": "another"}))
    assert (error.where, error.message) == ("ours.yaml:11:9", 'the id "OWN001" stands twice')
    assert error.hint == "It is first in ours.yaml:2:9."
    assert refusal(pack({}, {"id": "OWN002"})).message == 'the name "a-rule" stands twice'


BUILTIN = RuleFile(name="driftcheck/rules/own.yaml", text=pack({}), builtin=True)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"name": "other"}, 'the id "OWN001" is that of a built-in rule, which cannot be replaced'),
        ({"id": "OUR001"}, 'the name "a-rule" is that of a built-in rule, which cannot be replaced'),
        (
            {"id": "OUR001", "name": "other", "explains": "[OWN001]"},
            "OUR001 cannot explain OWN001: it would hide a built-in rule's findings",
        ),
        (
            {"id": "OUR001", "name": "other", "explains": "[OWN01]"},
            'OUR001 explains "OWN01", which is no rule, did you mean "OWN001"?',
        ),
    ],
)
def test_a_pack_of_ones_own_neither_replaces_nor_hides_a_built_in_rule(
    rule: Mapping[str, str], message: str
) -> None:
    with pytest.raises(RuleError) as raised:
        read_rules([BUILTIN, RuleFile(name="ours.yaml", text=pack(rule))])
    assert raised.value.message == message
    assert raised.value.where == "ours.yaml:2:9"


def test_explanations_do_not_go_in_circles() -> None:
    chain = [
        {"id": f"OWN00{number}", "name": f"r{number}", "explains": f"[OWN00{target}]"}
        for number, target in ((1, 2), (2, 3), (3, 2))
    ]
    error = refusal(pack(*chain))
    assert error.message == "rules explain each other in a circle: OWN002 → OWN003 → OWN002"
    assert error.where.startswith("ours.yaml:")
    own = refusal(pack({"explains": "[OWN001]"}))
    assert own.message == "rules explain each other in a circle: OWN001 → OWN001"


def test_explanations_may_meet() -> None:
    rules = [
        {"id": "OWN001", "name": "a", "explains": "[OWN002, OWN003]"},
        {"id": "OWN002", "name": "b", "explains": "[OWN004]"},
        {"id": "OWN003", "name": "c", "explains": "[OWN004]"},
        {"id": "OWN004", "name": "d"},
    ]
    assert len(rules_of(pack(*rules))) == 4


CASES = """
---
cases:
  OWN001:
    - name: it is the first
      expect: pass
      world: {nodes: {kafka01: {}}}
    - name: it is not
      expect: fail
      subjects: [kafka02]
      message: it fails
      world:
        nodes: {kafka02: {kafka_version: 2.10}}
    - name: nobody knows
      expect: open
      subjects: kafka03
      world:
"""


def test_cases_stand_in_the_second_document() -> None:
    file = RuleFile(name="ours.yaml", text=pack({}) + CASES)
    cases = read_cases([file], read_rules([file]))
    (first, second, third) = cases["OWN001"]
    assert (first.name, first.expect, first.subjects, first.message) == (
        "it is the first",
        Outcome.PASS,
        None,
        "",
    )
    assert first.location == Location(source="rules", name="ours.yaml", line=15, column=7)
    assert (second.expect, second.subjects, second.message) == (Outcome.FAIL, ("kafka02",), "it fails")
    assert isinstance(second.world, YamlMapping)
    version = second.world.as_mapping()["nodes"].as_mapping()["kafka02"].as_mapping()["kafka_version"]
    assert (version.as_text(), version.line) == ("2.10", 23)
    assert third.subjects == ("kafka03",)
    assert third.world.is_null


@pytest.mark.parametrize(
    ("cases", "place", "message"),
    [
        ("case: {}", "12:1", 'unknown key "case", did you mean "cases"?'),
        ("cases: []", "12:8", "expected a mapping, found a list"),
        ("cases: {OWN002: []}", "12:9", '"OWN002" is no rule of this file, did you mean "OWN001"?'),
        ("cases: {OWN001: {}}", "12:17", "expected a list, found a mapping"),
        ("cases: {OWN001: [{nam: x}]}", "12:19", 'unknown key "nam", did you mean "name"?'),
        ("cases: {OWN001: [{name: x, expect: pass}]}", "12:18", "the case has no world"),
        (
            "cases: {OWN001: [{name: x, expect: passes, world: {}}]}",
            "12:36",
            '"passes" is not allowed here, did you mean "pass"?',
        ),
        (
            "cases: {OWN001: [{name: x, expect: pass, world: []}]}",
            "12:49",
            "expected a mapping, found a list",
        ),
        ("cases: {a: 1, a: 2}", "12:15", "the key 'a' stands twice"),
        ("cases: {}\n---\nmore: 1", "13:1", "expected one document, found another"),
    ],
)
def test_what_is_no_case_is_refused_with_its_place(cases: str, place: str, message: str) -> None:
    file = RuleFile(name="ours.yaml", text=f"{pack({})}---\n{cases}\n")
    rules = read_rules([file])
    with pytest.raises(RuleError) as raised:
        read_cases([file], rules)
    assert raised.value.where == f"ours.yaml:{place}"
    assert message in raised.value.message


def test_wrong_cases_do_not_keep_the_rules_from_loading() -> None:
    assert len(rules_of(f"{pack({})}---\n[ no yaml\n")) == 1


def test_a_first_line_of_hyphens_begins_the_rules() -> None:
    text = f"# ours\n---  # begin\n{pack({})}--- \ncases: {{OWN001: []}}\n"
    file = RuleFile(name="ours.yaml", text=text)
    rules = read_rules([file])
    assert rules[0].location.line == 4
    assert read_cases([file], rules) == {"OWN001": ()}


def test_hyphens_in_a_text_are_no_separator() -> None:
    text = pack({"why": "|\n      a\n      ---\n      b\n"})
    (found,) = rules_of(text)
    assert found.why == "a\n---\nb"


def test_the_rules_of_the_tests_compile() -> None:
    check_rules([*rules_of(INCIDENT, builtin=True), *rules_of(OTHERS, builtin=True)], TreeStore())


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"assert": "brokr.id"}, 'nothing is called "brokr" here, did you mean "broker"?'),
        ({"when": "broker.id +"}, "unexpected 'end'"),
        ({"group": "broker.hosts"}, 'a Broker has no "hosts"'),
        ({"about": "x"}, 'nothing is called "x" here'),
        ({"affects": "x"}, 'nothing is called "x" here'),
        ({"property": "'{{ x }}'"}, 'nothing is called "x" here'),
        ({"message": "'{{ x }}'"}, 'nothing is called "x" here'),
        ({"effect": "'{{ x }}'"}, 'nothing is called "x" here'),
        ({"fix": "'{% x %}'"}, "encountered unknown tag 'x'"),
        ({"vars": "{a: b, b: 1}"}, 'nothing is called "b" here'),
        ({"vars": "{broker: 1}"}, '"broker" has a meaning already'),
        ({"vars": "{subjects: 1}"}, '"subjects" has a meaning already'),
        ({"assert": "broker.name"}, "a text is neither true nor false"),
        ({"scope": "cluster"}, 'nothing is called "broker" here'),
    ],
)
def test_everything_that_a_rule_says_is_checked(keys: Mapping[str, str], message: str) -> None:
    rules = rules_of(pack(keys))
    with pytest.raises(RuleError) as raised:
        check_rules(rules, TreeStore())
    assert message in raised.value.message
    assert re.match(r"rules/test\.yaml:\d+:\d+$", raised.value.where)


def test_templates_have_names_of_their_own() -> None:
    for scope in Scope:
        own: dict[str, Any] = {
            "scope": scope.value,
            "assert": "true",
            "message": "'{{ subjects | count }} {{ others | count }} {{ cluster.name }}'",
        }
        check_rules(rules_of(pack(own)), TreeStore())
    check_rules(rules_of(pack({"message": "'{{ brokers | map(\"name\") }}'"})), TreeStore())
