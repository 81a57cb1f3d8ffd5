"""`@frozen` makes the same classes as the standard library's decorator."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from driftcheck.model.frozen import from_columns, frozen


@frozen
class Node:
    """A node."""

    name: str
    names: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A node."""

    name: str
    names: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    note: str = field(default="", compare=False)


@frozen(kw_only=False, order=True)
class Release:
    """A release."""

    family: tuple[int, ...]
    patch: int = 0


@frozen
class Empty:
    """Nothing."""


@frozen
class Child(Node):
    """A node below another."""

    depth: int

    def __repr__(self) -> str:
        return "a child"


def test_it_is_a_dataclass_with_slots() -> None:
    made: Any = Node
    assert is_dataclass(Node(name="a"))
    assert [each.name for each in fields(Node)] == [each.name for each in fields(Standard)]
    assert made.__slots__ == ("name", "names", "settings", "note")
    assert not hasattr(Node(name="a"), "__dict__")
    assert made.__match_args__ == ()
    assert (Node.__name__, Node.__doc__, Node.__module__) == ("Node", "A node.", __name__)


def test_its_parameters_are_those_of_the_standard_library() -> None:
    shown = [(each.name, each.kind) for each in inspect.signature(Node).parameters.values()]
    assert shown == [(each.name, each.kind) for each in inspect.signature(Standard).parameters.values()]
    assert inspect.get_annotations(Node.__init__) == inspect.get_annotations(Standard.__init__)


@pytest.mark.parametrize("given", [{}, {"name": "a", "nam": "b"}])
def test_what_is_missing_or_unknown_is_refused_in_the_same_words(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as error:
        Node(**given)
    with pytest.raises(TypeError) as standard:
        Standard(**given)
    assert str(error.value) == str(standard.value).replace("Standard", "Node")


def test_fields_are_given_by_name_alone() -> None:
    made: Any = Node
    with pytest.raises(TypeError):
        made("a")


def test_a_default_that_is_made_is_made_for_each() -> None:
    assert Node(name="a").settings == {}
    assert Node(name="a").settings is not Node(name="a").settings
    assert Node(name="a", settings={"port": "9092"}).settings == {"port": "9092"}


def test_nothing_can_be_assigned_added_or_deleted() -> None:
    node: Any = Node(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        node.name = "b"
    with pytest.raises(FrozenInstanceError):
        node.other = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del node.name
    assert node == Node(name="a")


def test_equal_are_those_of_one_class_whose_fields_are_equal() -> None:
    assert Node(name="a", names=("b",)) == Node(name="a", names=("b",), note="not compared")
    assert Node(name="a") != Node(name="b")
    other: object = Standard(name="a")
    assert Node(name="a") != other
    assert Node(name="a") != Child(name="a", depth=1)
    assert Empty() == Empty()


def test_equal_ones_have_one_hash() -> None:
    assert {Release((2, 8), 1): "a"}[Release((2, 8), 1)] == "a"
    assert len({Empty(), Empty()}) == 1
    assert hash(Release((2, 8), 1)) == hash(((2, 8), 1))


def test_it_is_shown_as_it_was_made() -> None:
    assert repr(Node(name="a")) == repr(Standard(name="a")).replace("Standard", "Node")
    assert repr(Empty()) == "Empty()"


def test_an_order_is_that_of_the_fields() -> None:
    old, new = Release((0, 11, 0)), Release((2, 8), 1)
    assert old < new
    assert new > old
    assert old <= Release((0, 11, 0)) >= old
    assert sorted([new, old]) == [old, new]
    unordered: Any = Node(name="a")
    with pytest.raises(TypeError):
        sorted([unordered, unordered])


def test_without_keywords_fields_are_given_in_order_and_matched() -> None:
    match Release((2, 8), patch=2):
        case Release(family, patch):
            assert (family, patch) == ((2, 8), 2)


def test_a_class_has_its_bases_fields_and_its_own_methods() -> None:
    assert Child(name="a", depth=2).name == "a"
    assert repr(Child(name="a", depth=2)) == "a child"
    assert Child(name="a", depth=2) == Child(name="a", depth=2) != Child(name="a", depth=3)


def test_copies_are_equal() -> None:
    node = Node(name="a", settings={"port": "9092"}, note="b")
    for other in (copy.copy(node), copy.deepcopy(node), pickle.loads(pickle.dumps(node))):
        assert other == node
        assert other.note == "b"
    assert replace(node, name="b") == Node(name="b", settings={"port": "9092"})


@frozen
class Row:
    """A row."""

    name: str
    number: int
    note: str = "none"


def test_columns_make_what_each_row_makes() -> None:
    rows = from_columns(Row, number=[1, 2], name=["a", "b"])
    assert rows == [Row(name="a", number=1), Row(name="b", number=2)]
    assert from_columns(Row, number=[3], name=["c"], note=["x"]) == [Row(name="c", number=3, note="x")]
    assert from_columns(Row, number=[], name=[]) == []


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"name": ["a", "b"], "number": [1]}, ValueError),
        ({}, ValueError),
        ({"name": ["a"]}, TypeError),
        ({"name": ["a"], "number": [1], "more": [2]}, TypeError),
    ],
)
def test_columns_that_make_no_rows_are_refused(columns: dict[str, list[Any]], error: type[Exception]) -> None:
    with pytest.raises(error):
        from_columns(Row, **columns)
