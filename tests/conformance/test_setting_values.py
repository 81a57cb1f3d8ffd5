"""Real answers of releases to values of single settings, kept as data."""

from __future__ import annotations

import json
from pathlib import Path

from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.versions import families, parse_version
from tests.conformance.setting_values import differs

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/setting_values.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_values_are_read_as_the_releases_read_them() -> None:
    assert [difference for case in CASES if (difference := differs(case)) is not None] == []


def test_there_are_answers_of_every_family_that_has_definitions() -> None:
    asked = {parse_version(case["kafka"]).family for case in CASES}
    assert asked == {release.family for release in families() if release.family >= (0, 8, 2)}
    assert sum("error" in case for case in CASES) > 100
    assert sum("value" in case for case in CASES) > 200


def test_a_difference_is_shown() -> None:
    case = next(case for case in CASES if case["kafka"] == "2.8.2" and "value" in case)
    said = differs(case | {"value": "something else"})
    assert said is not None
    assert "something else" in said


def test_every_case_is_about_a_setting_of_its_release() -> None:
    for case in CASES:
        assert case["name"] in settings_of(parse_version(case["kafka"]), case["group"])
