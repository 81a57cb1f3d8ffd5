"""A rule compiled: what it asserts at once, what only a finding needs when there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from driftcheck.engine.language.access import Unwrap
from driftcheck.engine.language.compiling import Compiler
from driftcheck.engine.language.logic import Truth, truth
from driftcheck.engine.language.names import Frame, Names, Run
from driftcheck.engine.language.templates import TemplateCompiler
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.values import value_of
from driftcheck.engine.problems import ExpressionError, ExpressionProblem, error_at, quoted
from driftcheck.engine.scopes import NAMES, SHARED, Bound, template_names
from driftcheck.model.rule import Expression, Rule

Render = Callable[[Frame], str]


class Program:
    """A rule's expressions over its scope's names and its own variables."""

    def __init__(
        self, rule: Rule, trees: TreeStore, unwrap: Unwrap = value_of, *, trusted: bool = False
    ) -> None:
        """Compiles variables, `when` and `assert`. Raises RuleError.

        `trusted`: the rule is known to compile, as built-in ones are; then each is compiled when it is
        needed, since most rules apply to nothing in a small repository.
        """
        self.rule = rule
        self._trees = trees
        self._unwrap = unwrap
        self._trusted = trusted
        self._names = Names.of(NAMES[rule.scope], SHARED)
        self._bind_variables()
        self._blank = self._names.blank(len(NAMES[rule.scope]))
        self._when = None if rule.when is None else self._condition(rule.when)
        self._assertion = None if trusted else self._condition(rule.assertion)

    def shared_frame(self) -> Frame:
        """What the frames of one cluster's subjects share."""
        return self._names.shared_frame()

    def frame(self, shared: Frame, bound: Bound) -> Frame:
        """A frame for one subject."""
        return [shared, *bound.values, *self._blank]

    def applies(self, frame: Frame) -> Truth:
        """What `when` comes to."""
        if self._when is None:
            return True
        value = self._when(frame)
        return value if value is True or value is False else truth(value)

    def holds(self, frame: Frame) -> Truth:
        """What `assert` comes to."""
        if self._assertion is None:
            self._assertion = self._condition(self.rule.assertion)
        value = self._assertion(frame)
        return value if value is True or value is False else truth(value)

    def value(self, expression: Expression) -> Run:
        """One of the rule's other expressions. Raises RuleError."""
        try:
            return self._compiler().part(self._trees.expression(expression.text)).run
        except ExpressionProblem as problem:
            raise ExpressionError(problem, expression) from None

    def is_label(self, expression: Expression) -> bool:
        """Whether all that it can come to are texts that stand in the rule. Raises ExpressionProblem."""
        kind, *parts, _ = self._trees.expression(expression.text)
        return self._gives_texts(kind, parts)

    def _gives_texts(self, kind: str, parts: Sequence[Any]) -> bool:
        if kind == "choice":
            branches = [each for each in parts[1:] if each is not None]
            return all(self._gives_texts(branch[0], branch[1:-1]) for branch in branches)
        if kind == "name" and parts[0] in self.rule.variables:
            return self.is_label(self.rule.variables[parts[0]])
        return kind == "constant"

    def template(self, expression: Expression) -> Callable[[Frame, Sequence[object]], str]:
        """One of the rule's templates, as a function of a frame and of the values of `template_names`.

        Raises RuleError.
        """
        names = self._names.copy()
        slots = [names.bind(name, shape) for name, shape in template_names(self.rule.scope).items()]
        try:
            compiler = TemplateCompiler(Compiler(names, self._unwrap))
            render = compiler.render(self._trees.template(expression.text))
        except ExpressionProblem as problem:
            raise ExpressionError(problem, expression) from None

        def rendered(frame: Frame, values: Sequence[object]) -> str:
            extended = [*frame, *[None] * len(slots)]
            for slot, value in zip(slots, values, strict=True):
                extended[slot] = value
            return render(extended)

        return rendered

    def _compiler(self) -> Compiler:
        return Compiler(self._names, self._unwrap, trusted=self._trusted)

    def _condition(self, expression: Expression) -> Run:
        try:
            return self._compiler().condition(self._trees.expression(expression.text)).run
        except ExpressionProblem as problem:
            raise ExpressionError(problem, expression) from None

    def _bind_variables(self) -> None:
        taken = {*NAMES[self.rule.scope], *template_names(self.rule.scope)}
        for name, expression in self.rule.variables.items():
            if name in taken:
                raise error_at(
                    expression.location, f"{quoted(name)} has a meaning already", "Take another name."
                )
            bind = partial(self._bind_variable, name, expression, self._names.reserve())
            if self._trusted:
                self._names.pending[name] = bind
            else:
                bind()

    def _bind_variable(self, name: str, expression: Expression, slot: int) -> None:
        try:
            part = self._compiler().part(self._trees.expression(expression.text))
        except ExpressionProblem as problem:
            raise ExpressionError(problem, expression) from None
        bind = self._names.bind_shared if part.reads <= SHARED else self._names.bind_variable
        bind(name, part, slot)


def check_rule(rule: Rule, trees: TreeStore) -> None:
    """Compiles everything that a rule says. Raises RuleError for what cannot be."""
    program = Program(rule, trees)
    for expression in (rule.group, rule.about, rule.affects):
        if expression is not None:
            program.value(expression)
    for template in (rule.property, rule.message, rule.effect, rule.fix):
        if template is not None:
            program.template(template)


def check_rules(rules: Sequence[Rule], trees: TreeStore) -> None:
    """`check_rule` for each. Raises RuleError for the first that is wrong."""
    for rule in rules:
        check_rule(rule, trees)
