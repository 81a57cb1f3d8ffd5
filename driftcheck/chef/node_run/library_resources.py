"""Resources that are written as classes in `libraries/`: found by the names that they provide."""

from __future__ import annotations

from collections.abc import Iterator

from driftcheck.chef.ruby.core import Core
from driftcheck.chef.ruby.custom_resources import KIND, NODE, PROVIDER, PROVIDES, inherited
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.values import RubyArray, Symbol, Value

MAX_CLASSES = 2_000
_BUILT_IN = ("Chef", "Chef::Resource", "Chef::Provider")
"""Where libraries put their classes besides modules of their own."""


def library_resource(runtime: Core, name: str, node: Value) -> RubyClass | None:
    """The class of a resource by its name, with its provider's class; None where that is not one of each."""
    classes = list(_written(runtime))
    resource = _only(classes, name, runtime.lookup.classes["Chef::Resource"])
    if resource is None:
        return None
    provider = _only(classes, name, runtime.lookup.classes["Chef::Provider"])
    own = inherited(resource, PROVIDER)
    if own is None and provider is not None:
        resource.variables[PROVIDER] = own = provider
    elif provider is not None and own is not provider:
        return None
    resource.variables[KIND] = Symbol(name)
    for each in (resource, own):
        if isinstance(each, RubyClass):
            each.variables[NODE] = node
    return resource


def _only(classes: list[RubyClass], name: str, above: RubyClass) -> RubyClass | None:
    """The one class below another that provides a name on every machine."""
    found = [each for each in classes if above in each.ancestors() and Symbol(name) in _provided(each)]
    if len(found) != 1 or None in _provided(found[0]):
        return None
    return found[0]


def _provided(cls: RubyClass) -> list[Value]:
    known = cls.variables.get(PROVIDES)
    return known.items if isinstance(known, RubyArray) else []


def _written(runtime: Core) -> Iterator[RubyClass]:
    """The classes that libraries have made, at any depth."""
    stack = [runtime.object_class, *(runtime.lookup.classes[name] for name in _BUILT_IN)]
    seen: set[int] = set()
    while stack and len(seen) < MAX_CLASSES:
        for each in stack.pop().constants.values():
            if isinstance(each, RubyClass) and id(each) not in seen:
                seen.add(id(each))
                stack.append(each)
                if each.is_written:
                    yield each
