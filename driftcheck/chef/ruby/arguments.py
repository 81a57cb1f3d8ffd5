"""Arguments and elements: `*a`, `a, b = c`, `&a`, literals of arrays and hashes, ranges."""

from __future__ import annotations

from driftcheck.chef.ruby.core import UnknownRest
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.joins import unknown_of
from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.losses import Losses
from driftcheck.chef.ruby.receivers import touched
from driftcheck.chef.ruby.unknowns import without_candidates
from driftcheck.chef.ruby.values import (
    Place,
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    RubyRange,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown


class Arguments(Losses):
    """The part of an evaluation that makes lists and takes them apart."""

    def splat(self, frame: Frame, value: Value) -> list[Value]:
        """`*value`."""
        if isinstance(value, RubyArray):
            if value.unknown is not None:
                self.met_unknown = True
                return [UnknownRest(value.unknown)]
            return list(value.items)
        if value.__class__ is Unknown:
            self.met_unknown = True
            return [UnknownRest(value)]
        if value is None:
            return []
        if self.lookup.find(value, "to_a") is None and not self.lookup.is_known(value, "to_a", own=False):
            return [value]
        made = self.call(frame, value, "to_a", [], None, None)
        if isinstance(made, RubyArray) and made.unknown is None:
            return list(made.items)
        unknown = made if isinstance(made, Unknown) else unsupported("to_a is not evaluated").unknown
        return [UnknownRest(unknown)]

    def anonymous_rest(self, frame: Frame) -> list[Value]:
        """`*` alone as an argument: the method's nameless rest."""
        rest = frame.variables.get("*")
        return list(rest.items) if isinstance(rest, RubyArray) else []

    def known_items(self, array: RubyArray) -> list[Value]:
        """The elements. Raises UnknownMetError where they are not known."""
        if array.unknown is not None:
            raise UnknownMetError(array.unknown)
        return array.items

    def taken_apart(self, frame: Frame, value: Value, count: int) -> list[Value]:
        """What `a, b = value` gives: an array's elements, else the value alone; of an Unknown, Unknowns."""
        if isinstance(value, RubyArray):
            return list(value.items) if value.unknown is None else [without_candidates(value.unknown)] * count
        if value.__class__ is Unknown:
            return [unknown_of(without_candidates(value), touched([value]))] * count
        return [value]

    def is_open(self, value: Value) -> bool:
        """Whether nobody knows how many elements a value stands for."""
        return value.__class__ is Unknown or (isinstance(value, RubyArray) and value.unknown is not None)

    def make_array(self, items: list[Value]) -> RubyArray:
        """An array literal; its elements are Unknown if one stands for several."""
        if self.met_unknown:
            rest = next((item for item in items if item.__class__ is UnknownRest), None)
            if rest is not None:
                made = RubyArray()
                made.unknown = without_candidates(rest.unknown)
                return made
        if items and items[-1].__class__ is KeywordHash:
            items[-1] = plain_hash(items[-1])
        return RubyArray(items)

    def put(self, target: RubyHash, key: Value, value: Value, place: Place) -> None:
        """An entry of a hash literal."""
        if key.__class__ is Unknown:
            self.smear(target, key)
            return
        try:
            target.put(key, value, place)
        except UnknownMetError as met:
            self.smear(target, met.unknown)

    def to_proc(self, frame: Frame, value: Value) -> RubyProc | None:
        """`&value`. A proc that gives Unknown stands for an Unknown one."""
        if value is None or isinstance(value, RubyProc):
            return value
        if isinstance(value, Symbol):
            return self.symbol_proc(value.name)
        if isinstance(value, Unknown):
            unknown = value

            def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
                return self._call_lost(self.frame, unknown, None, args, None)

            return RubyProc(call)
        if self.lookup.find(value, "to_proc") is None and not self.lookup.is_known(
            value, "to_proc", own=False
        ):
            raise RubyError("TypeError", f"wrong argument type {self.class_of(value).name} (expected Proc)")
        made = self.call(frame, value, "to_proc", [], None, None)
        if isinstance(made, RubyProc):
            return made
        raise RubyError("TypeError", f"wrong argument type {self.class_of(value).name} (expected Proc)")

    def symbol_proc(self, name: str) -> RubyProc:
        """`&:name`."""

        def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
            if not args:
                raise RubyError("ArgumentError", "no receiver given")
            return self.call(self.frame, args[0], name, args[1:], block, None)

        return RubyProc(call, arity=-2, is_lambda=True)

    def make_range(self, first: Value, last: Value, exclusive: bool, place: Place) -> Value:
        """`first..last`; ArgumentError for ends that do not compare."""
        for end in (first, last):
            if end.__class__ is Unknown:
                return without_candidates(end)
        if first is not None and last is not None and not (first.__class__ is int and last.__class__ is int):
            try:
                compared = self.compare(first, last)
            except UnknownMetError as met:
                return met.unknown
            if compared is None:
                error = RubyError("ArgumentError", "bad value for range")
                error.place = place
                raise error
        return RubyRange(first, last, exclusive=exclusive)
