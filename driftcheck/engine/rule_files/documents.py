"""A rule file's two YAML documents: its rules, and after a line `---` their cases, which few runs need."""

from __future__ import annotations

import re

from driftcheck.errors import RuleError
from driftcheck.formats.yaml_text import YamlNode, YamlProblem, compose_yaml
from driftcheck.model.rule import RuleFile

_SEPARATOR = re.compile(r"^---[ \t]*(?:#.*)?$", re.MULTILINE)
_NOTHING_YET = re.compile(r"(?:[ \t]*(?:#.*)?\n)*")


def rules_document(file: RuleFile) -> YamlNode:
    """The document with the rules. Raises RuleError with `file:line:column`."""
    text, _ = _documents(file.text)
    return _composed(file, text)


def cases_document(file: RuleFile) -> YamlNode:
    """The document with the cases; nothing where there is none. Raises RuleError with `file:line:column`."""
    _, text = _documents(file.text)
    return _composed(file, text)


def refused(file: RuleFile, problem: YamlProblem, hint: str = "") -> RuleError:
    """A YamlProblem as the error that is shown."""
    return RuleError(problem.message, hint=hint, where=f"{file.name}:{problem.line}:{problem.column}")


def _composed(file: RuleFile, text: str) -> YamlNode:
    try:
        return compose_yaml(text, name=file.name)
    except YamlProblem as problem:
        raise refused(file, problem) from None


def _documents(text: str) -> tuple[str, str]:
    """The text of each; the second keeps its line numbers. A `---` before all else begins the first."""
    begin = _NOTHING_YET.match(text)
    start = begin.end() if begin is not None else 0
    first = _SEPARATOR.match(text, start)
    found = _SEPARATOR.search(text, first.end() if first is not None else start)
    if found is None:
        return text, ""
    return text[: found.start()], "\n" * text.count("\n", 0, found.end()) + text[found.end() :]
