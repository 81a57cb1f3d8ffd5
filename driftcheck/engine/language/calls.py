"""Filters, functions and tests as closures: which entry of the table, and do its arguments fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from driftcheck.engine.language.access import Unwrap, path_reader
from driftcheck.engine.language.functions.entry import REQUIRED, Call, Entry, Parameter
from driftcheck.engine.language.functions.table import FILTERS, FUNCTIONS, TESTS
from driftcheck.engine.language.names import Frame, Names, Part, Run
from driftcheck.engine.language.remembering import remembered
from driftcheck.engine.language.shapes import ANY, Shape
from driftcheck.engine.language.trees import Tree
from driftcheck.engine.language.values import value_of
from driftcheck.engine.problems import ExpressionProblem, choice, quoted, suggestion
from driftcheck.formats.linear_pattern import LinearPattern, PatternProblem


class Compiles(Protocol):
    """What compiles the arguments."""

    names: Names
    unwrap: Unwrap
    trusted: bool

    def part(self, tree: Tree) -> Part: ...


def compiled_filter(
    compiler: Compiles, offset: int, name: str, base: Tree, trees: list[Tree], named: list[list[Any]]
) -> Part:
    """`base | name(…)`."""
    entry = _entry(FILTERS, name, "filter", offset)
    return _called(compiler, offset, entry, [base, *trees], named, given=1)


def compiled_call(
    compiler: Compiles, offset: int, name: str, trees: list[Tree], named: list[list[Any]]
) -> Part:
    """`name(…)`."""
    return _called(compiler, offset, _entry(FUNCTIONS, name, "function", offset), trees, named, given=0)


def compiled_test(compiler: Compiles, offset: int, name: str, base: Tree) -> Part:
    """`base is name`."""
    return _called(compiler, offset, _entry(TESTS, name, "test", offset), [base], [], given=1)


def _entry(table: Mapping[str, Entry], name: str, sort: str, offset: int) -> Entry:
    entry = table.get(name)
    if entry is None:
        message = f"there is no {sort} {quoted(name)}{suggestion(name, table)}"
        raise ExpressionProblem(message, offset, choice(table))
    return entry


def _called(
    compiler: Compiles, offset: int, entry: Entry, trees: list[Tree], named: list[list[Any]], *, given: int
) -> Part:
    bound = _bound(entry, trees, named, offset, given)
    parts: list[Part] = []
    for parameter, tree in zip(entry.takes, bound, strict=True):
        if tree is None:
            part = _fixed(parameter.default, ANY)
        elif parameter.kind == "path":
            element = parts[0].shape.of or ANY
            reader, shape = path_reader(element, _text(tree, "a path"), tree[-1], compiler.unwrap)
            part = _fixed(reader, shape)
        elif parameter.kind == "pattern":
            part = _late_pattern(tree) if compiler.trusted else _fixed(_pattern(tree), ANY)
        else:
            part = compiler.part(tree)
            _check(entry, parameter, part.shape, tree[-1])
        parts.append(part)
    reads = frozenset[str]().union(*(each.reads for each in parts))
    run = _applied(entry.call, [each.run for each in parts])
    if entry.takes and entry.takes[0].kind == "list" and reads & compiler.names.shared:
        # A watched fact has to be read each time.
        run = remembered(entry, parts) if compiler.unwrap is value_of else run
    return Part(run=run, shape=entry.gives([each.shape for each in parts]), reads=reads)


def _applied(call: Call, runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        (only,) = runs
        return lambda frame: call(only(frame))
    if len(runs) == 2:
        first, second = runs
        return lambda frame: call(first(frame), second(frame))
    return lambda frame: call(*[run(frame) for run in runs])


def _fixed(value: object, shape: Shape) -> Part:
    return Part(run=lambda frame: value, shape=shape)


def _bound(
    entry: Entry, trees: list[Tree], named: list[list[Any]], offset: int, given: int
) -> list[Tree | None]:
    """One tree for each parameter, None where the default holds."""
    takes = entry.takes[given:]
    signature = f"{entry.name}({', '.join(each.name for each in takes)})"
    if len(trees) > len(entry.takes):
        raise ExpressionProblem(f"{quoted(entry.name)} is given too much", offset, signature)
    bound: dict[str, Tree] = {each.name: tree for each, tree in zip(entry.takes, trees, strict=False)}
    for name, tree in named:
        if name not in {each.name for each in takes}:
            raise ExpressionProblem(f"{quoted(entry.name)} takes no {quoted(name)}", tree[-1], signature)
        if name in bound:
            raise ExpressionProblem(f"{quoted(name)} is given twice", tree[-1], signature)
        bound[name] = tree
    for each in entry.takes:
        if each.name not in bound and each.default is REQUIRED:
            raise ExpressionProblem(f"{quoted(entry.name)} needs {quoted(each.name)}", offset, signature)
    return [bound.get(each.name) for each in entry.takes]


def _check(entry: Entry, parameter: Parameter, shape: Shape, offset: int) -> None:
    if parameter.kind == "countable":
        fits = shape.fits("number") or shape.fits("list")
    else:
        fits = shape.fits(parameter.kind)
    if not fits:
        message = (
            f"{quoted(entry.name)} takes a {parameter.kind} as {quoted(parameter.name)}, this is {shape}"
        )
        raise ExpressionProblem(message, offset)


def _text(tree: Tree, what: str) -> str:
    kind, *parts, offset = tree
    if kind != "constant" or not isinstance(parts[0], str):
        raise ExpressionProblem(f"{what} stands in the rule itself, as a text in quotes", offset)
    return parts[0]


def _late_pattern(tree: Tree) -> Part:
    """Made when a text is first matched: most patterns stand behind what is seldom true."""
    made: list[LinearPattern] = []

    def run(frame: Frame) -> object:
        if not made:
            made.append(_pattern(tree))
        return made[0]

    return Part(run=run, shape=ANY)


def _pattern(tree: Tree) -> LinearPattern:
    try:
        return LinearPattern(_text(tree, "a pattern"))
    except PatternProblem as problem:
        raise ExpressionProblem(f"the pattern cannot be used: {problem.message}", tree[-1]) from None
