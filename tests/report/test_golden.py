"""What people and programs see, as files; `make golden` writes them anew: read the difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftcheck.report.formats import load_format
from driftcheck.report.interface import Style
from tests.golden.agreed import agreed
from tests.report.examples import EXAMPLES

GOLDEN = Path(__file__).parent.parent / "golden"

TEXTS = [(name, 100) for name in EXAMPLES] + [
    (name, width) for name in ("incident", "live", "grouped") for width in (80, 120)
]


@pytest.mark.parametrize(("name", "width"), TEXTS)
def test_the_text_is_as_agreed(name: str, width: int) -> None:
    text = load_format("text").render(EXAMPLES[name](), Style(width=width))
    assert text == agreed(GOLDEN / f"{name}-{width}.txt", text)


@pytest.mark.parametrize("name", ["incident", "live"])
def test_the_coloured_text_is_as_agreed(name: str) -> None:
    text = load_format("text").render(EXAMPLES[name](), Style(colour=True))
    assert text == agreed(GOLDEN / f"{name}-colour.txt", text)


@pytest.mark.parametrize("name", ["incident", "live", "clean", "hostile"])
def test_the_json_is_as_agreed(name: str) -> None:
    text = load_format("json").render(EXAMPLES[name](), Style())
    assert text == agreed(GOLDEN / f"{name}.json", text)
