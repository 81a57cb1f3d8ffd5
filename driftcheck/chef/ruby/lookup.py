"""Which method a name means for a receiver."""

from __future__ import annotations

from typing import TypeAlias

from driftcheck.chef.ruby.classes import OF_KIND, Classes, class_name, known_names
from driftcheck.chef.ruby.methods.interface import Method
from driftcheck.chef.ruby.methods.registry import tables
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import RubyProc, Value

Found: TypeAlias = Method | RubyProc | None


_NONE: frozenset[str] = frozenset()
_GENERAL = ("Object", "Kernel", "BasicObject")
_SHARED = frozenset({"eql?", "clone", "dup", "freeze", "respond_to?", "hash"})
"""Methods of Object that do for every class what its own would do."""

_PLAIN = {
    "Chef::Node": ("default", "normal", "override", "[]"),
    "Chef::Node::VividMash": ("[]", "[]="),
    "Chef::Node::ImmutableMash": ("[]",),
}
"""The methods behind `default['a']['b'] = 1` and `node['a']['b']`."""


class Lookup:
    """The classes of one evaluation, and the methods found so far."""

    def __init__(self) -> None:
        self.classes = Classes()
        self.tables = tables()
        self.singletons: dict[int, dict[str, RubyProc]] = {}
        """Methods defined on a single object (the node), by its id."""
        self._found: dict[tuple[object, str], Found] = {}
        self.definitions = 0
        """How many methods, classes and constants code has defined."""
        self._plain: bool | None = True
        self._of_kind: dict[type, RubyClass] = {}

    def class_of(self, value: Value) -> RubyClass:
        """A value's class."""
        found = self._of_kind.get(value.__class__)
        if found is not None:
            return found
        name = OF_KIND.get(value.__class__)
        if name is not None:
            found = self._of_kind[value.__class__] = self.classes[name]
            return found
        if isinstance(value, RubyObject):
            return value.cls
        return self.classes[class_name(value)]

    def forget(self) -> None:
        """To be called when a method is defined or a module included."""
        self._found.clear()
        self._plain = None
        self.definitions += 1

    @property
    def is_plain(self) -> bool:
        """Whether attributes are read and written as Chef does it: no code has put its own methods there."""
        if self._plain is None:
            own = {name for names in _PLAIN.values() for name in names}
            self._plain = not any(own & each.keys() for each in self.singletons.values()) and all(
                self.instance_method(self.classes[each], name).__class__ is Method
                for each, names in _PLAIN.items()
                for name in names
            )
        return self._plain

    def find(self, receiver: Value, name: str) -> Found:
        """The method, None where there is none."""
        kind = receiver.__class__
        if kind is RubyClass:
            # Apart from the key of the class's own objects.
            key: tuple[object, str] = ((receiver,), name)
        elif kind is bool:
            key = (receiver is True, name)
        else:
            own = self.singletons.get(id(receiver)) if self.singletons else None
            if own is not None and name in own:
                return own[name]
            key = (kind if kind in OF_KIND else self.class_of(receiver), name)
        try:
            return self._found[key]
        except KeyError:
            found = self._found[key] = self._search(receiver, name)
            return found

    def _search(self, receiver: Value, name: str) -> Found:
        if isinstance(receiver, RubyClass):
            found = self._singleton(receiver, name)
            if found is not None:
                return found
        return self.instance_method(self.class_of(receiver), name)

    def _singleton(self, cls: RubyClass, name: str) -> Found:
        each: RubyClass | None = cls
        while each is not None:
            if name in each.singleton:
                return each.singleton[name]
            table = self.tables.get((each.name, True))
            if table is not None and name in table:
                return table[name]
            each = each.superclass
        return None

    def instance_method(self, cls: RubyClass, name: str, *, after: RubyClass | None = None) -> Found:
        """The method that instances of a class have; `after` that of a class, for `super`."""
        skipping = after is not None
        general: tuple[str, ...] = ()
        for each in cls.ancestors():
            if skipping:
                skipping = each is not after
                continue
            if each.name in general:
                # Ruby has another method of this name lower down, which is not evaluated.
                return None
            if name in each.methods:
                return each.methods[name]
            table = self.tables.get((each.name, False))
            if table is not None and name in table:
                return table[name]
            if name not in _SHARED and name in known_names().get(each.name, _NONE):
                general = (*_GENERAL, "Enumerable") if each.name == "Hash" else general or _GENERAL
        return None

    def is_known(self, receiver: Value, name: str, *, own: bool) -> bool:
        """Whether Ruby or its standard library has such a method: it is unsupported then, not missing."""
        names = known_names()
        nothing: frozenset[str] = frozenset()
        if isinstance(receiver, RubyClass):
            each: RubyClass | None = receiver
            while each is not None:
                if name in names.get(f"{each.name}.", nothing):
                    return True
                each = each.superclass
        for each in self.class_of(receiver).ancestors():
            if name in names.get(each.name, nothing):
                return True
            if own and name in names.get(f"{each.name} private", nothing):
                return True
        return False

    def is_private(self, receiver: Value, name: str, found: Found) -> bool:
        """Whether the method is one of Kernel's functions, which take no explicit receiver."""
        private = known_names()["Kernel private"]
        if name not in private:
            return False
        if isinstance(receiver, RubyClass):
            public = known_names().get(f"{receiver.name}.", _NONE)
            if receiver.name == "Kernel" or name in public:
                return False
        kernel = self.tables.get(("Kernel", False), {}).get(name)
        return found is None or found is kernel
