"""Trees to closures over frames; what can be known to be wrong beforehand is refused here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from driftcheck.engine.language import operators
from driftcheck.engine.language.access import (
    Unwrap,
    entry_reader,
    field_reader,
    item_of,
    setting_reader,
    slice_of,
)
from driftcheck.engine.language.calls import compiled_call, compiled_filter, compiled_test
from driftcheck.engine.language.names import Frame, Names, Part, Run
from driftcheck.engine.language.shapes import (
    ANY,
    NUMBER,
    TEXT,
    TRUTH,
    Shape,
    common,
    holds_properties,
    list_of,
)
from driftcheck.engine.language.trees import Tree
from driftcheck.engine.language.values import Partial, unsupported, value_of
from driftcheck.engine.problems import ExpressionProblem, choice, quoted, suggestion

_SCALARS: Mapping[type, Shape] = {str: TEXT, int: NUMBER, float: NUMBER, bool: TRUTH}


class Compiler:
    """Compiles expressions over these names; `unwrap` sees every fact that is read.

    `trusted`: they are known to compile, so that what costs time waits until it is needed.
    """

    def __init__(self, names: Names, unwrap: Unwrap = value_of, *, trusted: bool = False) -> None:
        self.names = names
        self.unwrap = unwrap
        self.trusted = trusted

    def part(self, tree: Tree) -> Part:
        """A checked tree as a closure. Raises ExpressionProblem."""
        kind, *parts, offset = tree
        return _COMPILERS[kind](self, offset, *parts)

    def condition(self, tree: Tree) -> Part:
        """The same for a place where true or false is expected."""
        part = self.part(tree)
        if part.shape.kind not in ("truth", "list", "any"):
            raise ExpressionProblem(
                f"{part.shape} is neither true nor false", tree[-1], "compare it, or ask `is known`"
            )
        return part


def _constant(compiler: Compiler, offset: int, value: object) -> Part:
    return Part(run=lambda frame: value, shape=_SCALARS[type(value)])


def _name(compiler: Compiler, offset: int, name: str) -> Part:
    part = compiler.names.part(name)
    if part is None:
        allowed = compiler.names.parts
        raise ExpressionProblem(
            f"nothing is called {quoted(name)} here{suggestion(name, allowed)}", offset, choice(allowed)
        )
    return part


def _field(compiler: Compiler, offset: int, base: Tree, field: str) -> Part:
    inner = compiler.part(base)
    read, shape = field_reader(inner.shape, field, offset, compiler.unwrap)
    return Part(run=inner.then(read), shape=shape, reads=inner.reads)


def _item(compiler: Compiler, offset: int, base: Tree, key: Tree) -> Part:
    return _setting(compiler, base, key) or _any_item(compiler, offset, base, key)


def _setting(compiler: Compiler, base: Tree, key: Tree) -> Part | None:
    """`x.properties['a key']` in one step: rules read most settings so."""
    if base[0] != "field" or key[0] != "constant" or not isinstance(key[1], str):
        return None
    face = compiler.part(base[1])
    if face.shape.noun is None or not holds_properties(face.shape.noun, base[2]):
        return None
    read = setting_reader(face.shape.noun, key[1], compiler.unwrap)
    return Part(run=face.then(read), shape=TEXT, reads=face.reads)


def _any_item(compiler: Compiler, offset: int, base: Tree, key: Tree) -> Part:
    inner, index = compiler.part(base), compiler.part(key)
    if inner.shape.kind not in ("list", "text", "mapping", "any"):
        raise ExpressionProblem(f"{inner.shape} has no elements", offset)
    wanted = {"mapping": "text", "list": "number", "text": "number"}.get(inner.shape.kind, "any")
    if not index.shape.fits(wanted):
        raise ExpressionProblem(f"{index.shape} names no element of {inner.shape}", offset)
    run, at, unwrap = inner.run, index.run, compiler.unwrap
    shape = TEXT if inner.shape.kind == "text" else inner.shape.of or ANY
    if key[0] == "constant" and isinstance(key[1], str):
        return Part(run=inner.then(entry_reader(key[1], unwrap)), shape=shape, reads=inner.reads)
    return Part(
        run=lambda frame: item_of(run(frame), at(frame), unwrap), shape=shape, reads=inner.reads | index.reads
    )


def _slice(compiler: Compiler, offset: int, base: Tree, first: Tree | None, last: Tree | None) -> Part:
    inner = compiler.part(base)
    if not (inner.shape.fits("list") or inner.shape.fits("text")):
        raise ExpressionProblem(f"{inner.shape} has no elements", offset)
    bounds = [None if each is None else compiler.part(each) for each in (first, last)]
    runs: list[Run] = [(lambda frame: None) if each is None else each.run for each in bounds]
    begin, end = runs
    run = inner.run
    reads = inner.reads.union(*(each.reads for each in bounds if each is not None))
    return Part(
        run=lambda frame: slice_of(run(frame), begin(frame), end(frame)), shape=inner.shape, reads=reads
    )


def _list(compiler: Compiler, offset: int, trees: list[Tree]) -> Part:
    parts = [compiler.part(each) for each in trees]
    for tree, part in zip(trees, parts, strict=True):
        if part.shape.kind == "list":
            raise ExpressionProblem(
                "lists in lists are not part of the language", tree[-1], "join them: a + b"
            )
    runs = [each.run for each in parts]

    def run(frame: Frame) -> object:
        items = tuple(each(frame) for each in runs)
        if any(isinstance(each, (tuple, Partial)) for each in items):
            return unsupported("a list stands in a list")
        return items

    shape = list_of(common(each.shape for each in parts)) if parts else Shape("list")
    return Part(run=run, shape=shape, reads=_reads(parts))


def _reads(parts: list[Part]) -> frozenset[str]:
    return frozenset[str]().union(*(each.reads for each in parts))


def _not(compiler: Compiler, offset: int, tree: Tree) -> Part:
    inner = compiler.condition(tree)
    return Part(run=operators.negation(inner.run), shape=TRUTH, reads=inner.reads)


def _logic(combine: Callable[[list[Run]], Run]) -> Callable[..., Part]:
    def compiled(compiler: Compiler, offset: int, trees: list[Tree]) -> Part:
        parts = [compiler.condition(each) for each in trees]
        return Part(run=combine([each.run for each in parts]), shape=TRUTH, reads=_reads(parts))

    return compiled


def _choice(compiler: Compiler, offset: int, test: Tree, then: Tree, otherwise: Tree | None) -> Part:
    condition, first = compiler.condition(test), compiler.part(then)
    if otherwise is None:
        run = operators.choice(condition.run, first.run, operators.nothing)
        return Part(run=run, shape=first.shape, reads=condition.reads | first.reads)
    second = compiler.part(otherwise)
    return Part(
        run=operators.choice(condition.run, first.run, second.run),
        shape=common((first.shape, second.shape)),
        reads=condition.reads | first.reads | second.reads,
    )


def _compare(compiler: Compiler, offset: int, first: Tree, rest: list[list[Any]]) -> Part:
    parts = [compiler.part(first)]
    names: list[str] = []
    for name, tree in rest:
        part = compiler.part(tree)
        operators.check_comparison(name, parts[-1].shape, part.shape, tree[-1])
        parts.append(part)
        names.append(name)
    return Part(
        run=operators.comparison(names, [each.run for each in parts]), shape=TRUTH, reads=_reads(parts)
    )


def _calculate(compiler: Compiler, offset: int, name: str, left: Tree, right: Tree) -> Part:
    first, second = compiler.part(left), compiler.part(right)
    shape = operators.calculated_shape(name, first.shape, second.shape, right[-1])
    return Part(
        run=operators.calculation(name, first.run, second.run), shape=shape, reads=first.reads | second.reads
    )


def _negative(compiler: Compiler, offset: int, tree: Tree) -> Part:
    inner = compiler.part(tree)
    operators.calculated_shape("sub", NUMBER, inner.shape, offset)
    return Part(run=operators.calculation("sub", lambda frame: 0, inner.run), shape=NUMBER, reads=inner.reads)


def _concat(compiler: Compiler, offset: int, trees: list[Tree]) -> Part:
    parts = [compiler.part(each) for each in trees]
    return Part(run=operators.concatenation([each.run for each in parts]), shape=TEXT, reads=_reads(parts))


_COMPILERS: Mapping[str, Callable[..., Part]] = {
    "constant": _constant,
    "name": _name,
    "field": _field,
    "item": _item,
    "slice": _slice,
    "list": _list,
    "not": _not,
    "negative": _negative,
    "and": _logic(operators.all_of),
    "or": _logic(operators.any_of),
    "choice": _choice,
    "compare": _compare,
    "calculate": _calculate,
    "concat": _concat,
    "filter": compiled_filter,
    "call": compiled_call,
    "test": compiled_test,
}
