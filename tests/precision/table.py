"""The table of judged findings in docs/precision.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from driftcheck.model.frozen import frozen

DOCUMENT = Path(__file__).parents[2] / "docs" / "precision.md"
ROW = re.compile(
    r"^\| `(?P<place>[^`]+@[^`]+)` \| (?P<rule>[A-Z]+\d+) \| (?P<level>error|warning|note)"
    r" \| (?P<verdict>true|false) \| (?P<reason>.+) \|$"
)


@frozen
class Row:
    """One finding. `place`: `repository@commit:file:line`; `verdict`: empty if it is not yet judged."""

    place: str
    rule: str
    level: str
    verdict: str
    reason: str

    def __str__(self) -> str:
        return f"| `{self.place}` | {self.rule} | {self.level} | {self.verdict} | {self.reason} |"


def judged_rows(document: Path) -> Iterator[Row]:
    for line in document.read_text(encoding="utf-8").splitlines() if document.exists() else ():
        match = ROW.match(line)
        if match is not None:
            yield Row(**match.groupdict())
