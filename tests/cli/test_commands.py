"""The commands on real input: repositories, snapshots and rule files, as processes of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import driftcheck as package
from tests.cli.commands import driftcheck

FIXTURES = Path(__file__).parents[2] / "fixtures/chef"
RULES = """\
rules:
  - id: OURS001
    name: not-kafka10
    summary: The tenth broker is not wanted.
    level: warning
    scope: broker
    assert: broker.name != 'kafka10'
    message: "{{ broker.name }} is here"
    fix: Remove it.
    why: It is an example.
"""
IGNORE = "# driftcheck: ignore[OURS001] it stays for now\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the incident's repository with one rule of its own, and no other in force."""
    copy = tmp_path / "repository"
    shutil.copytree(FIXTURES / "kafkapocalypse", copy)
    (copy / "ours.yaml").write_text(RULES, encoding="utf-8")
    (copy / ".driftcheck.yaml").write_text("rules: ours.yaml\nselect: OURS\nfail_on: warning\n")
    return copy


def report(*arguments: str, cwd: Path) -> tuple[dict[str, Any], int]:
    """The JSON report and the exit code; nothing may stand on stderr."""
    result = driftcheck(*arguments, "-f", "json", cwd=cwd)
    assert result.stderr == ""
    return json.loads(result.stdout), result.returncode


def found(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["rule"], each["subject"]["name"]) for each in document["findings"]]


def test_lint_judges_a_repository_by_its_own_configuration(repository: Path) -> None:
    document, code = report("lint", cwd=repository)
    assert (found(document), code) == ([("OURS001", "kafka10")], 1)
    assert (document["command"], document["summary"]["brokers"], document["summary"]["pass"]) == (
        "lint",
        12,
        11,
    )
    document, code = report("lint", str(repository), "--fail-on", "error", cwd=repository.parent)
    assert (found(document), code) == ([("OURS001", "kafka10")], 0)


def test_lint_shows_text_for_people(repository: Path) -> None:
    result = driftcheck("lint", cwd=repository)
    assert "warning OURS001  kafka10 is here" in result.stdout
    assert result.returncode == 1


def test_inline_ignores_count_unless_they_should_not(repository: Path) -> None:
    (properties,) = (repository / "rendered/kafka10").rglob("server.properties")
    properties.write_text(IGNORE + properties.read_text(encoding="utf-8"), encoding="utf-8")
    document, code = report("lint", cwd=repository)
    assert (found(document), len(document["suppressed"]), code) == ([], 1, 0)
    document, code = report("lint", "--no-ignores", cwd=repository)
    assert (found(document), document["suppressed"], code) == ([("OURS001", "kafka10")], [], 1)


def test_check_judges_a_snapshot_and_narrows_it(repository: Path) -> None:
    document, code = report("check", "outage.snapshot.json", cwd=repository)
    assert (found(document), document["command"], code) == ([("OURS001", "kafka10")], "check", 1)
    document, code = report("check", "outage.snapshot.json", "--broker", "kafka02", cwd=repository)
    assert (found(document), code) == ([], 0)


def test_live_on_a_server_that_is_not_there_says_so_and_saves_what_it_saw(repository: Path) -> None:
    arguments = ("live", "--zk", "127.0.0.1:1/kafka", "--timeout", "1", "--save", "night.json")
    document, code = report(*arguments, cwd=repository)
    assert code == 3
    assert any(gap["source"] == "zookeeper" and gap["kind"] == "fault" for gap in document["gaps"])
    again, code = report("check", "night.json", cwd=repository)
    assert code == 3
    assert again["gaps"] == document["gaps"]


def test_live_does_not_begin_if_the_snapshot_has_nowhere_to_go(repository: Path) -> None:
    result = driftcheck("live", "--zk", "127.0.0.1:1", "--save", "nowhere/x", cwd=repository)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr == (
        "driftcheck: error: nowhere/x: the snapshot cannot be written: there is no folder nowhere\n"
    )


def test_what_is_saved_has_the_lines_of_its_files(repository: Path) -> None:
    driftcheck("live", "--zk", "127.0.0.1:1", ".", "--timeout", "1", "--save", "night.json", cwd=repository)
    saved = json.loads((repository / "night.json").read_text(encoding="utf-8"))
    settings = next(node for node in saved["nodes"] if node["name"] == "kafka10")["settings"]
    location = settings["advertised.host.name"]["location"]
    line = (repository / location["name"]).read_text(encoding="utf-8").splitlines()[location["line"] - 1]
    assert "kafka01.prod.example.com" in line[location["column"] - 1 :]


def test_rules_are_listed_and_shown(repository: Path) -> None:
    result = driftcheck("rules", "list", cwd=repository)
    assert ["OURS001", "warning", "not-kafka10"] in [line.split()[:3] for line in result.stdout.splitlines()]
    listed = json.loads(driftcheck("rules", "list", "--json", cwd=repository).stdout)
    assert "OURS001" in [rule["id"] for rule in listed]
    for word in ("OURS001", "ours001", "not-kafka10"):
        shown = driftcheck("rules", "show", word, cwd=repository)
        assert shown.stdout.startswith("OURS001  not-kafka10  (warning, for each broker)\n")
        assert "\n  defined in    ours.yaml:2:" in shown.stdout
    wrong = driftcheck("rules", "show", "OURS002", cwd=repository)
    assert (wrong.stdout, wrong.returncode) == ("", 2)
    assert wrong.stderr.startswith("driftcheck: error: there is no rule 'OURS002', did you mean OURS001?\n")


def test_a_new_rule_is_tested_listed_and_judges(repository: Path) -> None:
    (repository / ".git").mkdir()
    new = driftcheck("rules", "new", "OURS007", cwd=repository)
    written = ".driftcheck/rules/ours007.yaml"
    assert new.stdout == f"{written} is written; try it: driftcheck rules test OURS007\n"
    tested = driftcheck("rules", "test", "OURS007", cwd=repository)
    assert (tested.stdout, tested.returncode) == ("4 cases of 1 rule: 4 as expected, 0 failed.\n", 0)
    listed = driftcheck("rules", "list", cwd=repository).stdout
    assert f"from {written}:4:9\n" in listed
    assert "rules built in, 2 of your own.\n" in listed
    text = (repository / written).read_text(encoding="utf-8").replace("log.retention.hours", "broker.id")
    (repository / written).write_text(text, encoding="utf-8")
    linted = driftcheck("lint", "--select", "OURS007", cwd=repository)
    assert "warning OURS007  kafka01 keeps its log for 1 hours" in linted.stdout
    again = driftcheck("rules", "new", "OURS008", "-o", written, cwd=repository)
    assert (again.stdout, again.returncode) == ("", 2)
    assert "it is there already, and is not written over" in again.stderr
    assert (repository / written).read_text(encoding="utf-8") == text


def test_reports_take_rule_files_beside_those_of_the_configuration(repository: Path, tmp_path: Path) -> None:
    driftcheck("rules", "new", "OURS007", "-o", str(tmp_path / "new.yaml"), cwd=repository)
    document, code = report("lint", "--rules", str(tmp_path / "new.yaml"), cwd=repository)
    assert (found(document), document["summary"]["rules"], code) == ([("OURS001", "kafka10")], 2, 1)
    broken = driftcheck("lint", "--rules", "nowhere.yaml", cwd=repository)
    assert (broken.stdout, broken.returncode) == ("", 2)
    assert broken.stderr.startswith("driftcheck: error: nowhere.yaml: the rule file cannot be read")


def test_the_schema_of_rule_files_is_shown() -> None:
    shown = driftcheck("rules", "schema")
    schema = Path(package.__file__).parent / "schemas/rules.schema.json"
    assert (shown.stdout, shown.returncode) == (schema.read_text(encoding="utf-8"), 0)


def test_a_rule_file_can_be_named_from_anywhere(repository: Path, tmp_path: Path) -> None:
    below = tmp_path / "elsewhere/below"
    below.mkdir(parents=True)
    named = "../../repository/ours.yaml"
    shown = driftcheck("rules", "show", "OURS001", "--rules", named, cwd=below)
    assert f"\n  defined in    {named}:2:" in shown.stdout
    missing = driftcheck("rules", "list", "--rules", "nowhere.yaml", cwd=below)
    assert (missing.stdout, missing.returncode) == ("", 2)
    assert missing.stderr.startswith("driftcheck: error: nowhere.yaml: the rule file cannot be read")
