"""IPAddr of IPv4: what attribute files derive a broker's id from."""

from __future__ import annotations

import ipaddress

from driftcheck.chef.ruby.methods.conversions import require_known, to_integer
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyString, Value, unsupported

ADDRESS = MethodTable("IPAddr")
ADDRESS_CLASS = MethodTable("IPAddr", singleton=True)
TABLES = (ADDRESS, ADDRESS_CLASS)

AF_INET = 2


def _made(call: Call, network: ipaddress.IPv4Network) -> RubyObject:
    return RubyObject(call.interpreter.named_class("IPAddr"), network)


def _network(text: str) -> ipaddress.IPv4Network:
    """The network of a text; an address alone has 32 bits. Only IPv4 is worked out."""
    try:
        return ipaddress.IPv4Network(text.strip(), strict=False)
    except ValueError:
        raise unsupported("an IPAddr that is no IPv4 address") from None


@ADDRESS_CLASS.method("new", arity=(0, 2))
def new(call: Call) -> Value:
    """An address or network of a text, or of an integer."""
    given = require_known(call.arg(0))
    if given.__class__ is int and call.arg(1) == AF_INET and 0 <= given < 1 << 32:
        return _made(call, ipaddress.IPv4Network((given, 32)))
    if not isinstance(given, RubyString) or len(call.args) > 1:
        raise unsupported("such an IPAddr")
    return _made(call, _network(given.text))


def _value(call: Call) -> ipaddress.IPv4Network:
    network = call.receiver.data
    assert isinstance(network, ipaddress.IPv4Network)
    return network


@ADDRESS.method("to_i")
def to_i(call: Call) -> Value:
    """The address as a number."""
    return int(_value(call).network_address)


@ADDRESS.method("to_s", "to_string")
def to_s(call: Call) -> Value:
    """The address as text."""
    return RubyString(str(_value(call).network_address))


@ADDRESS.method("inspect")
def inspect(call: Call) -> Value:
    """With its mask."""
    network = _value(call)
    return RubyString(f"#<IPAddr: IPv4:{network.network_address}/{network.netmask}>")


@ADDRESS.method("prefix")
def prefix(call: Call) -> Value:
    """How many bits the network has."""
    return _value(call).prefixlen


@ADDRESS.method("ipv4?")
def ipv4(call: Call) -> Value:
    """True."""
    return True


@ADDRESS.method("ipv6?")
def ipv6(call: Call) -> Value:
    """False."""
    return False


@ADDRESS.method("mask", arity=1)
def mask(call: Call) -> Value:
    """The network of so many bits around it."""
    bits = to_integer(call.interpreter, call.args[0])
    if not 0 <= bits <= 32:
        raise unsupported("a mask of so many bits")
    return _made(call, ipaddress.IPv4Network((int(_value(call).network_address), bits), strict=False))


@ADDRESS.method("succ")
def succ(call: Call) -> Value:
    """The next address."""
    network = _value(call)
    if network.prefixlen != 32 or int(network.network_address) == (1 << 32) - 1:
        raise unsupported("the successor of such an IPAddr")
    return _made(call, ipaddress.IPv4Network((int(network.network_address) + 1, 32)))


@ADDRESS.method("include?", "===", arity=1)
def includes(call: Call) -> Value:
    """Whether an address lies in the network."""
    other = require_known(call.args[0])
    if isinstance(other, RubyString):
        inner = _network(other.text)
    elif isinstance(other, RubyObject) and isinstance(other.data, ipaddress.IPv4Network):
        inner = other.data
    else:
        raise unsupported("whether something other lies in a network")
    return inner.subnet_of(_value(call))


@ADDRESS.method("reverse")
def reverse(call: Call) -> Value:
    """Its name for reverse lookups."""
    return RubyString(_value(call).network_address.reverse_pointer)
