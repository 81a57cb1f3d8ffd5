"""Templates to closures: texts with values in them, evaluated like expressions, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from driftcheck.engine.language.compiling import Compiler
from driftcheck.engine.language.logic import truth
from driftcheck.engine.language.names import Frame, Run
from driftcheck.engine.language.shapes import ANY
from driftcheck.engine.language.text_of import CUT, GAP, cut, text_of
from driftcheck.engine.language.trees import Template, Tree
from driftcheck.engine.language.values import Open, Partial
from driftcheck.engine.problems import ExpressionProblem, quoted

MAX_OUTPUT = 4_000
"""Characters that a template makes."""

MAX_ROUNDS = 1_000
"""Rounds of all loops of one rendering together."""


class _Output:
    """The text so far, and how many rounds are left."""

    __slots__ = ("full", "length", "pieces", "rounds")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.rounds = MAX_ROUNDS
        self.full = False

    def add(self, text: str) -> None:
        if not self.full:
            self.pieces.append(text)
            self.length += len(text)
            self.full = self.length > MAX_OUTPUT

    def next_round(self) -> bool:
        """Whether one more round may be made; the text says so where it may not."""
        self.rounds -= 1
        if self.rounds == -1:
            self.add(CUT)
        return self.rounds >= 0 and not self.full


Write = Callable[[Frame, _Output], None]


class TemplateCompiler:
    """Compiles templates over a compiler's names."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler

    def render(self, template: Template) -> Callable[[Frame], str]:
        """A checked template as a function of a frame. Raises ExpressionProblem.

        The function is total; its text has at most MAX_OUTPUT characters.
        """
        write = self._body(template)
        names = self._compiler.names

        def rendered(frame: Frame) -> str:
            output = _Output()
            write([*frame, *[None] * (names.size - len(frame))], output)
            return cut("".join(output.pieces), MAX_OUTPUT)

        return rendered

    def _body(self, template: Template) -> Write:
        writes = [_STATEMENTS[statement[0]](self, *statement[1:]) for statement in template]

        def write(frame: Frame, output: _Output) -> None:
            for each in writes:
                each(frame, output)

        return write

    def text(self, text: str, offset: int) -> Write:
        return lambda frame, output: output.add(text)

    def print(self, tree: Tree, offset: int) -> Write:
        run = self._compiler.part(tree).run
        return lambda frame, output: output.add(text_of(run(frame)))

    def choice(self, branches: Sequence[Sequence[Any]], otherwise: Template, offset: int) -> Write:
        compiled = [(self._compiler.condition(test).run, self._body(body)) for test, body in branches]
        last = self._body(otherwise)

        def write(frame: Frame, output: _Output) -> None:
            _write_branch(compiled, last, frame, output)

        return write

    def loop(self, name: str, tree: Tree, body: Template, offset: int) -> Write:
        part = self._compiler.part(tree)
        if not part.shape.fits("list"):
            raise ExpressionProblem(f"a loop goes over a list, this is {part.shape}", tree[-1])
        names = self._compiler.names
        if name in names.parts:
            raise ExpressionProblem(f"{quoted(name)} has a meaning already", offset, "take another name")
        slot = names.bind(name, part.shape.of or ANY)
        inner = self._body(body)
        del names.parts[name]
        return _over(part.run, slot, inner)


def _over(run: Run, slot: int, body: Write) -> Write:
    def write(frame: Frame, output: _Output) -> None:
        value = run(frame)
        items = value.items if isinstance(value, Partial) else value if isinstance(value, tuple) else ()
        for item in items:
            if not output.next_round():
                break
            frame[slot] = item
            body(frame, output)
        if isinstance(value, (Open, Partial)):
            output.add(GAP)

    return write


def _write_branch(branches: Sequence[tuple[Run, Write]], last: Write, frame: Frame, output: _Output) -> None:
    """The first branch whose condition holds; where that is open, what all that may hold agree on."""
    possible: list[Write] = []
    for condition, body in branches:
        decided = truth(condition(frame))
        if decided is False:
            continue
        possible.append(body)
        if decided is True:
            break
    else:
        possible.append(last)
    if len(possible) == 1:
        possible[0](frame, output)
        return
    texts: set[str] = set()
    for body in possible:
        trial = _Output()
        trial.rounds = output.rounds
        body(frame, trial)
        output.rounds = trial.rounds
        texts.add("".join(trial.pieces))
    output.add(texts.pop() if len(texts) == 1 else GAP)


_STATEMENTS: Mapping[str, Callable[..., Write]] = {
    "text": TemplateCompiler.text,
    "print": TemplateCompiler.print,
    "if": TemplateCompiler.choice,
    "for": TemplateCompiler.loop,
}
