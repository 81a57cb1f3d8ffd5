"""A node's tags: a list of texts among its normal attributes, under `tags`."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import AttrArray
from driftcheck.chef.ruby.methods.chef_node import state_of
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyString, UnknownMetError, Value
from driftcheck.model.facts import Unknown

NODE = MethodTable("Chef::Node")
TABLES = (NODE,)

_KEY = RubyString("tags", frozen=True)


def _tags(call: Call) -> AttrArray:
    """`normal[:tags] = Array(normal[:tags])`."""
    state = state_of(call)
    known = state.levels["normal"].get(_KEY)
    if isinstance(known, Unknown):
        raise UnknownMetError(known)
    if isinstance(known, AttrArray):
        if known.unknown is not None:
            raise UnknownMetError(known.unknown)
        return known
    made = AttrArray([] if known is None else [known], state)
    state.levels["normal"].put(_KEY, made, call.place)
    state.reset(_KEY)
    return made


@NODE.method("tags", structural=True)
def tags(call: Call) -> Value:
    """The list itself."""
    return _tags(call)


@NODE.method("tag", "untag", arity=(0, None))
def change(call: Call) -> Value:
    """Adds tags that are not there, or removes them."""
    known = _tags(call)
    for each in call.args:
        text = call.interpreter.to_s(each)
        there = [item for item in known.items if call.interpreter.to_s(item) == text]
        if call.name == "tag" and not there:
            known.items.append(RubyString(text))
        elif call.name == "untag":
            known.items[:] = [item for item in known.items if item not in there]
    state_of(call).reset(_KEY)
    return known


@NODE.method("tagged?", arity=(0, None))
def tagged(call: Call) -> Value:
    """Whether all of these are among the tags."""
    known = {call.interpreter.to_s(item) for item in _tags(call).items}
    wanted = [item for arg in call.args for item in (arg.items if isinstance(arg, RubyArray) else [arg])]
    return all(call.interpreter.to_s(item) in known for item in wanted)
