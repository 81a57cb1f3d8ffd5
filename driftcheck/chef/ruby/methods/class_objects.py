"""Classes and modules as objects: `new`, names, ancestors, `include`, `attr_reader`."""

from __future__ import annotations

from driftcheck.chef.ruby.beginnings import AncestorList
from driftcheck.chef.ruby.methods.conversions import kind_word
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.objects import name_of
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyProc,
    RubyString,
    Symbol,
    Value,
    truthy,
    unsupported,
)

MODULE = MethodTable("Module")
CLASS = MethodTable("Class")
CLASS_CLASS = MethodTable("Class", singleton=True)
MODULE_CLASS = MethodTable("Module", singleton=True)
OBJECT_CLASS = MethodTable("Object", singleton=True)
TABLES = (MODULE, CLASS, CLASS_CLASS, MODULE_CLASS, OBJECT_CLASS)

PLAIN_NEW = "the objects of this class are not evaluated"


@CLASS.method("new", arity=(0, None), structural=True)
def new(call: Call) -> Value:
    """A new object of a class written in Ruby."""
    cls = call.receiver
    if not _is_written(cls):
        raise unsupported(PLAIN_NEW)
    made = RubyObject(cls)
    for each in cls.ancestors():
        if "initialize" in each.methods:
            each.methods["initialize"].call(list(call.args), call.block, made)
            return made
    if call.args:
        raise RubyError("ArgumentError", f"wrong number of arguments (given {len(call.args)}, expected 0)")
    return made


def _is_written(cls: RubyClass) -> bool:
    """Whether a class and all above it up to Object are written in Ruby."""
    each: RubyClass | None = cls
    while each is not None and each.name != "Object":
        if not each.is_written:
            return False
        each = each.superclass
    return True


@CLASS_CLASS.method("new", arity=(0, 1))
def new_class(call: Call) -> Value:
    """`Class.new(A) { … }`."""
    parent = call.args[0] if call.args else call.interpreter.named_class("Object")
    if not isinstance(parent, RubyClass):
        raise RubyError("TypeError", "superclass must be a Class")
    if call.block is not None:
        raise unsupported("the body of Class.new is not evaluated")
    made = RubyClass("", parent)
    made.is_written = True
    return made


@CLASS.method("superclass")
def superclass(call: Call) -> Value:
    """The class above."""
    return call.receiver.superclass


@MODULE.method("name")
def name(call: Call) -> Value:
    """The full name, nil where it has none."""
    return RubyString(call.receiver.name) if call.receiver.name else None


@MODULE.method("to_s", "inspect")
def to_s(call: Call) -> Value:
    """The full name."""
    if not call.receiver.name:
        raise unsupported("the text of a nameless class holds its address")
    return RubyString(call.receiver.name)


@MODULE.method("===", arity=1, structural=True)
def case_equal(call: Call) -> Value:
    """Whether the value is one of the class."""
    return call.receiver in call.interpreter.class_of(call.args[0]).ancestors()


@MODULE.method("==", arity=1)
def equal(call: Call) -> Value:
    """Identity."""
    return call.receiver is call.args[0]


@MODULE.method("<", "<=", ">", ">=", arity=1)
def compare(call: Call) -> Value:
    """Who inherits from whom; nil for strangers."""
    (other,) = call.args
    if not isinstance(other, RubyClass):
        raise RubyError("TypeError", "compared with non class/module")
    below, above = (call.receiver, other) if call.name.startswith("<") else (other, call.receiver)
    if below is above:
        return call.name.endswith("=")
    if above in below.ancestors():
        return True
    return False if below in above.ancestors() else None


@MODULE.method("ancestors")
def ancestors(call: Call) -> Value:
    """All that methods are looked up in. Libraries mix more into the built-in classes than is known here."""
    found = list(call.receiver.ancestors())
    if all(each.is_written for each in found):
        return RubyArray(found)
    call.interpreter.met_unknown = True
    return AncestorList(found, unsupported("the ancestors of a built-in class are not all known").unknown)


@MODULE.method("include", "prepend", arity=(1, None))
def include(call: Call) -> Value:
    """Mixes modules in."""
    mixed_in = call.receiver.prepended if call.name == "prepend" else call.receiver.modules
    for module in reversed(call.args):
        truthy(module)
        if not isinstance(module, RubyClass) or not module.is_module:
            raise RubyError("TypeError", "wrong argument type (expected module)")
        if module not in mixed_in:
            mixed_in.insert(0, module)
    forget = getattr(call.interpreter, "lookup", None)
    if forget is not None:
        forget.forget()
    return call.receiver


@MODULE.method("include?", arity=1)
def includes(call: Call) -> Value:
    """Whether a module is mixed in."""
    if not isinstance(call.args[0], RubyClass) or not call.args[0].is_module:
        word = kind_word(call.interpreter, call.args[0])
        raise RubyError("TypeError", f"wrong argument type {word} (expected Module)")
    return call.args[0] is not call.receiver and call.args[0] in call.receiver.ancestors()


@MODULE.method("private", "public", "protected", "private_class_method", "private_constant", arity=(0, None))
def visibility(call: Call) -> Value:
    """Who may call is not kept."""
    return call.args[0] if len(call.args) == 1 else None


@MODULE.method("module_function", arity=(0, None))
def module_function(call: Call) -> Value:
    """Methods that the module itself has too."""
    if not call.args:
        call.receiver.function_module = True
        return None
    for each in call.args:
        method = call.receiver.methods.get(name_of(call, each))
        if method is not None:
            call.receiver.singleton[name_of(call, each)] = method
    return None


@MODULE.method("attr_reader", "attr_writer", "attr_accessor", arity=(0, None))
def attributes(call: Call) -> Value:
    """Methods that read and write instance variables."""
    for each in call.args:
        word = name_of(call, each)
        if call.name != "attr_writer":
            call.receiver.methods[word] = _reader(f"@{word}")
        if call.name != "attr_reader":
            call.receiver.methods[f"{word}="] = _writer(f"@{word}")
    lookup = getattr(call.interpreter, "lookup", None)
    if lookup is not None:
        lookup.forget()
    return RubyArray([Symbol(name_of(call, each)) for each in call.args])


def _reader(variable: str) -> RubyProc:
    def read(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        return me.variables.get(variable)

    return RubyProc(read, arity=0, is_lambda=True)


def _writer(variable: str) -> RubyProc:
    def write(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        me.variables[variable] = args[0]
        return args[0]

    return RubyProc(write, arity=1, is_lambda=True)


@MODULE.method("class_eval", "module_eval", "class_exec", "module_exec", arity=(0, None))
def class_eval(call: Call) -> Value:
    """The block as the class's body."""
    block = call.block
    if block is None or block.frame is None or not call.receiver.is_written:
        raise LimitReachedError(f"{call.name} is not evaluated")
    context, lookup = block.frame.context, getattr(call.interpreter, "lookup", None)
    outer = context.target
    context.target = call.receiver
    try:
        return block.call(call.args or [call.receiver], None, call.receiver)
    finally:
        context.target = outer
        if lookup is not None:
            lookup.forget()


@MODULE.method("define_method", arity=(1, 2), structural=True)
def define_method(call: Call) -> Value:
    """A method that is a block, a proc or another method."""
    body, word = call.arg(1, call.block), name_of(call, call.args[0])
    if not isinstance(body, RubyProc):
        raise LimitReachedError("define_method is not evaluated")
    given = body
    if given.frame is not None:
        given.is_lambda = True  # `return` leaves it, and arguments are counted.
    call.receiver.methods[word] = RubyProc(
        lambda args, block, me: given.call(args, block, me),
        arity=given.arity, is_lambda=True, parameters=given.parameters, place=given.place,
    )  # fmt: skip
    lookup = getattr(call.interpreter, "lookup", None)
    if lookup is not None:
        lookup.forget()
    return Symbol(word)


@MODULE.method("alias_method", "remove_const", arity=(0, None))
@MODULE.method("undef_method", "remove_method", "const_set", arity=(0, None))
def reflection(call: Call) -> Value:
    """Changes classes in ways that are not followed: nothing is sure afterwards."""
    raise LimitReachedError(f"{call.name} is not evaluated")
