"""Attribute files evaluated one after another on one node: what is known of its attributes afterwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from driftcheck.chef.ruby.code.compiler import Code
from driftcheck.chef.ruby.core import MAX_STEPS
from driftcheck.chef.ruby.frames import Frame, Signal
from driftcheck.chef.ruby.json_levels import level_from_json
from driftcheck.chef.ruby.methods.chef_node import attribute_object
from driftcheck.chef.ruby.node import NodeState, run_list_item, set_platform_version
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.recordings import FileRecordings, Part, Recording, Recordings, parts_of
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


AUTOMATIC = re.compile(rb"\bautomatic(?:_attrs)?\b\s*[\[.(!]")
"""Code that may write the machine's attributes."""


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
        self.runtime.node_state = state
        self.runtime.begins = self._begins
        self.runtime.include_attribute = self._include
        self.files: dict[tuple[str, str], AttributeFile] = {}
        self.loaded: set[tuple[str, str]] = set()
        self.recordings: Recordings | None = None
        self._definitions = 0
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
        if AUTOMATIC.search(text) and all(each is not level for each in reachable):
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
        self._load_from(key, 0, is_asked=False)

    def _load_from(self, key: tuple[str, str], at: int, *, is_asked: bool) -> None:
        """Loads a file of which so many parts are done; `is_asked`: the next one has to be evaluated."""
        self.loaded.add(key)
        self._evaluate(self.files[key], at, asked=at if is_asked else -1)

    def parts_done_again(self, file: AttributeFile) -> int | None:
        """How many parts of a file could be done as on another node before one has to be evaluated.

        None where all of them could.
        """
        if self.recordings is None or self.runtime.reads.on or not self.is_sharing:
            return 0
        parts = self.recordings.files.get(file.path, ())
        for at, part in enumerate(parts):
            if not self._is_done_again(part.kept):
                return at
        return None if parts else 0

    def _evaluate(self, file: AttributeFile, at: int, *, asked: int) -> None:
        """Evaluates a file from a part of it on, or does again what its statements did on another node."""
        runtime = self.runtime
        if at == 0 and (not self.is_sharing or runtime.reads.on or self.recordings is None):
            runtime.run_file(file.path, file.text)
            return
        assert self.recordings is not None
        parts = self.recordings.files.get(file.path)
        if parts is None:
            code = runtime.code_of(file.path, file.text)
            watched = AUTOMATIC.search(file.text) is not None
            parts = self.recordings.files[file.path] = [] if watched else parts_of(code)
        if not parts:
            runtime.run_file(file.path, file.text)
        frame: Frame | None = None
        while at < len(parts):
            if at == asked or not self._is_done_again(parts[at].kept):
                asked = -1
                frame = frame or runtime.file_frame(file.path)
                instead = self._run_part(parts[at], runtime.code_of(file.path, file.text), frame)
                parts[at : at + 1] = instead
                at += len(instead) - 1
            at += 1

    def _is_done_again(self, kept: FileRecordings) -> bool:
        """Does what a part of a file did on another node, if this node is like it."""
        if not kept.is_open or not self.is_sharing:
            return False
        found = kept.done_again(self.state, self.runtime.steps)
        if found is not None:
            self.runtime.steps -= found.cost
        return found is not None

    def _run_part(self, part: Part, code: Code, frame: Frame) -> list[Part]:
        """Evaluates a part of a file; the parts that it is kept as from now on."""
        runtime, state, kept = self.runtime, self.state, part.kept
        if not kept.is_open or not self.is_sharing:
            runtime.run_code(part.code_of(code), frame)
            return [part]
        steps = runtime.steps
        recording = state.recording = Recording(state)
        try:
            runtime.run_code(part.recorded(code, recording, runtime.doubts), frame)
        finally:
            state.recording = None
        differs_at = recording.at if recording.is_spoilt else kept.differs_at
        if differs_at is not None and part.stop - part.start > 1:
            return part.divided(differs_at)
        if recording.is_spoilt:
            kept.spoilt()
        else:
            kept.add(recording.kept(steps - runtime.steps))
        return [part]

    @property
    def is_sharing(self) -> bool:
        """Whether what nodes do may be kept: no code but the libraries has defined anything."""
        return (
            self.recordings is not None
            and not self.state.aliased
            and self.runtime.lookup.definitions == self._definitions
        )

    def share(self, recordings: Recordings) -> None:
        """From now on, when the libraries are loaded, what files do is kept there."""
        self.recordings = recordings
        self._definitions = self.runtime.lookup.definitions

    def rendered(self, path: str) -> FileRecordings | None:
        """What is kept of a template; None where nothing is shared."""
        return self.recordings.template(path) if self.recordings is not None and self.is_sharing else None

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
    versions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The automatic attributes with what Chef adds before it loads attribute files (`Node#expand!`).

    `recipes` are pairs of cookbook and recipe, in the order of the expanded run list; `versions` are those
    that the run list asks for, by cookbook.
    """
    names = [text for cookbook, recipe in recipes for text in _recipe_names(cookbook, recipe)]
    return {
        **automatic,
        "name": name,
        "chef_environment": environment,
        "recipes": names,
        "expanded_run_list": [
            f"{cookbook}::{recipe}" + (f"@{versions[cookbook]}" if versions and cookbook in versions else "")
            for cookbook, recipe in recipes
        ],
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
    state.run_list = [run_list_item(item) for item in run_list]
    for level, data in levels.items():
        state.levels[level] = level_from_json(data, state, partial(places, level))
    set_platform_version(state)
    return state
