"""Texts and arrays of which the beginning is known: what can be said of them all the same."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.chef.ruby.output import WrittenString
from driftcheck.chef.ruby.values import RubyArray, RubyRange, RubyString, Value
from driftcheck.model.facts import Unknown


class BegunString(RubyString):
    """A text of which only the beginning is known: an error's message, to which Ruby adds hints.

    `unknown` is always set. `open_line`: what is not known begins in the line of `text`, not below it.
    """

    __slots__ = ("open_line",)

    def __init__(self, text: str, unknown: Unknown, *, open_line: bool = False) -> None:
        super().__init__(text)
        self.unknown: Unknown = unknown
        self.open_line = open_line

    def copied(self, *, frozen: bool = False) -> RubyString:
        """Another object with the same beginning."""
        made = BegunString(self.text, self.unknown, open_line=self.open_line)
        made.frozen = frozen
        return made


class BegunArray(RubyArray):
    """An array of which only the beginning is known; `unknown` is always set."""

    __slots__ = ()

    def __init__(self, items: Iterable[Value], unknown: Unknown) -> None:
        super().__init__(items)
        self.unknown = unknown


class AncestorList(RubyArray):
    """`Module#ancestors` of a built-in class: libraries mix in more than those that are known.

    What it has can be asked for, nothing else.
    """

    __slots__ = ("doubt",)

    def __init__(self, items: Iterable[Value], doubt: Unknown) -> None:
        super().__init__(items)
        self.doubt = doubt


class _NothingKnown:
    """The answer depends on what is not known."""


NOTHING_KNOWN = _NothingKnown()


def answer(receiver: Value, name: str, args: list[Value]) -> Value:
    """What a method gives, as far as the beginning decides it; else NOTHING_KNOWN."""
    if receiver.__class__ is WrittenString:
        return receiver if name == "to_s" else NOTHING_KNOWN
    if receiver.__class__ is BegunArray:
        return _of_array(receiver, name, args)
    if name in _ITSELF and not args:
        return receiver
    ask = _OF_TEXT.get(name)
    return ask(receiver, args) if ask is not None else NOTHING_KNOWN


def _of_array(receiver: BegunArray, name: str, args: list[Value]) -> Value:
    first = (name == "first" and not args) or (name in ("[]", "at", "dig", "fetch") and args == [0])
    return receiver.items[0] if first and receiver.items else NOTHING_KNOWN


_ITSELF = frozenset({"to_s", "to_str", "itself", "dup", "+@", "clone", "freeze"})


def _first_line(receiver: BegunString) -> tuple[str, bool]:
    line, end, _ = receiver.text.partition("\n")
    return line, bool(end) or not receiver.open_line


def _lines(receiver: BegunString, args: list[Value]) -> Value:
    line, closed = _first_line(receiver)
    assert receiver.unknown is not None
    if not closed:
        return BegunArray([BegunString(line, receiver.unknown, open_line=True)], receiver.unknown)
    return BegunArray([RubyString(line)], receiver.unknown) if args else NOTHING_KNOWN


def _split(receiver: BegunString, args: list[Value]) -> Value:
    if not args or not isinstance(args[0], RubyString) or args[0].text != "\n":
        return NOTHING_KNOWN
    return _lines(receiver, args)


def _part(receiver: BegunString, args: list[Value]) -> Value:
    end = None
    if len(args) == 2 and args[0] == 0 and args[1].__class__ is int:
        end = args[1]
    elif len(args) == 1 and isinstance(args[0], RubyRange) and args[0].first == 0:
        last = args[0].last
        end = last + (not args[0].exclusive) if last.__class__ is int and last >= 0 else None
    return (
        RubyString(receiver.text[:end])
        if end is not None and 0 <= end <= len(receiver.text)
        else NOTHING_KNOWN
    )


def _starts(receiver: BegunString, args: list[Value]) -> Value:
    texts = [arg.text for arg in args if isinstance(arg, RubyString)]
    if len(texts) != len(args) or any(len(text) > len(receiver.text) for text in texts):
        return NOTHING_KNOWN
    return any(receiver.text.startswith(text) for text in texts)


def _includes(receiver: BegunString, args: list[Value]) -> Value:
    known = len(args) == 1 and isinstance(args[0], RubyString) and args[0].text in receiver.text
    return True if known else NOTHING_KNOWN


def _empty(receiver: BegunString, args: list[Value]) -> Value:
    return False if receiver.text else NOTHING_KNOWN


_OF_TEXT = {
    "split": _split,
    "[]": _part,
    "slice": _part,
    "start_with?": _starts,
    "include?": _includes,
    "empty?": _empty,
}
