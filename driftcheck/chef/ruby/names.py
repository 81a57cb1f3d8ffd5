"""Variables other than local ones, constants, and the definitions of methods and classes."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.ruby.calling import Calling
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.unknowns import without_candidates
from driftcheck.chef.ruby.values import (
    Place,
    RubyError,
    RubyMatch,
    RubyProc,
    RubyString,
    Symbol,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown, UnknownKind


class Names(Calling):
    """The part of an evaluation that knows names."""

    def get_instance_variable(self, frame: Frame, name: str) -> Value:
        """`@a`."""
        self.touch(frame.me)
        value = _variables(frame.me).get(name)
        if value.__class__ is Unknown:
            self.met_unknown = True
        return value

    def has_instance_variable(self, frame: Frame, name: str) -> bool:
        """Whether it is set."""
        self.touch(frame.me)
        return name in _variables(frame.me)

    def set_instance_variable(self, frame: Frame, name: str, value: Value) -> None:
        """`@a = value`."""
        self.touch()
        if not isinstance(frame.me, (RubyObject, RubyClass)):
            raise unsupported("instance variables of a built-in value are not evaluated")
        frame.me.variables[name] = value

    def _class_home(self, frame: Frame) -> RubyClass:
        return frame.context.cref[0]

    def get_class_variable(self, frame: Frame, name: str) -> Value:
        """`@@a`."""
        self.touch()
        home = self._class_home(frame)
        if name not in home.variables:
            raise RubyError("NameError", f"uninitialized class variable {name} in {home.name}")
        return home.variables[name]

    def has_class_variable(self, frame: Frame, name: str) -> bool:
        """Whether it is set."""
        self.touch()
        return name in self._class_home(frame).variables

    def set_class_variable(self, frame: Frame, name: str, value: Value) -> None:
        """`@@a = value`."""
        self.touch()
        self._class_home(frame).variables[name] = value

    def get_global(self, frame: Frame, name: str) -> Value:
        """`$a`; what Ruby itself sets is Unknown but for the last match and error."""
        match = frame.context.last_match
        if name == "$~":
            return match
        if isinstance(match, Unknown):
            return match if name in ("$`", "$'", "$&", "$+") else self._other_global(name)
        if name in ("$`", "$'", "$&", "$+"):
            return _around(match, name)
        return self._other_global(name)

    def _other_global(self, name: str) -> Value:
        self.touch()
        if name == "$!":
            return self.error
        if name in self.globals.variables:
            return self.globals.variables[name]
        if name in ("$/", "$-0"):
            return RubyString("\n", frozen=True)
        if name in ("$,", "$;", "$\\"):
            return None
        if name[1:].isidentifier() and name[1:].islower() and self.sealed:
            return None
        self.met_unknown = True
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the variable {name} is not known")

    def set_global(self, frame: Frame, name: str, value: Value) -> None:
        """`$a = value`."""
        self.touch()
        self.globals.variables[name] = value

    def file_name(self, place: Place) -> Value:
        """`__FILE__`: where Chef keeps its cookbooks is not known."""
        self.touch()
        self.met_unknown = True
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason="where the file lies on the machine is not known")

    def constant(self, frame: Frame, name: str, place: Place) -> Value:
        """A constant by its bare name."""
        for cls in frame.context.cref:
            if name in cls.constants:
                return self._written_constant(cls, cls.constants[name])
            if cls is not self.top and f"{cls.name}::{name}" in self.lookup.classes:
                return self.lookup.classes[f"{cls.name}::{name}"]
        for cls in frame.context.cref[0].ancestors():
            if name in cls.constants:
                return self._written_constant(cls, cls.constants[name])
        found = self._global_constant(name)
        if found is _NO_CONSTANT:
            return self._no_constant(f"{frame.context.cref[0].name}::{name}", place)
        return found

    def _written_constant(self, home: RubyClass, value: Value) -> Value:
        """A constant of Ruby code. Those of libraries are the same in every run, if they cannot change."""
        if home is self.top or value.__class__ not in _LASTING:
            self.touch()
        return value

    def _global_constant(self, name: str) -> Value:
        if name in self.object_class.constants:
            return self._written_constant(self.object_class, self.object_class.constants[name])
        if name in self.lookup.classes:
            return self.lookup.classes[name]
        found = self.constants(name)
        if found.__class__ is Unknown:
            self.met_unknown = True
        return _NO_CONSTANT if found is None else found

    def _no_constant(self, name: str, place: Place) -> Value:
        if not self.sealed:
            self.met_unknown = True
            return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the constant {name} is not known")
        error = RubyError("NameError", f"uninitialized constant {name}")
        error.place = place
        raise error

    def constant_of(self, frame: Frame, scope: Value, name: str, place: Place) -> Value:
        """`scope::name`; a scope of None is the top."""
        if scope.__class__ is Unknown:
            return without_candidates(scope)
        if scope is None:
            found = self._global_constant(name)
            return self._no_constant(name, place) if found is _NO_CONSTANT else found
        if not isinstance(scope, RubyClass):
            error = RubyError("TypeError", f"{self.inspect(scope)} is not a class/module")
            error.place = place
            raise error
        for cls in scope.ancestors():
            if name in cls.constants:
                return self._written_constant(cls, cls.constants[name])
            full = name if cls is self.object_class else f"{cls.name}::{name}"
            if full in self.lookup.classes and (cls is not self.object_class or scope is cls):
                return self.lookup.classes[full]
        found = self.constants(f"{scope.name}::{name}")
        if found is not None:
            self.met_unknown = self.met_unknown or found.__class__ is Unknown
            return found
        return self._no_constant(f"{scope.name}::{name}", place)

    def has_constant(self, frame: Frame, name: str) -> bool | Unknown:
        """Whether a bare constant is there."""
        if any(name in cls.constants for cls in frame.context.cref):
            return True
        try:
            found = self.constant(frame, name, Place("", 0, 0))
        except RubyError:
            return False
        return without_candidates(found) if isinstance(found, Unknown) else True

    def has_constant_in(self, scope: Value, name: str) -> bool | Unknown:
        """Whether `scope::name` is there."""
        try:
            found = self.constant_of(self.frame, scope, name, Place("", 0, 0))
        except RubyError:
            return False
        return without_candidates(found) if isinstance(found, Unknown) else True

    def holds_constant(self, frame: Frame, name: str) -> bool:
        """Whether `name ||= value` keeps what is there; no library that is not here sets it in our class."""
        found = self.has_constant(frame, name)
        return found is True or (found is not False and not frame.context.cref[0].is_written)

    def set_constant(self, frame: Frame, scope: Value, name: str, value: Value) -> None:
        """`A = value`, `scope::A = value`; a class made by `Class.new` gets its name."""
        self.touch()
        self.lookup.definitions += 1
        home = frame.context.cref[0] if scope is None else scope
        if isinstance(home, RubyClass):
            home.constants[name] = value
            if isinstance(value, RubyClass) and not value.name:
                value.name = name if home is self.top else f"{home.name}::{name}"

    def define(self, frame: Frame, name: str, make: Callable[[Frame, RubyClass | None], RubyProc]) -> None:
        """`def name`."""
        self.touch()
        target = frame.context.target
        if target is not None:
            target.methods[name] = make(frame, target)
            if target.function_module:
                target.singleton[name] = target.methods[name]
        elif isinstance(frame.me, RubyClass):
            frame.me.singleton[name] = make(frame, None)
        else:
            self.lookup.singletons.setdefault(id(frame.me), {})[name] = make(frame, None)
        self.lookup.forget()

    def define_singleton(
        self, frame: Frame, receiver: Value, name: str, make: Callable[[Frame, RubyClass | None], RubyProc]
    ) -> None:
        """`def receiver.name`."""
        self.touch()
        if isinstance(receiver, RubyClass):
            receiver.singleton[name] = make(frame, None)
        elif receiver is frame.me:
            self.lookup.singletons.setdefault(id(receiver), {})[name] = make(frame, None)
        else:
            self.lose(frame, unsupported("a method of a single object is not evaluated").unknown)
        self.lookup.forget()

    def open_class(
        self,
        frame: Frame,
        home: Value,
        name: str,
        parent: Value,
        has_parent: bool,
        is_module: bool,
        place: Place,
    ) -> Value:
        """The class or module that a body reopens or makes."""
        self.touch()
        if has_parent and not isinstance(parent, RubyClass):
            if isinstance(parent, Unknown):
                self.lose(frame, parent)
            error = RubyError(
                "TypeError",
                "superclass must be an instance of Class "
                f"(given an instance of {self.class_of(parent).name})",
            )
            error.place = place
            raise error
        around = frame.context.cref[0] if home is None else home
        if not isinstance(around, RubyClass):
            self.lose(frame, unsupported("the class around is not known").unknown)
        prefix = "" if around in (self.object_class, self.top) else f"{around.name}::"
        found = around.constants.get(name) or self.lookup.classes.get(prefix + name)
        if isinstance(found, RubyClass):
            return found
        made = RubyClass(
            prefix + name, None if is_module else parent or self.object_class, is_module=is_module
        )
        made.is_written = True
        self.lookup.definitions += 1
        around.constants[name] = made
        return made


def _variables(me: Value) -> dict[str, Value]:
    return me.variables if isinstance(me, (RubyObject, RubyClass)) else {}


def _around(match: RubyMatch | None, name: str) -> Value:
    if match is None:
        return None
    start, end = match.spans[0]
    if name == "$+":
        groups = [match.group(number) for number in range(1, len(match.spans))]
        last = next((text for text in reversed(groups) if text is not None), None)
        return None if last is None else RubyString(last)
    return RubyString({"$`": match.text[:start], "$'": match.text[end:], "$&": match.text[start:end]}[name])


_LASTING = frozenset({RubyClass, Symbol, int, float, bool, type(None)})
_NO_CONSTANT = object()
