"""The options of commands about rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from driftcheck.model.configuration import Configuration


def rule_files_option(name: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Adds --rules under this name."""
    return click.option(
        "--rules",
        name,
        multiple=True,
        type=click.Path(),
        metavar="PATH",
        help="A rule file or folder of your own, beside those of the configuration. Repeatable.",
    )


def config_option(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --config."""
    return click.option(
        "--config",
        type=click.Path(),
        metavar="FILE",
        help="The configuration; default: the nearest .driftcheck.yaml, up to the git root.",
    )(command)


def rule_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --rules (as `files`) and --config."""
    return rule_files_option("files")(config_option(command))


def json_option(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --json (as `as_json`)."""
    return click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")(command)


def configuration_with(files: Sequence[str], config: str | None) -> Configuration:
    """The configuration, with further rule files. Raises ConfigurationError."""
    from driftcheck.sources.configuration.file import load_configuration, with_rules

    return with_rules(load_configuration(config=config), files)
