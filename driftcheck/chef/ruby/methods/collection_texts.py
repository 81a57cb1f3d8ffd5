"""`inspect` of arrays and hashes, which may hold themselves."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.values import RubyArray, RubyHash, Value


def inspect_collection(interpreter: Interpreter, value: Value, within: tuple[Value, ...] = ()) -> str:
    """`[1, "a"]`, `{:a=>1}` (Ruby 3.1), `[...]` for one that stands in itself. Any other value as it says."""
    require_known(value)
    if not isinstance(value, (RubyArray, RubyHash)):
        return interpreter.inspect(value)
    interpreter.spend(1)
    if any(value is each for each in within):
        return "[...]" if isinstance(value, RubyArray) else "{...}"
    inner = (*within, value)
    if isinstance(value, RubyArray):
        return f"[{', '.join(inspect_collection(interpreter, each, inner) for each in value.items)}]"
    pairs = [
        [inspect_collection(interpreter, each, inner) for each in (entry.key, entry.value)]
        for entry in value.entries.values()
    ]
    return f"{{{', '.join('=>'.join(pair) for pair in pairs)}}}"
