"""What people and programs see, as files. `DRIFTCHECK_UPDATE_GOLDEN=1 pytest tests/report` writes them anew:
read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from driftcheck.report.formats import load_format
from driftcheck.report.interface import Style
from tests.report.examples import EXAMPLES

GOLDEN = Path(__file__).parent.parent / "golden"

TEXTS = [(name, 100) for name in EXAMPLES] + [
    (name, width) for name in ("incident", "live", "grouped") for width in (80, 120)
]


def _compare(path: Path, text: str) -> None:
    if os.environ.get("DRIFTCHECK_UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "width"), TEXTS)
def test_the_text_is_as_agreed(name: str, width: int) -> None:
    text = load_format("text").render(EXAMPLES[name](), Style(width=width))
    _compare(GOLDEN / f"{name}-{width}.txt", text)


@pytest.mark.parametrize("name", ["incident", "live"])
def test_the_coloured_text_is_as_agreed(name: str) -> None:
    text = load_format("text").render(EXAMPLES[name](), Style(colour=True))
    _compare(GOLDEN / f"{name}-colour.txt", text)


@pytest.mark.parametrize("name", ["incident", "live", "clean", "hostile"])
def test_the_json_is_as_agreed(name: str) -> None:
    _compare(GOLDEN / f"{name}.json", load_format("json").render(EXAMPLES[name](), Style()))
