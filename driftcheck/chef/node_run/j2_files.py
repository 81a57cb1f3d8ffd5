"""Files that something beside Chef renders with Jinja2 from the attributes that a finished run has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from driftcheck.chef.j2 import J2Error, render_j2
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.precedence import setters, text_key
from driftcheck.chef.ruby.values import Place, RubyArray, RubyHash, RubyString, Symbol, Value, unsupported
from driftcheck.chef.templates import RenderedLine, TemplateText
from driftcheck.model.configuration import J2Template
from driftcheck.model.facts import Unknown, missing

_KEYS = r"(?:\s*\[\s*(?:'[^'\n]*'|\"[^\"\n]*\")\s*\]|\.[A-Za-z_]\w*)*"
_KEY = re.compile(r"\[\s*['\"]([^'\"\n]*)['\"]\s*\]|\.(\w+)")


def j2_files(run: NodeRun, templates: Iterable[J2Template]) -> list[RenderedFile]:
    """A file for each of the templates whose cookbook the run loads."""
    return [_file(run, each) for each in templates if each.cookbook in run.order.names]


def _file(run: NodeRun, wanted: J2Template) -> RenderedFile:
    made = RenderedFile(
        path=wanted.path, is_path_known=True, kind="j2", source=wanted.template, declared=None, lines=()
    )
    content = run.repository.text(wanted.template)
    if isinstance(content, Unknown):
        return _gap(made, content)
    if run.stop is not None:
        return _gap(made, missing("chef-client would stop: its attributes are not known"))
    variables = {name: _attribute(run, _words(path)) for name, path in wanted.variables.items()}
    try:
        text = render_j2(TemplateText(path=wanted.template, text=content), variables)
    except J2Error as error:
        return _gap(made, unsupported(f"Jinja2 would stop: {error.message}").unknown)
    source = content.decode("utf-8", "replace").split("\n")
    lines = tuple(_with_attributes(run, line, source, wanted) for line in text.lines)
    return replace(made, lines=lines, ends_with_newline=text.ends_with_newline)


def _gap(file: RenderedFile, cause: Unknown) -> RenderedFile:
    return replace(file, lines=(RenderedLine(text=None, maybe=True, cause=cause),), gap=cause)


def _words(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _attribute(run: NodeRun, path: Sequence[str]) -> Any:
    """An attribute as JSON with Unknowns in it; Unknown too where it is not set."""
    here: Value = run.evaluation.state.all()
    for key in path:
        entry = here.entries.get(key) if isinstance(here, RubyHash) else None
        if entry is None:
            return (
                here if isinstance(here, Unknown) else missing(f"the attribute {'.'.join(path)} is not set")
            )
        here = entry.value
    return _json(here)


def _json(value: Value) -> Any:
    """What may have other keys or elements than are known is not known as a whole: a loop would walk it."""
    if value is None or isinstance(value, (bool, int, float, Unknown)):
        return value
    if isinstance(value, Symbol):
        return value.name
    unknown = getattr(value, "unknown", None) or getattr(value, "doubt", None)
    if isinstance(unknown, Unknown):
        return unknown
    if isinstance(value, RubyString):
        return value.text
    if isinstance(value, RubyHash):
        entries = value.entries.values()
        if all(isinstance(each.key, RubyString) and not each.maybe for each in entries):
            return {each.key.text: _json(each.value) for each in entries}
    if isinstance(value, RubyArray):
        return [_json(each) for each in value.items]
    return unsupported("the value has no form in JSON").unknown


def _with_attributes(
    run: NodeRun, line: RenderedLine, source: Sequence[str], wanted: J2Template
) -> RenderedLine:
    """The line with the places of the attributes that its template's line names."""
    places = dict.fromkeys(line.places)
    for place in line.places:
        code = source[place.line - 1] if place.file == wanted.template and place.line <= len(source) else ""
        for name, path in wanted.variables.items():
            for match in re.finditer(rf"(?<![\w.'\"]){re.escape(name)}(?!\w)({_KEYS})", code):
                keys = [first or second for first, second in _KEY.findall(match[1])]
                found = _place(run, (*_words(path), *keys))
                if found is not None:
                    places.setdefault(found)
    return replace(line, places=tuple(places))


def _place(run: NodeRun, path: tuple[str, ...]) -> Place | None:
    """Where the value that the node sees was written."""
    found = setters(run.evaluation.state.levels, tuple(map(text_key, path)))
    return next((each.place for each in found), None)
