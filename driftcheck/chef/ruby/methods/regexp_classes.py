"""Bracket expressions and escapes of Ruby's regular expressions: which characters they hold."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.values import UnknownMetError, unsupported

Characters = frozenset[int]
"""Codes below 128, and `BEYOND` for all others together."""

BEYOND = 128
ANY: Characters = frozenset(range(BEYOND + 1))
NEWLINE: Characters = frozenset({10})
_REST = r"\x80-\U0010ffff"


def _codes(*spans: tuple[str, str]) -> Characters:
    return frozenset(code for first, last in spans for code in range(ord(first), ord(last) + 1))


DIGIT = _codes(("0", "9"))
WORD = _codes(("a", "z"), ("A", "Z"), ("0", "9"), ("_", "_"))
SPACE = frozenset(map(ord, " \t\n\v\f\r"))
HEX = _codes(("0", "9"), ("a", "f"), ("A", "F"))
SHORT = {"d": DIGIT, "w": WORD, "s": SPACE, "h": HEX}
"""`\\d`, `\\w`, `\\s` and `\\h` hold ASCII only; their capitals all the others."""

_ALPHA, _LOWER, _UPPER = _codes(("a", "z"), ("A", "Z")), _codes(("a", "z")), _codes(("A", "Z"))
_GRAPH = _codes(("!", "~"))
POSIX = {
    "alpha": _ALPHA,
    "digit": DIGIT,
    "alnum": _ALPHA | DIGIT,
    "upper": _UPPER,
    "lower": _LOWER,
    "space": SPACE,
    "blank": frozenset({32, 9}),
    "punct": _GRAPH - _ALPHA - DIGIT,
    "xdigit": HEX,
    "word": WORD,
    "cntrl": frozenset({*range(32), 127}),
    "graph": _GRAPH,
    "print": _GRAPH | {32},
}
"""Within ASCII; Ruby's hold more beyond it."""

CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_HEX = re.compile(r"x([0-9a-fA-F]{1,2})")
_UNICODE = re.compile(r"u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})")
_OCTAL = re.compile(r"0[0-7]{0,2}")
_POSIX = re.compile(r"\[:(\^?)(\w+):\]")
_PROPERTY = re.compile(r"[pP]\{(\^?)(\w+)\}")


def refuse(what: str) -> UnknownMetError:
    """To raise for what is not translated."""
    return unsupported(f"a regular expression with {what}")


def class_text(characters: Characters) -> str:
    """A Python class of these characters."""
    if characters == ANY - NEWLINE:
        return r"[^\n]"
    body = "".join(f"\\x{first:02x}-\\x{last:02x}" for first, last in _spans(sorted(characters - {BEYOND})))
    rest = _REST if BEYOND in characters else ""
    return f"[{body}{rest}]" if body or rest else "(?!)"


def _spans(codes: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return spans


def literal_escape(source: str, at: int) -> tuple[str, int] | None:
    """The character that an escape stands for (`at` is behind the backslash) and where it ends, else None."""
    letter = source[at]
    if letter in CONTROL:
        return CONTROL[letter], at + 1
    for pattern, base in ((_HEX, 16), (_UNICODE, 16), (_OCTAL, 8)):
        match = pattern.match(source, at)
        if match:
            figures = next((each for each in match.groups() if each), match.group())
            return _character(int(figures, base), letter), match.end()
    if letter in "cCMxu":
        raise refuse(f"\\{letter}")
    if letter.isalnum():
        return None
    return letter, at + 1


def _character(code: int, letter: str) -> str:
    if letter == "x" and code > 0x7F:
        raise refuse("a byte beyond ASCII")
    if code > 0x10FFFF:
        raise refuse("no character")
    return chr(code)


def property_at(source: str, at: int) -> tuple[Characters, int]:
    """`\\p{Alpha}` and its like (`at` is at the `p`), within ASCII."""
    match = _PROPERTY.match(source, at)
    known = POSIX.get(match.group(2).lower()) if match else None
    if match is None or known is None:
        raise refuse("\\p")
    negated = (source[at] == "P") != bool(match.group(1))
    return (ANY - known if negated else known), match.end()


class ClassParser:
    """Reads one bracket expression."""

    def __init__(self, source: str, at: int, *, ignore_case: bool) -> None:
        self.source = source
        self.ignore_case = ignore_case
        self.at = at
        self.ascii_only = False
        """Whether what it holds beyond ASCII is not worked out."""

    def parse(self) -> Characters:
        """The characters from `[` to `]`; `at` is behind it then."""
        self.at += 1
        negated = self._take("^")
        if self.source[self.at : self.at + 1] == "]":
            raise refuse("an empty class")
        found = self._union()
        while self._take("&&"):
            found &= self._union()
        if not self._take("]"):
            raise refuse("a class that does not end")
        if self.ignore_case:
            found |= frozenset(code ^ 0x20 for code in found & _ALPHA)
        return ANY - found if negated else found

    def _take(self, expected: str) -> bool:
        if self.source.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def _union(self) -> Characters:
        found: Characters = frozenset()
        while self.at < len(self.source) and self.source[self.at] != "]":
            if self.source.startswith("&&", self.at):
                break
            found |= self._member()
        return found

    def _member(self) -> Characters:
        posix = _POSIX.match(self.source, self.at)
        if posix:
            if posix.group(2) not in POSIX:
                raise refuse("an unknown class")
            self.at, self.ascii_only = posix.end(), True
            held = POSIX[posix.group(2)]
            return ANY - held if posix.group(1) else held
        if self.source[self.at] == "[":
            return self.parse()
        first = self._one()
        if not isinstance(first, str):
            return first
        if self.source[self.at : self.at + 1] == "-" and self.source[self.at + 1 : self.at + 2] not in (
            "]",
            "",
        ):
            return self._span(first)
        return self._single(first, first)

    def _span(self, first: str) -> Characters:
        self.at += 1
        if self.source[self.at] == "[" or self.source.startswith("&&", self.at):
            raise refuse("a class in a span")
        last = self._one()
        if not isinstance(last, str):
            return self._single(first, first) | self._single("-", "-") | last
        if last < first:
            raise refuse("an empty span")
        return self._single(first, last)

    def _single(self, first: str, last: str) -> Characters:
        if ord(last) < BEYOND:
            return frozenset(range(ord(first), ord(last) + 1))
        self.ascii_only = True
        return frozenset(range(ord(first), BEYOND))

    def _one(self) -> str | Characters:
        """One character, or a set for an escape that holds several."""
        char = self.source[self.at]
        self.at += 1
        if char != "\\":
            return char
        if self.at >= len(self.source):
            raise refuse("a backslash at its end")
        letter = self.source[self.at]
        if letter == "b":
            self.at += 1
            return "\b"
        if letter.lower() in SHORT:
            self.at += 1
            return SHORT[letter] if letter in SHORT else ANY - SHORT[letter.lower()]
        if letter in "pP":
            found, self.at = property_at(self.source, self.at)
            self.ascii_only = True
            return found
        literal = literal_escape(self.source, self.at)
        if literal is None:
            if letter in "RXGkgKAZzB123456789":
                raise refuse(f"\\{letter} in a class")
            literal = letter, self.at + 1
        self.at = literal[1]
        return literal[0]
