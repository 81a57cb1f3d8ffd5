"""`Chef::DataBagItem`: an item of a data bag; what it lacks is asked of its data (`raw_data`)."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import safe_dup
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyString, Value

ITEM = MethodTable("Chef::DataBagItem")
TABLES = (ITEM,)

RAW_DATA = "@raw_data"


@ITEM.method("raw_data", structural=True)
def raw_data(call: Call) -> Value:
    """The item itself."""
    return call.receiver.variables[RAW_DATA]


@ITEM.method("data_bag", structural=True)
def data_bag(call: Call) -> Value:
    """The bag's name."""
    return call.receiver.variables["@data_bag"]


@ITEM.method("id", structural=True)
def item_id(call: Call) -> Value:
    """The item's name in its bag."""
    return call.receiver.variables[RAW_DATA].get(RubyString("id"))


@ITEM.method("to_h", "to_hash", structural=True)
def to_h(call: Call) -> Value:
    """A copy of the data, with the names of its type and bag."""
    made = safe_dup(call.receiver.variables[RAW_DATA])
    made.put(RubyString("chef_type", frozen=True), RubyString("data_bag_item"))
    made.put(RubyString("data_bag", frozen=True), call.receiver.variables["@data_bag"])
    return made


_DELEGATED = (
    "[]", "[]=", "all?", "any?", "collect", "count", "delete", "detect", "dig", "each", "each_key",
    "each_pair", "each_value", "each_with_index", "each_with_object", "empty?", "entries", "fetch",
    "filter", "filter_map", "find", "find_all", "first", "flat_map", "group_by", "has_key?",
    "has_value?", "include?", "inject", "invert", "key", "key?", "keys", "length", "map", "max_by",
    "member?", "merge", "merge!", "min_by", "none?", "partition", "reduce", "reject", "reject!",
    "select", "size", "slice", "sort", "sort_by", "store", "sum", "to_a", "transform_values", "update",
    "value?", "values", "values_at", "zip",
)  # fmt: skip


@ITEM.method(*_DELEGATED, arity=(0, None), structural=True)
def delegated(call: Call) -> Value:
    """Asked of the data."""
    return call.interpreter.send(call.receiver.variables[RAW_DATA], call.name, *call.args, block=call.block)
