"""A document from the store is the one that PyYAML would give; bad ones are refused as ever."""

from __future__ import annotations

import json
from typing import Any

import pytest

from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlProblem, YamlScalar, YamlSequence
from driftcheck.formats.yaml_store import MAX_KEPT, YamlStore
from driftcheck.formats.yaml_text import compose_yaml


def places(node: YamlNode) -> list[tuple[Any, ...]]:
    """All that a node says, its keys' places too, which equality leaves out."""
    here = (type(node), node.line, node.column)
    if isinstance(node, YamlScalar):
        return [(*here, node.text, node.plain)]
    if isinstance(node, YamlSequence):
        return [here, *(place for item in node.items for place in places(item))]
    assert isinstance(node, YamlMapping)
    keys = [place for key in node.keys.values() for place in places(key)]
    return [here, *keys, *(place for value in node.entries.values() for place in places(value))]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "# nothing\n",
        "a",
        "'no'",
        "no: 22:22\n2.10: [0755, {a: ~}]\n",
        '- |\n  two\n  lines\n- "ä\\n😀"\n- {}\n- []\n',
        "a: &x {b: [1, 2]}\nc: *x\n&k d: *k\n",
        b"\xef\xbb\xbfa: \xc3\xa4\n",
    ],
)
def test_what_was_kept_is_what_was_composed(data: str | bytes) -> None:
    store = YamlStore()
    first = store.compose(data, name="a")
    assert places(first) == places(compose_yaml(data, name="a"))
    assert store.has_grown()
    again = YamlStore(json.loads(json.dumps(store.contents())))
    assert places(again.compose(data, name="a")) == places(first)
    assert not again.has_grown()


@pytest.mark.parametrize("data", ["a: [", "a: 1\na: 2", "!!python/object:os.system x", b"a: \xff"])
def test_what_is_refused_is_not_kept(data: str | bytes) -> None:
    store = YamlStore()
    for _ in range(2):
        with pytest.raises(YamlProblem) as problem:
            store.compose(data, name="a")
        with pytest.raises(YamlProblem) as direct:
            compose_yaml(data, name="a")
        assert str(problem.value) == str(direct.value)
    assert not store.has_grown()
    assert store.contents() == {}


def test_the_newest_are_kept_and_all_that_were_used() -> None:
    store = YamlStore()
    for number in range(MAX_KEPT + 5):
        store.compose(f"a: {number}", name="a")
    assert len(store.contents()) == MAX_KEPT + 5
    later = YamlStore(store.contents())
    later.compose("a: 0", name="a")
    later.compose("b", name="a")
    kept = list(later.contents())
    assert kept[-2:] == ["a: 0", "b"]
    assert kept[:-2] == [f"a: {number}" for number in range(5, MAX_KEPT + 5)]
