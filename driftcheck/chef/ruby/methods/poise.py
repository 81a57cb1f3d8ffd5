"""What resources use of the library `poise` 2: fused resources, and attributes that collect options."""

from __future__ import annotations

from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.mashes import mash_value
from driftcheck.chef.ruby.methods.interface import Call, Interpreter, MethodTable
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import (
    RubyError,
    RubyHash,
    RubyProc,
    Symbol,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

RESOURCE_CLASS = MethodTable("Chef::Resource", singleton=True)
PROVIDER_CLASS = MethodTable("Chef::Provider", singleton=True)
TABLES = (RESOURCE_CLASS, PROVIDER_CLASS)

POISE = "Poise"


@RESOURCE_CLASS.method(POISE, arity=(0, 1), structural=True)
@PROVIDER_CLASS.method(POISE, arity=(0, 1), structural=True)
def poise(call: Call) -> Value:
    """`Poise(fused: true)`: the module to include. Parents and containers are not evaluated."""
    options = call.args[0] if call.args else RubyHash()
    known = isinstance(options, RubyHash) and options.unknown is None and options.doubt is None
    if not known or any(each.key is not Symbol("fused") for each in options.entries.values()):
        raise unsupported("such a resource of poise is not evaluated")
    return call.interpreter.named_class(POISE)


def collects_options(cls: RubyClass, options: dict[str, Value]) -> bool:
    """Whether `attribute` makes one that collects options."""
    return options.get("option_collector") is True and any(each.name == POISE for each in cls.ancestors())


class OptionCollector:
    """An attribute that hashes are collected in; read, it is a Mash of its default and of those."""

    __slots__ = ("default", "interpreter", "name")

    def __init__(self, interpreter: Interpreter, name: str, options: dict[str, Value]) -> None:
        if not options.keys() <= {"option_collector", "default"}:
            raise unsupported("an attribute of this kind is not evaluated")
        default = options.get("default", RubyHash())
        if not isinstance(default, RubyHash) or default.unknown is not None:
            raise unsupported("the default of such an attribute is not evaluated")
        self.interpreter = interpreter
        self.name = name
        self.default = default

    def call(self, args: list[Value], block: RubyProc | None, me: RubyObject) -> Value:
        """`resource.name` reads, `resource.name hash` adds; a block's options are not evaluated."""
        value = me.variables.get(f"@{self.name}")
        if block is not None or isinstance(value, Unknown) or (args and isinstance(args[0], Unknown)):
            self.interpreter.met_unknown = True
            cause = unsupported("options in a block, or that are not known, are not evaluated")
            me.variables[f"@{self.name}"] = cause.unknown
            raise cause
        if value is None or value is False:
            value = me.variables[f"@{self.name}"] = mash_value(_copied(self.default))
        if args and args[0] is not None and args[0] is not False:
            given = plain_hash(args[0]) if isinstance(args[0], KeywordHash) else args[0]
            if not isinstance(given, RubyHash):
                text = f"Option {self.name} must be a Hash"
                raise RubyError("Chef::Exceptions::ValidationFailed", text)
            self.interpreter.send(value, "update", given)
        return value


def _copied(given: RubyHash) -> RubyHash:
    """A plain hash of the same pairs: `Mash.new` converts what is in it."""
    made = RubyHash()
    for entry in given.entries.values():
        made.put(entry.key, entry.value, entry.place)
    return made
