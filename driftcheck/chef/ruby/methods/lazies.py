"""`lazy { … }`: a block for a value, in recipes, resources, custom resources and attributes."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import DelayedEvaluator
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyError, Value

NODE = MethodTable("Chef::Node")
RECIPE = MethodTable("Chef::Recipe")
RESOURCE = MethodTable("Chef::Resource")
RESOURCE_CLASS = MethodTable("Chef::Resource", singleton=True)
TABLES = (NODE, RECIPE, RESOURCE, RESOURCE_CLASS)


@NODE.method("lazy", arity=(0, 1), structural=True)
@RESOURCE.method("lazy", structural=True)
@RESOURCE_CLASS.method("lazy", structural=True)
def lazy(call: Call) -> Value:
    """The block as a value: evaluated when the attribute is read, or the resource runs."""
    block = call.block
    if block is None:
        raise RubyError("ArgumentError", "tried to create Proc object without a block")
    made = DelayedEvaluator(block.call, arity=block.arity, parameters=block.parameters, place=block.place)
    made.frame = block.frame
    return made
