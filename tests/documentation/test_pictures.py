"""The pictures of the documentation are what the commands show now; `make golden` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.pictures.make import PICTURES, picture
from tests.documentation.blocks import DOCUMENTS, ROOT
from tests.golden.agreed import agreed

FOLDER = ROOT / "docs/pictures"
MOST_BYTES = 40_000


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_its_command_shows_now(name: str) -> None:
    found = picture(name)
    assert found == agreed(FOLDER / name, found)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_asks_for_nothing_from_elsewhere(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert re.findall(r"(?:href|url|src)\b", text) == []
    assert ElementTree.fromstring(text).tag.endswith("svg")


def test_every_picture_is_shown_and_none_is_left_over() -> None:
    shown = {
        Path(path).name
        for document in DOCUMENTS
        for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
    }
    assert shown == set(PICTURES) == {path.name for path in FOLDER.glob("*.svg")}
