"""The JSON report keeps to its published schema and says the same of the same report."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from driftcheck.model.rule import Level
from driftcheck.report.interface import Style
from driftcheck.report.json_report import FORMAT
from tests.report.examples import EXAMPLES, grouped, hostile, incident, live

SCHEMA: dict[str, Any] = json.loads((files("driftcheck") / "schemas" / "report.schema.json").read_text())


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_no_object_of_the_schema_takes_keys_that_it_does_not_name() -> None:
    def loose(part: Any) -> list[Any]:
        if isinstance(part, list):
            return [found for each in part for found in loose(each)]
        if not isinstance(part, dict):
            return []
        own = [part] if part.get("type") == "object" and "additionalProperties" not in part else []
        return own + loose(list(part.values()))

    assert loose(SCHEMA) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_report_keeps_to_the_schema(name: str) -> None:
    document = json.loads(FORMAT.render(EXAMPLES[name](), Style()))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_a_report_with_another_key_does_not() -> None:
    document = json.loads(FORMAT.render(incident(), Style()))
    document["findings"][0]["severity"] = "error"
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_the_text_is_printable_ascii_and_loses_nothing() -> None:
    text = FORMAT.render(hostile(), Style())
    assert all(c == "\n" or " " <= c <= "~" for c in text)
    assert json.loads(text)["findings"][0]["message"] == hostile().findings[0].message


def test_the_order_in_which_things_were_found_does_not_show() -> None:
    for made in (live(), grouped()):
        turned = replace(
            made,
            findings=made.findings[::-1],
            not_checked=made.not_checked[::-1],
            sources=made.sources[::-1],
            ages=dict(reversed(list(made.ages.items()))),
        )
        assert FORMAT.render(turned, Style()) == FORMAT.render(made, Style())


def test_every_subject_has_its_fingerprint() -> None:
    [found] = json.loads(FORMAT.render(incident(), Style()))["findings"]
    assert [each["fingerprint"] for each in found["subjects"]] == [
        f"ADV016:prod/kafka{n}:advertised.host.name" for n in (10, 11, 12)
    ]
    assert found["fingerprint"] == found["subjects"][0]["fingerprint"]


def test_findings_below_the_threshold_are_counted() -> None:
    document = json.loads(FORMAT.render(live(), Style(min_severity=Level.WARNING)))
    assert [each["level"] for each in document["findings"]] == ["error", "warning"]
    assert (document["summary"]["findings"], document["summary"]["hidden"]) == (3, 1)
