"""What mutable objects hold: taken down and put back, for everything that code can reach."""

from __future__ import annotations

from typing import Any

from driftcheck.chef.ruby.frames import Context, Frame
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import Entry, RubyArray, RubyHash, RubyProc, RubyString, Symbol
from driftcheck.model.facts import Unknown

World = dict[int, tuple[Any, Any]]
"""By the object's id: the object and what it holds."""


def content_of(thing: Any) -> Any:
    """What an object holds, copied one level deep."""
    if isinstance(thing, RubyString):
        return (thing.text, thing.unknown, thing.frozen)
    if isinstance(thing, RubyArray):
        return (list(thing.items), thing.unknown, thing.frozen)
    if isinstance(thing, RubyHash):
        entries = {k: Entry(e.key, e.value, e.place, maybe=e.maybe) for k, e in thing.entries.items()}
        return (
            entries,
            thing.unknown,
            thing.doubt,
            thing.default,
            thing.default_proc,
            thing.frozen,
            thing.in_order,
        )
    if isinstance(thing, RubyClass):
        return (dict(thing.constants), dict(thing.methods), dict(thing.singleton), dict(thing.variables))
    if isinstance(thing, Context):
        return thing.last_match
    return thing.content() if isinstance(thing, Output) else dict(thing.variables)


def _put_back(thing: Any, content: Any) -> None:
    if isinstance(thing, Context):
        thing.last_match = content
    elif isinstance(thing, RubyString):
        thing.text, thing.unknown, thing.frozen = content
    elif isinstance(thing, RubyArray):
        items, thing.unknown, thing.frozen = content
        thing.items[:] = items
    elif isinstance(thing, RubyHash):
        entries, thing.unknown, thing.doubt, thing.default, thing.default_proc, *rest = content
        thing.frozen, thing.in_order = rest
        thing.entries.clear()
        for key, entry in entries.items():
            thing.entries[key] = Entry(entry.key, entry.value, entry.place, maybe=entry.maybe)
    elif isinstance(thing, RubyClass):
        for own, saved in zip(
            (thing.constants, thing.methods, thing.singleton, thing.variables), content, strict=True
        ):
            own.clear()
            own.update(saved)
    elif isinstance(thing, Output):
        thing.put_back(content)
    else:
        thing.variables.clear()
        thing.variables.update(content)


def _held(thing: Any) -> list[Any]:
    """What is reachable from an object in one step."""
    if isinstance(thing, RubyArray):
        slots = getattr(thing, "slots", None)
        return thing.items if not slots else [slot.value for slot in slots]
    if isinstance(thing, RubyHash):
        entries = thing.entries.values()
        keys = [entry.key for entry in entries if entry.key.__class__ not in _KEYS]
        held = [*keys, *(entry.value for entry in entries), thing.default, thing.default_proc]
        if thing.doubt is not None:
            held += [entry.maybe.value for entry in entries if isinstance(entry.maybe, Perhaps)]
        return held
    if isinstance(thing, Frame):
        return [*thing.variables.values(), thing.parent, thing.me, thing.context, thing.context.block]
    if isinstance(thing, RubyProc):
        return [thing.frame, thing.receiver]
    if isinstance(thing, RubyClass):
        return [*thing.constants.values(), *thing.variables.values()]
    if isinstance(thing, RubyObject):
        held = list(thing.variables.values())
        reach = getattr(thing.data, "reachable", None)
        return held + (reach() if reach is not None else [])
    if isinstance(thing, Unknown):
        return [each.value for each in thing.candidates]
    return []


_MUTABLE = (RubyString, RubyArray, RubyHash, Frame, RubyClass, RubyObject, Context)


_ATOMS = frozenset({int, float, bool, str, type(None), Symbol})
_KEYS = frozenset({*_ATOMS, RubyString})
"""What holds nothing that changes. A string that is a key is frozen."""


def world_of(roots: list[Any]) -> World:
    """The world as it is: everything that is reachable from the roots."""
    world: World = {}
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        thing = stack.pop()
        kind = thing.__class__
        if kind in _ATOMS or id(thing) in seen or (kind is RubyString and thing.frozen):
            continue
        seen.add(id(thing))
        if kind is RubyString:
            world[id(thing)] = (thing, (thing.text, thing.unknown, thing.frozen))
            continue
        if isinstance(thing, _MUTABLE) and not (isinstance(thing, RubyString) and thing.frozen):
            world[id(thing)] = (thing, content_of(thing))
        stack.extend(_held(thing))
    return world


def put_back(world: World) -> None:
    """Makes the world what it was."""
    for thing, content in world.values():
        _put_back(thing, content)
