"""Integer: what it does otherwise than Float; the rest is in `numeric`."""

from __future__ import annotations

import math

from driftcheck.chef.ruby.methods.arithmetic import divided_by_zero, operand
from driftcheck.chef.ruby.methods.conversions import integer, require_known, to_integer
from driftcheck.chef.ruby.methods.format import in_base
from driftcheck.chef.ruby.methods.indexes import is_range
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.numbers import MAX_BITS, bounded, cannot_coerce, float_of_integer
from driftcheck.chef.ruby.methods.string_texts import AsciiText
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, unsupported

INTEGER = MethodTable("Integer")
INTEGER_CLASS = MethodTable("Integer", singleton=True)
TABLES = (INTEGER, INTEGER_CLASS)


@INTEGER.method("to_s", "inspect", arity=(0, 1))
def to_s(call: Call) -> Value:
    """Its figures in base 2 to 36."""
    base = integer(call, 0, 10)
    if not 2 <= base <= 36:
        raise RubyError("ArgumentError", f"invalid radix {base}")
    if call.receiver.bit_length() > MAX_BITS // 4:
        raise unsupported("a number of so many figures")
    figures = in_base(abs(call.receiver), base)
    return RubyString(AsciiText("-" + figures if call.receiver < 0 else figures))


@INTEGER.method("to_i", "to_int", "ord", "numerator")
def itself(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@INTEGER.method("to_f")
def to_f(call: Call) -> Value:
    """The nearest float."""
    return float_of_integer(call.receiver)


@INTEGER.method("denominator")
def denominator(call: Call) -> Value:
    """1."""
    return 1


@INTEGER.method("succ", "next")
def succ(call: Call) -> Value:
    """One more."""
    return call.receiver + 1


@INTEGER.method("pred")
def pred(call: Call) -> Value:
    """One less."""
    return call.receiver - 1


@INTEGER.method("even?")
def even(call: Call) -> Value:
    """Whether 2 divides it."""
    return call.receiver % 2 == 0


@INTEGER.method("odd?")
def odd(call: Call) -> Value:
    """Whether it does not."""
    return call.receiver % 2 == 1


@INTEGER.method("chr", arity=(0, 1))
def chr_(call: Call) -> Value:
    """The character of this code; without an encoding up to 255."""
    code = call.receiver
    limit = 0x10FFFF if call.args else 0xFF
    if code.bit_length() > 63:
        raise RubyError("RangeError", "bignum out of char range")
    if not 0 <= code <= limit or 0xD800 <= code < 0xE000:
        raise RubyError("RangeError", f"{code} out of char range")
    if call.args:
        name = call.interpreter.to_s(require_known(call.args[0])).upper()
        if name not in ("UTF-8", "UTF8"):
            raise unsupported("chr in another encoding")
        return RubyString(chr(code))
    if (code < 0x20 and chr(code) not in "\t\n\v\f\r\a\b\x1b") or code == 0x7F:
        raise unsupported("a control character in US-ASCII")
    return RubyString(chr(code), binary=code > 0x7F)


@INTEGER.method("&", "|", "^", arity=1)
def bits(call: Call) -> Value:
    """Bit by bit."""
    left, right = call.receiver, call.args[0]
    if require_known(right).__class__ is float:
        shown = call.interpreter.inspect(right)
        raise RubyError("TypeError", f"{shown} can't be coerced into Integer")
    if right.__class__ is not int:
        cannot_coerce(call.interpreter, right, "Integer")
    return left & right if call.name == "&" else left | right if call.name == "|" else left ^ right


@INTEGER.method("~")
def invert(call: Call) -> Value:
    """Every bit turned."""
    return ~call.receiver


@INTEGER.method("<<", ">>", arity=1)
def shift(call: Call) -> Value:
    """Its bits moved."""
    count = to_whole_index(call, require_known(call.args[0]))
    left = count if call.name == "<<" else -count
    if left > 0 and left + call.receiver.bit_length() > MAX_BITS:
        raise unsupported("an integer this large")
    return call.receiver << left if left >= 0 else call.receiver >> -left


@INTEGER.method("[]", arity=(1, 2))
def bit(call: Call) -> Value:
    """One of its bits."""
    if len(call.args) > 1 or is_range(call.args[0]):
        raise unsupported("several bits of an integer")
    at = to_whole_index(call, call.args[0])
    return 0 if at < 0 else (call.receiver >> min(at, MAX_BITS)) & 1


def to_whole_index(call: Call, value: Value) -> int:
    """`to_int` of any size, in the words of `rb_to_int`."""
    if value.__class__ is int:
        return int(value)
    if value is None:
        raise RubyError("TypeError", "no implicit conversion of nil into Integer")
    return to_integer(call.interpreter, value)


@INTEGER.method("bit_length")
def bit_length(call: Call) -> Value:
    """How many bits it takes."""
    return (call.receiver if call.receiver >= 0 else ~call.receiver).bit_length()


@INTEGER.method("size")
def size(call: Call) -> Value:
    """How many bytes its machine word takes."""
    if call.receiver.bit_length() > 62:
        raise unsupported("the size of so large an integer")
    return 8


@INTEGER.method("digits", arity=(0, 1))
def digits(call: Call) -> Value:
    """Its figures, the last one first."""
    base = integer(call, 0, 10)
    if base < 0:
        raise RubyError("ArgumentError", "negative radix")
    if base < 2:
        raise RubyError("ArgumentError", f"invalid radix {base}")
    if call.receiver < 0:
        raise RubyError("Math::DomainError", "out of domain")
    rest: int = call.receiver
    found: list[Value] = []
    while rest or not found:
        rest, figure = divmod(rest, base)
        found.append(figure)
        call.interpreter.spend(1)
    return RubyArray(found)


@INTEGER.method("gcd", "lcm", "gcdlcm", arity=1)
def common(call: Call) -> Value:
    """The greatest common divisor, the least common multiple."""
    other = require_known(call.args[0])
    if other.__class__ is not int:
        raise RubyError("TypeError", "not an integer")
    greatest, least = math.gcd(call.receiver, other), bounded(math.lcm(call.receiver, other))
    if call.name == "gcdlcm":
        return RubyArray([greatest, least])
    return greatest if call.name == "gcd" else least


@INTEGER.method("pow", arity=(1, 2))
def pow_(call: Call) -> Value:
    """`**`, or modulo another number."""
    if len(call.args) == 1:
        return call.interpreter.send(call.receiver, "**", call.args[0])
    exponent, modulus = map(require_known, call.args)
    if exponent.__class__ is not int or modulus.__class__ is not int or exponent < 0 or modulus < 0:
        raise unsupported("pow with such numbers")
    if modulus == 0:
        divided_by_zero()
    return pow(call.receiver, exponent, modulus)


@INTEGER.method("fdiv", arity=1)
def fdiv(call: Call) -> Value:
    """The quotient as a float."""
    right = operand(call)
    if max(abs(call.receiver), abs(right)) >= 1 << 53 and right.__class__ is int:
        raise unsupported("fdiv of such large numbers")
    return call.interpreter.send(float_of_integer(call.receiver), "/", right)


@INTEGER.method("allbits?", "anybits?", "nobits?", arity=1)
def has_bits(call: Call) -> Value:
    """Whether all, some or none of these bits are set."""
    mask = integer(call, 0)
    found = call.receiver & mask
    return {"allbits?": found == mask, "anybits?": found != 0, "nobits?": found == 0}[call.name]


@INTEGER.method("times", structural=True)
def times(call: Call) -> Value:
    """Yields 0, 1 and so on, so many times."""
    if call.block is None:
        return call.enumerator()
    at = 0
    while at < call.receiver:
        call.interpreter.spend(1)
        call.yield_(at)
        at += 1
    return call.receiver


@INTEGER.method("upto", "downto", arity=1, structural=True)
def upto(call: Call) -> Value:
    """Yields the integers from it to the other."""
    if call.block is None:
        return call.enumerator()
    down = call.name == "downto"
    at = call.receiver
    sign = "<" if down else ">"
    while not call.interpreter.send(at, sign, require_known(call.args[0])):
        call.interpreter.spend(1)
        call.yield_(at)
        at += -1 if down else 1
    return call.receiver


@INTEGER.method("dup", "clone", arity=(0, None))
def dup(call: Call) -> Value:
    """The receiver itself."""
    return call.receiver


@INTEGER_CLASS.method("sqrt", arity=1)
def sqrt(call: Call) -> Value:
    """The square root, cut off."""
    value = to_whole_index(call, require_known(call.args[0]))
    if value < 0:
        raise RubyError("Math::DomainError", 'Numerical argument is out of domain - "isqrt"')
    return math.isqrt(value)
