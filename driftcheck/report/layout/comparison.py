"""The faces side by side: one subject as a list of its faces, several as a table."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.model.finding import Comparison, FaceLine, Finding
from driftcheck.model.frozen import frozen
from driftcheck.report.interface import Style
from driftcheck.report.layout.lines import ODD_COLOUR, paint, shown, wrapped

MOST_ROWS = 12
INDENT = " " * 4
GAP = "  "
ODD_MARK = "◄ the odd one"
NOTHING = "–"
HEADINGS = {"endpoint": "broker", "cluster": "broker"}
"""What the rows of a table are where they are not what the finding is about."""


def comparison_lines(finding: Finding, style: Style) -> list[str]:
    """The comparisons of a finding as lines, without blank lines around them."""
    if len(finding.comparisons) == 1:
        [comparison] = finding.comparisons
        lines = _faces(comparison.faces, style, INDENT)
        return [*lines, f"{INDENT}→ {shown(comparison.verdict)}"] if comparison.verdict else lines
    return _subjects(finding.comparisons, HEADINGS.get(finding.subject.kind, finding.subject.kind), style)


def _faces(faces: Sequence[FaceLine], style: Style, indent: str) -> list[str]:
    """Face, text and, in a column of its own, place and note; where that column is too narrow for a path
    to stay whole, each place stands under its text.
    """
    rows = [_Row.of(face) for face in faces]
    face_width = max((len(row.face) for row in rows), default=0)
    text_at = len(indent) + face_width + len(GAP)
    detail_at = text_at + max((row.text_width for row in rows), default=0) + len(GAP)
    longest_word = max((len(word) for row in rows for word in row.detail.split()), default=0)
    beside = detail_at + longest_word <= style.width
    lines: list[str] = []
    for row in rows:
        start = indent + row.face.ljust(face_width) + GAP
        parts = wrapped(row.marked_text, style.width - text_at)
        block = [
            (" " * text_at if number else start) + row.paint(part, style) for number, part in enumerate(parts)
        ]
        if row.detail and beside and len(parts) == 1:
            padding = " " * (detail_at - text_at - row.text_width)
            details = wrapped(row.detail, style.width - detail_at)
            block = [f"{block[0]}{padding}{details[0]}"] + [" " * detail_at + each for each in details[1:]]
        elif row.detail:
            margin = " " * text_at + GAP
            block += wrapped(row.detail, style.width, first=margin, rest=margin)
        lines += block
    return lines


@frozen
class _Row:
    """A face with its texts made safe."""

    face: str
    marked_text: str
    detail: str
    odd: bool

    @classmethod
    def of(cls, face: FaceLine) -> _Row:
        mark = GAP + ODD_MARK if face.odd else ""
        return cls(
            face=shown(face.face), marked_text=shown(face.text) + mark, detail=_detail(face), odd=face.odd
        )

    @property
    def text_width(self) -> int:
        return len(self.marked_text)

    def paint(self, text: str, style: Style) -> str:
        return _odd(text, self.odd, style)


def _detail(face: FaceLine) -> str:
    place = [shown(str(face.location))] if face.location else []
    return ", ".join(place + ([shown(face.note)] if face.note else []))


def _odd(text: str, odd: bool, style: Style) -> str:
    return paint(text, ODD_COLOUR, colour=style.colour and odd)


@frozen
class _Column:
    """A face of every row: its texts, and which of them are the odd ones."""

    heading: str
    cells: tuple[str, ...]
    odd: tuple[bool, ...]

    @property
    def width(self) -> int:
        return max(len(self.heading), *(len(cell) for cell in self.cells))

    @property
    def same(self) -> bool:
        return len(set(self.cells)) == 1


def _subjects(comparisons: Sequence[Comparison], kind: str, style: Style) -> list[str]:
    rows = _rows_to_show(comparisons)
    if not rows:
        return []
    columns = _columns(rows, kind)
    same: list[_Column] = []
    for column in sorted(columns[1:-1], key=lambda each: -each.width):
        if column.same and not _fits(columns, style):
            same.append(column)
            columns.remove(column)
    if _fits(columns, style):
        lines = _said_once(same, len(rows), style) + _table(columns, style)
    else:
        lines = _stacked(rows, style)
    left = len(comparisons) - len(rows)
    return [*lines, f"{INDENT}and {left:,} more"] if left else lines


def _rows_to_show(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """At most `MOST_ROWS`, in their order; rows with an odd face go before those without."""
    by_oddness = sorted(
        range(len(comparisons)), key=lambda index: not any(face.odd for face in comparisons[index].faces)
    )
    return [comparisons[index] for index in sorted(by_oddness[:MOST_ROWS])]


def _columns(rows: Sequence[Comparison], kind: str) -> list[_Column]:
    """The subjects first, then each face in the order of its first appearance, the verdicts last."""
    faces = dict.fromkeys(face.face for row in rows for face in row.faces)
    columns = [
        _Column(
            heading=shown(kind), cells=tuple(shown(row.subject) for row in rows), odd=(False,) * len(rows)
        )
    ]
    for name in faces:
        found = [next((face for face in row.faces if face.face == name), None) for row in rows]
        columns.append(
            _Column(
                heading=shown(name),
                cells=tuple(shown(face.text) if face else NOTHING for face in found),
                odd=tuple(face is not None and face.odd for face in found),
            )
        )
    verdicts = tuple(_verdict(row) for row in rows)
    odd = tuple(any(face.odd for face in row.faces) for row in rows)
    return [*columns, _Column(heading="", cells=verdicts, odd=odd)]


def _verdict(row: Comparison) -> str:
    odd = [face.face for face in row.faces if face.odd]
    return shown(row.verdict or ("◄ " + ", ".join(odd) if odd else ""))


def _fits(columns: Sequence[_Column], style: Style) -> bool:
    return len(INDENT) + sum(column.width + len(GAP) for column in columns) - len(GAP) <= style.width


def _table(columns: Sequence[_Column], style: Style) -> list[str]:
    lines = [INDENT + GAP.join(column.heading.ljust(column.width) for column in columns).rstrip()]
    for row in range(len(columns[0].cells)):
        cells = [
            _odd(column.cells[row], column.odd[row], style) + " " * (column.width - len(column.cells[row]))
            for column in columns
        ]
        lines.append(INDENT + GAP.join(cells).rstrip())
    return lines


def _said_once(same: Sequence[_Column], rows: int, style: Style) -> list[str]:
    width = max((len(column.heading) for column in same), default=0)
    lines = []
    for column in same:
        text = _odd(column.cells[0], any(column.odd), style)
        lines.append(f"{INDENT}{column.heading.ljust(width)}{GAP}{text}{GAP}(all {rows})")
    return [*lines, ""] if lines else lines


def _stacked(rows: Sequence[Comparison], style: Style) -> list[str]:
    lines = []
    for row in rows:
        verdict = _odd(_verdict(row), any(face.odd for face in row.faces), style)
        lines.append(f"{INDENT}{shown(row.subject)}{GAP}{verdict}".rstrip())
        lines += _faces([_without_place(face) for face in row.faces], style, INDENT + GAP)
    return lines


def _without_place(face: FaceLine) -> FaceLine:
    return FaceLine(face=face.face, text=face.text, odd=face.odd)
