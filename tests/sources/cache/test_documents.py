"""Composed documents are kept by their whole text, and a cache that holds something else changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from driftcheck.formats.yaml_nodes import YamlNode
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.sources.cache.documents import read_documents, write_documents
from driftcheck.sources.configuration.file import load_configuration

TEXT = "strict: true\nselect: [ADV, IDN001]\n"


def test_rules_and_configurations_are_kept_apart(tmp_path: Path) -> None:
    folder = tmp_path / "driftcheck"
    documents = read_documents(folder, "rules")
    node = documents.compose(TEXT, name="a.yaml")
    assert write_documents(folder, "rules", documents, public=[TEXT])
    again = read_documents(folder, "rules")
    assert again.compose(TEXT, name="b.yaml") == node
    assert not again.has_grown()
    assert not write_documents(folder, "rules", again, public=[TEXT])
    other = read_documents(folder, "configuration")
    assert other.compose(TEXT, name="c.yaml") == node
    assert other.has_grown()


def test_of_rules_what_is_public_alone_is_kept(tmp_path: Path) -> None:
    documents = read_documents(tmp_path, "rules")
    for text in ("rules: []\n", "rules: [hunter2]\n"):
        documents.compose(text, name="a.yaml")
    assert write_documents(tmp_path, "rules", documents, public=["rules: []\n---\ncases:\n"])
    assert set(json.loads((tmp_path / "rules-2.json").read_text())) == {"rules: []\n"}


def test_a_configuration_that_speaks_of_secrets_is_not_kept(tmp_path: Path) -> None:
    documents = read_documents(tmp_path, "configuration")
    documents.compose("zookeeper: {password: hunter2}\n", name="a.yaml")
    assert not write_documents(tmp_path, "configuration", documents)
    assert not (tmp_path / "configuration-2.json").exists()


def test_a_configuration_is_the_same_from_the_cache(tmp_path: Path) -> None:
    file = tmp_path / ".driftcheck.yaml"
    file.write_text(TEXT)
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = load_configuration([str(tmp_path)], environ=environ)
    cached = json.loads((tmp_path / "cache/driftcheck/configuration-2.json").read_text())
    assert list(cached) == [TEXT]
    assert load_configuration([str(tmp_path)], environ=environ) == first
    file.write_text(TEXT.replace("true", "false"))
    assert load_configuration([str(tmp_path)], environ=environ).strict is False


@pytest.mark.parametrize(
    "tree",
    [
        None,
        1,
        "text",
        [],
        {},
        [1, 1, "text"],
        [1, 1, "text", 1],
        [1, 1, "text", True, True],
        [0, 1, "text", True],
        [1, "1", "text", True],
        [True, 1, "text", True],
        [1, 1, None, True],
        [1, 1, [1]],
        [1, 1, [], {}],
        [1, 1, [[1, 1, "key", True]], []],
        [1, 1, [[1, 1, "key", True]], [[1, 1, "a", True], [1, 1, "b", True]]],
        [1, 1, [[1, 1, "key", True], [2, 1, "key", True]], [[1, 1, "a", True], [1, 1, "b", True]]],
        [1, 1, [[1, 1, []]], [[1, 1, "a", True]]],
    ],
)
def test_what_is_no_document_is_composed_anew(tmp_path: Path, tree: Any) -> None:
    folder = tmp_path / "driftcheck"
    folder.mkdir(mode=0o700)
    (folder / "rules-2.json").write_text(json.dumps({TEXT: tree}))
    documents = read_documents(folder, "rules")
    assert documents.compose(TEXT, name="a.yaml") == composed()
    assert write_documents(folder, "rules", documents, public=[TEXT])
    assert read_documents(folder, "rules").compose(TEXT, name="a.yaml") == composed()


@pytest.mark.parametrize("depth", [200, 5_000])
def test_a_document_that_is_too_deep_is_composed_anew(tmp_path: Path, depth: int) -> None:
    folder = tmp_path / "driftcheck"
    folder.mkdir(mode=0o700)
    tree = "[1,1,[" * depth + "]]" * depth
    (folder / "rules-2.json").write_text(f"{{{json.dumps(TEXT)}: {tree}}}")
    assert read_documents(folder, "rules").compose(TEXT, name="a.yaml") == composed()


def composed() -> YamlNode:
    return compose_yaml(TEXT, name="a.yaml")
