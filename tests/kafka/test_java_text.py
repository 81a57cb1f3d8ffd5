"""Numbers and lists as Java reads them."""

from __future__ import annotations

import pytest

from driftcheck.kafka import java_text


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("+4", 4), ("-0", 0), ("007", 7), ("2147483647", 2147483647), ("٣", 3)]
)
def test_integers(text: str, number: int) -> None:
    assert java_text.integer(text) == number


@pytest.mark.parametrize("text", ["", "+", " 1", "1_000", "1.0", "0x1", "2147483648", "9" * 5000])
def test_what_is_no_integer_has_javas_text(text: str) -> None:
    with pytest.raises(java_text.NotANumberError) as caught:
        java_text.integer(text)
    assert str(caught.value) == f'For input string: "{text}"'


def test_a_number_too_long_for_a_short_is_told_apart() -> None:
    with pytest.raises(java_text.NotANumberError, match="Value out of range"):
        java_text.integer("40000", java_text.SHORT)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.5", 0.5), (" 1e3 ", 1000.0), ("3d", 3.0), ("0x1p3", 8.0), ("-Infinity", float("-inf"))],
)
def test_doubles(text: str, number: float) -> None:
    assert java_text.double(text) == number


@pytest.mark.parametrize("text", ["", " ", "1_0", "inf", "x", "1e"])
def test_what_is_no_double(text: str) -> None:
    with pytest.raises(java_text.NotANumberError):
        java_text.double(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5"),
        (0.0, "0.0"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (1e-4, "1.0E-4"),
        (1e300, "1.0E300"),
        (float("nan"), "NaN"),
    ],
)
def test_doubles_are_shown_as_java_shows_them(number: float, text: str) -> None:
    assert java_text.double_text(number) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", []), ("a", ["a"]), ("a , b", ["a", "b"]), ("a,,b,", ["a", "b"]), (",", []), (" a", [" a"])],
)
def test_lists_lose_their_empty_parts(text: str, parts: list[str]) -> None:
    assert java_text.csv_list(text) == parts


def test_maps_split_at_the_last_colon_and_the_last_value_wins() -> None:
    assert java_text.csv_map("a : 1 , ::1:2, a:3") == {"a": "3", "::1": "2"}
    with pytest.raises(java_text.NotAMapError, match="begin 0, end -1, length 3"):
        java_text.csv_map("a:1,abc")


def test_names_are_listed_in_the_order_of_javas_hash_map() -> None:
    # "Aa" and "BB" have one hash code; "b" comes after "a" and before them.
    assert java_text.hash_order(["b", "BB", "a", "Aa"]) == ["BB", "Aa", "a", "b"]
