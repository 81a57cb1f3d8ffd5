"""The cases of rules: small worlds, and what a rule should make of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from driftcheck.engine.problems import quoted, suggestion
from driftcheck.engine.rule_files.documents import cases_document, refused
from driftcheck.engine.rule_files.keys import error, one_of, place_of, text_of
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlProblem, YamlScalar
from driftcheck.model.finding import Outcome
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.rule import Rule, RuleFile

CASE_KEYS = ("name", "expect", "subjects", "message", "world")
EXPECTATIONS = tuple(outcome.value for outcome in Outcome)


@frozen
class Case:
    """A small world (see `docs/rules.md`) and what the rule should make of it.

    `subjects`: the names of exactly those that should fail, None where the case does not say. `message`:
    what a finding's message should contain. `file` is the rule file's name, for errors about the world.
    """

    rule: str
    name: str
    expect: Outcome
    subjects: tuple[str, ...] | None
    message: str
    world: YamlNode
    file: str
    location: Location


def read_cases(files: Sequence[RuleFile], rules: Sequence[Rule]) -> Mapping[str, tuple[Case, ...]]:
    """The cases by the id of their rule, in order; rules without cases are not there.

    A file's cases are about its own rules. Raises RuleError with `file:line:column`.
    """
    found: dict[str, tuple[Case, ...]] = {}
    for file in files:
        own = {rule.id for rule in rules if (rule.location.name, rule.builtin) == (file.name, file.builtin)}
        try:
            for rule, cases in _by_rule(file, own).items():
                found[rule] = tuple(_case(file, rule, case) for case in cases.as_list())
        except YamlProblem as problem:
            raise refused(file, problem) from None
    return found


def _by_rule(file: RuleFile, rules: set[str]) -> Mapping[str, YamlNode]:
    document = cases_document(file)
    if document.is_null:
        return {}
    _check_keys(file, document, ("cases",))
    cases = document.as_mapping().get("cases")
    if cases is None or cases.is_null:
        return {}
    for rule in cases.as_mapping():
        if rule not in rules:
            place = cases.keys[rule] if isinstance(cases, YamlMapping) else cases
            raise error(file, place, f"{quoted(rule)} is no rule of this file{suggestion(rule, rules)}")
    return cases.as_mapping()


def _case(file: RuleFile, rule: str, node: YamlNode) -> Case:
    _check_keys(file, node, CASE_KEYS)
    entries = node.as_mapping()
    missing = [key for key in ("name", "expect", "world") if key not in entries]
    if missing:
        raise error(file, node, f"the case has no {', '.join(missing)}")
    world = entries["world"]
    if not world.is_null:
        world.as_mapping()
    return Case(
        rule=rule,
        name=text_of(file, entries["name"]),
        expect=Outcome(one_of(file, entries["expect"], EXPECTATIONS)),
        subjects=_texts(entries["subjects"]) if "subjects" in entries else None,
        message=text_of(file, entries["message"]) if "message" in entries else "",
        world=world,
        file=file.name,
        location=place_of(file, node),
    )


def _texts(node: YamlNode) -> tuple[str, ...]:
    """A list of texts, or one text for a list of one."""
    return (node.as_text(),) if isinstance(node, YamlScalar) else node.as_texts()


def _check_keys(file: RuleFile, node: YamlNode, allowed: Sequence[str]) -> None:
    for key in node.as_mapping():
        if key not in allowed:
            place = node.keys[key] if isinstance(node, YamlMapping) else node
            message = f"unknown key {quoted(key)}{suggestion(key, allowed)}"
            raise error(file, place, message, f"allowed: {', '.join(allowed)}")
