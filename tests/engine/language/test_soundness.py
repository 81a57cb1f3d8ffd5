"""Whatever an unknown turns out to be, what was decided without it stays; and nothing ever raises."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from driftcheck.engine.language.compiling import Compiler
from driftcheck.engine.language.logic import truth
from driftcheck.engine.language.names import Names
from driftcheck.engine.language.shapes import ANY
from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.trees import ARITHMETIC, COMPARISONS, Tree, TreeRefused, check_expression
from driftcheck.engine.language.values import MAX_TEXT, Open, Partial, Secret, value_of
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Absent
from tests.engine.language.expressions import NOTHING as ABSENT
from tests.engine.language.expressions import unknown
from tests.engine.language.reference import NOTHING, Refused, evaluated
from tests.tiers import examples


@dataclass(frozen=True)
class Hole:
    """The place of an unknown that could be one of these."""

    name: str
    candidates: tuple[Any, ...]


HOLES = {
    "truth": [Hole("t1", (True, False, NOTHING)), Hole("t2", (True, False, NOTHING))],
    "number": [Hole("n1", (0, 1, 2, NOTHING)), Hole("n2", (0, 1, 2, NOTHING))],
    "text": [Hole("s1", ("a", "b", NOTHING))],
}
ALL_HOLES = [hole for holes in HOLES.values() for hole in holes]

TRUTHS = st.sampled_from([True, False, NOTHING, *HOLES["truth"]])
NUMBERS = st.sampled_from([0, 1, 2, NOTHING, *HOLES["number"]])
TEXTS = st.sampled_from(["a", "b", "ab", NOTHING, *HOLES["text"]])
MIXED = TRUTHS | NUMBERS | TEXTS

TYPED: Mapping[str, st.SearchStrategy[Any]] = {
    "t": TRUTHS,
    "u": TRUTHS,
    "n": NUMBERS,
    "o": NUMBERS,
    "s": TEXTS,
    "l": st.lists(NUMBERS, max_size=5).map(tuple),
    "k": st.lists(TRUTHS, max_size=4).map(tuple),
    "m": st.lists(st.fixed_dictionaries({"k": NUMBERS}), max_size=4).map(tuple),
}
ENVIRONMENTS = st.fixed_dictionaries(dict(TYPED))
WILD_ENVIRONMENTS = st.fixed_dictionaries(
    dict.fromkeys(TYPED, MIXED | st.lists(MIXED, max_size=3).map(tuple) | TYPED["m"])
)


def node(kind: str, *parts: Any) -> Tree:
    return [kind, *parts, 0]


def call(name: str, base: Tree, *arguments: Tree) -> Tree:
    return node("filter", name, base, list(arguments), [])


def _names(*names: str) -> st.SearchStrategy[Tree]:
    return st.sampled_from(names).map(lambda name: node("name", name))


def _constants(*values: Any) -> st.SearchStrategy[Tree]:
    return st.sampled_from(values).map(lambda value: node("constant", value))


def _calls(names: Sequence[str], bases: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.builds(call, st.sampled_from(names), bases)


def _compared(
    left: st.SearchStrategy[Tree], operators: Sequence[str], right: st.SearchStrategy[Tree]
) -> st.SearchStrategy[Tree]:
    return st.builds(
        lambda first, operator, second: node("compare", first, [[operator, second]]),
        left,
        st.sampled_from(operators),
        right,
    )


NUMBER_LEAVES = _names("n", "o") | _constants(0, 1, 2)
TEXT_LEAVES = _names("s") | _constants("a", "ab")
PATH = st.just(node("constant", "k"))
CHOSEN = st.builds(
    lambda name, path, value: call("map", call(name, node("name", "m"), path, value), path),
    st.sampled_from(["where", "where_not"]),
    PATH,
    NUMBER_LEAVES,
)
NUMBER_LISTS: st.SearchStrategy[Tree] = st.deferred(
    lambda: (
        _names("l")
        | CHOSEN
        | st.builds(call, st.just("map"), _names("m"), PATH)
        | st.lists(NUMBER_TREES, max_size=3).map(lambda trees: node("list", trees))
        | _calls(["reversed", "distinct", "duplicates", "sort"], NUMBER_LISTS)
        | st.builds(lambda one, other: node("calculate", "add", one, other), NUMBER_LISTS, NUMBER_LISTS)
    )
)
NUMBER_TREES: st.SearchStrategy[Tree] = st.deferred(
    lambda: (
        NUMBER_LEAVES
        | st.builds(
            lambda *parts: node("calculate", *parts), st.sampled_from(ARITHMETIC), NUMBER_TREES, NUMBER_LEAVES
        )
        | _calls(["count", "first", "last", "majority"], NUMBER_LISTS)
        | st.builds(lambda *parts: node("item", *parts), NUMBER_LISTS, NUMBER_LEAVES)
        | st.builds(
            lambda *parts: node("choice", *parts), TRUTH_TREES, NUMBER_LEAVES, st.none() | NUMBER_LEAVES
        )
        | st.builds(call, st.just("default"), NUMBER_LEAVES, NUMBER_LEAVES)
    )
)
TRUTH_TREES: st.SearchStrategy[Tree] = st.deferred(
    lambda: (
        _names("t", "u")
        | TRUTH_TREES.map(lambda tree: node("not", tree))
        | st.builds(node, st.sampled_from(["and", "or"]), st.lists(TRUTH_TREES, min_size=2, max_size=3))
        | _compared(NUMBER_TREES, COMPARISONS[:6], NUMBER_TREES)
        | _compared(TEXT_LEAVES, COMPARISONS, TEXT_LEAVES)
        | _compared(NUMBER_TREES, COMPARISONS[6:], NUMBER_LISTS)
        | _compared(NUMBER_LISTS, COMPARISONS[:2], NUMBER_LISTS)
        | st.builds(
            lambda *parts: node("compare", parts[0], [["lt", parts[1]], ["lteq", parts[2]]]),
            NUMBER_LEAVES,
            NUMBER_LEAVES,
            NUMBER_LEAVES,
        )
        | _calls(["agree", "unique"], NUMBER_LISTS)
        | _calls(["all", "any", "none_of", "agree"], _names("k"))
    )
)


@st.composite
def _expressions(draw: st.DrawFn) -> Tree:
    """A tree of new lists: Hypothesis would print what it knows by how it was made, again and again."""
    return deepcopy(draw(TRUTH_TREES | NUMBER_TREES | NUMBER_LISTS))


EXPRESSIONS = _expressions()


def with_unknowns(value: Any, *, inside: bool = False) -> Any:
    """A value as the engine gets it; in a mapping facts stay facts."""
    if isinstance(value, Hole):
        fact = unknown(f"hole {value.name}")
        return fact if inside else value_of(fact)
    if isinstance(value, tuple):
        return tuple(with_unknowns(each) for each in value)
    if isinstance(value, dict):
        return {key: with_unknowns(each, inside=True) for key, each in value.items()}
    return ABSENT if value is NOTHING else value


def filled(value: Any, holes: Mapping[str, Any]) -> Any:
    """A value with every hole filled."""
    if isinstance(value, Hole):
        return holes[value.name]
    if isinstance(value, tuple):
        return tuple(filled(each, holes) for each in value)
    if isinstance(value, dict):
        return {key: filled(each, holes) for key, each in value.items()}
    return value


def fillings(tree: Tree, environment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every way to fill the holes of the names that a tree reads."""
    text = repr([environment[name] for name in environment if f"'name', '{name}'" in repr(tree)])
    holes = [hole for hole in ALL_HOLES if f"'{hole.name}'" in text]
    for values in itertools.product(*(hole.candidates for hole in holes)):
        yield dict.fromkeys((hole.name for hole in ALL_HOLES), NOTHING) | {
            hole.name: value for hole, value in zip(holes, values, strict=True)
        }


def engine(tree: Tree, environment: Mapping[str, Any]) -> object:
    names = Names.of(dict.fromkeys(environment, ANY))
    try:
        part = Compiler(names).part(check_expression(tree))
    except (ExpressionProblem, TreeRefused):
        assume(False)
        raise
    values = [with_unknowns(value) for value in environment.values()]
    return part.run(names.frame(names.shared_frame(), *values))


def holds_open(result: object) -> bool:
    if isinstance(result, tuple):
        return any(holds_open(each) for each in result)
    return isinstance(result, (Open, Partial))


def plain(result: object) -> object:
    """A result in one form for both evaluators, with true and 1 told apart."""
    if isinstance(result, Absent) or result is NOTHING:
        return "nothing"
    if isinstance(result, tuple):
        return ("list", *(plain(each) for each in result))
    return (isinstance(result, bool), result)


@examples(1_000)
@given(EXPRESSIONS, ENVIRONMENTS)
def test_what_is_decided_holds_whatever_the_unknowns_are(tree: Tree, environment: dict[str, Any]) -> None:
    found = engine(tree, environment)
    for holes in itertools.islice(fillings(tree, environment), 200):
        known = {name: filled(value, holes) for name, value in environment.items()}
        try:
            expected = evaluated(tree, known)
        except Refused:
            continue
        assert plain(engine(tree, known)) == plain(expected), "with known values"
        if not holds_open(found):
            assert plain(found) == plain(expected), holes


@examples(1_000)
@given(
    EXPRESSIONS,
    ENVIRONMENTS,
    st.lists(st.fixed_dictionaries({name: TYPED[name] for name in "tunos"}), min_size=2, max_size=4),
)
def test_what_subjects_share_is_for_each_what_it_is_for_it_alone(
    tree: Tree, environment: dict[str, Any], subjects: list[dict[str, Any]]
) -> None:
    lists = ("l", "k", "m")
    names = Names.of(dict.fromkeys(environment, ANY), frozenset(lists))
    try:
        part = Compiler(names).part(check_expression(tree))
    except (ExpressionProblem, TreeRefused):
        assume(False)
        raise
    together, shared = names.shared_frame(), {name: with_unknowns(environment[name]) for name in lists}
    for own in [environment, *subjects]:
        values = {**{name: with_unknowns(own[name]) for name in "tunos"}, **shared}
        found = part.run(names.frame(together, *(values[name] for name in environment)))
        assert plain(found) == plain(engine(tree, {**environment, **own}))


@examples(500)
@given(EXPRESSIONS, WILD_ENVIRONMENTS)
def test_whatever_is_given_nothing_raises(tree: Tree, environment: dict[str, Any]) -> None:
    found = engine(tree, environment)
    assert isinstance(truth(found), (bool, Open))
    assert len(text_of(found)) <= MAX_TEXT


@examples(500)
@given(EXPRESSIONS, WILD_ENVIRONMENTS, st.sampled_from(sorted(TYPED)))
def test_no_expression_prints_a_secret(tree: Tree, environment: dict[str, Any], name: str) -> None:
    found = engine(tree, {**environment, name: Secret(value="hunter2"), "s": Secret(value="hunter2")})
    assert "hunter" not in text_of(found)


@examples(300)
@given(
    st.sampled_from(["all", "any", "none_of", "agree", "unique", "majority", "count"]),
    st.lists(MIXED, max_size=6),
    st.randoms(use_true_random=False),
)
def test_decisions_do_not_depend_on_the_order_of_the_list(
    name: str, items: list[Any], rng: random.Random
) -> None:
    shuffled = list(items)
    rng.shuffle(shuffled)
    tree = call(name, node("name", "l"))
    first, second = engine(tree, {"l": tuple(items)}), engine(tree, {"l": tuple(shuffled)})
    if isinstance(first, Open):
        assert isinstance(second, Open)
    else:
        assert plain(first) == plain(second)


@examples(300)
@given(st.sampled_from(["and", "or"]), st.lists(MIXED, min_size=2, max_size=3))
def test_and_and_or_do_not_depend_on_the_order(kind: str, leaves: list[Any]) -> None:
    environment = dict(zip("abc", leaves, strict=False))
    names = [node("name", name) for name in environment]
    results = [engine(node(kind, list(each)), environment) for each in itertools.permutations(names)]
    decided = {plain(each) for each in results if not isinstance(each, Open)}
    assert len(decided) + any(isinstance(each, Open) for each in results) == 1
