"""`docs/rules.md` and the JSON Schema say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from driftcheck.engine.language.functions.entry import REQUIRED, Entry
from driftcheck.engine.language.functions.table import FILTERS, FUNCTIONS, TESTS
from driftcheck.engine.language.shapes import fields_of
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.program import check_rules
from driftcheck.engine.rule_files.cases import CASE_KEYS, EXPECTATIONS, read_cases
from driftcheck.engine.rule_files.documents import cases_document, rules_document
from driftcheck.engine.rule_files.keys import FACES, KEYS, NEEDS
from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.engine.scopes import NAMES, template_names
from driftcheck.errors import RuleError
from driftcheck.formats.yaml_nodes import to_plain
from driftcheck.model import ensembles, inventory, inventory_parts
from driftcheck.model.rule import Level, RuleFile, Scope
from tests.engine.rule_files.test_packs import CASES, MINIMAL, pack
from tests.engine.rule_texts import INCIDENT, OTHERS

ROOT = Path(__file__).parents[2]
DOCUMENTATION = (ROOT / "docs/rules.md").read_text()
SCHEMA: dict[str, Any] = json.loads((ROOT / "driftcheck/schemas/rules.schema.json").read_text())


def example() -> RuleFile:
    found = re.search(r"## A rule\n\n```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL)
    assert found is not None
    return RuleFile(name="docs/rules.md", text=found[1])


NOUNS = (inventory, inventory_parts, ensembles)


def table(heading: str) -> str:
    found = re.search(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", DOCUMENTATION, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    return found[1]


def documented(text: str) -> set[str]:
    """What stands in backquotes in the first column of a table."""
    rows = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_documented_example_is_a_rule_with_cases() -> None:
    rules = read_rules([example()])
    check_rules(rules, TreeStore())
    cases = read_cases([example()], rules)
    assert [case.expect for case in cases["OURS001"]] == ["pass", "fail", "open"]


def test_every_key_is_documented() -> None:
    assert documented(table("Keys")) >= set(KEYS)
    assert documented(table("Cases")) == set(CASE_KEYS)
    for word in (*NEEDS, *FACES, *EXPECTATIONS, *Level, *Scope):
        assert f"`{word}`" in DOCUMENTATION


@pytest.mark.parametrize("scope", list(Scope))
def test_every_name_is_documented(scope: Scope) -> None:
    names = ", ".join(f"`{name}`" for name in NAMES[scope])
    assert f"| `{scope}` | {names} |" in DOCUMENTATION
    for name in template_names(scope):
        assert f"`{name}` (" in table("Names")


def test_every_field_is_documented() -> None:
    rows = dict(re.findall(r"^\| ([A-Z]\w+) \| (.*) \|$", table("Fields"), re.MULTILINE))
    for noun, fields in rows.items():
        declared = fields_of(next(getattr(module, noun) for module in NOUNS if hasattr(module, noun)))
        assert re.findall(r"`(\w+)`", fields) == list(declared)
        for shape in declared.values():
            kind = shape.noun or (shape.of.noun if shape.of is not None else None)
            if kind is not None and kind.__module__ in {module.__name__ for module in NOUNS}:
                assert kind.__name__ in rows


def shown(entry: Entry) -> set[str]:
    """How the documentation may write a filter: with its required arguments, or with all."""
    takes = entry.takes[1:]
    required = [each for each in takes if each.default is REQUIRED]
    return {entry.name} if not required else {f"{entry.name}("}


def test_every_filter_is_documented_and_none_beside() -> None:
    names = documented(table("Filters of lists")) | documented(table("Other filters"))
    assert {name.partition("(")[0] for name in names} == set(FILTERS)
    for entry in FILTERS.values():
        (start,) = shown(entry)
        assert any(name == start or name.startswith(start) for name in names), entry.name


def test_every_function_and_test_is_documented_and_none_beside() -> None:
    signatures = {
        f"{entry.name}({', '.join(each.name for each in entry.takes)})" for entry in FUNCTIONS.values()
    }
    assert documented(table("Functions")) == signatures
    assert documented(table("Tests")) == {f"is {name}" for name in TESTS}


def accepts(document: object) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_the_schema_is_one_and_has_the_same_keys() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    rule = SCHEMA["$defs"]["rule"]
    assert list(rule["properties"]) == list(KEYS)
    assert rule["required"] == [name for name, key in KEYS.items() if key.required]
    assert list(SCHEMA["$defs"]["case"]["properties"]) == list(CASE_KEYS)
    assert SCHEMA["$defs"]["case"]["properties"]["expect"]["enum"] == list(EXPECTATIONS)


@pytest.mark.parametrize("text", [INCIDENT, OTHERS, pack({}), pack({}) + CASES, "rules: []\n", ""])
def test_the_schema_accepts_what_loads(text: str) -> None:
    file = RuleFile(name="ours.yaml", text=text, builtin=text in (INCIDENT, OTHERS))
    read_rules([file])
    assert accepts(to_plain(rules_document(file)))
    assert accepts(to_plain(cases_document(file)))


def test_the_schema_accepts_the_documented_example() -> None:
    assert accepts(to_plain(rules_document(example())))
    assert accepts(to_plain(cases_document(example())))


@pytest.mark.parametrize(
    "keys",
    [
        {"id": "own1"},
        {"name": "A Rule"},
        {"level": "eror"},
        {"scope": "brokers"},
        {"summary": "''"},
        {"needs": "chef"},
        {"needs": "[chefs]"},
        {"needs": "['chef|']"},
        {"faces": "[render]"},
        {"explains": "OWN002"},
        {"explains": "[own]"},
        {"vars": "[a]"},
        {"vars": "{_a: 1}"},
        {"assert": "[a]"},
        {"assert": ""},
        {"scop": "broker"},
    ],
)
def test_the_schema_refuses_what_does_not_load(keys: dict[str, str]) -> None:
    file = RuleFile(name="ours.yaml", text=pack(keys))
    with pytest.raises(RuleError):
        read_rules([file])
    assert not accepts(to_plain(rules_document(file)))


@pytest.mark.parametrize("key", [key for key, each in KEYS.items() if each.required])
def test_the_schema_requires_what_is_required(key: str) -> None:
    assert not accepts({"rules": [{name: text for name, text in MINIMAL.items() if name != key}]})
    assert accepts({"rules": [dict(MINIMAL)]})
