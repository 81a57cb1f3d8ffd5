"""Regular expressions without backtracking: a subset of `re`'s syntax, matched in time linear in the text.

Literals, `.`, classes, `\\d \\w \\s` and their opposites (ASCII), groups, `|`, and `* + ? {m} {m,} {m,n}`. A
match covers the whole text, so `^` and `$` are allowed at the ends and change nothing. What `re` knows
beside that (back references, look-around, flags, lazy and possessive repeats) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from driftcheck.model.frozen import frozen

MAX_PATTERN = 500
MAX_STATES = 400
MAX_REPEAT = 100
MAX_GROUPS = 20
MAX_REMEMBERED = 2_000
MAX_ANSWERS = 100
SHORT_TEXT = 200
"""Characters of a text whose answer is kept: most are the same for a whole fleet."""

_DIGITS = ((48, 57),)
_WORDS = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANKS = ((9, 13), (32, 32))
_CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _BLANKS}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_SPECIAL = frozenset("*+?{}[]()|^$\\")


class PatternProblem(ValueError):  # noqa: N818 - what callers turn into their own errors
    """A pattern that is wrong or not supported; `offset` counts its characters before the place."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@frozen(kw_only=False)
class _Characters:
    """A set of characters as ranges of code points, or all but these."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def has(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges) != self.negated


@dataclass(slots=True)
class _State:
    """Takes one of `characters` and goes on to `following`; without characters it goes on for free."""

    characters: _Characters | None = None
    following: list[int] = field(default_factory=list)


States = frozenset[int]


class LinearPattern:
    """A compiled pattern. Steps are remembered, so that many texts cost little more than their length."""

    def __init__(self, pattern: str) -> None:
        """Raises PatternProblem."""
        reader = _Reader(pattern)
        start, self._end = reader.whole()
        self._states = reader.states
        self._start = self._reach([start])
        self._steps: dict[tuple[States, str], States] = {}
        self._answers: dict[str, bool] = {}

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        answer = self._answers.get(text)
        if answer is None:
            answer = self._walked(text)
            if len(text) <= SHORT_TEXT:
                if len(self._answers) >= MAX_ANSWERS:
                    self._answers.clear()
                self._answers[text] = answer
        return answer

    def _walked(self, text: str) -> bool:
        current = self._start
        for character in text:
            following = self._steps.get((current, character))
            if following is None:
                following = self._step(current, character)
            if not following:
                return False
            current = following
        return self._end in current

    def _step(self, current: States, character: str) -> States:
        code = ord(character)
        reached: list[int] = []
        for number in current:
            state = self._states[number]
            if state.characters is not None and state.characters.has(code):
                reached += state.following
        if len(self._steps) >= MAX_REMEMBERED:
            self._steps.clear()
        found = self._steps[current, character] = self._reach(reached)
        return found

    def _reach(self, numbers: list[int]) -> States:
        """These states and all that they lead to for free."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                state = self._states[number]
                if state.characters is None:
                    waiting += state.following
        return frozenset(found)


Piece = tuple[int, int]
"""The first and the last state of a part of the pattern."""


class _Reader:
    """Recursive descent over the pattern; makes the states as it goes."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > MAX_PATTERN:
            raise PatternProblem(f"the pattern is longer than {MAX_PATTERN} characters", 0)
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self.states: list[_State] = []

    def whole(self) -> Piece:
        if self._next("^"):
            self._at += 1
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise self._problem(f"{self._pattern[self._at]!r} has nothing to belong to")
        return piece

    def _problem(self, message: str) -> PatternProblem:
        return PatternProblem(message, min(self._at, len(self._pattern)))

    def _next(self, text: str) -> bool:
        return self._pattern.startswith(text, self._at)

    def _state(self, characters: _Characters | None = None) -> int:
        if len(self.states) >= MAX_STATES:
            raise self._problem(f"the pattern is too large: more than {MAX_STATES} states")
        self.states.append(_State(characters))
        return len(self.states) - 1

    def _link(self, source: int, target: int) -> None:
        self.states[source].following.append(target)

    def _alternatives(self) -> Piece:
        start, end = self._state(), self._state()
        while True:
            first, last = self._sequence()
            self._link(start, first)
            self._link(last, end)
            if not self._next("|"):
                return start, end
            self._at += 1

    def _sequence(self) -> Piece:
        start = last = self._state()
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if self._next("$") and self._at == len(self._pattern) - 1:
                self._at += 1
                break
            first, end = self._repeated()
            self._link(last, first)
            last = end
        return start, last

    def _repeated(self) -> Piece:
        begin = self._at
        piece = self._single()
        low, high = self._count()
        if (low, high) == (1, 1):
            return piece
        end = self._at
        pieces = [piece]
        for _ in range(max(low, high or low + 1, 1) - 1):
            self._at = begin
            pieces.append(self._single())
        self._at = end
        return self._chained(pieces, low, endless=high is None)

    def _chained(self, pieces: list[Piece], low: int, *, endless: bool) -> Piece:
        """The pieces in a row, all but the first `low` optional; `endless`: the last as often as it likes."""
        start = last = self._state()
        end = self._state()
        for number, (first, final) in enumerate(pieces):
            if number >= low:
                self._link(last, end)
            self._link(last, first)
            last = final
        if endless:
            self._link(last, pieces[-1][0])
        self._link(last, end)
        return start, end

    def _count(self) -> tuple[int, int | None]:
        """The repeat after a piece: least and most, None for no end."""
        found: tuple[int, int | None] = (1, 1)
        for sign, count in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._next(sign):
                self._at += 1
                found = count
                break
        else:
            if self._next("{"):
                found = self._braces()
        if found != (1, 1) and (self._next("?") or self._next("+") or self._next("*") or self._next("{")):
            raise self._problem("a repeat of a repeat is not supported")
        return found

    def _braces(self) -> tuple[int, int | None]:
        inside, closed, _ = self._pattern[self._at + 1 :].partition("}")
        low, comma, high = inside.partition(",")
        numbers = [each for each in (low, high) if each]
        if not (closed and low and all(each.isascii() and each.isdigit() for each in numbers)):
            raise self._problem("a repeat in braces is {m}, {m,} or {m,n}")
        if any(len(each) > 3 or int(each) > MAX_REPEAT for each in numbers):
            raise self._problem(f"more than {MAX_REPEAT} repeats are not supported")
        least = int(low)
        most = int(high) if high else (None if comma else least)
        if most is not None and most < max(least, 1):
            raise self._problem("a repeat that never is")
        self._at += len(inside) + 2
        return least, most

    def _single(self) -> Piece:
        character = self._pattern[self._at]
        if character == "(":
            return self._group()
        if character == "[":
            return self._one(self._class())
        if character == ".":
            self._at += 1
            return self._one(_Characters(((10, 10),), negated=True))
        if character == "\\":
            return self._one(self._escaped())
        if character in _SPECIAL:
            raise self._problem(f"{character!r} has nothing to belong to; write \\{character} for itself")
        self._at += 1
        return self._one(_Characters(((ord(character), ord(character)),)))

    def _one(self, characters: _Characters) -> Piece:
        taking, end = self._state(characters), self._state()
        self._link(taking, end)
        return taking, end

    def _group(self) -> Piece:
        self._depth += 1
        if self._depth > MAX_GROUPS:
            raise self._problem(f"more than {MAX_GROUPS} groups in each other")
        self._at += 3 if self._next("(?:") else 1
        if self._next("?"):
            raise self._problem("groups of this sort are not supported")
        piece = self._alternatives()
        if not self._next(")"):
            raise self._problem("a group without its end")
        self._at += 1
        self._depth -= 1
        return piece

    def _escaped(self) -> _Characters:
        self._at += 1
        letter = self._pattern[self._at : self._at + 1]
        self._at += 1
        if letter.lower() in _CLASSES:
            return _Characters(_CLASSES[letter.lower()], negated=letter.isupper())
        letter = _CONTROLS.get(letter, letter)
        if not letter or (letter.isalnum() and letter.isascii()):
            self._at -= 1
            raise self._problem(f"the escape \\{letter} is not supported")
        return _Characters(((ord(letter), ord(letter)),))

    def _class(self) -> _Characters:
        self._at += 1
        negated = self._next("^")
        self._at += negated
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self._next("]"):
            ranges += self._range()
            first = False
        self._at += 1
        return _Characters(tuple(ranges), negated)

    def _range(self) -> Iterator[tuple[int, int]]:
        low = self._member()
        if not isinstance(low, int):
            yield from low
            return
        high = low
        if self._next("-") and not self._next("-]"):
            self._at += 1
            member = self._member()
            if not isinstance(member, int) or member < low:
                raise self._problem("a range that goes from nowhere to nowhere")
            high = member
        yield low, high

    def _member(self) -> int | tuple[tuple[int, int], ...]:
        """One character of a class, or the ranges of an escape such as `\\d`."""
        if self._at >= len(self._pattern):
            raise self._problem("a class without its end")
        if self._next("\\"):
            escaped = self._escaped()
            if escaped.negated:
                raise self._problem("\\D, \\W and \\S are not supported in a class")
            single = len(escaped.ranges) == 1 and escaped.ranges[0][0] == escaped.ranges[0][1]
            return escaped.ranges[0][0] if single else escaped.ranges
        character = self._pattern[self._at]
        self._at += 1
        return ord(character)
