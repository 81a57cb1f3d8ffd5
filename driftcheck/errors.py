"""What can go wrong for the user: a message, what to do next, and an exit code."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """The exit codes of every command; `docs/exit-codes.md` says exactly when each is given."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNDETERMINED = 3


class DriftcheckError(Exception):
    """An error to show to the user: no traceback, always with what is wrong, where, and what to do."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.hint}" if self.hint else text


class UsageError(DriftcheckError):
    """The command line does not say what can be done."""


class ConfigurationError(DriftcheckError):
    """`.driftcheck.yaml` or a `DRIFTCHECK_*` variable is wrong."""


class RuleError(DriftcheckError):
    """A rule file does not load; `where` is `file:line:column`."""


class UndeterminedError(DriftcheckError):
    """The run could not learn what it was asked for."""

    exit_code = ExitCode.UNDETERMINED
