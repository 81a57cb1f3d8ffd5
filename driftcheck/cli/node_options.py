"""The options of commands about a node's run: the repository, and what a node that is not there would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from driftcheck.cli.cookbook_options import CHEF_VERSION

if TYPE_CHECKING:
    from driftcheck.app.node_wish import NodeWish

_OPTIONS = (
    click.option(
        "--repo",
        "repository",
        default=".",
        type=click.Path(),
        metavar="DIR",
        help="The Chef repository, or a single cookbook; default: this folder.",
    ),
    click.option(
        "--like", metavar="NODE", help="NODE is new: the run list, environment and machine of this one."
    ),
    click.option(
        "--run-list",
        multiple=True,
        metavar="ITEMS",
        help="The run list, instead of the node's: recipe[a],role[b]. Repeatable.",
    ),
    click.option("--environment", metavar="NAME", help="The environment, instead of the node's."),
    click.option(
        "--automatic",
        type=click.Path(),
        metavar="FILE",
        help="The machine: what `ohai` prints, or a node object.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="ATTRIBUTE=VALUE",
        help="A normal attribute, as with chef-client -j. Repeatable.",
    ),
    click.option(
        "--chef-version",
        default=18,
        show_default=True,
        type=CHEF_VERSION,
        help="The release of Chef: up to 14 nil never wins.",
    ),
)


def node_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds the options above; `wish_of` makes one thing of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wish_of(node: str, options: dict[str, Any]) -> NodeWish:
    """The node that the options name."""
    from driftcheck.app.node_wish import NodeWish

    return NodeWish(node=node, **options)
