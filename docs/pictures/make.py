"""The pictures of the documentation: what a terminal shows of a command, as SVG.

`make golden` writes them anew from the commands' real output, as does `python -m docs.pictures.make`; what is
different in each run is shown as `…`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[2]
PICTURES = {"lint.svg": ("lint", "kafkapocalypse")}
"""Each picture's file → the words after `driftcheck`, typed in a copy of fixtures/chef."""

COLUMNS = 100
CHARACTER, LINE, MARGIN = 8.4, 19, 20
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
COLOURS = {"0": "#d0d7de", "31": "#ff7b72", "33": "#e3b341", "35": "#d2a8ff", "36": "#79c0ff"}
"""The colours of the text report, by their ANSI codes, on a dark ground."""

AGE = re.compile(r"\b(?:just now|[0-9,]+ (?:s|min|h|days) old)(?=[;.,\s)]|$)")
"""What is different in each run."""

_CELL = re.compile(r"\S+(?: \S+)*")
"""Words with single blanks between them: each cell of a table gets a place of its own."""

_SGR = re.compile(r"\x1b\[(?:1;)?(\d+)m")


def picture(name: str) -> str:
    """The SVG of one picture, as it should be now."""
    words = PICTURES[name]
    command = f"driftcheck {' '.join(words)}"
    return svg([f"$ {command}", "", *AGE.sub("…", shown(words)).splitlines()], title=command)


def shown(words: tuple[str, ...]) -> str:
    """The coloured output of a command, in a copy of the examples that was made just now."""
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder, "chef")
        shutil.copytree(ROOT / "fixtures/chef", examples, copy_function=shutil.copyfile)
        command = [sys.executable, "-m", "driftcheck", *words, "--color"]
        environ = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=examples, env=environ, capture_output=True, text=True, check=False, timeout=60
        )
    if done.stderr:
        raise RuntimeError(done.stderr)
    return done.stdout


def svg(lines: list[str], *, title: str) -> str:
    """Lines of at most a hundred columns, ANSI colours among them, as a terminal's window."""
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    pieces = [
        piece
        for number, line in enumerate(lines, start=1)
        for piece in _pieces(line, MARGIN + number * LINE - 5)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text {{ font: 14px {FONT}; fill: {COLOURS['0']} }}</style>",
            '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
            *pieces,
            "</svg>",
            "",
        ]
    )


def _pieces(line: str, y: int) -> Iterator[str]:
    """The cells of a line, each in its colour and its column, whatever the font's width is."""
    column = 0
    parts = _SGR.split(line)
    for code, text in zip(["0", *parts[1::2]], parts[::2], strict=True):
        colour = "" if code == "0" else f' style="fill: {COLOURS[code]}; font-weight: bold"'
        for cell in _CELL.finditer(text):
            x = MARGIN + (column + cell.start()) * CHARACTER
            place = f'x="{x:g}" y="{y}" textLength="{len(cell[0]) * CHARACTER:g}"'
            yield f"<text {place}{colour}>{escape(cell[0])}</text>"
        column += len(text)


def main() -> None:
    for name in PICTURES:
        Path(__file__).with_name(name).write_text(picture(name), encoding="utf-8")


if __name__ == "__main__":
    main()
