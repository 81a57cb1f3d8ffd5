"""Sorting as Ruby on Linux does it: a stable merge sort, with the same comparisons in the same order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, Interpreter
from driftcheck.chef.ruby.methods.numbers import cannot_compare
from driftcheck.chef.ruby.values import RubyString, Symbol, Value, truthy

Compare = Callable[[Value, Value], int]


def merge_sorted(items: list[Value], compare: Compare) -> list[Value]:
    """Sorted by `compare` (below, 0, above), as glibc's qsort_r merges."""
    if len(items) <= 1:
        return items
    half = len(items) // 2
    left, right = merge_sorted(items[:half], compare), merge_sorted(items[half:], compare)
    made: list[Value] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if compare(left[i], right[j]) <= 0:
            made.append(left[i])
            i += 1
        else:
            made.append(right[j])
            j += 1
    return made + left[i:] + right[j:]


def sorted_values(interpreter: Interpreter, items: list[Value]) -> list[Value]:
    """Sorted by `<=>`; ArgumentError where two do not compare."""
    interpreter.spend(len(items))
    key = plain_key(items)
    if key is not None:
        return sorted(items, key=key)
    return merge_sorted(items, counted(interpreter, interpreter.compare_or_raise))


def counted(interpreter: Interpreter, compare: Compare) -> Compare:
    """The comparison, each one counted as work."""

    def compare_and_count(left: Value, right: Value) -> int:
        interpreter.spend(1)
        return compare(left, right)

    return compare_and_count


def plain_key(items: list[Value]) -> Callable[[Value], Any] | None:
    """A key by which Python sorts these as Ruby does: all integers, all texts or all symbols; else None."""
    kinds = {each.__class__ for each in items}
    if kinds == {int}:
        return lambda each: each
    if kinds == {RubyString} and all(not each.binary and each.unknown is None for each in items):
        return lambda each: each.text
    if kinds == {Symbol}:
        return lambda each: each.name
    return None


def block_comparison(call: Call) -> Compare:
    """The block as a comparison; ArgumentError where it gives nil."""

    def compare(left: Value, right: Value) -> int:
        given = require_known(call.yield_(left, right))
        if given.__class__ is int or given.__class__ is float:
            return (given > 0) - (given < 0)
        if given is None:
            cannot_compare(call.interpreter, left, right)
        if truthy(call.interpreter.send(given, ">", 0)):
            return 1
        return -1 if truthy(call.interpreter.send(given, "<", 0)) else 0

    return compare


def comparison(call: Call) -> Compare:
    """The block's order if there is a block, else `<=>`.

    Which of two that do not compare Ruby names first differs from case to case: the message is Unknown.
    """
    return unnamed_comparison(call.interpreter) if call.block is None else block_comparison(call)


def unnamed_comparison(interpreter: Interpreter) -> Compare:
    """`<=>`; ArgumentError with an Unknown message."""

    def compare(left: Value, right: Value) -> int:
        order = interpreter.compare(left, right)
        if order is None:
            raise interpreter.error_about("ArgumentError", "comparison of ", None)
        return order

    return compare


def sorted_by_keys(interpreter: Interpreter, keyed: list[tuple[Value, Value]]) -> list[Value]:
    """The second of each pair, sorted by the first."""
    interpreter.spend(len(keyed))
    key = plain_key([each[0] for each in keyed])
    if key is not None:
        found = sorted(keyed, key=lambda each: key(each[0]))
    else:
        compare = counted(interpreter, interpreter.compare_or_raise)
        found = merge_sorted(keyed, lambda left, right: compare(left[0], right[0]))
    return [value for _, value in found]
