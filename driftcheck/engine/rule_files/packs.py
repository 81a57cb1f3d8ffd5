"""Rule files to rules that stand beside each other: no id twice, and who explains whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from driftcheck.engine.problems import error_at, quoted, suggestion
from driftcheck.engine.rule_files.documents import refused, rules_document
from driftcheck.engine.rule_files.keys import error, read_rule
from driftcheck.formats.yaml_nodes import YamlNode, YamlProblem
from driftcheck.formats.yaml_store import YamlStore
from driftcheck.model.rule import Rule, RuleFile


def read_rules(files: Sequence[RuleFile], documents: YamlStore | None = None) -> tuple[Rule, ...]:
    """The rules of all files, in order; their expressions are not parsed yet. `documents`: what was composed
    before; it gains what is composed now.

    Raises RuleError with `file:line:column`: for what is wrong in a file, for an id or a name that stands
    twice, and for `explains` that names no rule, goes in a circle, or would hide a built-in rule's findings.
    """
    documents = YamlStore() if documents is None else documents
    rules = tuple(read_rule(file, node) for file in files for node in _nodes(file, documents))
    _check_twice(rules)
    _check_explains(rules)
    return rules


def _nodes(file: RuleFile, documents: YamlStore) -> Sequence[YamlNode]:
    document = rules_document(file, documents)
    try:
        if document.is_null:
            return ()
        entries = document.as_mapping()
        for key in entries:
            if key != "rules":
                raise error(
                    file,
                    entries[key],
                    f"unknown key {quoted(key)}",
                    "allowed: rules; cases follow after a line ---",
                )
        return entries["rules"].as_list() if "rules" in entries else ()
    except YamlProblem as problem:
        raise refused(file, problem) from None


def _check_twice(rules: Sequence[Rule]) -> None:
    first: dict[str, Rule] = {}
    for rule in rules:
        for word, what in ((rule.id, "id"), (rule.name, "name")):
            other = first.setdefault(word, rule)
            if other is rule:
                continue
            if other.builtin and not rule.builtin:
                message = f"the {what} {quoted(word)} is that of a built-in rule, which cannot be replaced"
                raise error_at(rule.location, message, "Take another one.")
            raise error_at(
                rule.location, f"the {what} {quoted(word)} stands twice", f"It is first in {other.location}."
            )


def _check_explains(rules: Sequence[Rule]) -> None:
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for other in rule.explains:
            if other not in by_id:
                message = f"{rule.id} explains {quoted(other)}, which is no rule{suggestion(other, by_id)}"
                raise error_at(rule.location, message)
            if by_id[other].builtin and not rule.builtin:
                raise error_at(
                    rule.location,
                    f"{rule.id} cannot explain {other}: it would hide a built-in rule's findings",
                    "Let your rules explain your own rules only.",
                )
            if rule.builtin and not by_id[other].builtin:
                raise error_at(rule.location, f"the built-in {rule.id} cannot explain {other}")
    circle = next(_circles(by_id), None)
    if circle is not None:
        raise error_at(
            by_id[circle[0]].location, f"rules explain each other in a circle: {' → '.join(circle)}"
        )


def _circles(rules: Mapping[str, Rule]) -> Iterator[tuple[str, ...]]:
    """Ways from a rule over what it explains back to itself."""
    done: set[str] = set()
    for start in rules:
        way: list[tuple[str, Iterator[str]]] = [(start, iter(rules[start].explains))]
        on_way = {start: None}
        while way:
            rule, rest = way[-1]
            following = next(rest, None)
            if following is None:
                way.pop()
                del on_way[rule]
                done.add(rule)
            elif following in on_way:
                names = list(on_way)
                yield (*names[names.index(following) :], following)
            elif following not in done:
                on_way[following] = None
                way.append((following, iter(rules[following].explains)))
