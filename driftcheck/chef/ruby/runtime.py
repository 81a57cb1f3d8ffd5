"""The interpreter: files run, cases matched, errors rescued. Its other parts are its base classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftcheck.chef.ruby.code.compiler import Code
from driftcheck.chef.ruby.core import MAX_STEPS, UnknownRest
from driftcheck.chef.ruby.frames import Context, Frame, NextSignal, ReturnSignal
from driftcheck.chef.ruby.joins import unknown_of
from driftcheck.chef.ruby.mashes import run_begins
from driftcheck.chef.ruby.names import Names
from driftcheck.chef.ruby.object_values import RubyClass, RubyException
from driftcheck.chef.ruby.syntax import compiled
from driftcheck.chef.ruby.values import LimitReachedError, RubyError, RubyString, UnknownMetError, Value
from driftcheck.chef.ruby.worlds import Worlds
from driftcheck.model.facts import Unknown


class Runtime(Names):
    """One evaluation. It keeps the promise of `methods.interface.Interpreter`."""

    def __init__(self, *, steps: int = MAX_STEPS, sealed: bool = True) -> None:
        super().__init__(steps=steps, sealed=sealed)
        run_begins()
        self.worlds = Worlds(self)
        self.frame = Frame(self, self.me, Context("", (self.top,)))

    def run_file(self, file: str, text: bytes, *, me: Value = None, home: RubyClass | None = None) -> Value:
        """Evaluates a file; a top-level `return` ends it.

        `me` is `self` at its top, the node if not said. A library's constants and methods go into `home`.

        Raises RubyError for what the file raises, LimitReachedError where nothing is known any more.
        """
        return self.run_code(self.code_of(file, text), self.file_frame(file, me=me, home=home))

    def code_of(self, file: str, text: bytes) -> Code:
        """A file's code. LimitReachedError where it has none."""
        try:
            code = compiled(file, text)
        except RecursionError:
            raise LimitReachedError("the syntax is nested too deep") from None
        if code is None:
            raise LimitReachedError("the file has syntax that is not understood")
        self.begins(text)
        return code

    def file_frame(self, file: str, *, me: Value = None, home: RubyClass | None = None) -> Frame:
        """The frame that a file runs in."""
        context = Context(file, (home or self.top,), method_name=self.loader)
        context.target = home
        return Frame(self, self.me if me is None else me, context)

    def run_code(self, code: Code, frame: Frame) -> Value:
        """Runs a file's or a template's code in a frame of its own; raises what `run_file` raises."""
        outer, self.frame = self.frame, frame
        try:
            value = code(frame)
        except ReturnSignal as signal:
            if signal.context is not frame:
                raise RubyError("LocalJumpError", "unexpected return") from None
            value = signal.value
        except NextSignal as signal:
            value = signal.value
        except UnknownMetError as met:
            raise LimitReachedError(met.unknown.reason) from None
        except RecursionError:
            raise LimitReachedError("the evaluation is nested too deep") from None
        finally:
            self.frame = outer
        return self.worlds.settle(frame, (ReturnSignal, NextSignal), frame, value)

    def any_matches(
        self,
        frame: Frame,
        patterns: Callable[[Frame], list[Value]],
        subject: Value,
        has_subject: bool,
        place: Any,
    ) -> Value:
        """Whether a `when` takes the subject: True, False or Unknown."""
        doubt: Unknown | None = None
        for pattern in patterns(frame):
            if pattern.__class__ is UnknownRest:
                doubt = doubt or pattern.unknown
                continue
            made = pattern
            if has_subject:
                made = self._case_match(frame, pattern, subject, place)
            if made.__class__ is Unknown:
                doubt = doubt or made
            elif made is not None and made is not False:
                return True if doubt is None else doubt
        return False if doubt is None else doubt

    def _case_match(self, frame: Frame, pattern: Value, subject: Value, place: Any) -> Value:
        if subject.__class__ is Unknown:
            self.met_unknown = True
            return unknown_of(subject, [])
        both = pattern.__class__ is RubyString and subject.__class__ is RubyString
        if both and pattern.unknown is None and subject.unknown is None:
            return pattern.text == subject.text
        return self.call(frame, pattern, "===", [subject], None, place)

    def doubts(self) -> tuple[bool, int, int]:
        """What has grown where an Unknown has come into what was evaluated."""
        return self.met_unknown, self.doubtful, len(self.worlds.pending)

    def exception_of(self, error: RubyError) -> RubyException:
        """The object of an error, made at its first rescue."""
        if error.exception is None:
            cls = self.lookup.classes.get(error.class_name) or self.lookup.classes["StandardError"]
            error.exception = RubyException(cls, RubyString(error.message), error.place)
        if error.exception.place is None:
            error.exception.place = error.place
        return error.exception

    def rescued_by(self, frame: Frame, classes: list[Value], exception: RubyException) -> Value:
        """Whether a list of classes takes an exception: True, False or Unknown."""
        for each in classes:
            if each.__class__ is UnknownRest:
                return each.unknown
            if each.__class__ is Unknown:
                return each
            if not isinstance(each, RubyClass):
                raise RubyError("TypeError", "class or module required for rescue clause")
            if each in exception.cls.ancestors():
                return True
        return False

    def with_error(self, exception: RubyException | Unknown, run: Callable[[], Value]) -> Value:
        """Runs a rescue's body, in which `$!` is the exception."""
        outer, self.error = self.error, exception
        try:
            return run()
        finally:
            self.error = outer
