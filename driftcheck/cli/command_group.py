"""A group of commands found by module: to list them imports none, to run one imports that one."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from driftcheck.cli.command import Command
from driftcheck.cli.failures import exit_code_of
from driftcheck.cli.streams import say
from driftcheck.cli.terminal import WIDTH, width_of
from driftcheck.errors import ExitCode

PROGRAM = "driftcheck"


class CommandGroup(Command, click.Group):
    """The commands of one package, a package in it being a group. A command returns its exit code."""

    def __init__(self, *, name: str, help: str, package: str) -> None:
        settings = {"help_option_names": ["-h", "--help"]}
        super().__init__(name, help=help, no_args_is_help=False, context_settings=settings)
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        modules = self._modules()
        if cmd_name not in modules:
            return None
        name = f"{self._package}.{cmd_name}"
        if modules[cmd_name]:
            return CommandGroup(name=cmd_name, help=f"{self._first_line(cmd_name)}.", package=name)
        command: click.Command = import_module(name).COMMAND
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the nearest command's name in the error."""
        name = args[0]
        if not name.startswith("-") and name not in self._modules():
            from difflib import get_close_matches

            near = get_close_matches(name[:100], self._modules(), n=1, cutoff=0.5)
            hint = f", did you mean {near[0]!r}?" if near else f"; there are {', '.join(self._modules())}"
            raise click.UsageError(f"there is no command {name[:100]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with the first lines of their modules' docstrings."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._first_line(name)) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            for line in ctx.get_help().splitlines():
                say(line)
            ctx.exit(ExitCode.USAGE)
        return super().parse_args(ctx, args)

    def main(self, args: Any = None, *_: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Runs a command; every way to fail ends in one of the documented exit codes."""
        arguments = list(sys.argv[1:] if args is None else args)
        code = exit_code_of(lambda: self._run(arguments))
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, arguments: list[str]) -> object:
        variable = f"_{PROGRAM.upper()}_COMPLETE"
        instruction = os.environ.get(variable)
        if instruction:
            from click.shell_completion import shell_complete

            return shell_complete(self, {}, PROGRAM, variable, instruction)
        # click would import shutil to learn the width.
        width = min(width_of(sys.stdout), WIDTH)
        with self.make_context(PROGRAM, arguments, terminal_width=width) as context:
            return self.invoke(context)

    def _modules(self) -> dict[str, bool]:
        """The commands, sorted, and whether each is a group."""
        path = import_module(self._package).__path__
        return {each.name: each.ispkg for each in sorted(iter_modules(path))}

    def _first_line(self, name: str) -> str:
        """The first line of a module's docstring, read without importing the module."""
        folder = import_module(self._package).__path__[0]
        file = os.path.join(name, "__init__.py") if self._modules()[name] else f"{name}.py"
        with open(os.path.join(folder, file), encoding="utf-8") as source:
            return source.readline().strip().strip('"').rstrip(".")
