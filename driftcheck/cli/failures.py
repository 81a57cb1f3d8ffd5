"""Every way in which a command can end, as an exit code and a message on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import click

from driftcheck.cli.streams import say
from driftcheck.errors import DriftcheckError, ExitCode

INTERRUPTED = 130
MOST_OF_A_MESSAGE = 2_000

SPEAK_OF_NO_VALUES = (AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, TypeError)
"""What Python says with these names types, attributes and files; others quote what they stumbled over."""


def exit_code_of(run: Callable[[], object]) -> int:
    """Runs a command to its exit code: what it returns, or what its exception means."""
    try:
        code = run()
        if not isinstance(code, int):
            raise TypeError(f"the command returned {code!r} and no exit code")
        return code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "driftcheck"
        _say_error(error.format_message(), f"Try '{command} --help'.")
        return ExitCode.USAGE
    except click.ClickException as error:
        _say_error(error.format_message())
        return ExitCode.USAGE
    except DriftcheckError as error:
        _say_error(f"{error.where}: {error.message}" if error.where else error.message, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("driftcheck: interrupted")
        return INTERRUPTED
    except Exception as error:
        _say_crash(error)
        return ExitCode.UNDETERMINED


def _say_error(message: str, hint: str = "") -> None:
    for index, line in enumerate(message[:MOST_OF_A_MESSAGE].splitlines()):
        say(f"  {line}" if index else f"driftcheck: error: {line}")
    for line in hint[:MOST_OF_A_MESSAGE].splitlines():
        say(f"  {line}")


def _say_crash(error: Exception) -> None:
    if os.environ.get("DRIFTCHECK_DEBUG"):
        for line in _traceback(error):
            say(line)
    what = _described(error)[:300]
    report = "please report it with what DRIFTCHECK_DEBUG=1 shows"
    say(f"driftcheck crashed: {what}; this is a bug, {report}")


def _described(error: BaseException) -> str:
    """Type and text; a text that may quote a value is left out, as the value may be a secret."""
    text = (
        str(error) if isinstance(error, SPEAK_OF_NO_VALUES) else "its text is left out, it may hold a secret"
    )
    return f"{type(error).__name__}: {text}"


def _traceback(error: BaseException) -> Iterator[str]:
    """The lines of code that led to the error, those of what caused it first."""
    import traceback

    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _traceback(before)
        yield ""
    yield "Traceback (most recent call last):"
    yield from "".join(traceback.format_tb(error.__traceback__)).splitlines()
    yield _described(error)
