"""Texts with `*` (any text) and `?` (one character), matched without backtracking into earlier parts."""

from __future__ import annotations

from driftcheck.model.frozen import frozen

Part = tuple[str | None, ...]
"""Characters between two `*`; None stands for `?`."""


@frozen(kw_only=False)
class Wildcard:
    """A pattern as the parts between its `*`: one part is a text without `*`, two parts have one, and so on.

    Each inner part is taken at its first possible place, which finds a match whenever there is one.
    """

    parts: tuple[Part, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        first, last = self.parts[0], self.parts[-1]
        if len(self.parts) == 1:
            return len(first) == len(text) and _stands_at(first, text, 0)
        end = len(text) - len(last)
        if end < len(first) or not _stands_at(first, text, 0) or not _stands_at(last, text, end):
            return False
        position = len(first)
        for part in self.parts[1:-1]:
            position = _find(part, text, position, end)
            if position < 0:
                return False
            position += len(part)
        return True


def _stands_at(part: Part, text: str, position: int) -> bool:
    if len(text) - position < len(part):
        return False
    here = tuple(text[position : position + len(part)])
    if None not in part:
        return here == part
    return all(wanted is None or wanted == found for wanted, found in zip(part, here, strict=True))


def _find(part: Part, text: str, start: int, end: int) -> int:
    """The first place of the part within text[start:end], else -1."""
    if None not in part:
        return text.find("".join(wanted or "" for wanted in part), start, end)
    for position in range(start, end - len(part) + 1):
        if _stands_at(part, text, position):
            return position
    return -1
