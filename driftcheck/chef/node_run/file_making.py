"""What a `template`, `file` or `cookbook_file` writes: its path, its source and its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from driftcheck.chef.erb.lines import rendered_text
from driftcheck.chef.erb.rendering import render
from driftcheck.chef.node_run.rendered_file import UNKNOWN_PART, RenderedFile
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.joins import unknown_of
from driftcheck.chef.ruby.mashes import DelayedEvaluator, ImmutableMash, Mash
from driftcheck.chef.ruby.methods.resource_dsl import HELPERS
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.output import WrittenString
from driftcheck.chef.ruby.values import (
    Place,
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.chef.templates import RenderedLine, RenderedText, TemplateRequest, TemplateText
from driftcheck.model.facts import Unknown


class FileMaking:
    """The files of one run's resources."""

    def __init__(self, repository: ChefRepository, evaluation: AttributeEvaluation) -> None:
        self.repository = repository
        self.evaluation = evaluation
        self.runtime = evaluation.runtime

    def file(self, resource: RubyObject, *, maybe: bool) -> RenderedFile:
        kind = resource.data.kind
        path, known = self.path(resource)
        try:
            source, text = self._content(resource)
        except UnknownMetError as met:
            return self.gap(resource, met.unknown, maybe=maybe)
        return RenderedFile(
            path=path,
            is_path_known=known,
            kind=kind,
            source=source,
            declared=resource.data.place,
            lines=text.lines,
            ends_with_newline=text.ends_with_newline,
            maybe=maybe,
            sensitive=self.property_of(resource, "sensitive") is True,
        )

    def gap(self, resource: RubyObject, cause: Unknown, *, maybe: bool) -> RenderedFile:
        path, known = self.path(resource)
        return RenderedFile(
            path=path,
            is_path_known=known,
            kind=resource.data.kind,
            source=None,
            declared=resource.data.place,
            lines=(RenderedLine(text=None, maybe=True, cause=cause),),
            maybe=maybe,
            sensitive=self.property_of(resource, "sensitive") is True,
            gap=cause,
        )

    def _content(self, resource: RubyObject) -> tuple[str | None, RenderedText]:
        """Where the content comes from, and its lines."""
        kind = resource.data.kind
        if kind == "file":
            return None, self._own_content(resource)
        if kind == "cookbook_file":
            found = self._source_file(resource, "files", _base_name(self.path(resource)[0]))
            return found.path, _lines_of(found.text, found.path)
        return self._template(resource)

    def _own_content(self, resource: RubyObject) -> RenderedText:
        value = self.property_of(resource, "content")
        place = resource.data.place
        if value is None:
            raise unsupported("the resource says nothing of the content")
        if isinstance(value, Unknown):
            if not value.fragments:
                raise UnknownMetError(value)
            return _of_fragments(value, place)
        if isinstance(value, WrittenString) and value.unknown is not None and value.pieces:
            made = rendered_text(value.pieces)
            here = (place,) if place is not None else ()
            return replace(made, lines=tuple(replace(line, places=here) for line in made.lines))
        text = self.runtime.to_s(value)
        return _lines_of(text.encode(), "", place)

    def _template(self, resource: RubyObject) -> tuple[str | None, RenderedText]:
        data = resource.data
        name = self.runtime.to_s(data.name)
        template = self._source_file(resource, "templates", f"{_base_name(name)}.erb")
        request = TemplateRequest(
            template=template,
            node=self.evaluation.node,
            variables=self._variables(resource, template),
            origins=self._origins(resource),
            modules=self._modules(resource),
            kept=self.evaluation.rendered(template.path),
            find_partial=lambda partial, options: self._partial(resource, partial, options),
        )
        return template.path, render(self.runtime, request)

    def _variables(self, resource: RubyObject, template: TemplateText) -> dict[str, Value]:
        given = self.property_of(resource, "variables")
        if isinstance(given, Unknown):
            raise UnknownMetError(given)
        if given is None:
            given = RubyHash()
        if not isinstance(given, RubyHash):
            raise unsupported("the variables are no hash")
        if given.unknown is not None:
            raise UnknownMetError(given.unknown)
        data = resource.data
        made: dict[str, Value] = {
            "cookbook_name": RubyString(data.recipe.cookbook),
            "recipe_name": RubyString(data.recipe.recipe),
            "template_name": self.property_of(resource, "source")
            or RubyString(f"{_base_name(data.name.text)}.erb"),
        }
        for name in ("recipe_line_string", "recipe_path", "template_path"):
            made[name] = unsupported("where the files lie on the machine is not known").unknown
        line = unsupported("the line").unknown if data.place is None else RubyString(str(data.place.line))
        made["recipe_line"] = line
        for entry in given.entries.values():
            value = self._settled(resource, entry.value)
            if entry.maybe:
                value = unknown_of(given.doubt or unsupported("it may not be there").unknown, [value, None])
            made[self.runtime.to_s(entry.key)] = value
        return made

    def _origins(self, resource: RubyObject) -> dict[str, tuple[Place, ...]]:
        """Where each variable was written, and the attributes behind it."""
        given = self.property_of(resource, "variables")
        entries = given.entries.values() if isinstance(given, RubyHash) else ()
        return {
            self.runtime.to_s(entry.key): (entry.place, *self.runtime.reads.places_behind(entry.place))
            for entry in entries
            if entry.place is not None
        }

    def _settled(self, resource: RubyObject, value: Value) -> Value:
        """A variable with all that is lazy in it evaluated; hashes and arrays are copied on the way."""
        if isinstance(value, DelayedEvaluator):
            return value.call([], None, resource)
        if isinstance(value, RubyHash):
            made: RubyHash = Mash() if isinstance(value, (ImmutableMash, Mash)) else RubyHash()
            made.unknown, made.doubt = value.unknown, value.doubt
            in_order = value.in_order
            for key, entry in value.entries.items():
                made.put(entry.key, self._settled(resource, entry.value), entry.place)
                made.entries[key].maybe = entry.maybe
            made.in_order = in_order
            return made
        if isinstance(value, RubyArray):
            array = RubyArray(self._settled(resource, item) for item in value.items)
            array.unknown = value.unknown
            return array
        return value

    def _modules(self, resource: RubyObject) -> tuple[RubyClass, ...]:
        """Methods given by `helper`, modules made by `helpers do`, modules that are named: in this order."""
        known = resource.variables.get(HELPERS)
        items = [each.items for each in known.items] if isinstance(known, RubyArray) else []
        order = ("helper", "block", "module")
        return tuple(module for word in order for kind, module in items if kind.name == word)

    def _partial(self, resource: RubyObject, name: str, options: Mapping[str, Value]) -> TemplateText:
        source = options.get("source")
        cookbook = options.get("cookbook")
        local = options.get("local")
        if local is not None and local is not False:
            raise unsupported("a template on the machine itself is not known")
        return self._found(
            "templates",
            self.runtime.to_s(source) if source is not None else name,
            self.runtime.to_s(cookbook) if cookbook is not None else resource.data.recipe.cookbook,
        )

    def _source_file(self, resource: RubyObject, segment: str, default: str) -> TemplateText:
        local = self.property_of(resource, "local")
        if local is not None and local is not False:
            raise unsupported("a template on the machine itself is not known")
        source = self.property_of(resource, "source")
        if isinstance(source, RubyArray):
            raise unsupported("a list of sources is not evaluated")
        cookbook = self.property_of(resource, "cookbook")
        return self._found(
            segment,
            self.runtime.to_s(source) if source is not None else default,
            self.runtime.to_s(cookbook) if cookbook is not None else resource.data.recipe.cookbook,
        )

    def _found(self, segment: str, name: str, owner: str) -> TemplateText:
        cookbook = self.repository.cookbooks.get(owner)
        if self.repository.local_mode and not self._is_in_run(owner):
            cookbook = None
        if cookbook is None:
            if self.repository.local_mode:
                raise RubyError("Chef::Exceptions::CookbookNotFound", f"Cookbook {owner} not found.")
            raise unsupported(f"the repository does not hold the cookbook {owner}")
        found = cookbook.preferred(segment, name, self._machine)
        if found is None:
            text = f"Cookbook '{owner}' ({cookbook.version}) does not contain a file {segment}/{name}"
            raise RubyError("Chef::Exceptions::FileNotFound", text)
        path = cookbook.path(found)
        content = self.repository.text(path)
        if isinstance(content, Unknown):
            raise UnknownMetError(content)
        return TemplateText(path=path, text=content)

    def _is_in_run(self, cookbook: str) -> bool:
        """Whether it is one of the run's cookbooks: named in the run list, or depended on."""
        cookbooks = self.evaluation.state.levels["automatic"].get(RubyString("cookbooks"))
        return isinstance(cookbooks, RubyHash) and cookbook in cookbooks.entries

    def _machine(self, key: str) -> str | None:
        value = self.runtime.send(self.evaluation.node, "[]", RubyString(key))
        if isinstance(value, Unknown):
            raise UnknownMetError(value)
        return value.text if isinstance(value, RubyString) else None

    def property_of(self, resource: RubyObject, name: str) -> Value:
        value = resource.variables.get(f"@{name}")
        return value.call([], None, resource) if isinstance(value, DelayedEvaluator) else value

    def path(self, resource: RubyObject) -> tuple[str, bool]:
        """The path as it is shown, and whether all of it is known."""
        value = self.property_of(resource, "path")
        if value is None:
            value = resource.data.name
        try:
            return self.runtime.to_s(value), True
        except UnknownMetError as met:
            fragments = value.fragments if isinstance(value, Unknown) else met.unknown.fragments
            return "".join(
                part if part is not None else UNKNOWN_PART for part in fragments
            ) or UNKNOWN_PART, False


def _base_name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _lines_of(content: bytes, path: str, place: Place | None = None) -> RenderedText:
    """A file's own lines."""
    text = content.decode("utf-8", "surrogateescape")
    parts = text.split("\n")
    ends = parts[-1] == "" and len(parts) > 1
    if parts[-1] == "":
        parts.pop()
    lines = tuple(
        RenderedLine(text=line, places=(place or Place(path, number, 1),))
        for number, line in enumerate(parts, 1)
    )
    return RenderedText(lines=lines, ends_with_newline=ends)


def _of_fragments(value: Unknown, place: Place | None) -> RenderedText:
    """Lines of a text of which parts are not known: a line with a gap is not known."""
    lines: list[RenderedLine] = []
    current: list[str | None] = []
    for part in value.fragments:
        pieces = [None] if part is None else part.split("\n")
        for index, piece in enumerate(pieces):
            if index:
                lines.append(_line(current, place, value))
                current = []
            current.append(piece)
    ends = current == [""]
    if not ends:
        lines.append(_line(current, place, value))
    return RenderedText(lines=tuple(lines), ends_with_newline=ends)


def _line(parts: list[str | None], place: Place | None, cause: Unknown) -> RenderedLine:
    known = None not in parts
    return RenderedLine(
        text="".join(part or "" for part in parts) if known else None,
        maybe=not known,
        places=(place,) if place is not None else (),
        fragments=() if known else tuple(parts),
        cause=None if known else cause,
    )
