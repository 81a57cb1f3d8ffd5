"""What every object answers: identity, class, copies, `send`, `tap`, instance variables."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import safe_dup
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import (
    RubyEnumerator,
    RubyError,
    RubyMatch,
    RubyProc,
    RubyString,
    Symbol,
    Value,
    truthy,
    unsupported,
)

OBJECT = MethodTable("Object")
BASIC = MethodTable("BasicObject")
TABLES = (OBJECT, BASIC)


@OBJECT.method("class", structural=True)
def class_(call: Call) -> Value:
    """`class`."""
    return call.interpreter.class_of(call.receiver)


@OBJECT.method("singleton_class")
def singleton_class(call: Call) -> Value:
    """Not evaluated."""
    raise unsupported("singleton_class is not evaluated")


@OBJECT.method("is_a?", "kind_of?", arity=1, structural=True)
def is_a(call: Call) -> Value:
    """Whether the class is among the ancestors."""
    (cls,) = call.args
    truthy(cls)
    if not isinstance(cls, RubyClass):
        raise RubyError("TypeError", "class or module required")
    return cls in call.interpreter.class_of(call.receiver).ancestors()


@OBJECT.method("instance_of?", arity=1, structural=True)
def instance_of(call: Call) -> Value:
    """Whether it is the class itself."""
    truthy(call.args[0])
    if not isinstance(call.args[0], RubyClass):
        raise RubyError("TypeError", "class or module required")
    return call.interpreter.class_of(call.receiver) is call.args[0]


@OBJECT.method("nil?", structural=True)
def is_nil(call: Call) -> Value:
    """Whether it is nil."""
    return call.receiver is None


@BASIC.method("!", structural=True)
def negate(call: Call) -> Value:
    """`!a`."""
    return not truthy(call.receiver)


@BASIC.method("==", arity=1)
def equal(call: Call) -> Value:
    """Identity, where a class has no `==` of its own."""
    return same(call.receiver, call.args[0])


@BASIC.method("equal?", arity=1, structural=True)
def identical(call: Call) -> Value:
    """Identity."""
    truthy(call.args[0])
    return same(call.receiver, call.args[0])


def same(left: Value, right: Value) -> bool:
    """Whether two values are one object."""
    if isinstance(left, (int, float)) and left.__class__ is right.__class__:
        return bool(left == right)
    return left is right


@OBJECT.method("===", arity=1)
def case_equal(call: Call) -> Value:
    """`===`, which is `==` where a class has none of its own."""
    return call.interpreter.equal(call.receiver, call.args[0])


@OBJECT.method("=~", arity=1)
def no_match(call: Call) -> Value:
    """nil."""
    return None


@OBJECT.method("<=>", arity=1)
def compare(call: Call) -> Value:
    """0 for what is equal, else nil."""
    return 0 if call.interpreter.equal(call.receiver, call.args[0]) else None


@OBJECT.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """Whether both are the same key of a hash."""
    return call.interpreter.eql(call.receiver, call.args[0])


@OBJECT.method("hash")
def hash_(call: Call) -> Value:
    """A number that differs from run to run."""
    raise unsupported("hash numbers differ from run to run")


@OBJECT.method("object_id", "__id__", structural=True)
def object_id(call: Call) -> Value:
    """A number that differs from run to run."""
    raise unsupported("object ids differ from run to run")


@OBJECT.method("dup", structural=True)
def dup(call: Call) -> Value:
    """A copy that is not frozen."""
    return _copied(call.receiver)


@OBJECT.method("clone", keywords=("freeze",), structural=True)
def clone(call: Call) -> Value:
    """A copy, frozen if the receiver is."""
    made = _copied(call.receiver)
    frozen = getattr(call.receiver, "frozen", False) if call.keywords.get("freeze") is not False else False
    if made is not call.receiver and hasattr(made, "frozen"):
        made.frozen = frozen
    return made


def _copied(value: Value) -> Value:
    if isinstance(value, RubyObject):
        if value.data is not None or type(value) is not RubyObject:
            raise unsupported("the copy of such an object is not evaluated")
        made = RubyObject(value.cls)
        made.variables = dict(value.variables)
        return made
    if isinstance(value, RubyClass):
        raise unsupported("the copy of a class is not evaluated")
    return safe_dup(value)


@OBJECT.method("freeze", structural=True)
def freeze(call: Call) -> Value:
    """Freezes and returns the receiver."""
    if hasattr(call.receiver, "frozen"):
        call.receiver.frozen = True
    return call.receiver


@OBJECT.method("frozen?", structural=True)
def is_frozen(call: Call) -> Value:
    """Whether it is frozen; numbers, symbols, nil and ranges always are."""
    return bool(
        getattr(call.receiver, "frozen", not isinstance(call.receiver, (RubyProc, RubyMatch, RubyEnumerator)))
    )


@OBJECT.method("itself", structural=True)
def itself(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@OBJECT.method("tap", structural=True)
def tap(call: Call) -> Value:
    """Yields the receiver and returns it."""
    if call.block is None:
        raise RubyError("LocalJumpError", "no block given (yield)")
    call.yield_(call.receiver)
    return call.receiver


@OBJECT.method("then", "yield_self", structural=True)
def then(call: Call) -> Value:
    """What the block makes of the receiver."""
    return call.enumerator() if call.block is None else call.yield_(call.receiver)


def name_of(call: Call, value: Value) -> str:
    """A method's name, given as symbol or string. TypeError for anything else."""
    truthy(value)
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RubyString):
        return value.text
    raise RubyError("TypeError", f"{call.interpreter.inspect(value)} is not a symbol nor a string")


@OBJECT.method("send", "__send__", "public_send", arity=(1, None), structural=True)
def send(call: Call) -> Value:
    """Calls a method by name."""
    return call.interpreter.send(call.receiver, name_of(call, call.args[0]), *call.args[1:], block=call.block)


@OBJECT.method("respond_to?", arity=(1, 2), structural=True)
def respond_to(call: Call) -> Value:
    """Whether there is such a public method."""
    return call.interpreter.responds_to(call.receiver, name_of(call, call.args[0]))


@OBJECT.method("method", arity=1, structural=True)
def method(call: Call) -> Value:
    """The method as an object to call."""
    name, receiver, interpreter = name_of(call, call.args[0]), call.receiver, call.interpreter
    if not interpreter.responds_to(receiver, name):
        raise unsupported("methods that are not public are not made objects")

    def run(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        return interpreter.send(receiver, name, *args, block=block)

    return RubyProc(run, is_lambda=True, method_name=name, receiver=receiver)


@OBJECT.method("instance_variable_get", arity=1)
def instance_variable_get(call: Call) -> Value:
    """`@a` by name."""
    return getattr(call.receiver, "variables", {}).get(name_of(call, call.args[0]))


@OBJECT.method("instance_variable_set", arity=2, structural=True)
def instance_variable_set(call: Call) -> Value:
    """`@a = value` by name."""
    if not isinstance(call.receiver, (RubyObject, RubyClass)):
        raise unsupported("instance variables of a built-in value are not evaluated")
    call.receiver.variables[name_of(call, call.args[0])] = call.args[1]
    return call.args[1]


@OBJECT.method("instance_variable_defined?", arity=1)
def instance_variable_defined(call: Call) -> Value:
    """Whether `@a` is set."""
    return name_of(call, call.args[0]) in getattr(call.receiver, "variables", {})


@BASIC.method("instance_eval", "instance_exec", arity=(0, None))
def instance_eval(call: Call) -> Value:
    """Runs the block with the receiver as `self`."""
    if call.block is None:
        raise unsupported("code in a text is not evaluated")
    args = call.args if call.name == "instance_exec" else [call.receiver]
    return call.block.call(list(args), None, call.receiver)


@OBJECT.method("extend", arity=(1, None))
def extend(call: Call) -> Value:
    """Gives a class or module the methods of modules."""
    receiver = call.receiver
    if not isinstance(receiver, RubyClass):
        raise unsupported("extend of an object is not evaluated")
    for module in call.args:
        for each in module.ancestors():
            for name, method in each.methods.items():
                receiver.singleton.setdefault(name, method)
    return receiver


@OBJECT.method("to_s", "inspect")
def to_s(call: Call) -> Value:
    """`#<A:0x…>` holds an address."""
    raise unsupported("the text of an object holds its address")


@OBJECT.method("to_enum", "enum_for", arity=(0, None))
def to_enum(call: Call) -> Value:
    """An Enumerator of a method."""
    name = name_of(call, call.args[0]) if call.args else "each"
    return call.interpreter.enumerator(call.receiver, name, *call.args[1:])
