"""`String#succ`: the rightmost letter or figure is raised, with carries, as Ruby 3.1 does it."""

from __future__ import annotations

_RANGES = (("0", "9", "1"), ("a", "z", "a"), ("A", "Z", "A"))
"""First, last, and what a carry beyond the left end puts in."""


def successor(text: str) -> str | None:
    """The next text; None where this is not worked out (bytes beyond ASCII)."""
    if not text:
        return ""
    if not text.isascii():
        return None
    chars = list(text)
    at = _rightmost_alnum(chars)
    if at is None:
        return _raised(chars)
    while True:
        first, last, carried = _range_of(chars[at])
        if chars[at] != last:
            chars[at] = chr(ord(chars[at]) + 1)
            return "".join(chars)
        chars[at] = first
        left = _next_alnum(chars, at)
        if left is None:
            chars.insert(at, carried)
            return "".join(chars)
        at = left


def _range_of(char: str) -> tuple[str, str, str]:
    return next(each for each in _RANGES if each[0] <= char <= each[1])


def _rightmost_alnum(chars: list[str]) -> int | None:
    return next((at for at in reversed(range(len(chars))) if chars[at].isalnum()), None)


def _next_alnum(chars: list[str], at: int) -> int | None:
    """The next letter or figure to the left; what stands between may separate figures, as in "1.9"."""
    left = at - 1
    while left >= 0 and not chars[left].isalnum():
        left -= 1
    if left < 0:
        return None
    apart = at - left > 1
    if apart and chars[left].isdigit() != chars[at].isdigit():
        return None
    return left


def _raised(chars: list[str]) -> str | None:
    if ord(chars[-1]) >= 0x7E:
        return None
    chars[-1] = chr(ord(chars[-1]) + 1)
    return "".join(chars)
