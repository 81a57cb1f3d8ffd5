"""The options of commands about rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from driftcheck.model.configuration import Configuration

_OPTIONS = (
    click.option(
        "--rules",
        "files",
        multiple=True,
        type=click.Path(),
        metavar="FILE",
        help="A rule file or folder of your own, beside those of the configuration. Repeatable.",
    ),
    click.option(
        "--config",
        type=click.Path(),
        metavar="FILE",
        help="The configuration; default: the nearest .driftcheck.yaml, up to the git root.",
    ),
)


def rule_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --rules (as `files`) and --config."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def json_option(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --json (as `as_json`)."""
    return click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")(command)


def configuration_with(files: Sequence[str], config: str | None) -> Configuration:
    """The configuration, with further rule files. Raises ConfigurationError."""
    from driftcheck.sources.configuration.file import load_configuration

    found = load_configuration(config=config)
    if not files:
        return found
    # Rule files have to lie below the root, and are named from there: it moves up to reach these.
    root = os.path.relpath(os.path.commonpath([os.path.abspath(path) for path in (found.root, *files)]))
    paths = (*(os.path.join(found.root, rules) for rules in found.rules), *files)
    return replace(found, root=root, rules=tuple(os.path.relpath(path, root) for path in paths))
