"""The option of commands that evaluate cookbooks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import click

NO_COOKBOOKS: Mapping[str, str | None] = {"cookbooks": "false"}


def cookbook_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --no-cookbooks; the command gets it as `evaluation`, by the configuration's SETTINGS."""

    @functools.wraps(command)
    def with_option(*, no_cookbooks: bool, **given: Any) -> int:
        return command(evaluation=NO_COOKBOOKS if no_cookbooks else {}, **given)

    decorated: Callable[..., int] = with_option
    return click.option(
        "--no-cookbooks",
        is_flag=True,
        help="Do not evaluate cookbooks: what Chef intends is what each node's last run computed.",
    )(decorated)
