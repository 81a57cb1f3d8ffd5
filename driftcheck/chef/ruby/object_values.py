"""Classes and modules, and the objects of those that have no kind of their own in `values`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from driftcheck.chef.ruby.values import Place, RubyProc, Value


class RubyClass:
    """A class or module: its full name, superclass, included modules (the last one first to be asked)."""

    __slots__ = (
        "constants",
        "frozen",
        "function_module",
        "is_module",
        "is_written",
        "methods",
        "modules",
        "name",
        "prepended",
        "singleton",
        "superclass",
        "variables",
    )

    def __init__(self, name: str, superclass: RubyClass | None = None, *, is_module: bool = False) -> None:
        self.name = name
        self.superclass = superclass
        self.is_module = is_module
        self.modules: list[RubyClass] = []
        self.prepended: list[RubyClass] = []
        """Modules that are asked before the class itself, the last one first."""
        self.constants: dict[str, Value] = {}
        self.methods: dict[str, RubyProc] = {}
        """Methods written in Ruby."""
        self.singleton: dict[str, RubyProc] = {}
        self.variables: dict[str, Value] = {}
        self.frozen = False
        self.is_written = False
        """Whether it was made by Ruby code that has been evaluated."""
        self.function_module = False
        """Whether `module_function` makes the methods that follow its own."""

    def __repr__(self) -> str:
        return f"RubyClass({self.name})"

    def ancestors(self) -> Iterator[RubyClass]:
        """Itself, its modules, its superclass and so on: the order in which methods are looked up."""
        each: RubyClass | None = self
        while each is not None:
            for module in each.prepended:
                yield from module.ancestors()
            yield each
            for module in each.modules:
                yield from module.ancestors()
            each = each.superclass


class RubyObject:
    """Any other object: its class, its instance variables, and `data` for what Python keeps of it."""

    __slots__ = ("cls", "data", "frozen", "variables")

    def __init__(self, cls: RubyClass, data: Any = None) -> None:
        self.cls = cls
        self.variables: dict[str, Value] = {}
        self.data = data
        self.frozen = False


class RubyException(RubyObject):
    """An exception object; `message` is what was given for it, `place` where it was raised."""

    __slots__ = ("message", "place")

    def __init__(self, cls: RubyClass, message: Value = None, place: Place | None = None) -> None:
        super().__init__(cls)
        self.message = message
        self.place = place
