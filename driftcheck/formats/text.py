"""Text from outside, made safe to show on a terminal."""

from __future__ import annotations

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that count as printable in Unicode and show nothing."""


def printable(text: str, *, limit: int | None = None) -> str:
    """The text on one line, without anything that moves a cursor, reverses its order or cannot be seen.

    Controls, line ends, bidirectional marks, zero-width characters, odd blanks, surrogates, private and
    unassigned characters are shown as `\\n`, `\\x1b`, `\\u202e` and so on. A backslash stays as it is, so
    that a printable text comes back unchanged. `limit`: the most characters to return, the last of them `…`
    if something was cut.
    """
    if limit is not None:
        # An escape is never shorter than its character: what follows cannot be shown anyway.
        text = text[: limit + 1]
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_shown, text))
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…" if limit > 0 else ""
    return text


def _shown(character: str) -> str:
    if character.isprintable() and character not in _INVISIBLE:
        return character
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
