"""The command line as a whole: commands are found by module, help is quick, errors name the next step."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import driftcheck as package
import driftcheck.cli.commands as commands
from driftcheck.cli.main import cli
from tests.cli.commands import driftcheck

ROOT = Path(__file__).parents[2]
MODULES = [
    each.name for each in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}.") if not each.ispkg
]


def words(module: str) -> list[str]:
    return module.removeprefix(f"{commands.__name__}.").split(".")


def test_there_are_the_agreed_commands() -> None:
    assert {
        "lint",
        "live",
        "check",
        "rules list",
        "rules new",
        "rules schema",
        "rules show",
        "rules test",
    } <= {" ".join(words(module)) for module in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_a_command_under_its_own_name(module: str) -> None:
    found = importlib.import_module(module)
    assert isinstance(found.COMMAND, click.Command)
    assert found.COMMAND.name == words(module)[-1]
    assert found.__doc__ is not None
    assert found.__doc__.splitlines()[0].endswith(".")
    assert len(found.__doc__.splitlines()[0]) <= 80
    result = CliRunner().invoke(cli, [*words(module), "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: driftcheck {' '.join(words(module))} ")
    assert all(option.help for option in found.COMMAND.params if isinstance(option, click.Option))


def test_no_command_is_a_module_and_a_group() -> None:
    folder = Path(commands.__path__[0])
    names = [
        path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    assert len(names) == len(set(names))


def test_the_help_shows_each_modules_first_line() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert (result.exit_code, result.stderr) == (0, "")
    for module in pkgutil.iter_modules(commands.__path__):
        docstring = importlib.import_module(f"{commands.__name__}.{module.name}").__doc__ or ""
        assert re.search(
            rf"^  {module.name} +{re.escape(docstring.splitlines()[0][:-1])}$", result.stdout, re.M
        )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["rules", "--help"]])
def test_help_and_version_load_nothing_but_click(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom driftcheck.cli.main import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "print(sorted(n for n in sys.modules if n.startswith('driftcheck.') or n in "
        "('dataclasses', 'shutil', 'asyncio', 'json', 'yaml', 'jinja2', 'kazoo', 'dns')), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ast.literal_eval(result.stderr)
    assert not set(loaded) & set(MODULES)
    assert [name for name in loaded if not name.startswith("driftcheck.cli")] == [
        "driftcheck.errors",
        "driftcheck.formats",
        "driftcheck.formats.text",
    ]


def test_the_module_and_the_version() -> None:
    result = driftcheck("--version")
    assert (result.stdout, result.stderr, result.returncode) == (
        f"driftcheck {package.__version__}\n",
        "",
        0,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lnt"], "there is no command 'lnt', did you mean 'lint'?\n  Try 'driftcheck --help'.\n"),
        (
            ["rules", "lst"],
            "there is no command 'lst', did you mean 'list'?\n  Try 'driftcheck rules --help'.\n",
        ),
        (["\x1b[2Jqqqq"], "there is no command '\\x1b[2Jqqqq'; there are "),
        (["--verson"], "No such option"),
        (["live"], "Missing option '--zk'"),
        (["live", "--zk", "z:2181", "--timeout", "nan"], "Invalid value for '--timeout': nan is not between"),
        (["live", "--zk", "z:2181", "--deadline", "-1"], "Invalid value for '--deadline': -1 is not between"),
        (["live", "--zk", "z:2181", "--timeout", "5s"], "Invalid value for '--timeout'"),
        (["check"], "Missing argument 'SNAPSHOT'"),
    ],
)
def test_usage_errors_name_the_next_step(arguments: list[str], said: str) -> None:
    result = driftcheck(*arguments)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.startswith(f"driftcheck: error: {said}")


@pytest.mark.parametrize(("arguments", "usage"), [([], "driftcheck"), (["rules"], "driftcheck rules")])
def test_a_group_alone_shows_its_help_on_stderr(arguments: list[str], usage: str) -> None:
    result = driftcheck(*arguments)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.startswith(f"Usage: {usage} [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("driftcheck li", {"lint", "live"}),
        ("driftcheck rules sh", {"show"}),
        ("driftcheck lint --format j", {"json"}),
        ("driftcheck check --fail-on w", {"warning"}),
        ("driftcheck lint --no-i", {"--no-ignores"}),
    ],
)
def test_the_shell_completes_commands_options_and_values(line: str, offered: set[str]) -> None:
    environ = {
        "_DRIFTCHECK_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }
    result = driftcheck(environ=environ)
    assert {each.partition(",")[2] for each in result.stdout.split()} == offered
    assert result.returncode == 0


def test_the_console_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("driftcheck")
    if not script.exists():
        pytest.skip("driftcheck is not installed beside this Python")
    environ = {**os.environ, "_DRIFTCHECK_COMPLETE": "bash_source"}
    result = subprocess.run([script], env=environ, capture_output=True, text=True, check=False)
    assert "_DRIFTCHECK_COMPLETE=bash_complete" in result.stdout
