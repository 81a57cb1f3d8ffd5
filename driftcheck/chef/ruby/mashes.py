"""Chef's kinds of hashes and arrays: what attribute levels are made of, and what reading a node gives.

`Mash` (ChefUtils::Mash), `VividMash` and `AttrArray` (a level), `ImmutableMash` and `ImmutableArray` (a
node read). All turn symbol keys into strings; integer keys stay.
"""

from __future__ import annotations

from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString, Symbol, Value


class Mash(RubyHash):
    """`ChefUtils::Mash`: hashes put into it become Mashes too."""

    __slots__ = ()

    def convert_key(self, key: Value) -> Value:
        """A symbol becomes a string."""
        return RubyString(key.name, frozen=True) if key.__class__ is Symbol else key


class VividMash(Mash):
    """`Chef::Node::VividMash`: part of one attribute level; reading a missing key makes it."""

    __slots__ = ()


class AttrArray(RubyArray):
    """`Chef::Node::AttrArray`: an array in an attribute level."""

    __slots__ = ()


class ImmutableMash(Mash):
    """`Chef::Node::ImmutableMash`: a hash of the merged attributes."""

    __slots__ = ()


class ImmutableArray(RubyArray):
    """`Chef::Node::ImmutableArray`: an array of the merged attributes."""

    __slots__ = ()
