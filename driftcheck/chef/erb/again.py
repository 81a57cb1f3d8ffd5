"""A template that was rendered on another node from the same values is not rendered again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeAlias

from driftcheck.chef.ruby.json_values import JsonPlace
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recordings import FileRecordings, Recording
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.signatures import (
    NoSignatureError,
    Signer,
    any_node,
    place_signature,
    this_node,
)
from driftcheck.chef.ruby.values import Place
from driftcheck.chef.templates import RenderedLine, RenderedText, TemplateRequest


class Again:
    """One rendering: what it is given, and what earlier ones that were given the same have come to."""

    def __init__(self, runtime: Runtime, state: NodeState, kept: FileRecordings, given: Hashable) -> None:
        self.runtime = runtime
        self.state = state
        self.kept = kept
        self.given = given

    def text(self, context: RubyObject, render: Callable[[], RenderedText]) -> RenderedText:
        """The rendered text; `context` is the template's `self`. Raises what `render` does."""
        runtime, state = self.runtime, self.state
        found = self.kept.done_again(state, runtime.steps, self.given)
        if found is not None:
            runtime.steps -= found.cost
            kept: RenderedText = found.result
            return replace(kept, lines=of_this_node(kept.lines, state.file))
        steps, before = runtime.steps, runtime.doubts()
        recording = state.recording = Recording(state, context, has_places=True)
        try:
            text = render()
        finally:
            state.recording = None
        if recording.is_spoilt or runtime.doubts() != before:
            self.kept.spoilt()
        else:
            shared = replace(text, lines=of_any_node(text.lines, state.file))
            self.kept.add(recording.kept(steps - runtime.steps, self.given, shared))
        return text


def again_of(runtime: Runtime, request: TemplateRequest) -> Again | None:
    """How the request can be answered by an earlier rendering; None where it has to be rendered."""
    state, kept = runtime.node_state, request.kept
    if state is None or kept is None or not kept.is_open or state.recording is not None or state.aliased:
        return None
    if runtime.bytes or not request.template.text.isascii():
        return None
    if not all(_is_of_library(runtime, module) for module in request.modules):
        return None
    signer = Signer(state)
    try:
        variables = tuple((name, signer.of(value)) for name, value in request.variables.items())
    except NoSignatureError:
        return None
    origins = tuple(
        (name, tuple(place_signature(place, state) for place in places))
        for name, places in request.origins.items()
    )
    modules = tuple(module.name for module in request.modules)
    return Again(runtime, state, kept, (variables, origins, modules, signer.of(request.node)))


def _is_of_library(runtime: Runtime, module: RubyClass) -> bool:
    """Whether it stands where libraries put their modules: it is the same in every run then."""
    here: object = runtime.object_class
    for name in module.name.split("::"):
        here = here.constants.get(name) if isinstance(here, RubyClass) else None
    return here is module


Lines: TypeAlias = tuple[RenderedLine, ...]


def of_any_node(lines: Lines, file: str | None) -> Lines:
    """Lines whose places in a node's own object, which is this file, are those that each node has."""
    return _with_places(lines, lambda place: any_node(place, file))


def of_this_node(lines: Lines, file: str | None) -> Lines:
    """The other way: with the places of the node whose object is this file."""
    return _with_places(lines, lambda place: this_node(place, file))


def _with_places(lines: Lines, convert: Callable[[Place], Place]) -> Lines:
    """The lines with other places, those lines themselves where nothing changes."""

    def converted(line: RenderedLine) -> RenderedLine:
        if not any(isinstance(place, JsonPlace) for place in line.places):
            return line
        return replace(line, places=tuple(map(convert, line.places)))

    return tuple(map(converted, lines))
