"""JSON is read within bounds, and a pointer leads to the line and column of its value."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftcheck.formats.json_text import JsonError, locate, locate_many, parse_json
from tests.tiers import examples

KEYS = st.sampled_from(["a", "b", "a/b", "~", "", "0", "1", "é", 'q"\\', "\n", "[{"])
SPACE = st.sampled_from(["", " ", "\n", "\n  "])


def array(items: list[str], space: str) -> str:
    return f"[{space}{f',{space}'.join(items)}{space}]"


def mapping(items: list[tuple[str, str]], space: str) -> str:
    """An object; keys may stand twice, of which the last counts."""
    entries = (f"{json.dumps(key, ensure_ascii=not space)}:{space}{value}" for key, value in items)
    return f"{{{space}{f',{space}'.join(entries)}{space}}}"


SCALARS = st.none() | st.booleans() | st.integers(0, 99) | st.text('ab"\\[]{},:\n', max_size=4)
TEXTS = st.recursive(
    SCALARS.map(json.dumps),
    lambda inner: (
        st.builds(array, st.lists(inner, max_size=3), SPACE)
        | st.builds(mapping, st.lists(st.tuples(KEYS, inner), max_size=4), SPACE)
    ),
    max_leaves=12,
)
POINTERS = st.lists(KEYS | st.sampled_from(["2", "00"]), max_size=4).map(
    lambda steps: "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
)


def offset(text: str, place: tuple[int, int]) -> int:
    line, column = place
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def resolved(value: object, pointer: str) -> object:
    """The value of the longest beginning of the pointer that names one (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", key) and int(key) < len(value):
            value = value[int(key)]
        else:
            break
    return value


@examples(400)
@given(TEXTS, st.lists(POINTERS, max_size=6))
@example('{"a": {"b": 1}, "a": {}}', ["/a/b"])
@example('{"a": {"b": 1}, "a": {"b": 2, "c": 3}, "a": [4]}', ["/a/b", "/a/c", "/a/0", "/a"])
@example(' {"a": 1}', ["", "/a"])
def test_each_pointer_leads_to_the_value_that_it_names(text: str, pointers: list[str]) -> None:
    value = json.loads(text)
    found = locate_many(text.encode(), pointers)
    assert set(found) == set(pointers)
    for pointer, place in found.items():
        there, _ = json.JSONDecoder().raw_decode(text, offset(text, place))
        assert there == resolved(value, pointer)


@examples(400)
@given(TEXTS | st.text('{}[]",:\\\n a1', max_size=30), st.lists(POINTERS, max_size=6))
@example('{"a', ["/a", "/b"])
@example('{"a": [1, {"b"', ["/a/1/b", "/c"])
@example("]]", ["", "/0"])
@example('[{"a": 1]}, 2]', ["/1", "/0/a"])
def test_many_pointers_are_found_as_each_by_itself(text: str, pointers: list[str]) -> None:
    data = text.encode()
    assert locate_many(data, pointers) == {pointer: locate(data, pointer) for pointer in pointers}


def test_lines_and_columns_count_characters_from_one() -> None:
    data = '\ufeff{\n  "é": {"ü": [1,\n 2]}\n}'.encode()
    assert locate_many(data, ["", "/é", "/é/ü", "/é/ü/1", "/é/ü/9", "/x"]) == {
        "": (1, 1),
        "/é": (2, 8),
        "/é/ü": (2, 14),
        "/é/ü/1": (3, 2),
        "/é/ü/9": (2, 14),
        "/x": (1, 1),
    }
    assert locate_many(b"", ["/a"]) == {"/a": (1, 1)}
    assert locate_many(b"{}", []) == {}


def test_what_is_nested_deeper_than_the_stack_is_passed_by() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert locate(f'{{"a": 1, "deep": {deep}}}'.encode(), "/a") == (1, 7)


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b'{"a": 1,\n}', "Expecting property name enclosed in double quotes", (2, 1)),
        (b'{"a":\n NaN}', "NaN is no JSON", (2, 2)),
        (b'{"a":\n "\xff"}', "not UTF-8: byte 8 cannot be read", (2, 3)),
        (b"[" * 100_000, "nested too deeply", (1, 1)),
        (b"[1, " + b"9" * 5000 + b"]", "a number has too many digits", (1, 5)),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(data: bytes, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(JsonError) as raised:
        parse_json(data)
    assert (raised.value.message, (raised.value.line, raised.value.column)) == (message, place)


def test_more_than_is_read_is_refused() -> None:
    assert parse_json(b"[1]", max_bytes=3) == [1]
    with pytest.raises(JsonError, match="4 bytes, more than the 3"):
        parse_json(b"[12]", max_bytes=3)
