"""Enumerable: sorting, least and greatest; Array has them too."""

from __future__ import annotations

from itertools import pairwise

from driftcheck.chef.ruby.methods.conversions import integer
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collected
from driftcheck.chef.ruby.methods.ordering import (
    Compare,
    block_comparison,
    comparison,
    counted,
    merge_sorted,
    sorted_by_keys,
    sorted_values,
    unnamed_comparison,
)
from driftcheck.chef.ruby.values import RubyArray, RubyError, Value, unsupported

ENUMERABLE = MethodTable("Enumerable")
TABLES = (ENUMERABLE,)


@ENUMERABLE.method("sort", structural=True)
def sort(call: Call) -> Value:
    """In order."""
    return RubyArray(in_order(call, collected(call)))


def in_order(call: Call, items: list[Value]) -> list[Value]:
    """Sorted by `<=>` or the block."""
    if call.block is None:
        return sorted_values(call.interpreter, items)
    return merge_sorted(items, counted(call.interpreter, block_comparison(call)))


@ENUMERABLE.method("sort_by", structural=True)
def sort_by(call: Call) -> Value:
    """In the order of what the block makes of each."""
    if call.block is None:
        return call.enumerator()
    return RubyArray(sorted_by_keys(call.interpreter, keyed(call)))


def keyed(call: Call) -> list[tuple[Value, Value]]:
    """What the block makes of each, and each."""
    return [(call.yield_(value), value) for value in collected(call)]


@ENUMERABLE.method("min", "max", arity=(0, 1))
def extreme(call: Call) -> Value:
    """The least or the greatest, or so many of them."""
    items = collected(call)
    compare = comparison(call)
    if not call.args or call.args[0] is None:
        return _extreme(call, items, compare)
    count = integer(call, 0)
    if count < 0:
        raise RubyError("ArgumentError", f"negative size ({count})")
    if count == 0:
        return RubyArray()
    found = merge_sorted(items, compare)
    if call.name == "max":
        found = found[::-1]
    _refuse_ties(found, compare, count)
    return RubyArray(found[:count])


def _refuse_ties(found: list[Value], compare: Compare, count: int) -> None:
    """Which of several equal values comes first is not worked out; numbers and texts look the same."""
    for left, right in pairwise(found[: count + 1]):
        if compare(left, right) == 0 and left.__class__ is not right.__class__:
            raise unsupported("the least of several that compare as equal")


def _extreme(call: Call, items: list[Value], compare: Compare) -> Value:
    if not items:
        return None
    found = items[0]
    for each in items[1:]:
        call.interpreter.spend(1)
        order = compare(each, found)
        if order < 0 if call.name == "min" else order > 0:
            found = each
    return found


@ENUMERABLE.method("minmax")
def minmax(call: Call) -> Value:
    """The least and the greatest."""
    items, compare = collected(call), comparison(call)
    if not items:
        return RubyArray([None, None])
    least = greatest = items[0]
    for each in items[1:]:
        least = each if compare(each, least) < 0 else least
        greatest = each if compare(each, greatest) > 0 else greatest
    return RubyArray([least, greatest])


@ENUMERABLE.method("min_by", "max_by", arity=(0, 1), structural=True)
def extreme_by(call: Call) -> Value:
    """The one for which the block gives the least or the greatest."""
    if call.block is None:
        return call.enumerator()
    pairs = keyed(call)
    compare = call.interpreter.compare_or_raise
    if call.args and call.args[0] is not None:
        return _several_by(call, pairs, integer(call, 0))
    if not pairs:
        return None
    found = pairs[0]
    for each in pairs[1:]:
        order = compare(each[0], found[0])
        if order < 0 if call.name == "min_by" else order > 0:
            found = each
    return found[1]


def _several_by(call: Call, pairs: list[tuple[Value, Value]], count: int) -> Value:
    if count < 0:
        raise RubyError("ArgumentError", f"negative size ({count})")
    compare = call.interpreter.compare_or_raise
    found = merge_sorted(pairs, lambda left, right: compare(left[0], right[0]))
    if call.name == "max_by":
        found = found[::-1]
    for left, right in pairwise(found[: count + 1]):
        if compare(left[0], right[0]) == 0:
            raise unsupported("the least of several that compare as equal")
    return RubyArray(value for _, value in found[:count])


@ENUMERABLE.method("minmax_by", structural=True)
def minmax_by(call: Call) -> Value:
    """The ones for which the block gives the least and the greatest."""
    if call.block is None:
        return call.enumerator()
    pairs = keyed(call)
    compare = unnamed_comparison(call.interpreter)
    if not pairs:
        return RubyArray([None, None])
    least = greatest = pairs[0]
    for each in pairs[1:]:
        least = each if compare(each[0], least[0]) < 0 else least
        greatest = each if compare(each[0], greatest[0]) > 0 else greatest
    return RubyArray([least[1], greatest[1]])
