"""Every command, option, variable and exit code is documented."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import driftcheck.cli.commands as package
from driftcheck.cli.failures import INTERRUPTED
from driftcheck.errors import ExitCode
from driftcheck.model.facts import UnknownKind
from driftcheck.sources.configuration.file import SETTINGS
from tests.census.sources import ROOT, python_files, tree

TEXTS = {
    path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
}
DOCUMENTATION = "\n".join(TEXTS.values())
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
EXIT_CODES = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")

NOT_OURS = {
    "HOME": "the system's: where the user's cache is",
    "TERM": "the system's: what the terminal can do",
}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by the words that one types."""
    prefix = f"{package.__name__}."
    for module in pkgutil.walk_packages(package.__path__, prefix):
        if not module.ispkg:
            words = module.name.removeprefix(prefix).replace(".", " ")
            yield words, importlib.import_module(module.name).COMMAND


COMMANDS = dict(commands())
OPTIONS = sorted(
    {
        text
        for command in COMMANDS.values()
        for option in command.params
        if isinstance(option, click.Option)
        for text in (*option.opts, *option.secondary_opts)
    }
)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented_and_in_the_changelog(words: str) -> None:
    assert f"driftcheck {words}" in DOCUMENTATION
    group, _, name = words.partition(" ")
    listed = re.search(rf"`(?:driftcheck )?{group} ([a-z|]+)`", CHANGELOG) if name else None
    assert (listed is not None and name in listed[1].split("|")) or f"{words}`" in CHANGELOG


@pytest.mark.parametrize("option", [*OPTIONS, "--version", "--help", "-h"])
def test_every_option_is_documented(option: str) -> None:
    assert re.search(rf"`[^`\n]*(?<![\w-]){re.escape(option)}(?![\w-])[^`\n]*`", DOCUMENTATION)


def variables() -> Iterator[str]:
    """Every environment variable that the package reads, wherever it does."""
    yield from (setting.variable for setting in SETTINGS.values())
    for command in COMMANDS.values():
        yield from (str(option.envvar) for option in command.params if option.envvar is not None)
    reading = (path for path in python_files("driftcheck") if "environ" in path.read_text(encoding="utf-8"))
    for path in reading:
        for node in ast.walk(tree(path)):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        attr="get", value=ast.Name(id="environ") | ast.Attribute(attr="environ")
                    ),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    yield name


@pytest.mark.parametrize("variable", sorted(set(variables()) - NOT_OURS.keys()))
def test_every_variable_is_documented(variable: str) -> None:
    assert f"`{variable}" in DOCUMENTATION or f"{variable}=" in DOCUMENTATION


def test_no_variable_is_documented_that_nothing_reads() -> None:
    documented = set(re.findall(r"\bDRIFTCHECK_[A-Z_]+", TEXTS[ROOT / "docs/configuration.md"]))
    assert documented - {"_DRIFTCHECK_COMPLETE"} <= {*variables(), "DRIFTCHECK_COMPLETE"}


def test_every_exit_code_is_documented_and_no_other() -> None:
    first, _, _ = EXIT_CODES.partition("## What makes it 3")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", first, re.MULTILINE)} == {
        *ExitCode,
        INTERRUPTED,
    }


def test_every_kind_of_not_knowing_is_documented() -> None:
    for kind in UnknownKind:
        assert f"\n| {kind.value.replace('_', ' ')} |" in EXIT_CODES


def test_every_row_of_the_exit_codes_is_run_by_a_test() -> None:
    _, _, inputs = EXIT_CODES.partition("## Wrong input")
    rows = re.findall(r"^\| .* \| (\d) \|$", inputs, re.MULTILINE)
    tests = [ROOT / "tests/cli/test_exit_codes.py", ROOT / "tests/cli/test_broken_input.py"]
    modules = [
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in tests
    ]
    assert len(rows) == sum(len(module.ROWS) for module in modules)


def test_the_changelog_has_a_section_for_what_is_not_released() -> None:
    assert "\n## Unreleased\n" in CHANGELOG


def test_what_the_documents_need_is_there() -> None:
    assert all(isinstance(path, Path) and text.startswith("# ") for path, text in TEXTS.items())
