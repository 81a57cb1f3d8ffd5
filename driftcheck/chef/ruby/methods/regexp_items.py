"""What a translated pattern is made of, and how long a search for it may take at worst."""

from __future__ import annotations

from itertools import combinations

from driftcheck.chef.ruby.methods.regexp_classes import ANY, NEWLINE, Characters

LINE_END = r"(?=\n|\Z)"
"""`$`."""


class Item:
    """One piece of a pattern with its quantifier, and what bounds the time of a search."""

    __slots__ = (
        "captures",
        "chars",
        "decided",
        "factors",
        "first",
        "fixed",
        "nullable",
        "open",
        "plain",
        "text",
    )

    def __init__(self, text: str, chars: Characters = frozenset(), *, nullable: bool = False) -> None:
        self.text = text
        self.chars = chars
        """What it may consume."""
        self.first = chars
        """What it may begin with."""
        self.nullable = nullable
        self.fixed = True
        """Whether it consumes a number of characters that does not depend on the text."""
        self.decided = True
        """Whether a loop over it can go through a text in one way only."""
        self.plain = True
        """Whether it can go through a text of a given length in one way only."""
        self.captures = False
        self.factors = 0
        """How many loops in it may end at several places before what follows them matches."""
        self.open: list[Characters] = []
        """What the loops hold that stand at its end."""


def sequence(items: list[Item]) -> Item:
    """The items one after the other."""
    made = Item("".join(each.text for each in items))
    made.nullable = all(each.nullable for each in items)
    made.chars = frozenset().union(*(each.chars for each in items))
    made.fixed = all(each.fixed for each in items)
    made.captures = any(each.captures for each in items)
    made.factors = sum(each.factors for each in items)
    for each in items:
        made.factors += _meet(made, each)
    first: Characters = frozenset()
    for each in items:
        first |= each.first
        if not each.nullable:
            break
    made.first = first
    made.plain = all(each.plain for each in items) and _apart(items)
    made.decided = made.plain and (made.fixed or _separated(items))
    return made


def _meet(made: Item, following: Item) -> int:
    """How many of the open loops may end at several places before what follows; keeps those still open."""
    if not following.chars and following.nullable:
        met = [] if following.text == LINE_END else made.open
        met = met or [each for each in made.open if each >= NEWLINE or not each >= ANY - NEWLINE]
    else:
        met = [each for each in made.open if each & following.first]
    left = [each for each in made.open if each not in met] if following.nullable else []
    made.open = left + following.open
    return len(met)


def _separated(items: list[Item]) -> bool:
    """Whether one character that must be there once is in none of the parts that vary."""
    varying = frozenset().union(*(each.chars for each in items if not each.fixed))
    separators = [each for each in items if each.fixed and not each.nullable]
    return any(not (each.chars & varying) for each in separators)


def _apart(items: list[Item]) -> bool:
    """Whether no two of the parts that vary hold the same character."""
    varying = [each for each in items if not each.fixed]
    return all(not (a.chars & b.chars) for a, b in combinations(varying, 2))


def choice(branches: list[Item]) -> Item:
    """One of the branches."""
    if len(branches) == 1:
        return branches[0]
    made = Item("|".join(each.text for each in branches))
    made.nullable = any(each.nullable for each in branches)
    made.chars = frozenset().union(*(each.chars for each in branches))
    made.first = frozenset().union(*(each.first for each in branches))
    made.captures = any(each.captures for each in branches)
    made.fixed = False
    made.factors = max(each.factors for each in branches)
    made.open = [chars for each in branches for chars in each.open]
    apart = all(not (a.first & b.first) for a, b in combinations(branches, 2))
    made.plain = apart and all(each.plain for each in branches)
    made.decided = made.plain and not made.nullable and all(each.decided for each in branches)
    return made
