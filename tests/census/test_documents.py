"""Links lead somewhere, and lists in documents are those of the project."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.census.sources import ROOT, shown

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "fixtures/**/*.md", "benchmarks/**/*.md")
    for path in ROOT.glob(pattern)
)
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def prose(path: Path) -> str:
    """The document without its fenced blocks."""
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def links(path: Path) -> Iterator[str]:
    yield from (target.partition(" ")[0] for target in re.findall(r"\]\(([^)]+)\)", prose(path)))


def anchors(path: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {each.strip().replace(" ", "-") for each in words}


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, pending = set[Path](), [ROOT / "README.md"]
    while pending:
        document = pending.pop()
        reached.add(document)
        targets = ((document.parent / link.partition("#")[0]).resolve() for link in links(document))
        pending += [
            each for each in targets if each.suffix == ".md" and each.exists() and each not in reached
        ]
    assert {shown(path) for path in (ROOT / "docs").glob("*.md")} <= {shown(path) for path in reached}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~ \[;]", requirement)[0].lower() for requirement in requirements}


def listed(section: str) -> list[str]:
    """The packages of a table's rows that say what for and why this one; a row may be about several."""
    rows = re.findall(r"^\| (?!package |-)(.+?) \| .+? \| .+? \|$", section, re.MULTILINE)
    return sorted(name.lower() for packages in rows for name in packages.split(", "))


RUNTIME, _, DEVELOPMENT = DEPENDENCIES.partition("\nFor development alone")


@pytest.mark.parametrize(
    ("section", "requirements"),
    [
        (RUNTIME, PROJECT["project"]["dependencies"]),
        (DEVELOPMENT, PROJECT["project"]["optional-dependencies"]["dev"]),
    ],
    ids=["runtime", "development"],
)
def test_every_dependency_has_its_line_and_no_other_does(section: str, requirements: list[str]) -> None:
    assert listed(section) == sorted(names(requirements))


def test_what_is_built_with_is_what_is_documented() -> None:
    assert names(PROJECT["build-system"]["requires"]) == {"hatchling"}
