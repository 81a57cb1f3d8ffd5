"""Patterns match what `re` matches, refuse what they cannot, and never take long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from driftcheck.formats.linear_pattern import LinearPattern, PatternProblem
from tests.tiers import examples

_ATOMS = st.sampled_from(
    ["a", "b", "-", r"\.", ".", r"\d", r"\w", r"\s", r"\D", "[ab]", "[^a]", "[a-c1]", r"[\d.]", "[]a]", "é"]
)
_REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{2,3}"])
_PATTERNS = st.recursive(
    st.tuples(_ATOMS, _REPEATS).map("".join),
    lambda inner: (
        st.lists(inner, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
        | st.tuples(inner, _REPEATS).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    ),
    max_leaves=8,
)


@examples(300)
@given(_PATTERNS, st.lists(st.text("abc1.-é \n", max_size=8), min_size=1, max_size=5))
def test_it_matches_what_re_matches(pattern: str, texts: list[str]) -> None:
    try:
        found = LinearPattern(pattern)
    except PatternProblem as problem:
        assume("too large" not in problem.message)
        raise
    for text in texts:
        assert found.matches(text) == bool(re.fullmatch(pattern, text, re.ASCII)), text


@given(st.text(r"ab\^$.|?*+(){}[]-,0123456789dwsx", max_size=20))
def test_any_text_is_a_pattern_or_a_problem_with_its_place(pattern: str) -> None:
    found: LinearPattern | PatternProblem
    try:
        found = LinearPattern(pattern)
    except PatternProblem as problem:
        found = problem
    if isinstance(found, LinearPattern):
        assert found.matches("ab") == bool(re.fullmatch(pattern, "ab", re.ASCII))
    else:
        assert 0 <= found.offset <= len(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*)*b", "a" * 4_000),
        ("(a|aa)+$", "a" * 4_000 + "b"),
        ("(.*a){20}", "ab" * 2_000),
        ("a*a*a*a*a*a*a*a*a*a*b", "a" * 4_000),
        ("(x+x+)+y", "x" * 4_000),
        (r"(\w+\.)*\w+@", "a." * 2_000),
    ],
)
def test_catastrophic_patterns_take_linear_time(pattern: str, text: str) -> None:
    found = LinearPattern(pattern)
    started = time.process_time()
    found.matches(text)
    assert time.process_time() - started < 10  # others would take years


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("a(?=b)", 2),
        (r"(a)\1", 4),
        ("(?i)a", 1),
        ("a*?", 2),
        ("a**", 2),
        ("*a", 0),
        ("(a", 2),
        ("a)", 1),
        ("[a", 2),
        ("a{101}", 1),
        ("a{2,1}", 1),
        ("a{x}", 1),
        ("a$b", 1),
        ("a^", 1),
        ("[z-a]", 4),
        ("a\\", 2),
        ("((((((((((((((((((((((((a", 20),
    ],
)
def test_what_is_not_supported_is_refused_with_its_place(pattern: str, offset: int) -> None:
    with pytest.raises(PatternProblem) as raised:
        LinearPattern(pattern)
    assert raised.value.offset == offset


def test_a_pattern_is_bounded() -> None:
    for pattern in ("((a{100}){100}){100}", "a" * 501, "(a{50}){50}"):
        with pytest.raises(PatternProblem):
            LinearPattern(pattern)


def test_anchors_at_the_ends_change_nothing() -> None:
    assert LinearPattern("^kafka[0-9]+$").matches("kafka10")
    assert not LinearPattern("^kafka[0-9]+$").matches("kafka10\n")
