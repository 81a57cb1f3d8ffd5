"""Objects of which only a part is read: to the same values, and refused in the same words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.json_members import MemberReader
from driftcheck.formats.json_text import JsonError, parse_json

READER = MemberReader(("name", "run_list"), ("default", "automatic"), frozenset({"kafka", "k"}))

KEYS = st.sampled_from(["name", "run_list", "default", "automatic", "kafka", "k.b", "other", "é", 'q"'])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def projected(value: Any) -> Any:
    """What the reader keeps of an object whose parts are objects."""
    if not isinstance(value, dict) or any(
        not isinstance(value[part], dict) for part in ("default", "automatic") if part in value
    ):
        return value
    return {
        name: {key: inner for key, inner in value[name].items() if key.partition(".")[0] in ("kafka", "k")}
        if name in ("default", "automatic")
        else value[name]
        for name in ("name", "run_list", "default", "automatic")
        if name in value
    }


def read(parse: Any, data: bytes) -> Any:
    try:
        return parse(data)
    except JsonError as error:
        return (error.message, error.line, error.column)


@given(VALUES, st.booleans())
def test_what_is_needed_is_read_as_it_always_is(value: Any, escaped: bool) -> None:
    data = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    expected = read(parse_json, data)
    found = read(READER.parse, data)
    assert found in (projected(expected), expected)
    assert repr(found) in (repr(projected(expected)), repr(expected))  # 1, 1.0 and true are different


@given(
    VALUES, st.integers(0, 400), st.sampled_from([b"", b"}", b'"', b"\\", b"\xff", b"NaN", b",", b"9" * 5000])
)
def test_what_is_refused_is_refused_in_the_same_words(value: Any, position: int, put: bytes) -> None:
    data = json.dumps({"name": "n", "default": {"k": value}}).encode()
    broken = data[:position] + put + data[position + 1 :]
    expected = read(parse_json, broken)
    if isinstance(expected, tuple):
        assert read(READER.parse, broken) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            b'{"name": "a", "default": {"kafka": 1, "web": {"deep": []}}}',
            {"name": "a", "default": {"kafka": 1}},
        ),
        (b'\xef\xbb\xbf{"name": null}', {"name": None}),
        (b'{"name": 1, "name": 2, "default": {"k": 1}, "default": {"j": 2}}', {"name": 2, "default": {}}),
        (b'{"default": [1]}', {"default": [1]}),
        (b"[1]", [1]),
        (b'{"name": "\\ud800"}', {"name": "\ud800"}),
    ],
)
def test_an_object_of_another_shape_is_read_whole(text: bytes, found: object) -> None:
    assert READER.parse(text) == found


def test_nesting_that_is_skipped_is_bounded_too() -> None:
    deep = b'{"default": {"web": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
    assert read(READER.parse, deep) == read(parse_json, deep)
