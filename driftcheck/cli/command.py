"""What all commands are: click's, whose help reaches stdout in the same way as everything else."""

from __future__ import annotations

import click

from driftcheck.cli.streams import write_out


class Command(click.Command):
    """A command. Its function returns the exit code."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


def _show_help(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        write_out(f"{ctx.get_help()}\n")
        ctx.exit()
