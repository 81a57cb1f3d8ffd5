"""Console sessions of the documents: commands with their output, run again in a copy of the examples.

A line that begins with `$ ` is a command (a `\\` at its end goes on in the next line), what follows is what a
terminal of a hundred columns without colours shows. `…` stands for anything within its line.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docs.pictures.make import AGE
from tests.cli.commands import process_environment
from tests.documentation.blocks import ROOT, Block

PROMPT = "$ "
ANYTHING = "…"
SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command as it is typed, and the lines that follow it."""

    command: str
    shown: tuple[str, ...]


def steps(block: Block) -> list[Step]:
    """The steps of a session; ValueError for one that does not begin with a command."""
    lines = iter(block.text.splitlines())
    found: list[Step] = []
    for line in lines:
        if line.startswith(PROMPT):
            found.append(Step(command=_continued(line.removeprefix(PROMPT), lines), shown=()))
        elif found:
            last = found.pop()
            found.append(Step(command=last.command, shown=(*last.shown, line)))
        else:
            raise ValueError(f"{block}: a session begins with `$ ` and a command")
    return found


def _continued(command: str, lines: Iterator[str]) -> str:
    while command.endswith("\\"):
        command += "\n" + next(lines, "")
    return command


def run(session: list[Step], folder: Path, *, servers: Mapping[str, str] | None = None) -> list[Step]:
    """The same commands in `folder`, one after the other, with what they show now; `$?` is kept.

    `servers`: the address that a document gives → the one of the server that stands for it.
    """
    tools = folder.parent / "bin"
    tools.mkdir(exist_ok=True)
    _tool(tools / "driftcheck", f"{shlex.quote(sys.executable)} -m driftcheck")
    _tool(tools / "python", shlex.quote(sys.executable))
    environ = process_environment({"PYTHONPATH": str(ROOT)})
    environ["PATH"] = f"{tools}:{environ['PATH']}"
    code = 0
    found: list[Step] = []
    for step in session:
        command = step.command
        for documented, real in (servers or {}).items():
            command = command.replace(documented, real)
        done = subprocess.run(
            ["bash", "-c", f"(exit {code}); {command}"],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        code, shown = done.returncode, done.stdout
        for documented, real in (servers or {}).items():
            shown = shown.replace(real, documented)
        found.append(Step(command=step.command, shown=tuple(shown.splitlines())))
    return found


def _tool(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def is_as_documented(documented: Step, found: Step) -> bool:
    """Whether the output is what the document shows."""
    pairs = zip(documented.shown, found.shown, strict=False)
    return len(documented.shown) == len(found.shown) and all(_fits(*pair) for pair in pairs)


def _fits(pattern: str, line: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split(ANYTHING))), line) is not None


def written(session: list[Step]) -> str:
    """A session as a document has it, with `…` for what is different in each run."""
    lines = [
        line
        for step in session
        for line in (PROMPT + step.command, *(AGE.sub(ANYTHING, each) for each in step.shown))
    ]
    return "".join(f"{line}\n" for line in lines)
