"""Jinja2's syntax becomes trees that pass the whitelist; everything else is refused with its place."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from driftcheck.engine.language.parsing import MAX_BRACKETS, parse_expression, parse_template
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.trees import Tree, TreeRefused, check_expression, check_template
from driftcheck.engine.problems import ExpressionProblem
from tests.engine.language.test_soundness import EXPRESSIONS
from tests.tiers import examples

OPERATORS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "floordiv": "//",
    "mod": "%",
}


def written(tree: Tree) -> str:
    """A tree as a person would write it, every part in brackets."""
    kind, *parts, _ = tree
    match kind:
        case "constant":
            return repr(parts[0]).lower() if isinstance(parts[0], bool) else repr(parts[0])
        case "name":
            return str(parts[0])
        case "list":
            return f"[{', '.join(map(written, parts[0]))}]"
        case "not":
            return f"(not {written(parts[0])})"
        case "and" | "or":
            return f"({f' {kind} '.join(map(written, parts[0]))})"
        case "choice":
            otherwise = "" if parts[2] is None else f" else {written(parts[2])}"
            return f"({written(parts[1])} if {written(parts[0])}{otherwise})"
        case "compare":
            rest = " ".join(f"{OPERATORS[operator]} {written(right)}" for operator, right in parts[1])
            return f"({written(parts[0])} {rest})"
        case "calculate":
            return f"({written(parts[1])} {OPERATORS[parts[0]]} {written(parts[2])})"
        case "item":
            return f"{written(parts[0])}[{written(parts[1])}]"
        case "filter":
            arguments = f"({', '.join(map(written, parts[2]))})" if parts[2] else ""
            return f"({written(parts[1])} | {parts[0]}{arguments})"
    raise AssertionError(kind)


def without_places(tree: Any) -> Any:
    """A tree with every offset 0, and chains of `and` and `or` as they are read: as one."""
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        return [without_places(each) for each in tree] if isinstance(tree, list) else tree
    kind, *parts, _ = tree
    if kind in ("and", "or"):
        first, *rest = [without_places(each) for each in parts[0]]
        parts = [[*first[1], *rest] if first[0] == kind else [first, *rest]]
    return [kind, *(without_places(each) for each in parts), 0]


@examples(300)
@given(EXPRESSIONS)
def test_what_is_written_is_what_is_read(tree: Tree) -> None:
    assume(written(tree).count("(") < MAX_BRACKETS)
    assert without_places(parse_expression(written(tree))) == without_places(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("broker.id", ["field", ["name", "broker", 0], "id", 7]),
        ("x['a b']", ["item", ["name", "x", 0], ["constant", "a b", 2], 1]),
        ("x[1:]", ["slice", ["name", "x", 0], ["constant", 1, 2], None, 1]),
        ("-1", ["negative", ["constant", 1, 1], 0]),
        ("a ~ 1", ["concat", [["name", "a", 0], ["constant", 1, 4]], 0]),
        ("x is known", ["test", "known", ["name", "x", 0], 2]),
        ("x is not known", ["not", ["test", "known", ["name", "x", 0], 2], 2]),
        ("f(a, b=1)", ["call", "f", [["name", "a", 2]], [["b", ["constant", 1, 7]]], 1]),
        ("(1, 2)", ["list", [["constant", 1, 1], ["constant", 2, 4]], 2]),
        (
            "a < b <= 2",
            ["compare", ["name", "a", 0], [["lt", ["name", "b", 4]], ["lteq", ["constant", 2, 9]]], 10],
        ),
    ],
)
def test_nodes(text: str, tree: Tree) -> None:
    found = parse_expression(text)
    assert without_places(found) == without_places(tree)
    assert json.loads(json.dumps(found)) == found
    if text != "a < b <= 2":
        assert found == tree


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("text", "constant"),
    [
        (r"'kafka\d+\.prod'", r"kafka\d+\.prod"),
        (r"'a\\d'", r"a\d"),
        (r"'\n\'\u0041'", "\n'A"),
        ("'a' \"b\"", "ab"),
    ],
)
def test_an_escape_that_python_does_not_know_stays_as_it_is(text: str, constant: str) -> None:
    assert parse_expression(text) == ["constant", constant, 0]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "unexpected 'end'"),
        ("1 +", 2, "unexpected 'end'"),
        ("a b", 2, '"b" is not expected here'),
        ("'abc", 0, 'unexpected char "\'"'),
        ("a @ b", 2, "unexpected char '@'"),
        ("(a", 1, "unexpected end, expected ')'"),
        ("a)", 1, "unexpected ')'"),
        ("{'a': 1}", 0, "{…} is not part of the language"),
        ("2 ** 9 ** 9", 7, "** is not part of the language"),
        ("+a", 0, "a + before a number is not part of the language"),
        ("none", 0, "none is not part of the language"),
        ("a.b()", 3, "values have no methods"),
        ("a[0]()", 4, "only functions can be called"),
        ("f(*a)", 1, "* and ** are not part of the language"),
        ("f(**a)", 1, "* and ** are not part of the language"),
        ("a[::2]", 2, "a slice has no step"),
        ("a is sameas b", 2, 'the test "sameas" takes no value'),
        ("a.__class__", 2, "names do not begin with an underscore"),
        ("''.__class__.__mro__", 3, "names do not begin with an underscore"),
        ("_a", 0, "names do not begin with an underscore"),
        ("a | b.c", 4, "no name where one belongs"),
        ("a if", 2, "unexpected 'end'"),
        ("9" * 30, 0, "no text or number within bounds"),
        ("9" * 6_000, 0, "a number in it is out of bounds"),
        ("1e999", 0, "no text or number within bounds"),
        (f"'{'a' * 5_000}'", 0, "no text or number within bounds"),
        ("not " * 50 + "a", 120, "it is nested more than 30 levels deep"),
        ("-" * 50 + "1", 30, "it is nested more than 30 levels deep"),
        ("(" * 50 + "a" + ")" * 50, 30, "it is nested more than 30 levels deep"),
        ("a" + ".b" * 100, 117, "it is nested more than 40 levels deep"),
        ("a" + " | b" * 100, 236, "it is nested more than 40 levels deep"),
        ("a if b else " * 60 + "c", 485, "it is nested more than 40 levels deep"),
        ("a" * 9_000, 0, "it is longer than 8,000 characters"),
        ("[" + "1," * 3_000 + "]", 2_001, "it has more than 2,000 words and signs"),
        ("[" + "-1," * 600 + "]", 1_499, "it has more than 1,000 parts"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionProblem) as raised:
        parse_expression(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)


def test_long_chains_of_and_and_or_are_not_deep() -> None:
    assert len(parse_expression(" or ".join(["a"] * 200))[1]) == 200


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("just text", [["text", "just text", 0]]),
        ("{{ x }}!", [["print", ["name", "x", 3], 3], ["text", "!", 7]]),
        ("a{# no #}b", [["text", "a", 0], ["text", "b", 9]]),
        (
            "{% if a %}x{% elif b %}y{% else %}z{% endif %}",
            [
                [
                    "if",
                    [[["name", "a", 6], [["text", "x", 10]]], [["name", "b", 19], [["text", "y", 23]]]],
                    [["text", "z", 34]],
                    3,
                ]
            ],
        ),
        (
            "{% for a in b %}\n  {{ a }}\n{% endfor %}",
            [
                [
                    "for",
                    "a",
                    ["name", "b", 12],
                    [["text", "  ", 17], ["print", ["name", "a", 22], 22], ["text", "\n", 26]],
                    3,
                ]
            ],
        ),
    ],
)
def test_templates(text: str, template: list[Any]) -> None:
    assert parse_template(text) == template


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("{% set a = 1 %}", 3, "`assign` is not part of the language"),
        ("{% include 'a' %}", 3, "`include` is not part of the language"),
        ("{% import 'a' as b %}", 3, "`import` is not part of the language"),
        ("{% extends 'a' %}", 3, "`extends` is not part of the language"),
        ("{% macro a() %}{% endmacro %}", 3, "`macro` is not part of the language"),
        ("{% block a %}{% endblock %}", 3, "`block` is not part of the language"),
        ("{% for a in b if c %}{% endfor %}", 3, "a loop has neither `if`, `recursive` nor `else`"),
        ("{% for a, b in c %}{% endfor %}", 3, "a loop has one name"),
        ("{% do a %}", 3, "encountered unknown tag 'do'"),
        ("{{ a", 3, "unexpected end, expected 'end of print statement'"),
        ("{{ a.b() }}", 6, "values have no methods"),
    ],
)
def test_what_is_no_template_is_refused_with_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionProblem) as raised:
        parse_template(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)


def test_deep_templates_are_refused() -> None:
    text = "{% if a %}" * 60 + "{% endif %}" * 60
    with pytest.raises(ExpressionProblem, match="nested more than"):
        parse_template(text)


@examples(500)
@given(st.text("abx_.'\"()[]{}|~%#<>=!,: \n0123456789\\", max_size=40) | st.text(max_size=20))
def test_any_text_is_an_expression_and_a_template_or_a_problem(text: str) -> None:
    for parse, check in ((parse_expression, check_expression), (parse_template, check_template)):
        found: list[Any] | ExpressionProblem
        try:
            found = parse(text)
        except ExpressionProblem as problem:
            found = problem
        if isinstance(found, ExpressionProblem):
            assert 0 <= found.offset <= len(text)
            assert found.message.isprintable()
        else:
            assert check(found) == found


@examples(500)
@given(EXPRESSIONS, st.data())
def test_a_tree_that_was_tampered_with_is_refused_or_still_a_tree(tree: Tree, data: st.DataObject) -> None:
    odd: st.SearchStrategy[Any] = st.sampled_from(
        [None, "", "__class__", "a.b", -1, True, 2**70, float("nan"), [], {}, ["eval", "x", 0], ["name", "x"]]
    )
    spoilt = json.loads(json.dumps(tree))
    at = spoilt
    while True:
        index = data.draw(st.integers(0, len(at) - 1))
        if isinstance(at[index], list) and at[index] and data.draw(st.booleans()):
            at = at[index]
        else:
            at[index] = data.draw(odd)
            break
    try:
        check_expression(spoilt)
    except TreeRefused:
        return
    assert "__class__" not in json.dumps(without_places(spoilt)) or '"constant"' in json.dumps(spoilt)


def test_a_stored_tree_is_used_and_jinja2_is_not_asked() -> None:
    store = TreeStore({"what is no expression": ["name", "a", 0]}, {"{{ no": [["text", "b", 0]]})
    assert store.expression("what is no expression") == ["name", "a", 0]
    assert store.template("{{ no") == [["text", "b", 0]]
    assert not store.has_grown()


@pytest.mark.parametrize(
    "odd",
    [None, 1, "x", [], ["eval", "x", 0], ["name", "_x", 0], ["field", ["name", "x", 0], "__class__", 0]],
)
def test_a_stored_tree_that_is_odd_is_parsed_anew(odd: object) -> None:
    store = TreeStore({"a": odd})
    assert store.expression("a") == ["name", "a", 0]
    assert store.has_grown()
    assert store.contents()["expressions"] == {"a": ["name", "a", 0]}


def test_a_stored_tree_that_is_too_deep_is_parsed_anew() -> None:
    deep: list[Any] = ["name", "a", 0]
    for _ in range(sys.getrecursionlimit() * 2):
        deep = ["not", deep, 0]
    assert TreeStore({"a": deep}).expression("a") == ["name", "a", 0]


def test_a_template_without_braces_needs_no_parser() -> None:
    store = TreeStore()
    assert store.template("just text") == [["text", "just text", 0]]
    assert store.template("") == []
    assert not store.has_grown()


def test_only_what_was_used_can_be_kept() -> None:
    store = TreeStore({"a": ["name", "a", 0], "b": ["name", "b", 0]})
    store.expression("a")
    store.template("{{ c }}")
    assert set(store.contents()["expressions"]) == {"a", "b"}
    kept = store.contents(used_only=True)
    assert set(kept["expressions"]) == {"a"}
    assert set(kept["templates"]) == {"{{ c }}"}
