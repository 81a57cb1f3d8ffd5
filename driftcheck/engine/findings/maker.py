"""Failures to findings: what is said, shown and pointed at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from driftcheck.engine.evaluation import Failure
from driftcheck.engine.findings.comparisons import comparisons
from driftcheck.engine.findings.consequences import Effect
from driftcheck.engine.findings.fingerprints import fingerprint
from driftcheck.engine.findings.in_common import RunLists
from driftcheck.engine.findings.tracing import Tracer
from driftcheck.engine.findings.trails import trail
from driftcheck.engine.language.names import Frame, Run
from driftcheck.engine.language.text_of import CUT, GAP, NOTHING, cut, text_of
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.values import Open, Partial
from driftcheck.engine.ordering import subject_order
from driftcheck.engine.program import Program
from driftcheck.model.facts import Absent
from driftcheck.model.finding import Finding, Subject
from driftcheck.model.inventory import Broker
from driftcheck.model.rule import Expression, Level, Rule

MAX_MESSAGE = 500
MAX_PROPERTY = 200
MOST_NAMES = 2_000
"""Values of `about` and names of `affects` that a finding keeps."""

Group = tuple[Failure, ...]
Text = Callable[[Frame, Sequence[object]], str]


def grouped(
    failures: Iterable[Failure], rule: Rule, apart: Callable[[Failure], Hashable] | None = None
) -> list[Group]:
    """The failures that make one finding each, every group in the order of its subjects.

    Those of one group for which `apart` gives different values are different findings.
    """
    groups: dict[object, list[Failure]] = {}
    for number, failure in enumerate(failures):
        key: object = number
        if failure.group is not None:
            part = None if apart is None else apart(failure)
            key = (failure.bound.cluster.name, failure.group, part)
        groups.setdefault(key, []).append(failure)
    return [
        tuple(sorted(group, key=lambda each: subject_order(each.bound.subject(rule.scope))))
        for group in groups.values()
    ]


class FindingMaker:
    """Makes one rule's findings; what only they need is compiled here, once."""

    def __init__(self, program: Program, trees: TreeStore) -> None:
        """Raises RuleError if a template does not compile."""
        self._rule = rule = program.rule
        self._program = program
        self._message = program.template(rule.message)
        self._fix = program.template(rule.fix)
        self._effect_text = self._optional_text(rule.effect)
        self._property = self._optional_text(rule.property)
        self._about = self._optional_value(rule.about)
        self._affects = self._optional_value(rule.affects)
        self._tracer = Tracer(rule, trees)
        self._run_lists = RunLists()

    def effect(self, failure: Failure) -> Effect:
        """The failure as what another finding could explain."""
        rule = self._rule
        subjects = (failure.bound.subject(rule.scope),)
        return Effect(
            rule=rule.id, level=rule.level, subjects=subjects, about=_texts(self._about, (failure,))
        )

    def finding(self, group: Group) -> Finding:
        """The finding for one group; if it cannot be made, one that says so."""
        try:
            return self._made(group)
        except Exception as error:
            subjects = [failure.bound.subject(self._rule.scope) for failure in group]
            return crash_finding(self._rule, subjects, f"{type(error).__name__} while its finding was made")

    def _made(self, group: Group) -> Finding:
        rule, frame = self._rule, group[0].frame
        bounds = [failure.bound for failure in group]
        subjects = tuple(bound.subject(rule.scope) for bound in bounds)
        values = _template_values(group)
        property_ = _usable(self._property(frame, values))
        about = _texts(self._about, group)
        found = trail(bounds, property_, rule.faces, about, self._tracer.facts(bounds[0]))
        return Finding(
            rule=rule.id,
            rule_name=rule.name,
            level=rule.level,
            subjects=subjects,
            property=property_,
            message=cut(" ".join(self._message(frame, values).split()), MAX_MESSAGE),
            effect=self._effect_text(frame, values).strip(),
            fix=self._fix(frame, values).strip(),
            locations=found.locations or (rule.location,),
            because=(*found.because, *self._run_lists.in_common(bounds)),
            comparisons=comparisons(rule, property_, bounds),
            consequences=(),
            fingerprints=tuple(fingerprint(rule.id, subject, property_) for subject in subjects),
            about=about,
            affects=_texts(self._affects, group),
        )

    def _optional_text(self, template: Expression | None) -> Text:
        return (lambda frame, values: "") if template is None else self._program.template(template)

    def _optional_value(self, expression: Expression | None) -> Run | None:
        return None if expression is None else self._program.value(expression)


def crash_finding(rule: Rule, subjects: Iterable[Subject], what: str) -> Finding:
    """The finding that says that a rule broke: it is an error, whatever the rule's level."""
    ordered = sorted(set(subjects), key=subject_order)
    return Finding(
        rule=rule.id,
        rule_name=rule.name,
        level=Level.ERROR,
        subjects=tuple(ordered),
        property="",
        message=f"the rule {rule.id} crashed ({what}): whether it holds here is not known",
        effect="",
        fix="Report it with the rule file: a rule that crashes is a bug of driftcheck.",
        locations=(rule.location,),
        because=(),
        comparisons=(),
        consequences=(),
        fingerprints=tuple(fingerprint(rule.id, subject, "crash") for subject in ordered),
    )


def _template_values(group: Group) -> list[object]:
    """The values of `template_names`."""
    nouns = tuple(failure.bound.noun for failure in group)
    brokers: dict[int, Broker] = {
        id(failure.bound.broker): failure.bound.broker
        for failure in group
        if failure.bound.broker is not None
    }
    values: list[object] = [nouns, nouns[1:]]
    return [*values, tuple(brokers.values())] if brokers else values


def _usable(property_: str) -> str:
    """The property's name; none where it is not known."""
    text = " ".join(property_.split())
    unusable = GAP in text or text == NOTHING or text.endswith(CUT)
    return "" if unusable else cut(text, MAX_PROPERTY)


def _texts(run: Run | None, group: Group) -> tuple[str, ...]:
    """The values over all failures as texts, a list's one by one; what is open or absent is left out."""
    found: dict[str, None] = {}
    if run is None:
        return ()
    for failure in group:
        value = run(failure.frame)
        items = value.items if isinstance(value, Partial) else value if isinstance(value, tuple) else (value,)
        for each in items:
            if not isinstance(each, (Open, Absent)):
                found[text_of(each)] = None
        if len(found) > MOST_NAMES:
            break
    return tuple(found)[:MOST_NAMES]
