"""What the interpreter has to know of a receiver: how it is described, what it holds that is Unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.beginnings import AncestorList
from driftcheck.chef.ruby.mashes import ImmutableMash, VividMash
from driftcheck.chef.ruby.methods.interface import Method
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyHash,
    RubyMatch,
    RubyRange,
    RubyString,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.ruby.answers import Answers

MAX_DESCRIPTION = 65
"""Ruby 3.1 describes an object of a longer `inspect` by its address."""

BY_KEY = frozenset(
    {"[]", "[]=", "store", "fetch", "dig", "key?", "has_key?", "include?", "member?", "exist?", "read"}
)
"""Methods that need no more of a hash than the entry of one key."""

ALWAYS = frozenset(
    {"class", "is_a?", "kind_of?", "instance_of?", "nil?", "equal?", "object_id", "!", "respond_to?"}
)
"""Methods that never look at what their receiver holds."""


def describe(runtime: Answers, value: Value) -> str | None:
    """The end of NoMethodError's message: `nil:NilClass`; None where it holds an object's address."""
    if isinstance(value, RubyClass):
        return f"{value.name}:{'Module' if value.is_module else 'Class'}"
    if isinstance(value, RubyObject):
        return None
    try:
        shown = runtime.inspect(value)
    except UnknownMetError:
        return None
    if len(shown) > MAX_DESCRIPTION:
        return None
    return shown if shown.startswith("#") else f"{shown}:{runtime.class_of(value).name}"


def unknown_inside(method: Method, receiver: Value, args: list[Value]) -> Unknown | None:
    """The Unknown that keeps a built-in method from being run; None if nothing does."""
    if method.name in ALWAYS:
        return None
    if method.name in BY_KEY and isinstance(receiver, RubyHash):
        return _about_key(method, receiver, args)
    if receiver.__class__ is AncestorList and method.name in ("include?", "member?"):
        return None
    if copies_doubts(method.name, receiver):
        return None
    own = _own_unknown(receiver)
    if own is not None:
        return own
    if method.structural:
        return None
    for value in (receiver, *args):
        found = inside(value)
        if found is not None:
            return found
    return None


def copies_doubts(name: str, receiver: Value) -> bool:
    """Whether a built-in method gives a copy of merged attributes, doubts and all."""
    return name in ("to_h", "to_hash", "dup") and receiver.__class__ is ImmutableMash


def _about_key(method: Method, receiver: RubyHash, args: list[Value]) -> Unknown | None:
    """A key that is there for sure can be asked for; one that may be missing cannot."""
    if not args:
        return None
    key = args[0]
    found = inside(key)
    if found is not None:
        return found
    try:
        entry = receiver.entries.get(_hashed(receiver, key))
    except UnknownMetError as met:
        return met.unknown
    if method.name in ("[]=", "store"):
        return None
    if entry is None:
        return receiver.unknown
    if entry.maybe:
        if method.name == "[]" and entry.value.__class__ is VividMash and receiver.__class__ is VividMash:
            return None  # Reading makes it where it is missing.
        return entry.value if isinstance(entry.value, Unknown) else receiver.unknown or receiver.doubt
    return None


def _hashed(receiver: RubyHash, key: Value) -> object:
    from driftcheck.chef.ruby.values import hash_key

    return hash_key(receiver.convert_key(key))


def _own_unknown(value: Value) -> Unknown | None:
    if value.__class__ is AncestorList:
        return value.doubt
    if isinstance(value, (RubyArray, RubyString)):
        return value.unknown
    if isinstance(value, RubyHash):
        return value.unknown or value.doubt
    return None


def inside(value: Value) -> Unknown | None:
    """An Unknown in a value, at any depth."""
    kind = value.__class__
    if kind is Unknown:
        return value  # type: ignore[no-any-return]  # its class says it
    if kind is RubyString or not isinstance(
        value, (RubyString, RubyArray, RubyHash, RubyEnumerator, RubyRange)
    ):
        return getattr(value, "unknown", None)
    stack, seen = [value], set()
    while stack:
        each = stack.pop()
        if isinstance(each, Unknown):
            return each
        own = _own_unknown(each)
        if own is not None:
            return own
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, RubyArray):
            stack.extend(each.items)
        elif isinstance(each, RubyHash):
            stack.extend(each.values())
        elif isinstance(each, RubyEnumerator):
            stack.extend([each.receiver, *each.args])
        elif isinstance(each, RubyRange):
            stack.extend([each.first, each.last])
    return None


_BYTES_HANDLED = frozenset({"==", "!=", "===", "<=>", "eql?", "+", "<<", "concat", "%", "escape_xml"})


def bytes_in_the_way(receiver: Value, name: str, args: list[Value]) -> Unknown | None:
    """Why a method is not evaluated that is given bytes above 127, which are no characters."""
    if isinstance(receiver, RubyString):
        strange = name in ("to_sym", "intern") and _is_bytes(receiver)
        if not receiver.text.isascii() and name not in _BYTES_HANDLED:
            strange = strange or any(
                isinstance(each, RubyString)
                and each.binary is not receiver.binary
                and not each.text.isascii()
                for each in args
            )
    elif isinstance(receiver, RubyClass):
        strange = name not in _BYTES_HANDLED and any(map(_is_bytes, args))
    else:
        strange = isinstance(receiver, RubyMatch) and not receiver.text.isascii()
    return unsupported("a text of bytes that are no characters").unknown if strange else None


def _is_bytes(value: Value) -> bool:
    return isinstance(value, RubyString) and value.binary and not value.text.isascii()


def touched(values: list[Value]) -> list[Value]:
    """The mutable things among values, also where they are candidates of an Unknown."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Unknown):
            found.extend(touched([each.value for each in value.candidates]))
        elif _can_change(value):
            found.append(value)
    return found


def _can_change(value: Value) -> bool:
    if isinstance(value, RubyString):
        return not value.frozen
    return isinstance(value, (RubyArray, RubyHash)) or (
        isinstance(value, RubyObject) and bool(value.variables)
    )
