"""Every example of a file in the documents is one: YAML, JSON and properties."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from driftcheck.app.rule_cases import run_cases
from driftcheck.app.worlds.world import world_configuration, world_snapshot
from driftcheck.formats.properties import parse_properties
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlSequence
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.model.configuration import Configuration
from driftcheck.model.locations import Location
from driftcheck.sources.configuration.file import parse_configuration
from driftcheck.sources.configuration.keys import TOP_LEVEL
from driftcheck.sources.files.inline_ignores import MARK, inline_ignore
from tests.documentation.blocks import Block, blocks

RULE_FILE, CONFIGURATION, WORLD = "a rule file", "a configuration", "a world"
YAML = blocks("yaml")


def kind(block: Block) -> str:
    """What a YAML example is an example of, by its keys."""
    first, _, _ = block.text.partition("\n---\n")
    keys = entries(compose_yaml(first, name=str(block)))
    if isinstance(keys.get("rules"), YamlSequence) and any(
        isinstance(item, YamlMapping) for item in keys["rules"].as_list()
    ):
        return RULE_FILE
    return CONFIGURATION if keys.keys() <= TOP_LEVEL.keys() else WORLD


def entries(node: YamlNode) -> dict[str, YamlNode]:
    assert isinstance(node, YamlMapping)
    return dict(node.entries)


@pytest.mark.parametrize("block", YAML, ids=str)
def test_a_yaml_example_is_what_it_is_an_example_of(block: Block, tmp_path: Path) -> None:
    match kind(block):
        case "a rule file":
            (tmp_path / "example.yaml").write_text(block.text, encoding="utf-8")
            ids = [str(rule) for rule in ids_of(block)]
            ran = run_cases(Configuration(root=str(tmp_path), rules=("example.yaml",)), ids)
            assert ran.without == ()
            assert [result for result in ran.results if not result.ok] == []
        case "a configuration":
            parse_configuration(block.text.encode(), str(block))
        case _:
            world = compose_yaml(block.text, name=str(block))
            world_snapshot(world)
            world_configuration(world, str(block))


def ids_of(block: Block) -> list[str]:
    first, _, _ = block.text.partition("\n---\n")
    rules = entries(compose_yaml(first, name=str(block)))["rules"].as_list()
    return [rule.as_mapping()["id"].as_text() for rule in rules]


def test_there_are_rule_files_and_configurations() -> None:
    assert {kind(block) for block in YAML} >= {RULE_FILE, CONFIGURATION}


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_a_json_example_keeps_to_the_published_schema(block: Block) -> None:
    document = json.loads(block.text)
    schema = report_schema()
    if "findings" not in document:
        definition = "finding" if "rule_name" in document else "location"
        schema = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    jsonschema.Draft202012Validator(schema).validate(document)


def report_schema() -> dict[str, Any]:
    text = (files("driftcheck") / "schemas" / "report.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("block", blocks("properties"), ids=str)
def test_a_properties_example_can_be_read_and_its_ignores_count(block: Block) -> None:
    parsed = parse_properties(block.text.encode())
    assert parsed.problems == ()
    here = Location(source="rendered", name=str(block))
    for comment in parsed.comments:
        assert MARK not in comment.text or inline_ignore(comment.text, here)
