"""Rules as people and programs see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from driftcheck.cli.case_results import case_exit_code, case_report
from driftcheck.cli.rule_pages import rule_list, rule_page, rules_json
from driftcheck.errors import ExitCode
from driftcheck.model.locations import Location
from driftcheck.model.rule import Expression, Level, Rule, Scope

PLACE = Location(source="rules", name="driftcheck/rules/advertised.yaml", line=12, column=5)


def says(text: str) -> Expression:
    return Expression(text=text, location=PLACE)


NAME = Rule(
    id="ADV016",
    name="name-of-another-machine",
    summary="A broker advertises a name that leads to another broker's machine.",
    level=Level.ERROR,
    scope=Scope.BROKER,
    needs=("chef|rendered", "dns"),
    variables={},
    when=None,
    assertion=says("true"),
    group=None,
    property=says("advertised.host.name"),
    about=None,
    affects=None,
    message=says("{{ broker.name }} advertises {{ name }}"),
    effect=None,
    fix=says("Set advertised.host.name to the node's own name."),
    why="Clients write to the broker that the name leads to.\n\nSeen in March 2015.",
    explains=("REG006",),
    faces=(),
    references=("KIP-103", "KAFKA-1100"),
    location=PLACE,
    builtin=True,
)
TWICE = replace(
    NAME,
    id="REG006",
    name="one-endpoint-twice",
    summary="Two ids registered \x1b[2Jone endpoint.",
    level=Level.WARNING,
    needs=("zookeeper",),
    explains=(),
    references=(),
    effect=says("One of the two cannot be reached."),
    builtin=False,
)
RULES = (TWICE, NAME)

PAGE = """\
ADV016  name-of-another-machine  (error, for each broker)
  A broker advertises a name that leads to another broker's machine.

  why           Clients write to the broker that the name leads to.

                Seen in March 2015.

  message       {{ broker.name }} advertises {{ name }}

  fix           Set advertised.host.name to the node's own name.

  explains      REG006

  needs         chef or rendered, dns

  references    KIP-103
                KAFKA-1100

  defined in    driftcheck/rules/advertised.yaml:12:5 (built in)
"""


def test_the_list_is_sorted_and_wrapped_beside_the_names() -> None:
    assert rule_list(RULES, 80) == (
        "ADV016  error    name-of-another-machine  A broker advertises a name that leads\n"
        "                                          to another broker's machine.\n"
        "REG006  warning  one-endpoint-twice       Two ids registered \\x1b[2Jone\n"
        "                                          endpoint.\n"
        "                                          from\n"
        "                                          driftcheck/rules/advertised.yaml:12:5\n"
        "\n"
        "1 rule built in, 1 of your own.\n"
    )
    assert rule_list(RULES, 60) == (
        "ADV016  error    name-of-another-machine\n"
        "        A broker advertises a name that leads to another\n"
        "        broker's machine.\n"
        "REG006  warning  one-endpoint-twice\n"
        "        Two ids registered \\x1b[2Jone endpoint.\n"
        "        from driftcheck/rules/advertised.yaml:12:5\n"
        "\n"
        "1 rule built in, 1 of your own.\n"
    )
    assert rule_list((), 80) == "\n0 rules built in, 0 of your own.\n"


def test_a_page_says_everything_about_a_rule() -> None:
    assert rule_page(NAME, RULES, 80) == PAGE
    other = rule_page(TWICE, RULES, 80)
    assert "  explained by  ADV016\n" in other
    assert "  effect        One of the two cannot be reached.\n" in other
    assert "\x1b" not in other
    assert other.endswith("  defined in    driftcheck/rules/advertised.yaml:12:5\n")
    assert max(map(len, rule_page(NAME, RULES, 60).splitlines())) <= 60


def test_the_json_has_the_same_facts() -> None:
    first, second = json.loads(rules_json(RULES))
    assert (first["id"], second["id"]) == ("ADV016", "REG006")
    assert second["explained_by"] == ["ADV016"]
    assert json.loads(rules_json(RULES, only=NAME)) == first
    assert first == {
        "id": "ADV016",
        "name": "name-of-another-machine",
        "level": "error",
        "scope": "broker",
        "summary": NAME.summary,
        "why": NAME.why,
        "message": "{{ broker.name }} advertises {{ name }}",
        "effect": None,
        "fix": "Set advertised.host.name to the node's own name.",
        "explains": ["REG006"],
        "explained_by": [],
        "needs": ["chef|rendered", "dns"],
        "references": ["KIP-103", "KAFKA-1100"],
        "builtin": True,
        "defined_in": {"name": "driftcheck/rules/advertised.yaml", "line": 12, "column": 5},
    }
    assert rules_json(RULES).isascii()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the tested use case returns for a case, as far as it is shown."""

    ok: bool
    rule: str = "ADV016"
    case: str = "a swap"
    location: Location = PLACE
    expected: str = "fail of kafka01"
    found: str = "pass"
    detail: str = ""


def test_failed_cases_say_what_was_expected_and_what_came() -> None:
    results = [Result(ok=True), Result(ok=False, detail="message: x\x1b"), Result(ok=True, rule="REG006")]
    assert case_report(results, 80) == (
        "FAILED ADV016  a swap\n"
        "  at       driftcheck/rules/advertised.yaml:12:5\n"
        "  expected fail of kafka01\n"
        "  found    pass\n"
        "  detail   message: x\\x1b\n"
        "\n"
        "3 cases of 2 rules: 2 as expected, 1 failed.\n"
    )


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([Result(ok=True)], ExitCode.CLEAN),
        ([Result(ok=True), Result(ok=False)], ExitCode.FINDINGS),
        ([], ExitCode.UNDETERMINED),
    ],
)
def test_no_case_at_all_is_no_success(results: list[Result], code: ExitCode) -> None:
    assert case_exit_code(results) == code
