"""What every report format is: data in, text out."""

from __future__ import annotations

from typing import Protocol

from driftcheck.model.frozen import frozen
from driftcheck.model.report import Report
from driftcheck.model.rule import Level


@frozen
class Style:
    """How to write: colour or not, columns per line, and from which level on findings are shown."""

    colour: bool = False
    width: int = 100
    min_severity: Level = Level.NOTE


class Format(Protocol):
    """A report format. `name` is what `--format` calls it."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str:
        """One line for `--help`."""

    def render(self, report: Report, style: Style) -> str:
        """The whole report, ending in a newline. Nothing from outside can reach the terminal raw."""
