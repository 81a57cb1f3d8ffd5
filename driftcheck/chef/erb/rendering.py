"""A template rendered as Chef 18.11 does it: its program run in a context of its own, its output as lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from driftcheck.chef.erb.again import again_of
from driftcheck.chef.erb.converter import ErubisProgram, converted
from driftcheck.chef.erb.lines import rendered_text
from driftcheck.chef.erb.syntax_errors import is_syntax_error
from driftcheck.chef.ruby.code.compiler import Code
from driftcheck.chef.ruby.evaluation import RECURSION
from driftcheck.chef.ruby.frames import Context, Frame, NextSignal, ReturnSignal, Signal
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.methods.template_context import set_variable, template_variables
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.output import Output, Piece, Text, WrittenString
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.syntax import compiled
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    Place,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.chef.templates import FindPartial, RenderedText, TemplateRequest, TemplateText
from driftcheck.model.facts import Unknown

CONTEXT_CLASS = "Chef::Mixin::Template::TemplateContext"
ERROR_CLASS = "Chef::Mixin::Template::TemplateError"


class TemplateError(RubyError):
    """What stops a template. `place` is in the template, at the line that Chef reports.

    `class_name` and `message` are those of the error itself, in the innermost partial; Chef wraps it.
    `partial` is the place in the partial that raised, if one did. A line of 0 is not known to Chef.
    """

    def __init__(self, class_name: str, message: str, place: Place, partial: Place | None = None) -> None:
        super().__init__(class_name, message)
        self.place = place
        self.partial = partial


def render(runtime: Runtime, request: TemplateRequest) -> RenderedText:
    """The lines of a template. TemplateError (a RubyError) where Chef would stop."""
    context = _Rendering(runtime, request.template, request.modules, request.find_partial, {})
    again = again_of(runtime, request)
    if again is None:
        with _recorded_in(runtime, context.me):
            return _rendered(runtime, request, context)
    return again.text(context.me, lambda: _rendered(runtime, request, context))


def _rendered(runtime: Runtime, request: TemplateRequest, context: _Rendering) -> RenderedText:
    context.origins = request.origins
    with _deep(), _reading(runtime):
        try:
            for name, value in {**request.variables, "node": request.node}.items():
                set_variable(context.me.variables, name, value)
        except RubyError as error:
            raise TemplateError(error.class_name, error.message, Place(request.template.path, 0, 1)) from None
        context.run()
    pieces = context.output.pieces()
    text = rendered_text(pieces, maybe=context.may_stop)
    runtime.lookup.singletons.pop(id(context.me), None)
    return text


@contextmanager
def _reading(runtime: Runtime) -> Iterator[None]:
    """The attributes that are read are kept for the lines that they make."""
    before = runtime.reads.on
    runtime.reads.taken()
    runtime.reads.on = True
    try:
        yield
    finally:
        runtime.reads.on = before


@contextmanager
def _recorded_in(runtime: Runtime, me: RubyObject) -> Iterator[None]:
    """What records the resource may see the template's variables read: they were made of what it has seen."""
    recording = runtime.node_state.recording if runtime.node_state is not None else None
    if recording is None:
        yield
        return
    before, recording.context = recording.context, me
    try:
        yield
    finally:
        recording.context = before


@contextmanager
def _deep() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class _Rendering:
    """One template or partial that is being rendered: its context's `data` (`template_context.Template`)."""

    def __init__(
        self,
        runtime: Runtime,
        template: TemplateText,
        modules: tuple[RubyClass, ...],
        find_partial: FindPartial,
        variables: dict[str, Value],
    ) -> None:
        self.runtime = runtime
        self.template = template
        self.modules = modules
        self.find_partial = find_partial
        self.may_stop = False
        """Whether it may raise under a condition that is not known."""
        base = runtime.lookup.classes[CONTEXT_CLASS]
        own = RubyClass(CONTEXT_CLASS, base)
        own.modules = list(reversed(modules))
        self.me = RubyObject(own, self)
        self.me.variables = variables
        self.output = Output(runtime.lookup.classes["Erubis::Output"], self)
        self.finder = RubyObject(runtime.object_class)
        self.program: ErubisProgram = converted(template.text)
        self.origins: Mapping[str, tuple[Place, ...]] = {}

    def reachable(self) -> list[Value]:
        """What a world has to keep of it."""
        return [self.output]

    def places(self, place: Place | None) -> tuple[Place, ...]:
        """The line of the template that appended at this place of the program, and what it was made of."""
        piece = self.program.pieces.get((place.line, place.column)) if place is not None else None
        if piece is None:
            return ()
        own = Place(self.template.path, piece.line, 1)
        if piece.is_text:
            if piece.ends_line:
                self.runtime.reads.taken()
            return (own,)
        behind = [each for name in piece.variables for each in self.origins.get(name, ())]
        return (own, *dict.fromkeys([*self.runtime.reads.taken(), *behind]))

    def is_text(self, place: Place | None) -> bool:
        """Whether the template's own text is appended at this place of the program."""
        piece = self.program.pieces.get((place.line, place.column)) if place is not None else None
        return piece is not None and piece.is_text

    def run(self) -> None:
        """Runs the program. TemplateError; what is lost becomes a gap."""
        runtime = self.runtime
        pending = len(runtime.worlds.pending)
        try:
            frame = Frame(runtime, self.me, Context(self.template.path, (runtime.top,)))
            value = runtime.run_code(self._watched(self._code(), pending), frame)
        except Signal:
            self._lose("a template is left by a jump", pending)
            return
        except RubyError as error:
            if len(runtime.worlds.pending) > pending or _is_passed_on(error):
                self._lose("whether the template stops is not known", pending)
                return
            raise self._stopped(error) from None
        except (LimitReachedError, UnknownMetError) as reached:
            self._lose(str(reached), pending)
            return
        except RecursionError:
            self._lose("the template is nested too deep", pending)
            return
        if value is not self.output:
            self._left_early(value, pending)
        if len(runtime.worlds.pending) > pending:
            self.may_stop = True
            del runtime.worlds.pending[pending:]

    def _watched(self, code: Code, pending: int) -> Code:
        """The code; if it may have been left early, all that it has written may be nothing."""

        def run(frame: Frame) -> Value:
            value = code(frame)
            left = [
                each
                for each in self.runtime.worlds.pending[pending:]
                if isinstance(each.signal, (NextSignal, ReturnSignal))
            ]
            if left:
                self.output.forget(left[0].cause)
            return value

        return run

    def _code(self) -> Code:
        program = self.program
        if program.uses_buffer:
            self.output.forget(unsupported("the template uses Erubis' own variables").unknown)
            raise LimitReachedError("the template uses Erubis' own variables")
        text = program.text.encode()
        self.runtime.bytes = self.runtime.bytes or program.binary
        code = compiled(self.template.path, text, binary=program.binary)
        if code is None:
            if is_syntax_error(self.template.text):
                raise TemplateError("SyntaxError", "syntax error", Place(self.template.path, 0, 1))
            raise LimitReachedError("the template has syntax that is not understood")
        return code

    def _lose(self, reason: str, pending: int) -> None:
        """From here on nothing is known."""
        del self.runtime.worlds.pending[pending:]
        self.runtime.met_unknown = True
        self.output.append(unsupported(reason).unknown, ())

    def _left_early(self, value: Value, pending: int) -> None:
        """A `next` or `return` at the template's top: what it gives is all that is rendered."""
        self.output.last, self.output.encoding = None, None
        if value.__class__ is Unknown:
            self.output.append(value, ())
        elif value is not None:
            try:
                text = RubyString(self.runtime.to_s(value), binary=getattr(value, "binary", False))
            except (UnknownMetError, RubyError):
                self._lose("what a template is left with is not known", pending)
                return
            self.output.append(text, ())

    def _stopped(self, error: RubyError) -> TemplateError:
        if isinstance(error, TemplateError) and error.place is not None and not error.trail:
            return error
        path = self.template.path
        seen = [place for place in (error.place, *error.trail) if place is not None]
        place = next((each for each in seen if each.file == path), Place(path, 0, 1))
        inner = error.__cause__
        if isinstance(inner, TemplateError):
            return TemplateError(inner.class_name, inner.message, place, inner.partial or inner.place)
        return TemplateError(error.class_name, error.message, place)

    def render(self, call: Call) -> Value:
        """`render 'partial.erb', options`: the partial's text. Chef's TemplateError around what it raises."""
        self.runtime.enter()
        try:
            return self._partial(call)
        finally:
            self.runtime.leave()

    def _partial(self, call: Call) -> Value:
        name, options = call.args[0], call.arg(1, RubyHash())
        if not isinstance(name, RubyString) or name.unknown is not None:
            raise unsupported("the name of a partial is not known")
        if not isinstance(options, RubyHash) or options.unknown is not None or options.doubt is not None:
            raise unsupported("the options of a partial are not known")
        given = options.drop(Symbol("variables"))
        variables = self._variables(given)
        behind = self.runtime.reads.taken()
        template = self.find_partial(name.text, _by_name(options))
        partial = _Rendering(self.runtime, template, self.modules, self.find_partial, variables)
        partial.finder = self.finder
        partial.origins = self.origins if given is None or given is False else _origins_of(given, behind)
        try:
            partial.run()
        except TemplateError as error:
            raise RubyError(ERROR_CLASS, error.message) from error
        self.may_stop = self.may_stop or partial.may_stop
        self.runtime.lookup.singletons.pop(id(partial.me), None)
        return _written(partial.output)

    def _variables(self, given: Value) -> dict[str, Value]:
        if given is None or given is False:
            return dict(self.me.variables)
        if not isinstance(given, RubyHash) or given.unknown is not None or given.doubt is not None:
            raise unsupported("the variables of a partial are not known")
        self.runtime.send(given, "[]=", Symbol("template_finder"), self.finder)
        return template_variables(given)


def _origins_of(given: RubyHash, behind: tuple[Place, ...]) -> dict[str, tuple[Place, ...]]:
    """Where the variables of a partial come from: what was read for all of them."""
    names = [entry.key for entry in given.entries.values()]
    return {name.name if isinstance(name, Symbol) else name.text: behind for name in names}


def _by_name(options: RubyHash) -> Mapping[str, Value]:
    return {
        entry.key.name: entry.value for entry in options.entries.values() if isinstance(entry.key, Symbol)
    }


def _is_passed_on(error: RubyError) -> bool:
    """Whether it is a partial's error that was rescued and raised again: what it was is not known then."""
    return error.class_name == ERROR_CLASS and not isinstance(error.__cause__, TemplateError)


def _written(output: Output) -> WrittenString:
    """What a partial has written as a string that remembers its pieces."""
    pieces = output.pieces()
    texts = [piece.text for piece in pieces if isinstance(piece, Text)]
    made = WrittenString("".join(texts), binary=bool(output.encoding))
    made.pieces = pieces
    if len(texts) < len(pieces):
        made.unknown = _cause(pieces)
    return made


def _cause(pieces: tuple[Piece, ...]) -> Unknown:
    return next(
        (piece.cause for piece in pieces if not isinstance(piece, Text)), unsupported("a gap").unknown
    )
