"""Every command with a report: its formats and where they go, its configuration, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from driftcheck.cli.report_options import LEVELS
from driftcheck.errors import RuleError, UndeterminedError
from driftcheck.model.configuration import Configuration
from driftcheck.model.report import Report
from driftcheck.model.rule import Level
from driftcheck.report.formats import load_format
from driftcheck.report.interface import Style
from driftcheck.sources.interface import Progress
from tests.cli.commands import gives, report_with
from tests.report.examples import clean, hostile, incident, nothing

TEXT = load_format("text").render(incident(), Style())
JSON = load_format("json").render(incident(), Style())


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration but the test's own."""
    monkeypatch.chdir(tmp_path)


def test_without_options_the_text_goes_to_stdout_and_nothing_to_stderr() -> None:
    result = report_with(gives(incident()))
    assert (result.stdout, result.stderr, result.exit_code) == (TEXT, "", 1)


@pytest.mark.parametrize("arguments", [("-f", "json"), ("--format", "json", "-o", "-"), ("-fjson",)])
def test_a_format_without_a_file_goes_to_stdout(arguments: Sequence[str]) -> None:
    assert report_with(gives(incident()), *arguments).stdout == JSON


@pytest.mark.parametrize(
    ("arguments", "stdout", "files"),
    [
        ("-f text -f json -o a", TEXT, {"a": JSON}),
        ("-f json -o a -f text", TEXT, {"a": JSON}),
        ("-f json -o a -f text -o b", "", {"a": JSON, "b": TEXT}),
        ("-fjson -oa --format=text --output=b", "", {"a": JSON, "b": TEXT}),
        ("-f json -o a -f text -o -", TEXT, {"a": JSON}),
        ("-o a", "", {"a": TEXT}),
        ("-o a -f json", "", {"a": JSON}),
        ("-o a -f json --strict -f text", TEXT, {"a": JSON}),
    ],
)
def test_an_output_belongs_to_the_format_before_it(
    arguments: str, stdout: str, files: Mapping[str, str], tmp_path: Path
) -> None:
    result = report_with(gives(incident()), *arguments.split())
    assert (result.stdout, result.stderr, result.exit_code) == (stdout, "", 1)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "a", "-o", "b"), "text would go to both a and b"),
        (("-f", "text", "-o", "a", "-f", "json", "-o", "b", "-o", "c"), "json would go to both b and c"),
        (("-o", "a", "-f", "text", "-o", "b"), "text would go to both a and b"),
        (("-f", "text", "-f", "json"), "text and json would both go to standard output"),
        (("-f", "text", "-o", "-", "-f", "json"), "text and json would both go to standard output"),
        (("-f", "text", "-o", "x", "-f", "json", "-o", "./x"), "text and json would both go to ./x"),
        (("-f", "json", "-o", ""), "the report cannot be written: its file has no name"),
        (("-f", "xml"), "'xml' is no format; there are"),
        (("-o", "nowhere/x"), "nowhere/x: the report cannot be written: there is no folder nowhere"),
        (("-o", "."), ".: the report cannot be written: it is a folder"),
        (("--select",), "Option '--select' requires an argument"),
        (("--fail-on", "eror"), '--fail-on: "eror" is not a level, did you mean "error"?'),
        (("--min-severity", ""), '--min-severity: "" is not a level'),
        (("--kafka-version", "latest"), '--kafka-version: "latest" is not a Kafka release'),
        (("--max-age", "soon"), '--max-age: "soon" is not an age'),
        (("--select", "ADV,*"), '--select: "*" names no rule'),
        (("--config", "x.yaml"), "x.yaml: the configuration cannot be read: no such file or directory"),
        (("surplus",), "Got unexpected extra argument (surplus)"),
        (("--fomat", "json"), "No such option"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_done(
    arguments: Sequence[str], message: str, tmp_path: Path
) -> None:
    def run(configuration: Configuration, progress: Progress) -> Report:
        raise AssertionError("it was done")

    result = report_with(run, *arguments)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert message in result.stderr
    assert result.stderr.startswith("driftcheck: error: ")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_variable_and_a_wrong_file_are_named(tmp_path: Path) -> None:
    result = report_with(gives(clean()), environ={"DRIFTCHECK_STRICT": "maybe"})
    assert 'DRIFTCHECK_STRICT: "maybe" is neither true nor false' in result.stderr
    assert result.exit_code == 2
    (tmp_path / ".driftcheck.yaml").write_text("select: ADV\nfail_onn: error\n")
    result = report_with(gives(clean()))
    assert result.stderr.startswith(
        'driftcheck: error: .driftcheck.yaml:2:1: unknown key "fail_onn", did you mean "fail_on"?\n'
        "  allowed keys: kafka_version, "
    )
    assert result.exit_code == 2


def test_the_use_case_gets_what_options_variables_and_file_say(tmp_path: Path) -> None:
    given: list[Configuration] = []

    def run(configuration: Configuration, progress: Progress) -> Report:
        progress("reading")
        given.append(configuration)
        return clean()

    (tmp_path / "c.yaml").write_text("select: [REG]\nmin_severity: warning\nmax_age: 3h\n")
    arguments = "--config c.yaml --select ADV,DNS002 --select IDN --ignore X --strict --kafka-version 2.8"
    report_with(run, *arguments.split(), environ={"DRIFTCHECK_FAIL_ON": "note"})
    (configuration,) = given
    assert configuration.select == ("ADV", "DNS002", "IDN")
    assert configuration.ignore == ("X",)
    assert (configuration.kafka_version, configuration.kafka_version_from) == ("2.8", "--kafka-version")
    assert (configuration.fail_on, configuration.min_severity) == (Level.NOTE, Level.WARNING)
    assert (configuration.strict, configuration.max_age) == (True, timedelta(hours=3))


@pytest.mark.parametrize(
    ("report", "arguments", "code"),
    [
        (incident(), (), 1),
        (incident(), ("--fail-on", "note"), 1),
        (clean(), (), 3),
        (replace(clean(), not_checked=(), gaps=()), (), 0),
        (nothing(), (), 3),
    ],
)
@pytest.mark.parametrize("format_name", ["text", "json"])
def test_the_exit_code_is_the_reports_in_every_format(
    report: Report, arguments: Sequence[str], code: int, format_name: str
) -> None:
    assert report_with(gives(report), "-f", format_name, *arguments).exit_code == code


def test_fail_on_decides_what_fails_and_min_severity_what_is_shown() -> None:
    (cause, *_) = incident().findings
    warning = replace(
        clean(), findings=(replace(cause, level=Level.WARNING, consequences=()),), not_checked=(), gaps=()
    )
    assert report_with(gives(warning)).exit_code == 0
    assert report_with(gives(warning), "--fail-on", "warning").exit_code == 1
    hidden = report_with(gives(warning), "--fail-on", "warning", "--min-severity", "error", "-f", "json")
    assert hidden.exit_code == 1
    assert json.loads(hidden.stdout)["findings"] == []
    assert json.loads(hidden.stdout)["summary"]["hidden"] == 1


def test_colour_is_for_terminals_unless_it_is_asked_for(tmp_path: Path) -> None:
    coloured = load_format("text").render(incident(), Style(colour=True))
    assert report_with(gives(incident()), "--color").stdout == coloured
    assert report_with(gives(incident()), "--color", environ={"NO_COLOR": "1"}).stdout == coloured
    assert report_with(gives(incident()), "--color", "--no-color").stdout == TEXT
    report_with(gives(incident()), "--color", "-o", "x")
    assert (tmp_path / "x").read_text(encoding="utf-8") == coloured


def test_what_goes_wrong_during_the_run_is_said_with_its_exit_code() -> None:
    def rules_do_not_load(configuration: Configuration, progress: Progress) -> Report:
        raise RuleError("unknown key \x1b[2J", where="ours.yaml:3:1", hint="allowed: id\nand more")

    def undetermined(configuration: Configuration, progress: Progress) -> Report:
        raise UndeterminedError("nothing was learned")

    result = report_with(rules_do_not_load)
    assert result.stderr == (
        "driftcheck: error: ours.yaml:3:1: unknown key \\x1b[2J\n  allowed: id\n  and more\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)
    result = report_with(undetermined)
    assert (result.stderr, result.exit_code) == ("driftcheck: error: nothing was learned\n", 3)


def test_a_file_that_turns_out_unwritable_is_an_error_and_the_other_report_is_written(tmp_path: Path) -> None:
    def run(configuration: Configuration, progress: Progress) -> Report:
        (tmp_path / "gone").rmdir()
        return incident()

    (tmp_path / "gone").mkdir()
    result = report_with(run, "-f", "json", "-o", "gone/x", "-f", "text")
    assert (result.stdout, result.exit_code) == (TEXT, 2)
    assert result.stderr == (
        "driftcheck: error: gone/x: the report cannot be written: no such file or directory\n"
    )


def test_hostile_texts_cannot_steer_the_terminal() -> None:
    for format_name in ("text", "json"):
        output = report_with(gives(hostile()), "-f", format_name).stdout
        assert all(character == "\n" or character.isprintable() for character in output)


def test_the_help_lists_the_formats() -> None:
    result = report_with(gives(clean()), "--help")
    assert result.exit_code == 0
    for name in ("text", "json"):
        assert f"  {name}  {load_format(name).summary[:30]}" in result.stdout


def test_the_levels_that_are_offered_are_those_that_there_are() -> None:
    assert tuple(level.value for level in Level) == LEVELS
