"""The schemas that are published are valid, used, and say the same as the code."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.sources.configuration.file import SETTINGS
from driftcheck.sources.configuration.keys import TOP_LEVEL
from tests.census.sources import PACKAGE, ROOT, python_files

SCHEMAS = sorted((PACKAGE / "schemas").glob("*.json"))
TESTS = {
    path: path.read_text(encoding="utf-8") for path in python_files("tests") if "census" not in path.parts
}
NOT_KEYS = {
    "location": "where the configuration came from",
    "root": "the folder that its paths are relative to",
    "kafka_version_from": "who said the version",
    "kafka_versions": "`kafka_version` of each cluster",
}


def schema(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_valid_described_and_used_in_a_test(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(path))
    assert schema(path)["title"]
    assert schema(path)["description"]
    assert any(path.name in text for text in TESTS.values())


def test_every_schema_is_named_in_the_documentation() -> None:
    documents = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [path.name for path in SCHEMAS if f"driftcheck/schemas/{path.name}" not in documents] == []


def test_the_configurations_keys_are_its_fields_and_the_schemas() -> None:
    own = {each.name for each in fields(Configuration)} - NOT_KEYS.keys()
    assert own == set(TOP_LEVEL) == set(schema(PACKAGE / "schemas/driftcheck.schema.json")["properties"])
    assert {name.partition(".")[0] for name in SETTINGS} <= own | {"resolvers"}
