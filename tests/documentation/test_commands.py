"""What the documents tell people to type exists, whether or not its output is shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from driftcheck.cli.main import cli
from tests.documentation.blocks import DOCUMENTS, ROOT, blocks

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
LANGUAGES = {"console", "json", "properties", "python", "sh", "text", "yaml"}


def typed() -> Iterator[tuple[str, str]]:
    """Every command line in blocks of shell and in backquotes, with its document."""
    for block in blocks("sh"):
        yield from ((str(block), line) for line in block.text.replace("\\\n", " ").splitlines() if line)
    for path in DOCUMENTS:
        text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for span in re.findall(r"`([^`\n]+)`", text):
            if re.match(r"(make|(\w+=\w+ )?driftcheck) [a-z-]", span):
                yield path.name, span


LINES = sorted(set(typed()))


def test_every_block_says_its_language() -> None:
    assert {block.language for block in blocks()} <= LANGUAGES


@pytest.mark.parametrize(("document", "line"), LINES)
def test_what_can_be_typed_exists(document: str, line: str) -> None:
    if document == "exit-codes.md":
        return  # tests/cli/test_exit_codes.py runs these: what is typed wrongly is their point
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"\w+=.*|sudo", words[0]):
        words.pop(0)
    if words[:1] == ["make"]:
        assert set(words[1:]) <= TARGETS
    elif words[:1] == ["driftcheck"]:
        parsed(words[1:])
    else:
        assert words[0] in {"apt-get", "cd", "git", "pip", "python3", "python", "pytest", "stat"}, words[0]


def parsed(words: list[str]) -> None:
    """The words as a command and its options. Raises click.UsageError for what there is not."""
    end = next((index for index, word in enumerate(words) if word in ("|", ">", "&&", ";")), len(words))
    command: click.Command = cli
    context = cli.make_context("driftcheck", [], resilient_parsing=True)
    words = words[:end]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    if isinstance(command, click.Group):
        assert all(word in ("--version", "--help", "-h") for word in words)
        return
    try:
        command.make_context("driftcheck", [each.replace("…", "x") for each in words])
    except click.exceptions.Exit:
        return  # --help
    except click.MissingParameter:
        return  # a command named for what it is, without what it needs
