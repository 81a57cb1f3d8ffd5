"""`format`, `sprintf` and `String#%`: Ruby 3.1's format strings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NoReturn

from driftcheck.chef.ruby.methods.conversions import require_known, to_integer, to_string, try_array
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.methods.numbers import to_float, to_whole
from driftcheck.chef.ruby.values import RubyError, RubyHash, RubyString, Symbol, Value, unsupported

_PIECE = re.compile(r"[^%]+|%")
_FLAG = re.compile(r"[ #+\-0]")
_NUMBER = re.compile(r"\d+", re.ASCII)
_NAME = {"<": re.compile(r"<([^>]*)>"), "{": re.compile(r"\{([^}]*)\}")}
_BASES = {"x": 16, "X": 16, "o": 8, "b": 2, "B": 2}
_PREFIXES = {"x": "0x", "X": "0X", "o": "0", "b": "0b", "B": "0B"}
MAX_WIDTH = 100_000


def argument_error(message: str) -> NoReturn:
    """ArgumentError with a message."""
    raise RubyError("ArgumentError", message)


class _Directive:
    """What stands between `%` and its letter."""

    __slots__ = ("flags", "precision", "value", "width")

    def __init__(self) -> None:
        self.flags: set[str] = set()
        self.width: int | None = None
        self.precision: int | None = None
        self.value: list[Value] = []
        """The value that `%<name>` or `%1$` chose, if any."""


class Formatter:
    """One format string and its arguments; `run` gives the text."""

    def __init__(self, interpreter: Interpreter, template: str, args: list[Value]) -> None:
        self.interpreter = interpreter
        self.template = template
        self.args = args
        self.used = 0
        self.chosen: str | None = None
        """How arguments were chosen last, if not in order: "numbered" or "named"."""
        self.at = 0

    def run(self) -> str:
        """The text. Raises ArgumentError, KeyError and TypeError as Ruby does."""
        made: list[str] = []
        for_all = len(self.template)
        while self.at < for_all:
            match = _PIECE.match(self.template, self.at)
            assert match is not None
            self.at = match.end()
            made.append(self._directive() if match.group() == "%" else match.group())
            self.interpreter.spend(len(made[-1]))
        return "".join(made)

    def _directive(self) -> str:
        directive = _Directive()
        while True:
            letter = self.template[self.at : self.at + 1]
            if not letter:
                argument_error("incomplete format specifier; use %% (double %) instead")
            if letter == "{":
                return self._braces(directive)
            if letter == "<":
                if directive.value:
                    raise unsupported("two names in a format directive")
                directive.value = [self._named("<")]
            elif _FLAG.match(letter):
                if directive.width is not None or directive.precision is not None:
                    argument_error(f"flag after {'width' if directive.precision is None else 'precision'}")
                directive.flags.add(letter)
                self.at += 1
            elif letter.isdigit() or letter in "*.":
                self._size(directive, letter)
            else:
                self.at += 1
                return self._converted(directive, letter)

    def _size(self, directive: _Directive, letter: str) -> None:
        if letter == ".":
            if directive.precision is not None:
                argument_error("precision given twice")
            self.at += 1
            directive.precision = 0
            if self.template[self.at : self.at + 1] == "*":
                self.at += 1
                directive.precision = max(to_integer(self.interpreter, self._next()), 0)
            elif (number := self._number()) is not None:
                directive.precision = number
        elif letter == "*":
            self.at += 1
            width = to_integer(self.interpreter, self._next())
            if width < 0:
                directive.flags.add("-")
            directive.width = abs(width)
        else:
            number = self._number() or 0
            if self.template[self.at : self.at + 1] == "$":
                self.at += 1
                directive.value = [self._numbered(number)]
            else:
                directive.width = number
        if max(directive.width or 0, directive.precision or 0) > MAX_WIDTH:
            raise unsupported("a format directive this wide")

    def _number(self) -> int | None:
        match = _NUMBER.match(self.template, self.at)
        if match is None:
            return None
        self.at = match.end()
        if len(match.group()) > len(str(MAX_WIDTH)):
            raise unsupported("a format directive this wide")
        return int(match.group())

    def _next(self) -> Value:
        if self.chosen is not None:
            argument_error(f"unnumbered({self.used + 1}) mixed with {self.chosen}")
        if self.used >= len(self.args):
            argument_error("too few arguments")
        self.used += 1
        return require_known(self.args[self.used - 1])

    def _numbered(self, number: int) -> Value:
        if self.used:
            argument_error(f"numbered({number}) after unnumbered({self.used})")
        if self.chosen == "named":
            argument_error(f"numbered({number}) after named")
        self.chosen = "numbered"
        if number > len(self.args):
            argument_error("too few arguments")
        return require_known(self.args[number - 1])

    def _named(self, opening: str) -> Value:
        match = _NAME[opening].match(self.template, self.at)
        if match is None:
            argument_error("malformed name - unmatched parenthesis")
        self.at = match.end()
        if self.used:
            argument_error(f"named{match.group()} after unnumbered({self.used})")
        if self.chosen == "numbered":
            argument_error(f"named{match.group()} after numbered")
        self.chosen = "named"
        if len(self.args) != 1:
            argument_error("one hash required")
        given = require_known(self.args[0])
        if not isinstance(given, RubyHash):
            if given is not None and self.interpreter.responds_to(given, "to_hash"):
                raise unsupported("a format string with names and an object that is no Hash")
            argument_error("one hash required")
        key = Symbol(match.group(1))
        if given.has(key):
            return require_known(given.get(key))
        if given.default_proc is not None or given.default is not None:
            return require_known(self.interpreter.send(given, "[]", key))
        raise RubyError("KeyError", f"key{match.group()} not found")

    def _braces(self, directive: _Directive) -> str:
        return self._padded(self._cut(self.interpreter.to_s(self._named("{")), directive), directive)

    def _converted(self, directive: _Directive, letter: str) -> str:
        if letter in "%\n\0":
            if directive.flags or directive.width is not None or directive.precision is not None:
                argument_error("invalid format character - %")
            if letter != "%":
                return f"%{letter}"
            return "%"
        if letter not in "csp" and letter not in "diuxXobBfgGeEaA":
            argument_error(f"malformed format string - %{letter}")
        value = directive.value[0] if directive.value else self._next()
        if letter == "c":
            return self._padded(self._character(value), directive)
        if isinstance(value, RubyString) and value.binary and not value.text.isascii():
            raise unsupported("bytes in a format string")
        if letter in "sp":
            text = self.interpreter.to_s(value) if letter == "s" else self.interpreter.inspect(value)
            return self._padded(self._cut(text, directive), directive)
        if letter in "diu":
            return _signed(to_whole(self.interpreter, value), directive, str)
        if letter in _BASES:
            return _in_base(to_whole(self.interpreter, value), directive, letter)
        return self._float(value, directive, letter)

    def _character(self, value: Value) -> str:
        if isinstance(value, RubyString):
            if len(value.text) != 1:
                argument_error("%c requires a character")
            return value.text
        code = to_integer(self.interpreter, value)
        if not 0 <= code <= 0x10FFFF or 0xD800 <= code < 0xE000:
            raise unsupported("%c of what is no character")
        return chr(code)

    def _cut(self, text: str, directive: _Directive) -> str:
        return text if directive.precision is None else text[: directive.precision]

    def _padded(self, text: str, directive: _Directive) -> str:
        width = directive.width or 0
        return text.ljust(width) if "-" in directive.flags else text.rjust(width)

    def _float(self, value: Value, directive: _Directive, letter: str) -> str:
        if letter in "aA":
            raise unsupported("%a in a format string")
        if value.__class__ is int and letter == "f" and abs(value) >= 1 << 53:
            precision = 6 if directive.precision is None else directive.precision
            zeros = "." + "0" * precision if precision else ""
            directive.precision = None
            return _signed(value, directive, lambda size: f"{size}{zeros}")
        number = to_float(self.interpreter, value)
        if not math.isfinite(number):
            return _not_finite(number, directive)
        flags = "".join(sorted(directive.flags))
        width = "" if directive.width is None else str(directive.width)
        places = 6 if directive.precision is None else directive.precision
        return f"%{flags}{width}.{places}{letter}" % settled(number, places, letter)


def settled(number: float, places: int, letter: str) -> float:
    """The number to print so that halves come out as Ruby has them.

    Ruby 3.1 rounds the shortest decimal figures of a float, halves to the even figure:
    `format("%.2f", 2.675)` is 2.68, though the float lies below that.
    """
    exact = Decimal(repr(number))
    if letter in "fF":
        last = -places
    else:
        figures = places if letter in "eE" else max(places, 1) - 1
        last = exact.adjusted() - figures
    unit = Decimal(1).scaleb(last)
    if not number or len(exact.as_tuple().digits) + abs(last) > 300:
        return number
    rounded = (exact / unit).to_integral_value(ROUND_HALF_EVEN) * unit
    if abs(exact - rounded) * 2 != unit:
        return number
    if letter in "gG" and rounded / unit % 10 == 0:
        raise unsupported("a half that %g rounds to a zero")
    return float(rounded)


def _sign(negative: bool, directive: _Directive) -> str:
    if negative:
        return "-"
    return "+" if "+" in directive.flags else " " if " " in directive.flags else ""


def _not_finite(number: float, directive: _Directive) -> str:
    text = "NaN" if math.isnan(number) else "Inf"
    text = _sign(number < 0, directive) + text
    width = directive.width or 0
    return text.ljust(width) if "-" in directive.flags else text.rjust(width)


def _signed(number: int, directive: _Directive, figures_of: Callable[[int], str], prefix: str = "") -> str:
    """Sign, prefix and figures, filled with zeros or spaces as the directive says."""
    figures = figures_of(abs(number))
    return _filled(_sign(number < 0, directive) + prefix, figures, directive)


def _filled(head: str, figures: str, directive: _Directive, fill: str = "0") -> str:
    width = directive.width or 0
    if directive.precision is not None:
        figures = figures.rjust(directive.precision, fill)
    elif "0" in directive.flags and "-" not in directive.flags:
        figures = figures.rjust(width - len(head), fill)
    text = head + figures
    return text.ljust(width) if "-" in directive.flags else text.rjust(width)


def in_base(number: int, base: int) -> str:
    """The figures of a number, not negative, in base 2 to 36."""
    if base == 10:
        return str(number)
    if base in (2, 8, 16):
        return f"{number:{ {2: 'b', 8: 'o', 16: 'x'}[base] }}"
    figures = ""
    while number:
        number, figure = divmod(number, base)
        figures = "0123456789abcdefghijklmnopqrstuvwxyz"[figure] + figures
    return figures or "0"


def _in_base(number: int, directive: _Directive, letter: str) -> str:
    prefix = _PREFIXES[letter] if "#" in directive.flags and number else ""
    if number >= 0 or directive.flags & {"+", " "}:
        text = _signed(number, directive, lambda size: in_base(size, _BASES[letter]), prefix)
    else:
        text = _complement(number, directive, letter, prefix)
    return text.upper() if letter == "X" else text


def _complement(number: int, directive: _Directive, letter: str, prefix: str) -> str:
    """A negative number without sign: `..f01`, the endless figure of two's complement once."""
    base = _BASES[letter]
    endless = in_base(base - 1, base)
    bits = {16: 4, 8: 3, 2: 1}[base]
    length = (number.bit_length() + bits) // bits + 1
    figures = endless + in_base(number & ((1 << bits * length) - 1), base).lstrip(endless)
    if directive.precision is not None:
        directive.precision = max(directive.precision - len(".."), 0)
    return _filled(prefix + "..", figures, directive, endless)


def format_text(interpreter: Interpreter, template: str, args: list[Value]) -> str:
    """`format(template, *args)`."""
    return Formatter(interpreter, template, args).run()


def percent(interpreter: Interpreter, template: RubyString, value: Value) -> RubyString:
    """`template % value`: an array gives several arguments."""
    several = try_array(interpreter, value)
    args = [value] if several is None else list(several.items)
    return RubyString(format_text(interpreter, to_string(interpreter, template).text, args))
