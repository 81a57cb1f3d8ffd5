"""`begin … rescue … else … ensure … end`, also in methods and blocks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles
from driftcheck.chef.ruby.code.literals import list_code
from driftcheck.chef.ruby.code.targets import Target, target_of
from driftcheck.chef.ruby.contents import World
from driftcheck.chef.ruby.frames import Frame, RetrySignal
from driftcheck.chef.ruby.object_values import RubyException
from driftcheck.chef.ruby.values import RubyError, Value, unsupported
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


class Clause:
    """One `rescue`: its classes (StandardError where none are named), variable and body."""

    __slots__ = ("body", "classes", "variable")

    def __init__(self, classes: Code | None, variable: Target | None, body: Code) -> None:
        self.classes = classes
        self.variable = variable
        self.body = body

    def takes(self, frame: Frame, exception: RubyException) -> Value:
        """Whether it handles the exception: True, False or Unknown."""
        if self.classes is None:
            return frame.runtime.is_a(exception, "StandardError")
        return frame.runtime.rescued_by(frame, self.classes(frame), exception)

    def run(self, frame: Frame, exception: RubyException | Unknown) -> Value:
        """Binds the exception and runs the body."""
        if self.variable is not None:
            self.variable.write(frame, self.variable.prepare(frame), exception)
        return frame.runtime.with_error(exception, lambda: self.body(frame))


@handles("begin", "body_statement")
def begin(compiler: Compiler, node: Node) -> Code:
    """Statements with their rescues."""
    plain: list[Node] = []
    otherwise = ensure = None
    for child in children(node):
        if child.type == "else":
            otherwise = child
        elif child.type == "ensure":
            ensure = child
        elif child.type != "rescue":
            plain.append(child)
    body = compiler.sequence(plain)
    clauses = [_clause(compiler, child) for child in children(node) if child.type == "rescue"]
    compiler.refuse(otherwise is not None and not clauses)
    after = compiler.compile(otherwise) if otherwise is not None else None
    code = protected(body, clauses, after) if clauses else body
    return _ensured(code, compiler.compile(ensure)) if ensure is not None else code


def _clause(compiler: Compiler, node: Node) -> Clause:
    exceptions, variable = node.child_by_field_name("exceptions"), node.child_by_field_name("variable")
    classes = list_code(compiler, children(exceptions)) if exceptions is not None else None
    target = target_of(compiler, children(variable)[0]) if variable is not None else None
    return Clause(classes, target, compiler.body(node.child_by_field_name("body")))


def protected(body: Code, clauses: list[Clause], after: Code | None) -> Code:
    """The body, with the first clause that takes what it raises; `after` where it raises nothing."""

    def attempt(frame: Frame) -> Value:
        runtime = frame.runtime
        mark, doubtful, before = runtime.mark(), runtime.doubtful, runtime.now(frame)
        error: RubyError | None = None
        value: Value = None
        try:
            value = body(frame)
        except RubyError as raised:
            error = raised
        if runtime.doubtful != doubtful:
            runtime.forget_errors(mark)
            return _doubted(frame, clauses, before, error, after or (lambda frame: value))
        if error is not None:
            return _handled(frame, clauses, error)
        value = runtime.settle_errors(frame, mark, value, lambda error: _handled(frame, clauses, error))
        return value if after is None else after(frame)

    def run(frame: Frame) -> Value:
        while True:
            mark = frame.runtime.mark()
            try:
                value = attempt(frame)
            except RetrySignal:
                frame.runtime.spend(10)
                continue
            return _perhaps_again(frame, mark, value)

    def _perhaps_again(frame: Frame, mark: int, value: Value) -> Value:
        """A `retry` under an Unknown condition: the body may have run any number of times."""
        cause = frame.runtime.doubtful_retry(frame, mark)
        if cause is None:
            return value

        def turn() -> Value:
            inner = frame.runtime.mark()
            attempt(frame)
            frame.runtime.doubtful_retry(frame, inner)
            return None

        frame.runtime.repeat(frame, cause, turn)
        return cause

    return run


_RAISED = "whether an operation on something unknown raises is not known"


def _doubted(
    frame: Frame, clauses: list[Clause], before: World, error: RubyError | None, after: Code
) -> Value:
    """A body in which an operation met an Unknown: it may have raised, or not."""
    runtime = frame.runtime
    cause = unsupported(_RAISED).unknown
    taken = error is not None and any(clause.takes(frame, runtime.exception_of(error)) for clause in clauses)

    def handle(frame: Frame) -> Value:
        runtime.mix(frame, cause, before)
        if len(clauses) == 1:
            return clauses[0].run(frame, cause)
        return runtime.fork(frame, cause, [partial(clause.run, exception=cause) for clause in clauses])

    def go_on(frame: Frame) -> Value:
        if error is not None:
            raise error
        return after(frame)

    return handle(frame) if taken else runtime.fork(frame, cause, [go_on, handle])


def _handled(frame: Frame, clauses: list[Clause], error: RubyError) -> Value:
    exception = frame.runtime.exception_of(error)
    for clause in clauses:
        takes = clause.takes(frame, exception)
        if takes.__class__ is Unknown:
            frame.runtime.lose(frame, takes)
            return takes
        if takes:
            return clause.run(frame, exception)
    raise error


def _ensured(code: Code, ensure: Code) -> Code:
    def run(frame: Frame) -> Value:
        try:
            return code(frame)
        finally:
            ensure(frame)

    return run
