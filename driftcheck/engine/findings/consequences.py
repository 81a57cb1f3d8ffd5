"""Which finding is the consequence of which: the causes stand, the others under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from driftcheck.engine.ordering import subject_order
from driftcheck.formats.host_names import host_key
from driftcheck.model.finding import Finding
from driftcheck.model.rule import Rule


def arranged(findings: Iterable[Finding], rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """The causes, worst first, with what they explain under them.

    A finding is a consequence of another if that one's rule explains its rule, itself or over rules between
    them; if both are of one cluster; if its subjects are among the other's subjects or what that affects;
    and if they share a value of `about`, where both name any. Of several causes the closest one counts: the
    fewest rules between, then the first in order. `rules` are all that there are, in force or not.
    """
    ordered = sorted(findings, key=finding_order)
    reach = _reach(rules)
    children: dict[int, list[int]] = {}
    consequences: set[int] = set()
    causes_of = _Causes(ordered, reach)
    for number, finding in enumerate(ordered):
        parent = causes_of.closest(number, finding)
        if parent is not None:
            children.setdefault(parent, []).append(number)
            consequences.add(number)

    def with_children(number: int) -> Finding:
        beneath = tuple(with_children(child) for child in children.get(number, ()))
        return replace(ordered[number], consequences=beneath) if beneath else ordered[number]

    return tuple(with_children(number) for number in range(len(ordered)) if number not in consequences)


def finding_order(finding: Finding) -> tuple[object, ...]:
    """Worst first, then by rule, cluster and subjects."""
    subjects = tuple(subject_order(subject) for subject in finding.subjects)
    return (-finding.level.rank, finding.rule, subjects, finding.property, finding.message)


def _reach(rules: Iterable[Rule]) -> Mapping[str, Mapping[str, int]]:
    """Rule → each rule that explains it → how many steps lie between."""
    explained_by: dict[str, list[str]] = {}
    for rule in rules:
        for other in rule.explains:
            explained_by.setdefault(other, []).append(rule.id)
    return {rule: _steps_up(rule, explained_by) for rule in explained_by}


def _steps_up(start: str, explained_by: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    steps: dict[str, int] = {}
    level, distance = list(explained_by.get(start, ())), 1
    while level:
        fresh = [rule for rule in level if rule not in steps]
        steps.update(dict.fromkeys(fresh, distance))
        level = [above for rule in fresh for above in explained_by.get(rule, ())]
        distance += 1
    return steps


class _Causes:
    """Finds the closest cause of a finding, by the rules that could explain it."""

    def __init__(self, findings: Sequence[Finding], reach: Mapping[str, Mapping[str, int]]) -> None:
        self._findings = findings
        self._reach = reach
        self._reaching: dict[tuple[str, str, str], list[int]] = {}
        self._about: dict[int, frozenset[str]] = {}
        self._names: dict[int, frozenset[str]] = {}
        for number, finding in enumerate(findings):
            for name in self._reached(number):
                key = (finding.rule, finding.subject.cluster, name)
                self._reaching.setdefault(key, []).append(number)

    def closest(self, number: int, finding: Finding) -> int | None:
        """The number of the cause; None if it stands on its own."""
        above = self._reach.get(finding.rule, {})
        for rule, _ in sorted(above.items(), key=lambda item: (item[1], item[0])):
            for other in self._reaching.get((rule, finding.subject.cluster, finding.subject.name), ()):
                if other != number and self._explains(other, number):
                    return other
        return None

    def _explains(self, cause: int, consequence: int) -> bool:
        names = {subject.name for subject in self._findings[consequence].subjects}
        if not names <= self._reached(cause):
            return False
        first, second = self._values(cause), self._values(consequence)
        return not first or not second or bool(first & second)

    def _reached(self, number: int) -> frozenset[str]:
        if number not in self._names:
            finding = self._findings[number]
            names = {subject.name for subject in finding.subjects}
            self._names[number] = frozenset(names.union(finding.affects))
        return self._names[number]

    def _values(self, number: int) -> frozenset[str]:
        if number not in self._about:
            self._about[number] = frozenset(host_key(value) for value in self._findings[number].about)
        return self._about[number]
