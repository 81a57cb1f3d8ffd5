"""Hashes made of pairs: `to_h`, `Hash[]`."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.chef.ruby.methods.conversions import kind_word, try_array
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.values import RubyError, RubyHash, Value


def hash_of_pairs(interpreter: Interpreter, pairs: Iterable[Value], *, indexed: bool) -> RubyHash:
    """A hash of arrays of two; TypeError for what is none, with its index if `indexed`."""
    made = RubyHash()
    for at, pair in enumerate(pairs):
        several = try_array(interpreter, pair)
        place = f" at {at}" if indexed else ""
        if several is None:
            name = interpreter.class_of(pair).name if indexed else kind_word(interpreter, pair)
            raise RubyError("TypeError", f"wrong element type {name}{place} (expected array)")
        if len(several.items) != 2:
            found = f"wrong array length{place}" if indexed else "element has wrong array length"
            raise RubyError("ArgumentError", f"{found} (expected 2, was {len(several.items)})")
        made.put(*several.items)
    return made
