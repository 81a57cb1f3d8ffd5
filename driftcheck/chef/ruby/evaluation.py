"""Attribute files evaluated one after another on one node: what is known of its attributes afterwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from driftcheck.chef.ruby.core import MAX_STEPS
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.methods.chef_node import attribute_object
from driftcheck.chef.ruby.node import NodeState, level_from_json, set_platform_version
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import LimitReachedError, Place, RubyError, RubyString, UnknownMetError
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen

RECURSION = 12_000
"""Frames of Python that an evaluation may need: `core.MAX_DEPTH` calls of Ruby fit in."""


@frozen
class AttributeFile:
    """A cookbook's attribute file: `name` without `.rb`, `path` as it is shown."""

    cookbook: str
    name: str
    text: bytes
    path: str


@frozen
class Stop:
    """Where chef-client would stop: the exception's class, message (None if not known) and place."""

    class_name: str
    message: str | None
    place: Place | None


_AUTOMATIC = re.compile(rb"\bautomatic(?:_attrs)?\b\s*[\[.(!]")


class AttributeEvaluation:
    """A node on which attribute files are evaluated.

    `stop` is what would end Chef's run; `lost` is why nothing can be known any more, if so.
    """

    def __init__(self, state: NodeState, *, steps: int = MAX_STEPS, sealed: bool = True) -> None:
        self.state = state
        self.runtime = Runtime(steps=steps, sealed=sealed)
        classes = self.runtime.lookup.classes
        self.node = RubyObject(classes["Chef::Node"], state)
        attributes = attribute_object(classes["Chef::Node::Attribute"], state)
        self.runtime.me = self.runtime.frame.me = self.node
        self.runtime.fallback = lambda receiver, name: attributes if receiver is self.node else None
        self.runtime.changed = state.reset
        self.runtime.begins = self._begins
        self.runtime.include_attribute = self._include
        self.files: dict[tuple[str, str], AttributeFile] = {}
        self.loaded: set[tuple[str, str]] = set()
        self.stop: Stop | None = None
        self.lost: Unknown | None = None

    def run(self, files: Sequence[AttributeFile]) -> None:
        """Loads the files in order; those that have been loaded by another are left out."""
        self.files.update({(file.cookbook, file.name): file for file in files})

        def load() -> None:
            for file in files:
                self._load((file.cookbook, file.name))

        self.guarded(load)

    def guarded(self, work: Callable[[], object]) -> None:
        """Does a part of the run: what it raises becomes `stop`, and `lost` where a bound is reached."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, RECURSION))
        try:
            work()
        except RubyError as error:
            self.stop = self._stopped(error)
        except (LimitReachedError, UnknownMetError) as reached:
            self._lose(str(reached))
        except RecursionError:
            self._lose("the evaluation is nested too deep")
        except Signal:
            self._lose("a jump out of nowhere")
        finally:
            sys.setrecursionlimit(limit)
        self._settle()

    def _settle(self) -> None:
        """What may have been raised under a condition that is not known, up to the end."""
        worlds = self.runtime.worlds
        if worlds.pending and self.stop is None and self.lost is None:
            raised = [each for each in worlds.pending if isinstance(each.signal, RubyError)]
            if raised:
                worlds.settle(self.runtime.frame, RubyError, None, None)
        worlds.pending.clear()

    def _stopped(self, error: RubyError) -> Stop | None:
        exception = error.exception
        message: str | None = error.message
        if exception is not None:
            try:
                text = self.runtime.send(exception, "message")
                message = text.text if isinstance(text, RubyString) else None
            except (UnknownMetError, RubyError, LimitReachedError):
                message = None
        if self.runtime.worlds.pending:
            self._lose("whether it stops is not known")
            return None
        return Stop(class_name=error.class_name, message=message, place=error.place)

    def _begins(self, text: bytes) -> None:
        """The machine's attributes are large: they are watched only once code may write them."""
        level, reachable = self.state.levels["automatic"], self.runtime.reachable
        if _AUTOMATIC.search(text) and all(each is not level for each in reachable):
            reachable.append(level)

    def _lose(self, reason: str) -> None:
        unknown = Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason)
        self.lost = unknown
        for name, level in self.state.levels.items():
            if name != "automatic":
                self.runtime.smear(level, unknown)

    def _load(self, key: tuple[str, str]) -> None:
        if key in self.loaded:
            return
        self.loaded.add(key)
        file = self.files[key]
        self.runtime.run_file(file.path, file.text)

    def _include(self, spec: str) -> None:
        cookbook, _, name = spec.partition("::")
        key = (cookbook, name or "default")
        if key in self.loaded:
            return
        if key not in self.files:
            self.missing(cookbook, key[1])
            return
        self._load(key)

    def missing(self, cookbook: str, name: str) -> None:
        """A file that is not there: Chef stops."""
        if any(each == cookbook for each, _ in self.files):
            text = f"could not find filename {name}.rb in cookbook {cookbook}"
            raise RubyError("Chef::Exceptions::AttributeNotFound", text)
        raise RubyError("Chef::Exceptions::CookbookNotFound", f"Cookbook {cookbook} not found.")


def expanded(
    automatic: Mapping[str, Any],
    *,
    name: str,
    environment: str,
    recipes: Sequence[tuple[str, str]],
    roles: Sequence[str] = (),
) -> dict[str, Any]:
    """The automatic attributes with what Chef adds before it loads attribute files (`Node#expand!`).

    `recipes` are pairs of cookbook and recipe, in the order of the expanded run list.
    """
    names = [text for cookbook, recipe in recipes for text in _recipe_names(cookbook, recipe)]
    return {
        **automatic,
        "name": name,
        "chef_environment": environment,
        "recipes": names,
        "expanded_run_list": [f"{cookbook}::{recipe}" for cookbook, recipe in recipes],
        "roles": list(roles),
    }


def _recipe_names(cookbook: str, recipe: str) -> list[str]:
    """`with_duplicate_names`: a default recipe counts under both of its names."""
    return [cookbook, f"{cookbook}::default"] if recipe == "default" else [f"{cookbook}::{recipe}"]


def node_state(
    levels: Mapping[str, Mapping[str, Any]],
    *,
    name: str = "node",
    environment: str = "_default",
    nil_wins: bool = True,
    run_list: Sequence[str] = (),
    places: Callable[[str, str], Place | None] = lambda level, pointer: None,
) -> NodeState:
    """A node with levels of plain JSON; `places` gives the place of a value by its level and pointer."""
    state = NodeState(name=name, environment=environment, nil_wins=nil_wins)
    state.run_list = list(run_list)
    for level, data in levels.items():
        state.levels[level] = level_from_json(data, state, partial(places, level))
    set_platform_version(state)
    return state
