"""The operators on known, unknown, absent and secret values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from driftcheck.engine.language.shapes import NUMBER, TEXT, TIME, TRUTH, Shape, list_of, noun
from driftcheck.engine.language.values import Open, Partial, Secret
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Absent
from driftcheck.model.inventory import Advertised, Broker
from tests.engine.language.expressions import NOTHING, SECRET, U, open_, reasons, value

MORE = Partial(items=(1,), more=U)
EARLY = datetime(2015, 3, 26, tzinfo=UTC)
NAIVE = datetime(2015, 3, 26)

NAMES: dict[str, Any] = {
    "u": U,
    "v": open_("another reason"),
    "nothing": NOTHING,
    "secret": SECRET,
    "n": 3,
    "s": "abc",
    "l": (1, 2, U),
    "p": MORE,
    "early": EARLY,
    "naive": NAIVE,
    "m": {"k": 1},
}


def result(text: str) -> object:
    return value(text, **NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("false and u", False),
        ("u and false", False),
        ("true or u", True),
        ("u or true", True),
        ("nothing or true", True),
        ("nothing and u", False),
        ("not nothing", True),
        ("not l", False),
        ("p or false", True),
        ("not false", True),
        ("1 == 1.0", True),
        ("nothing == nothing", True),
        ("nothing == 1", False),
        ("nothing != 1", True),
        ("1 == nothing", False),
        ("l == [1, 2]", False),
        ("l == [1, 3, 3]", False),
        ("p == []", False),
        ("[1] == [1]", True),
        ("[] == []", True),
        ("secret == 'hunter2'", True),
        ("secret == 'hunter3'", False),
        ("2 in l", True),
        ("1 in p", True),
        ("u in []", False),
        ("1 in nothing", False),
        ("1 not in nothing", True),
        ("nothing in ['a']", False),
        ("nothing in [nothing]", True),
        ("'b' in s", True),
        ("'b' not in s", False),
        ("nothing in s", False),
        ("'k' in m", True),
        ("'x' in m", False),
        ("1 < 2 <= 2", True),
        ("1 < 2 > 5", False),
        ("3 < 2 < u", False),
        ("'a' < 'b'", True),
        ("early >= early", True),
        ("early == naive", False),
        ("1 if true else u", 1),
        ("1 if u else 1", 1),
        ("[1] if u else [1]", (1,)),
        ("u is known", False),
        ("u is unknown", True),
        ("u is absent", False),
        ("nothing is known", False),
        ("nothing is absent", True),
        ("n is known", True),
        ("l is known", True),
        ("p is known", False),
        ("p is unknown", True),
        ("secret is secret", True),
        ("[secret] is secret", True),
        ("n is secret", False),
        ("u == 1 is known", True),
        ("(u == 1) is known", False),
        ("n + 1", 4),
        ("n - 1", 2),
        ("-n", -3),
        ("n * 2", 6),
        ("n / 2", 1.5),
        ("n // 2", 1),
        ("n % 2", 1),
        ("s + 'd'", "abcd"),
        ("[1] + [2]", (1, 2)),
        ("s ~ n", "abc3"),
        ("s ~ true ~ 0.5", "abctrue0.5"),
        ("s[0]", "a"),
        ("s[-1]", "c"),
        ("s[1:]", "bc"),
        ("l[:2]", (1, 2)),
        ("l[0]", 1),
        ("m['k']", 1),
        ("m.k", 1),
    ],
)
def test_decided(text: str, expected: object) -> None:
    if text == "u == 1 is known":  # `is` binds closer than `==`
        with pytest.raises(ExpressionProblem):
            value(text, {"u": NUMBER}, u=U)
        return
    found = result(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "nothing + 1",
        "1 - nothing",
        "s ~ nothing",
        "nothing ~ u",
        "nothing.x",
        "nothing['x']",
        "nothing[0]",
        "nothing[1:]",
        "l[nothing]",
        "l[7]",
        "s[-4]",
        "m.x",
        "m['x']",
        "1 if false",
        "1 if nothing",
    ],
)
def test_absent(text: str) -> None:
    assert isinstance(result(text), Absent)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("u", "nobody knows"),
        ("true and u", "nobody knows"),
        ("false or u", "nobody knows"),
        ("not u", "nobody knows"),
        ("u == 1", "nobody knows"),
        ("u == u", "nobody knows"),
        ("u != nothing", "nobody knows"),
        ("l == [1, 2, 3]", "nobody knows"),
        ("p == [1, 2]", "nobody knows"),
        ("3 in l", "nobody knows"),
        ("3 in p", "nobody knows"),
        ("3 not in l", "nobody knows"),
        ("u in [1]", "nobody knows"),
        ("u in s", "nobody knows"),
        ("u < 1", "nobody knows"),
        ("1 < 2 < u", "nobody knows"),
        ("1 if u else 2", "nobody knows"),
        ("u + 1", "nobody knows"),
        ("-u", "nobody knows"),
        ("s ~ u", "nobody knows"),
        ("u.x", "nobody knows"),
        ("u['x']", "nobody knows"),
        ("l[2]", "nobody knows"),
        ("p[0]", "nobody knows"),
        ("p[:1]", "nobody knows"),
        ("l[u]", "nobody knows"),
        ("l[u:]", "nobody knows"),
        ("n == s", "a number and a text cannot be compared"),
        ("true == n", "true or false and a number cannot be compared"),
        ("l == n", "a list and a number cannot be compared"),
        ("m == m2", "a mapping and a mapping cannot be compared"),
        ("n < s", "a number and a text have no order"),
        ("nothing < 1", "nothing and a number have no order"),
        ("1 < nothing", "a number and nothing have no order"),
        ("secret < 'z'", "a secret and a text have no order"),
        ("early < naive", "two times, of which one has no zone, have no order"),
        ("n in s", "a number cannot be in a text"),
        ("s in n", "a text cannot be in a number"),
        ("not s", "a text stands where true or false is expected"),
        ("n and true", "a number stands where true or false is expected"),
        ("n + s", "a number and a text cannot be calculated with"),
        ("s * 1000", "a text and a number cannot be calculated with"),
        ("s % 1", "a text and a number cannot be calculated with"),
        ("n / 0", "a number was divided by zero"),
        ("n // 0", "a number was divided by zero"),
        ("n % 0", "a number was divided by zero"),
        ("9223372036854775807 + 1", "a number left its bounds"),
        ("9223372036854775807 * n", "a number left its bounds"),
        ("1e308 * 1e308", "a number left its bounds"),
        ("n.x", "a number has no x"),
        ("n['x']", "a number has no element that a text names"),
        ("s['x']", "a text has no element that a text names"),
        ("l[true]", "a list has no element that true or false names"),
        ("n[1:]", "a number cannot be sliced so"),
        ("l['a':]", "a list cannot be sliced so"),
        ("[l]", "a list stands in a list"),
    ],
)
def test_open(text: str, why: str) -> None:
    names = {**NAMES, "m2": {"k": 1}}
    assert reasons(value(text, **names)) == [why]


def test_the_reasons_of_both_sides_stay_in_order_and_once() -> None:
    assert reasons(result("u == v")) == ["nobody knows", "another reason"]
    assert reasons(result("(u and v) and u")) == ["nobody knows", "another reason"]
    many = tuple(open_(f"reason {number}") for number in range(100))
    found = value("l | all", l=many)
    assert isinstance(found, Open)
    assert len(found.unknowns) == 32
    assert found.more == 68


@pytest.mark.parametrize(
    "text",
    ["secret ~ '!'", "'!' + secret", "secret[0]", "secret[1:]", "secret | upper", "secret if u else secret"],
)
def test_what_is_made_of_a_secret_is_a_secret(text: str) -> None:
    assert isinstance(result(text), Secret)


def test_texts_and_lists_stay_within_bounds() -> None:
    assert reasons(value("s + s", s="x" * 6_000)) == ["a text longer than 10,000 characters was made"]
    assert reasons(value("s ~ s", s="x" * 6_000)) == ["a text longer than 10,000 characters was made"]
    assert reasons(value("l + l", l=(1,) * 60_000)) == ["a list of more than 100,000 elements was made"]


SHAPES: dict[str, Shape] = {
    "n": NUMBER,
    "s": TEXT,
    "t": TRUTH,
    "w": TIME,
    "l": list_of(TEXT),
    "b": noun(Broker),
    "a": noun(Advertised),
}


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("n == s", 5, "a number is compared with a text"),
        ("n < s", 4, "a number is compared with a text"),
        ("t < t", 4, "true or false cannot be put in order"),
        ("b == b", 5, "a Broker cannot be compared: compare a field of it"),
        ("n in l", 5, "a number is compared with a text"),
        ("n in s", 5, "a number cannot be in a text"),
        ("n in n", 5, "nothing can be in a number"),
        ("not n", 4, "a number is neither true nor false"),
        ("s and t", 0, "a text is neither true nor false"),
        ("1 if s else 2", 5, "a text is neither true nor false"),
        ("n + s", 4, "a number and a text are not calculated with"),
        ("-s", 0, "a number and a text are not calculated with"),
        ("n[0]", 1, "a number has no elements"),
        ("l[s]", 1, "a text names no element of a list of texts"),
        ("b[1:]", 1, "a Broker has no elements"),
        ("[l]", 1, "lists in lists are not part of the language"),
        ("b.idd", 2, 'a Broker has no "idd", did you mean "id"?'),
        ("a.own.x", 6, 'true or false has no fields, so no "x"'),
        ("b.endpoints.host", 12, 'a list of Endpoint nouns has no fields, so no "host"'),
        ("brokr", 0, 'nothing is called "brokr" here, did you mean "broker"?'),
    ],
)
def test_what_can_never_work_is_refused_with_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionProblem) as raised:
        value(text, SHAPES, broker=NOTHING, **dict.fromkeys(SHAPES, NOTHING))
    assert (raised.value.message, raised.value.offset) == (message, offset)
