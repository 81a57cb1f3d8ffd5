"""Kafka's own answers, every one of them: 2,268 of KafkaConfig and 70 from Kafka's tests and sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.kafka import disagreements, main, read_cases

DATA = Path(__file__).parent / "data"
FILES = ("kafka_endpoint_cases.json", "kafka_config_cases.jsonl")


@pytest.mark.parametrize("name", FILES)
def test_driftcheck_answers_as_kafka_does(name: str) -> None:
    found = [each for case in read_cases(DATA / name) for each in disagreements(case)]
    assert found == [], "\n".join(map(str, found[:5]))


def test_every_case_is_there() -> None:
    assert [len(read_cases(DATA / name)) for name in FILES] == [70, 2268]


def test_a_disagreement_is_shown_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (case, *_) = read_cases(DATA / FILES[0])
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(json.dumps(case | {"endpoints": ["PLAINTEXT://elsewhere:1"]}))
    assert main([str(wrong)]) == 1
    assert "elsewhere" in capsys.readouterr().out
