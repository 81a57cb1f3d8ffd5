"""Ruby's regular expressions (Onigmo) as Python's: the same matches, or a refusal.

`^` and `$` stand at lines, `.` holds all but a newline unless `m`, `\\d \\w \\s` hold ASCII; a named group
makes plain ones not capture. What Python does otherwise (`\\g`, `\\G`, `\\K`, absence, conditions, loops over
what may be empty) raises UnknownMetError. `degree` and `nested` say how long a search may take.
"""

from __future__ import annotations

import re

from driftcheck.chef.ruby.methods.regexp_classes import (
    ANY,
    BEYOND,
    NEWLINE,
    SHORT,
    Characters,
    ClassParser,
    class_text,
    literal_escape,
    property_at,
    refuse,
)
from driftcheck.chef.ruby.methods.regexp_items import LINE_END, Item, choice, sequence

_ANCHORS = {"A": r"\A", "z": r"\Z", "Z": r"(?=\n?\Z)", "b": r"\b", "B": r"(?!\b)"}
_LINE_START = r"(?:\A|(?<=\n)(?!\Z))"
_LINE_BREAK = r"(?>\r\n|[\n\v\f\r\x85\u2028\u2029])"
_QUANTIFIER = re.compile(r"\{(\d*)(,?)(\d*)\}", re.ASCII)
_OPTIONS = re.compile(r"\?([mix]*)(?:-([mix]*))?([:)])")
_NAME = re.compile(r"\?(?:<([^\W\d]\w*)>|'([^\W\d]\w*)')")
_BACK_NAME = re.compile(r"k(?:<([^\W\d]\w*)>|'([^\W\d]\w*)')")
MANY = 8
"""A quantifier that allows more counts as unbounded."""


class Translation:
    """A translated pattern."""

    def __init__(self, source: str, options: str) -> None:
        self.source = source
        self.at = 0
        self.names: dict[str, list[int]] = {}
        self.groups = 0
        self.ascii_only = "i" in options
        """Whether only an ASCII text is matched as Ruby does it."""
        self.nested = False
        """Whether loops in loops may take exponential time."""
        self.has_names = re.search(r"\(\?(?:<[^\W\d]|')", source) is not None
        self.ignore_case = "i" in options
        body = self._alternatives("m" in options, "x" in options)
        if self.at < len(source):
            raise refuse("an unmatched parenthesis")
        self.text = body.text
        anchored = body.text.startswith((r"\A", _LINE_START))
        self.degree = body.factors + 1 + (not anchored)

    def _peek(self, size: int = 1) -> str:
        return self.source[self.at : self.at + size]

    def _alternatives(self, dotall: bool, extended: bool) -> Item:
        branches = [self._branch(dotall, extended)]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._branch(dotall, extended))
        return choice([sequence(items) for items in branches])

    def _branch(self, dotall: bool, extended: bool) -> list[Item]:
        items: list[Item] = []
        while self.at < len(self.source) and self._peek() not in ("|", ")"):
            if extended and self._skip_extended():
                continue
            options = self._rest_options(dotall, extended)
            if options is not None:
                items.append(options)
                break
            items.append(self._quantified(self._atom(dotall, extended)))
            if extended and self._skip_extended() and (self._peek() in ("*", "+", "?", "{") and self._peek()):
                raise refuse("a quantifier apart from what it repeats")
        return items

    def _skip_extended(self) -> bool:
        if self._peek().isspace():
            self.at += 1
            return True
        if self._peek() == "#":
            end = self.source.find("\n", self.at)
            self.at = len(self.source) if end < 0 else end + 1
            return True
        return False

    def _rest_options(self, dotall: bool, extended: bool) -> Item | None:
        """`(?i)`: the rest of the group, alternatives included, under other options."""
        match = _OPTIONS.match(self.source, self.at + 1) if self._peek() == "(" else None
        if match is None or match.group(3) != ")":
            return None
        self.at = match.end()
        return self._with_options(match, dotall, extended)

    def _with_options(self, match: re.Match[str], dotall: bool, extended: bool) -> Item:
        on, off = match.group(1), match.group(2) or ""
        flag = "i" if "i" in on else "-i" if "i" in off else ""
        outer, self.ignore_case = self.ignore_case, flag == "i" or (self.ignore_case and not flag)
        inner = self._alternatives(
            (dotall or "m" in on) and "m" not in off, (extended or "x" in on) and "x" not in off
        )
        self.ignore_case = outer
        self.ascii_only |= flag == "i"
        inner.text = f"(?{flag}:{inner.text})"
        return inner

    def _atom(self, dotall: bool, extended: bool) -> Item:
        char = self._peek()
        if char == "(":
            return self._group(dotall, extended)
        if char == "[":
            parser = ClassParser(self.source, self.at, ignore_case=self.ignore_case)
            held = parser.parse()
            self.at = parser.at
            self.ascii_only |= parser.ascii_only
            return self._one_of(held)
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == ".":
            held = ANY if dotall else ANY - NEWLINE
            return Item(class_text(held), held)
        if char == "^":
            return Item(_LINE_START, nullable=True)
        if char == "$":
            return Item(LINE_END, nullable=True)
        if char in "*+?" or (char == "{" and _QUANTIFIER.match(self.source, self.at - 1)):
            raise refuse("a quantifier without what it repeats")
        return self._literal(char)

    def _one_of(self, held: Characters) -> Item:
        """One of these. Where case is ignored texts are ASCII; Python would take k for the Kelvin sign."""
        return Item(class_text(held - {BEYOND} if self.ignore_case else held), held)

    def _literal(self, char: str) -> Item:
        code = ord(char)
        return Item(re.escape(char), frozenset({min(code, BEYOND)}))

    def _escape(self) -> Item:
        letter = self._peek()
        if not letter:
            raise refuse("a backslash at its end")
        if letter in _ANCHORS:
            self.at += 1
            self.ascii_only |= letter in "bB"
            return Item(_ANCHORS[letter], nullable=True)
        if letter.lower() in SHORT:
            self.at += 1
            return self._one_of(SHORT[letter] if letter in SHORT else ANY - SHORT[letter.lower()])
        if letter in "pP":
            held, self.at = property_at(self.source, self.at)
            self.ascii_only = True
            return self._one_of(held)
        if letter == "R":
            self.at += 1
            item = Item(_LINE_BREAK, frozenset({10, 11, 12, 13, BEYOND}))
            item.fixed = False
            return item
        if letter == "k" or letter in "123456789":
            return self._back_reference(letter)
        if letter in "gGKXyY":
            raise refuse(f"\\{letter}")
        literal = literal_escape(self.source, self.at) or (letter, self.at + 1)
        self.at = literal[1]
        return self._literal(literal[0])

    def _back_reference(self, letter: str) -> Item:
        name = _BACK_NAME.match(self.source, self.at)
        if name:
            numbers = self.names.get(name.group(1) or name.group(2), [])
            self.at = name.end()
        else:
            numbers = [int(letter)] if letter.isdigit() and not self.has_names else []
            self.at += 1
            if self._peek().isdigit():
                raise refuse("a back reference of two figures")
        if len(numbers) != 1 or numbers[0] > self.groups:
            raise refuse("a back reference to no group before it")
        item = Item(f"(?:\\{numbers[0]})", ANY, nullable=True)
        item.fixed = item.decided = False
        return item

    def _group(self, dotall: bool, extended: bool) -> Item:
        self.at += 1
        if self._peek() != "?":
            if self.has_names:
                return self._closed("(?:", dotall, extended)
            self.groups += 1
            return self._captured(dotall, extended)
        name = _NAME.match(self.source, self.at)
        if name:
            self.groups += 1
            word = name.group(1) or name.group(2)
            if word in self.names:
                raise refuse("two groups of one name")
            self.names[word] = [self.groups]
            self.at = name.end()
            return self._captured(dotall, extended)
        options = _OPTIONS.match(self.source, self.at)
        if options:
            self.at = options.end()
            item = self._with_options(options, dotall, extended)
            self._close()
            return item
        return self._special(dotall, extended)

    def _captured(self, dotall: bool, extended: bool) -> Item:
        item = self._closed("(", dotall, extended)
        item.captures = True
        return item

    def _special(self, dotall: bool, extended: bool) -> Item:
        if self._peek(2) == "?#":
            end = self.source.find(")", self.at)
            if end < 0:
                raise refuse("a comment that does not end")
            self.at = end + 1
            return Item("", nullable=True)
        for opening in ("?<=", "?<!", "?=", "?!", "?>"):
            if self._peek(len(opening)) == opening:
                self.at += len(opening)
                if opening == "?>":
                    return self._closed("(?>", dotall, extended)
                return self._look(opening, dotall, extended)
        raise refuse(f"({self._peek(2)}")

    def _look(self, opening: str, dotall: bool, extended: bool) -> Item:
        """A look ahead or behind; Python wants one width behind, so each alternative looks for itself."""
        start = self.at
        branches = [self._branch(dotall, extended)]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._branch(dotall, extended))
        self._close()
        texts = ["".join(each.text for each in items) for items in branches]
        if any(each.captures for items in branches for each in items) and "<" in opening:
            raise refuse("a group in a look behind")
        if "<" not in opening:
            return self._looking(f"({opening}{'|'.join(texts)})", branches)
        if any(not each.fixed for items in branches for each in items):
            raise refuse(f"a look behind of no fixed width at {start}")
        each_one = [f"({opening}{text})" for text in texts]
        return self._looking("".join(each_one) if "!" in opening else f"(?:{'|'.join(each_one)})", branches)

    def _looking(self, text: str, branches: list[list[Item]]) -> Item:
        item = Item(text, nullable=True)
        item.captures = any(each.captures for items in branches for each in items)
        return item

    def _closed(self, opening: str, dotall: bool, extended: bool) -> Item:
        item = self._alternatives(dotall, extended)
        self._close()
        item.text = f"{opening}{item.text})"
        return item

    def _close(self) -> None:
        if self._peek() != ")":
            raise refuse("an unmatched parenthesis")
        self.at += 1

    def _quantified(self, item: Item) -> Item:
        found = self._quantifier()
        if found is None:
            return item
        text, least, most, brace = found
        may_be_empty = item.nullable
        item = self._repeated(item, text, least, most)
        following = self._peek()
        if may_be_empty and following in ("?", "+") and following:
            raise refuse("a loop over what may be empty")
        if following == "?" or (following == "+" and not brace):
            if following == "?" and brace and least == most:
                raise refuse("{n}?")
            self.at += 1
            item.text += following
        item.text = f"(?:{item.text})"
        if self._quantifier() is not None:
            raise refuse("a quantifier of a quantifier")
        return item

    def _quantifier(self) -> tuple[str, int, int | None, bool] | None:
        char = self._peek()
        if char in ("*", "+", "?") and char:
            self.at += 1
            return char, int(char == "+"), 1 if char == "?" else None, False
        match = _QUANTIFIER.match(self.source, self.at) if char == "{" else None
        if match is None or not (match.group(1) or match.group(3)):
            return None
        self.at = match.end()
        least = int(match.group(1) or 0)
        most = (int(match.group(3)) if match.group(3) else None) if match.group(2) else least
        if max(least, most or 0) > 1000 or (most is not None and most < least):
            raise refuse("such a quantifier")
        return f"{{{least},{'' if most is None else most}}}", least, most, True

    def _repeated(self, item: Item, text: str, least: int, most: int | None) -> Item:
        if item.nullable and most != 1 and item.captures:
            raise refuse("a loop over a group that may be empty")
        many = most is None or most > MANY
        made = Item(item.text + text, item.chars, nullable=item.nullable or least == 0)
        made.first, made.captures = item.first, item.captures
        made.factors, made.open = item.factors * min(most or 1, MANY), item.open
        made.fixed = item.fixed and least == most
        made.decided = item.decided and item.fixed and least == most
        made.plain = item.plain and (item.decided or most == 1)
        if many:
            self.nested |= not item.decided or item.nullable
            made.open = [item.chars]
        return made
