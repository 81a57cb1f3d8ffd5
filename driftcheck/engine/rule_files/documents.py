"""A rule file's two YAML documents: its rules, and after a line `---` their cases, which few runs need."""

from __future__ import annotations

import re

from driftcheck.errors import RuleError
from driftcheck.formats.yaml_nodes import YamlNode, YamlProblem
from driftcheck.formats.yaml_store import YamlStore
from driftcheck.model.rule import RuleFile

_SEPARATOR = re.compile(r"---[ \t]*(?:#.*)?$", re.MULTILINE)
_NOTHING_YET = re.compile(r"(?:[ \t]*(?:#.*)?\n)*")


def rules_document(file: RuleFile, documents: YamlStore | None = None) -> YamlNode:
    """The document with the rules. Raises RuleError with `file:line:column`.

    `documents`: what was composed before; it gains this one. The cases are not even looked at.
    """
    text = file.text
    return _composed(file, text[: _separator(text)[0]], documents or YamlStore())


def cases_document(file: RuleFile) -> YamlNode:
    """The document with the cases; nothing where there is none. Raises RuleError with `file:line:column`."""
    text = file.text
    _, end = _separator(text)
    return _composed(file, "\n" * text.count("\n", 0, end) + text[end:], YamlStore())


def refused(file: RuleFile, problem: YamlProblem, hint: str = "") -> RuleError:
    """A YamlProblem as the error that is shown."""
    return RuleError(problem.message, hint=hint, where=f"{file.name}:{problem.line}:{problem.column}")


def _composed(file: RuleFile, text: str, documents: YamlStore) -> YamlNode:
    try:
        return documents.compose(text, name=file.name)
    except YamlProblem as problem:
        raise refused(file, problem) from None


def _separator(text: str) -> tuple[int, int]:
    """Where the `---` before the cases begins and ends; one before all else begins the rules."""
    begin = _NOTHING_YET.match(text)
    place = begin.end() if begin is not None else 0
    first = _SEPARATOR.match(text, place)
    place = first.end() if first is not None else place
    while (line := text.find("\n---", place)) >= 0:
        found = _SEPARATOR.match(text, line + 1)
        if found is not None:
            return found.span()
        place = line + 1
    return len(text), len(text)
