"""Chef's search queries find what Chef's server would find."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.query import QueryError, parse_query
from tests.tiers import examples

NODE = {
    "name": ("kafka-10",),
    "chef_environment": ("prod",),
    "role": ("kafka", "base"),
    "recipes": ("kafka::broker", "ntp"),
    "platform": ("ubuntu",),
    "kafka_broker_id": ("10",),
    "note": ("a b (c)", "x:y", "100%*"),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("*:*", True),
        ("name:kafka-10", True),
        ("name:KAFKA-10", False),
        ("name:kafka", False),
        ("name:kafka*", True),
        ("name:*-1?", True),
        ("name:kaf?a-*0", True),
        ("name:kafka-1??", False),
        ("name:*", True),
        ("missing:*", False),
        ("role:base", True),
        ("role:kafka AND chef_environment:prod", True),
        ("role:kafka AND chef_environment:beta", False),
        ("role:kafka && chef_environment:beta", False),
        ("role:zookeeper OR chef_environment:prod", True),
        ("role:zookeeper || chef_environment:beta", False),
        ("role:zookeeper chef_environment:prod", True),
        ("NOT role:zookeeper", True),
        ("!role:kafka", False),
        ("-role:kafka", False),
        ("NOT NOT role:kafka", True),
        ("role:kafka NOT chef_environment:beta", True),
        ("role:kafka NOT chef_environment:prod", False),
        ("role:kafka AND NOT chef_environment:prod", False),
        ("role:zookeeper -chef_environment:beta", False),
        ("+role:kafka +chef_environment:beta", False),
        ("+role:kafka chef_environment:beta", True),
        ("role:zookeeper OR NOT chef_environment:beta", True),
        ("role:zookeeper AND role:x OR role:kafka", True),
        ("role:zookeeper AND (role:x OR role:kafka)", False),
        ("(role:kafka)AND(chef_environment:prod)", True),
        ("role:(zookeeper OR kafka)", True),
        ("role:(zookeeper OR web)", False),
        (r"recipes:kafka\:\:broker", True),
        ("recipes:kafka::broker", True),
        ('recipes:"kafka::broker"', True),
        ('name:"kafka*"', False),
        (r'note:"a b (c)"', True),
        (r"note:a\ b\ \(c\)", True),
        (r"note:100%\*", True),
        (r"name:kafka\*", False),
        ("kafka_broker_id:[10 TO 12]", True),
        ("kafka_broker_id:{10 TO 12]", False),
        ("kafka_broker_id:[0 TO 10}", False),
        ("kafka_broker_id:[* TO 10]", True),
        ('platform:["a" TO *]', True),
        ("platform:[v TO *]", False),
    ],
)
def test_a_query_finds_the_node_or_not(query: str, found: bool) -> None:
    assert parse_query(query).matches(NODE) is found


def test_a_query_names_its_fields() -> None:
    query = parse_query("a:1 AND (b_c:2 OR NOT d.e:[1 TO 2]) f:(x y)")
    assert query.fields() == {"a", "b_c", "d.e", "f"}


@pytest.mark.parametrize(
    ("query", "column", "words"),
    [
        ("", 1, "missing"),
        ("kafka", 1, "field:value"),
        ("role:kafka AND", 15, "missing"),
        ("role:kafka AND OR a:b", 16, "missing"),
        ("(role:kafka", 1, "no `)`"),
        ("role:kafka)", 11, "without its `(`"),
        ("role:", 6, "value of `role:`"),
        (":kafka", 1, "field's name"),
        ('role:"kafka', 6, "not closed"),
        ("role:[a TO", 6, "no end"),
        ("role:[a b]", 9, "[low TO high]"),
        ("role:kafka~", 11, "not supported"),
        ("ro*:kafka", 3, "wildcards"),
        ("*:kafka", 1, "only in `*:*`"),
        ("role:kafka\\", 11, "backslash"),
        ("(" * 60 + "a:b" + ")" * 60, 52, "nested"),
    ],
)
def test_an_error_says_what_and_in_which_column(query: str, column: int, words: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(query)
    assert words in raised.value.message
    assert raised.value.column == column


def test_wildcards_do_not_explode() -> None:
    began = time.monotonic()
    query = parse_query("name:" + "*a" * 500 + "*b")
    assert not query.matches({"name": ("a" * 100_000,)})
    assert time.monotonic() - began < 20


@examples(300)
@given(st.text(alphabet=st.sampled_from('ab:*?"\\()[]{}+-!&|~ NOTAND'), max_size=40))
def test_any_text_is_a_query_or_an_error_with_a_column_in_it(text: str) -> None:
    assert error_column(text) in (None, *range(1, len(text) + 2))


def error_column(text: str) -> int | None:
    try:
        parse_query(text).matches({"a": ("b",)})
    except QueryError as error:
        return error.column
    return None


@examples(200)
@given(st.text(min_size=1, max_size=20))
def test_a_quoted_value_is_taken_literally(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_query(f'a:"{quoted}"').matches({"a": (value,)})
    assert not parse_query(f'a:"{quoted}"').matches({"a": (value + "x",)})
