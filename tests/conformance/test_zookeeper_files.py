"""Whether a ZooKeeper server would start with its files, beside what ZooKeeper's own classes say."""

from __future__ import annotations

import json
import re

import pytest

from driftcheck.kafka.zookeeper_startup import ServerFiles, id_refusal, start_refusal
from tests.conformance.zookeeper_files import CASES, DATA, Case, ask
from tests.services.zookeeper import zookeeper_classpath

ANSWERS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
WHICH = re.compile(r"127\.0\.0\.\d|server\.\d|sid \d|server: \d")
"""Of several lines that are bad ZooKeeper names the one that its hash table has first."""

ONLY_LATER = "not in the peer list"
"""What ZooKeeper says when the files are read and the server begins."""


def ours(case: Case, release: tuple[int, int] | None) -> str | None:
    files = ServerFiles(settings=case.all_settings, dynamic=case.dynamic)
    line = None if case.myid is None else case.myid.partition("\n")[0]
    refusal = start_refusal(files, release) or id_refusal(files, line, release)
    return None if refusal and ONLY_LATER in refusal else refusal


def alike(refusal: str | None) -> str | None:
    if refusal is None:
        return None
    refusal = re.sub(r"^/\S+/myid file", "myid file", refusal)
    refusal = re.sub(r"(?<=in static config file is )\S+ is (?=different)", "", refusal)
    return WHICH.sub("N", re.sub(r"(?<=found in dynamic file: ).*", "", refusal))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['zookeeper']} {answer['case']}")
def test_what_a_release_refuses_is_foretold_in_its_words(answer: dict[str, str | None]) -> None:
    release = tuple(map(int, str(answer["zookeeper"]).split(".")[:2]))
    found = ours(CASES[str(answer["case"])], (release[0], release[1]))
    assert alike(found) == alike(answer["refusal"])


def test_every_case_was_asked_of_every_release() -> None:
    asked = {(answer["zookeeper"], answer["case"]) for answer in ANSWERS}
    releases = {answer["zookeeper"] for answer in ANSWERS}
    assert releases == {"3.4.14", "3.5.9", "3.6.4", "3.8.4"}
    assert asked == {(release, name) for release in releases for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_without_a_release_that_is_refused_which_all_refuse(name: str) -> None:
    by_all = all(answer["refusal"] is not None for answer in ANSWERS if answer["case"] == name)
    assert (ours(CASES[name], None) is not None) == by_all


@pytest.mark.services
def test_the_answers_are_those_of_a_real_zookeeper() -> None:
    answers = ask(zookeeper_classpath())
    kept = {answer["case"]: answer["refusal"] for answer in ANSWERS if answer["zookeeper"] == "3.8.4"}
    assert {name: alike(answer) for name, answer in answers.items()} == {
        name: alike(answer) for name, answer in kept.items()
    }
