"""Whether a program that the grammar does not take is one that Ruby does not take either.

The grammar is not Ruby's own, so what it refuses may be Ruby. Where an `end` or a brace more, one `end`
less, or parentheses around a modifier make it a program that the grammar takes whole, Ruby lacks just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftcheck.chef.erb.converter import with_modifiers_allowed
from driftcheck.chef.ruby.syntax import compiled

_ENDINGS = ("end", "}", "end\nend", "}\nend", "end\n}", "end\nend\nend", "})", "end)", "end\nend\nend\nend")
_END = re.compile(rb"(?<![\w@.:$])end(?![\w?!:])|\}")
MAX_TRIES = 60


def is_syntax_error(template: bytes) -> bool:
    """Whether Ruby surely raises SyntaxError for a template whose program the grammar does not take."""
    program = with_modifiers_allowed(template).encode()
    return any(compiled.__wrapped__("", text) is not None for text in _repaired(program))


def _repaired(program: bytes) -> Iterator[bytes]:
    yield program
    for ending in _ENDINGS:
        yield program + ending.encode() + b"\n"
    for tried, found in enumerate(_END.finditer(program)):
        if tried >= MAX_TRIES:
            return
        yield program[: found.start()] + b" " * (found.end() - found.start()) + program[found.end() :]
