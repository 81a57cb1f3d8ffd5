"""A rule of one's own to start from: it works as it is written, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftcheck.app.new_rule import new_rule, starter
from driftcheck.app.rule_cases import run_cases
from driftcheck.errors import UsageError
from driftcheck.model.configuration import Configuration
from driftcheck.model.finding import Outcome
from driftcheck.sources.configuration.file import load_configuration


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def test_its_cases_cover_all_outcomes_and_come_out_as_they_say() -> None:
    path = new_rule("OURS001", load_configuration(environ={}))
    assert path == ".driftcheck/rules/ours001.yaml"
    results = run_cases(load_configuration(environ={}), ["OURS001"])
    assert [result.expected.split()[0] for result in results.results] == [
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.OPEN,
        Outcome.NOT_APPLICABLE,
    ]
    assert all(result.ok for result in results.results)
    assert results.without == ()


def test_several_stand_beside_each_other_in_the_nearest_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_rule("OURS001", load_configuration(environ={}))
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    path = new_rule("OURS002", load_configuration(environ={}))
    assert Path(path).resolve() == tmp_path / ".driftcheck/rules/ours002.yaml"
    assert len(run_cases(load_configuration(environ={}), ["OURS"]).results) == 8


def test_it_stands_beside_the_configuration_that_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".driftcheck.yaml").write_text("strict: true\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    path = new_rule("OURS001", load_configuration(environ={}))
    assert Path(path).resolve() == tmp_path / ".driftcheck/rules/ours001.yaml"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("# mine\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere.yaml")
    for name in ("mine.yaml", "link.yaml"):
        with pytest.raises(UsageError, match="it is there already, and is not written over"):
            new_rule("OURS001", Configuration(), output=name)
    assert (tmp_path / "mine.yaml").read_text() == "# mine\n"
    assert not (tmp_path / "nowhere.yaml").exists()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("ours1", '"ours1" is no rule id'),
        ("X001: {}\n", '"X001: {}\\n" is no rule id'),
        ("ADV001", '"ADV001" is no id of your own: ADV is a family of the built-in rules'),
        ("OURS001", 'the id "OURS001" stands twice'),
    ],
)
def test_an_id_that_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, rule: str, message: str
) -> None:
    (tmp_path / "ours.yaml").write_text(starter("OURS001"))
    with pytest.raises(UsageError) as raised:
        new_rule(rule, Configuration(root=".", rules=("ours.yaml",)))
    assert raised.value.message == message
    assert not (tmp_path / ".driftcheck").exists()


@pytest.mark.parametrize("output", ["nowhere/rule.yaml", "", "a\0b", "."])
def test_a_file_that_cannot_be_written_is_an_error(output: str) -> None:
    with pytest.raises(UsageError):
        new_rule("OURS001", Configuration(), output=output)
