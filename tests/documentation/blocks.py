"""The documents that users read, and the fenced blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block. `line` is that of its first line of text."""

    document: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(language: str | None = None) -> list[Block]:
    """The blocks of all documents, in their order; with a language those alone."""
    found = [block for path in DOCUMENTS for block in blocks_of(path)]
    return [block for block in found if language is None or block.language == language]


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(
            document=str(path.relative_to(ROOT)),
            line=text.count("\n", 0, match.start("text")) + 1,
            language=match["language"].strip(),
            text=match["text"],
        )
        for match in _FENCE.finditer(text)
    ]
