"""The keys of a rule: a YAML mapping to a Rule, its expressions unparsed, each error with its place."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from driftcheck.engine.problems import choice, quoted, suggestion
from driftcheck.engine.rule_files.documents import refused
from driftcheck.errors import RuleError
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlProblem
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.rule import Expression, Level, Rule, RuleFile, Scope

E = TypeVar("E", bound=enum.StrEnum)

NEEDS = ("chef", "cookbooks", "rendered", "file_times", "client_files", "dns", "zookeeper", "tcp")
FACES = ("intended", "rendered", "registered", "resolves", "machine")
FAMILIES = ("ADV", "CAP", "CFG", "CHF", "CLI", "DNS", "GAT", "IDN", "KRF", "REG", "UNI", "UPG", "ZKC")
"""The families of the built-in rules, those of later releases too: no id of one's own begins like them."""

MAX_TEXT = 8_000
MAX_VARIABLES = 40

_BUILTIN_ID = re.compile(r"[A-Z]{3}[0-9]{3}")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,9}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,49}")


@frozen
class _Key:
    """`field`: the Rule's field; `read`: the file and the value's node to the field's value."""

    field: str
    read: Callable[[RuleFile, YamlNode], Any]
    required: bool = False
    default: Any = None


def read_rule(file: RuleFile, node: YamlNode) -> Rule:
    """One rule. Raises RuleError with `file:line:column` for the first thing that is not allowed."""
    try:
        return _rule(file, node)
    except YamlProblem as problem:
        raise refused(file, problem) from None


def _rule(file: RuleFile, node: YamlNode) -> Rule:
    entries = node.as_mapping()
    for name in entries:
        if name not in KEYS:
            place = node.keys[name] if isinstance(node, YamlMapping) else node
            raise error(file, place, f"unknown key {quoted(name)}{suggestion(name, KEYS)}", choice(KEYS))
    missing = [name for name, key in KEYS.items() if key.required and name not in entries]
    if missing:
        raise error(file, node, f"the rule has no {', '.join(missing)}")
    values = {
        key.field: key.read(file, entries[name]) if name in entries else key.default
        for name, key in KEYS.items()
    }
    return Rule(**values, location=place_of(file, entries["id"]), builtin=file.builtin)


def error(file: RuleFile, node: YamlNode, message: str, hint: str = "") -> RuleError:
    """A RuleError at a node's place."""
    return refused(file, node.problem(message), hint)


def place_of(file: RuleFile, node: YamlNode) -> Location:
    return Location(source="rules", name=file.name, line=node.line, column=node.column)


def text_of(file: RuleFile, node: YamlNode) -> str:
    """A text with something in it."""
    text = node.as_text().strip()
    if not text:
        raise error(file, node, "the text is empty")
    if len(text) > MAX_TEXT:
        raise error(file, node, f"the text is longer than {MAX_TEXT:,} characters")
    return text


def texts_of(file: RuleFile, node: YamlNode) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text_of(file, each) for each in node.as_list())


def one_of(file: RuleFile, node: YamlNode, allowed: tuple[str, ...]) -> str:
    """One of these words."""
    word = node.as_text()
    if word not in allowed:
        message = f"{quoted(word)} is not allowed here{suggestion(word, allowed)}"
        raise error(file, node, message, f"allowed: {', '.join(allowed)}")
    return word


def _line(file: RuleFile, node: YamlNode) -> str:
    text = text_of(file, node)
    if "\n" in text or len(text) > 200:
        raise error(file, node, "this is one line of at most 200 characters")
    return text


def id_problem(text: str, *, builtin: bool = False) -> tuple[str, str] | None:
    """Why a text is no id of a rule, and what is allowed; None for an id."""
    pattern = _BUILTIN_ID if builtin else _ID
    if pattern.fullmatch(text) is None:
        allowed = "three capitals and three digits" if builtin else "2 to 10 capitals and digits, 3 digits"
        return f"{quoted(text)} is no rule id", f"write {allowed}, as in {'ADV016' if builtin else 'OURS001'}"
    if not builtin and text.startswith(FAMILIES):
        message = f"{quoted(text)} is no id of your own: {text[:3]} is a family of the built-in rules"
        return message, f"begin with something else than {', '.join(FAMILIES)}"
    return None


def _id(file: RuleFile, node: YamlNode) -> str:
    text = node.as_text()
    problem = id_problem(text, builtin=file.builtin)
    if problem is not None:
        raise error(file, node, *problem)
    return text


def _name(file: RuleFile, node: YamlNode) -> str:
    text = node.as_text()
    if _NAME.fullmatch(text) is None or len(text) > 80:
        raise error(
            file, node, f"{quoted(text)} is no rule name", "write small-letters-with-hyphens, at most 80"
        )
    return text


def _word_of(kind: type[E]) -> Callable[[RuleFile, YamlNode], E]:
    return lambda file, node: kind(one_of(file, node, tuple(each.value for each in kind)))


def _needs(file: RuleFile, node: YamlNode) -> tuple[str, ...]:
    """A list of sources, or of alternatives with `|` between them."""
    for each in node.as_list():
        for word in each.as_text().split("|"):
            if word not in NEEDS:
                message = f"{quoted(word)} is no source{suggestion(word, NEEDS)}"
                raise error(file, each, message, f"allowed: {', '.join(NEEDS)}, or a|b for either")
    return node.as_texts()


def _faces(file: RuleFile, node: YamlNode) -> tuple[str, ...]:
    return tuple(one_of(file, each, FACES) for each in node.as_list())


def _expression(file: RuleFile, node: YamlNode) -> Expression:
    return Expression(text=text_of(file, node), location=place_of(file, node))


def _variables(file: RuleFile, node: YamlNode) -> Mapping[str, Expression]:
    entries = node.as_mapping()
    if len(entries) > MAX_VARIABLES:
        raise error(file, node, f"a rule has at most {MAX_VARIABLES} variables")
    for name in entries:
        if _VARIABLE.fullmatch(name) is None:
            place = node.keys[name] if isinstance(node, YamlMapping) else node
            raise error(
                file,
                place,
                f"{quoted(name)} is no name for a variable",
                "write small_letters_with_underscores",
            )
    return {name: _expression(file, value) for name, value in entries.items()}


KEYS: Mapping[str, _Key] = {
    "id": _Key(field="id", read=_id, required=True),
    "name": _Key(field="name", read=_name, required=True),
    "summary": _Key(field="summary", read=_line, required=True),
    "level": _Key(field="level", read=_word_of(Level), required=True),
    "scope": _Key(field="scope", read=_word_of(Scope), required=True),
    "needs": _Key(field="needs", read=_needs, default=()),
    "vars": _Key(field="variables", read=_variables, default={}),
    "when": _Key(field="when", read=_expression),
    "assert": _Key(field="assertion", read=_expression, required=True),
    "group": _Key(field="group", read=_expression),
    "property": _Key(field="property", read=_expression),
    "about": _Key(field="about", read=_expression),
    "affects": _Key(field="affects", read=_expression),
    "message": _Key(field="message", read=_expression, required=True),
    "effect": _Key(field="effect", read=_expression),
    "fix": _Key(field="fix", read=_expression, required=True),
    "why": _Key(field="why", read=text_of, required=True),
    "explains": _Key(field="explains", read=texts_of, default=()),
    "faces": _Key(field="faces", read=_faces, default=()),
    "references": _Key(field="references", read=texts_of, default=()),
}
"""What a rule can say; `schemas/rules.schema.json` has the same keys."""
