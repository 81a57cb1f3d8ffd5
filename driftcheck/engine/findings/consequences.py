"""Which finding is the consequence of which: the causes stand, the others under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from driftcheck.engine.ordering import subject_order
from driftcheck.formats.host_names import host_key
from driftcheck.model.finding import Finding, Subject
from driftcheck.model.frozen import frozen
from driftcheck.model.rule import Level, Rule


def arranged(findings: Iterable[Finding], rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """The causes, worst first, with what they explain under them; see `Causes`.

    `rules` are all that there are, in force or not.
    """
    ordered = sorted(findings, key=finding_order)
    children: dict[int, list[int]] = {}
    consequences: set[int] = set()
    causes = Causes(rules)
    causes.add(ordered)
    for number, finding in enumerate(ordered):
        parent = causes.closest(Effect.of(finding))
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


@frozen
class Effect:
    """What could be the consequence of a finding: another finding, or a failure that is to be in one."""

    rule: str
    level: Level
    subjects: tuple[Subject, ...]
    about: tuple[str, ...]

    @classmethod
    def of(cls, finding: Finding) -> Effect:
        return cls(rule=finding.rule, level=finding.level, subjects=finding.subjects, about=finding.about)


class Causes:
    """Findings by what they explain.

    A finding is a consequence of another if that one's rule explains its rule, itself or over rules between
    them; if it is not graver than that one; if both are of one cluster; if its subjects are among the other's
    subjects or what that affects; and if they share a value of `about`, where both name any. Of several
    causes the closest one counts: the fewest rules between, then the first that was added.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._reach = _reach(rules)
        self._levels: list[Level] = []
        self._names: list[frozenset[str]] = []
        self._about: list[frozenset[str]] = []
        self._reaching: dict[tuple[str, str, str], list[int]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """They are numbered in the order in which they are added."""
        for finding in findings:
            names = frozenset(subject.name for subject in finding.subjects) | frozenset(finding.affects)
            for name in names:
                key = (finding.rule, finding.subject.cluster, name)
                self._reaching.setdefault(key, []).append(len(self._names))
            self._levels.append(finding.level)
            self._names.append(names)
            self._about.append(_keys(finding.about))

    def closest(self, effect: Effect) -> int | None:
        """The number of its cause; None if it stands on its own."""
        above = self._reach.get(effect.rule, {})
        first = effect.subjects[0]
        for rule, _ in sorted(above.items(), key=lambda item: (item[1], item[0])):
            for number in self._reaching.get((rule, first.cluster, first.name), ()):
                if self._explains(number, effect):
                    return number
        return None

    def order(self, rule: str) -> tuple[int, str]:
        """By this a rule sorts after all those that explain it."""
        return (len(self._reach.get(rule, ())), rule)

    def _explains(self, number: int, effect: Effect) -> bool:
        if effect.level.rank > self._levels[number].rank:
            return False
        if not all(subject.name in self._names[number] for subject in effect.subjects):
            return False
        mine, its = self._about[number], _keys(effect.about)
        return not mine or not its or not mine.isdisjoint(its)


def _keys(about: Iterable[str]) -> frozenset[str]:
    return frozenset(map(host_key, about))
