"""What attribute files ask of one another: `include_attribute`."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyRegexp, RubyString, Value, truthy, unsupported

NODE = MethodTable("Chef::Node")
TABLES = (NODE,)


@NODE.method("include_attribute", arity=(0, None), structural=True)
def include_attribute(call: Call) -> Value:
    """Loads attribute files that have not been loaded."""
    load = getattr(call.interpreter, "include_attribute", None)
    if load is None:
        raise unsupported("include_attribute is not evaluated here")
    items = [item for arg in call.args for item in (arg.items if isinstance(arg, RubyArray) else [arg])]
    for item in items:
        truthy(item)
        if not isinstance(item, RubyString):
            call.interpreter.send(item, "match", RubyRegexp("(.+?)::(.+)"))
            raise unsupported("include_attribute of no string is not evaluated")
        load(call.interpreter.to_s(item))
    return True
