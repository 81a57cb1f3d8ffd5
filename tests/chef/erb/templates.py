"""Small templates, rendered on a small node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.chef.erb.rendering import render
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyHash, RubyString
from driftcheck.chef.templates import RenderedText, TemplateRequest, TemplateText
from tests.chef.ruby.programs import evaluation

ATTRIBUTES = """
default['kafka']['port'] = 9092
default['kafka']['config']['b.c'] = 1
default['kafka']['config']['a.b'] = 'x'
default['kafka']['unknown'] = `hostname`
default['kafka']['several'] = `hostname`.lines
default['k']['l'] = [1, 'b']
default['k']['h'] = { 'b' => 1, 'a' => nil }
"""


def ruby(value: Any) -> Any:
    """JSON as plain Ruby; anything else as it is."""
    if isinstance(value, str):
        return RubyString(value)
    if isinstance(value, dict):
        return RubyHash((RubyString(key), ruby(each)) for key, each in value.items())
    return RubyArray(map(ruby, value)) if isinstance(value, list) else value


def rendered(
    template: str | bytes,
    *,
    partials: Mapping[str, str] | None = None,
    library: str = "",
    helpers: tuple[str, ...] = (),
    **variables: Any,
) -> RenderedText:
    """A template `t.erb` on a node with `ATTRIBUTES`, which stand in `a/attributes/f0.rb`."""
    made = evaluation(ATTRIBUTES)
    runtime = made.runtime
    if library:
        runtime.run_file("l.rb", library.encode(), home=runtime.object_class)

    def find_partial(name: str, options: Mapping[str, Any]) -> TemplateText:
        if partials is None or name not in partials:
            raise RubyError("Chef::Exceptions::FileNotFound", name)
        return TemplateText(path=name, text=partials[name].encode())

    text = template.encode() if isinstance(template, str) else template
    request = TemplateRequest(
        template=TemplateText(path="t.erb", text=text),
        node=made.node,
        variables={name: ruby(value) for name, value in variables.items()},
        modules=tuple(runtime.object_class.constants[name] for name in helpers),
        find_partial=find_partial,
    )
    return render(runtime, request)


def shown(text: RenderedText) -> list[str]:
    """Lines as they are, `…` for a gap; a question mark before those that may not be there."""
    return [("?" if line.maybe else "") + ("…" if line.text is None else line.text) for line in text.lines]


def origins(text: RenderedText) -> list[list[str]]:
    """The places of each line."""
    return [[f"{place.file}:{place.line}" for place in line.places] for line in text.lines]
