"""The resources of a run put to work, as far as files and attributes are concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from driftcheck.chef.erb.rendering import render
from driftcheck.chef.node_run.rendered_file import UNKNOWN_PART, RenderedFile
from driftcheck.chef.node_run.touched import lose, touched_paths
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.mashes import DelayedEvaluator, ImmutableMash, Mash
from driftcheck.chef.ruby.methods.resource_dsl import GUARDS, HELPERS, NOTIFIED
from driftcheck.chef.ruby.recipes import Guard, ResourceData
from driftcheck.chef.ruby.values import (
    NO_SELF,
    Place,
    RubyArray,
    RubyClass,
    RubyError,
    RubyHash,
    RubyObject,
    RubyProc,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.chef.templates import RenderedLine, RenderedText, TemplateRequest, TemplateText
from driftcheck.model.facts import Unknown

_WRITTEN = ("template", "file", "cookbook_file")
_WRITING = frozenset({"create", "create_if_missing"})
_NODE_LEVEL = re.compile(rb"\bnode\s*\.\s*(?:default|normal|override|set|automatic|force_|write|rm)")


class Converging:
    """Runs resources one after another. `files` are what they wrote, in order, the last one of a path."""

    def __init__(
        self,
        repository: ChefRepository,
        evaluation: AttributeEvaluation,
        custom: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.repository = repository
        self.evaluation = evaluation
        self.runtime = evaluation.runtime
        self.custom = custom
        """The files of each custom resource."""
        self.files: dict[str, RenderedFile] = {}
        self.notified: set[str] = set()

    def run(self, resources: RubyHash) -> None:
        """All resources of the collection, in order. RubyError where Chef would stop."""
        entries = list(resources.entries.values())
        self.notified = self._notified(entry.value for entry in entries)
        for entry in entries:
            for resource in _candidates(entry.value):
                self.act(resource, None, maybe=entry.maybe or isinstance(entry.value, Unknown))

    def act(self, resource: RubyObject, action: Value, *, maybe: bool = False) -> None:
        """One resource, with its own actions or the one that is asked for."""
        data = resource.data
        assert isinstance(data, ResourceData)
        if (
            data.kind not in (*_WRITTEN, "ruby_block", "whyrun_safe_ruby_block")
            and data.kind not in self.custom
        ):
            return
        actions, sure = self._actions(resource, action)
        if not actions:
            return
        passed = self._passes(resource)
        if passed is False:
            return
        maybe = maybe or not sure or passed is None
        if data.kind in self.custom:
            self._touch(self.custom[data.kind])
        elif data.kind in _WRITTEN:
            self._write(resource, actions, maybe=maybe)
        else:
            self._run_block(resource, maybe=maybe)

    def _actions(self, resource: RubyObject, action: Value) -> tuple[list[str], bool]:
        """The names of the actions, and whether they are sure to run."""
        kind = resource.data.kind
        default = "run" if kind.endswith("ruby_block") else "create"
        value = resource.variables.get("@action", Symbol(default)) if action is None else action
        items = value.items if isinstance(value, RubyArray) else [value]
        names = [self._word(item) for item in items]
        if None in names:
            return [default], False
        known = [name for name in names if name is not None and name != "nothing"]
        if not known and self._is_notified(resource):
            return [default], False
        return known, True

    @staticmethod
    def _word(value: Value) -> str | None:
        if isinstance(value, Symbol):
            return value.name
        return value.text if isinstance(value, RubyString) and value.unknown is None else None

    def _notified(self, resources: Iterable[Value]) -> set[str]:
        """The resources that are notified or subscribe, as `type[name]`; `?` for one that is not known."""
        found: set[str] = set()
        for value in resources:
            for resource in _candidates(value):
                known = resource.variables.get(NOTIFIED)
                for each in known.items if isinstance(known, RubyArray) else []:
                    if each.items[0] is Symbol("subscribes"):
                        found.add(self._spec(resource))
                    else:
                        found.add(self._target(each.items[2]))
        return found

    def _target(self, value: Value) -> str:
        if isinstance(value, RubyString) and value.unknown is None:
            return value.text
        if isinstance(value, RubyHash) and len(value.entries) == 1:
            ((kind, name),) = value.pairs()
            if isinstance(kind, Symbol) and isinstance(name, RubyString):
                return f"{kind.name}[{name.text}]"
        if isinstance(value, RubyObject) and isinstance(value.data, ResourceData):
            return self._spec(value)
        return "?"

    def _spec(self, resource: RubyObject) -> str:
        try:
            return f"{resource.data.kind}[{self.runtime.to_s(resource.data.name)}]"
        except (UnknownMetError, RubyError):
            return "?"

    def _is_notified(self, resource: RubyObject) -> bool:
        return "?" in self.notified or self._spec(resource) in self.notified

    def _passes(self, resource: RubyObject) -> bool | None:
        """Whether its guards let it run; None where nobody knows."""
        guards = resource.variables.get(GUARDS)
        unsure = False
        for each in guards.items if isinstance(guards, RubyArray) else []:
            guard = each.data
            assert isinstance(guard, Guard)
            if guard.block is None:
                unsure = True
                continue
            value = guard.block.call([], None, NO_SELF)
            if isinstance(value, Unknown):
                unsure = True
            elif (value is not None and value is not False) == guard.negated:
                return False
        return None if unsure or (isinstance(guards, RubyArray) and guards.unknown) else True

    # -- blocks and custom resources

    def _run_block(self, resource: RubyObject, *, maybe: bool) -> None:
        block = resource.variables.get("@block")
        if not isinstance(block, RubyProc):
            return
        if not maybe:
            block.call([], None, NO_SELF)
            return
        cause = unsupported("whether the ruby_block runs is not known").unknown
        self.runtime.worlds.fork(
            self.runtime.frame,
            cause,
            [lambda frame: None, lambda frame: block.call([], None, NO_SELF)],
        )

    def _touch(self, paths: tuple[str, ...]) -> None:
        """A custom resource's code is not run: the attributes that it names are not known any more."""
        for path in paths:
            content = self.repository.text(path)
            if isinstance(content, bytes):
                cause = unsupported(f"the custom resource in {path} may set it").unknown
                lose(self.evaluation, _written_by_node(content), cause)

    # -- files

    def _write(self, resource: RubyObject, actions: list[str], *, maybe: bool) -> None:
        if not _WRITING.intersection(actions):
            if "delete" in actions and not maybe:
                path, known = self._path(resource)
                if known:
                    self.files.pop(path, None)
            return
        try:
            made = self._file(resource, maybe=maybe)
        except RubyError:
            if not maybe and self._property(resource, "ignore_failure") is None:
                raise
            made = self._gap(resource, unsupported("the file's content raises an error").unknown, maybe=maybe)
        before = self.files.pop(made.path, None)
        if before is not None and made.maybe:
            reason = f"two resources may write {made.path}"
            made = self._gap(resource, unsupported(reason).unknown, maybe=False)
        self.files[made.path] = made

    def _file(self, resource: RubyObject, *, maybe: bool) -> RenderedFile:
        kind = resource.data.kind
        path, known = self._path(resource)
        try:
            source, text = self._content(resource)
        except UnknownMetError as met:
            return self._gap(resource, met.unknown, maybe=maybe)
        return RenderedFile(
            path=path,
            is_path_known=known,
            kind=kind,
            source=source,
            declared=resource.data.place,
            lines=text.lines,
            ends_with_newline=text.ends_with_newline,
            maybe=maybe,
            sensitive=self._property(resource, "sensitive") is True,
        )

    def _gap(self, resource: RubyObject, cause: Unknown, *, maybe: bool) -> RenderedFile:
        path, known = self._path(resource)
        return RenderedFile(
            path=path,
            is_path_known=known,
            kind=resource.data.kind,
            source=None,
            declared=resource.data.place,
            lines=(RenderedLine(text=None, maybe=True),),
            maybe=maybe,
            sensitive=self._property(resource, "sensitive") is True,
            gap=cause,
        )

    def _content(self, resource: RubyObject) -> tuple[str | None, RenderedText]:
        """Where the content comes from, and its lines."""
        kind = resource.data.kind
        if kind == "file":
            return None, self._own_content(resource)
        if kind == "cookbook_file":
            found = self._source_file(resource, "files", _base_name(self._path(resource)[0]))
            return found.path, _lines_of(found.text, found.path)
        return self._template(resource)

    def _own_content(self, resource: RubyObject) -> RenderedText:
        value = self._property(resource, "content")
        place = resource.data.place
        if value is None:
            raise unsupported("the resource says nothing of the content")
        if isinstance(value, Unknown):
            if not value.fragments:
                raise UnknownMetError(value)
            return _of_fragments(value.fragments, place)
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
            find_partial=lambda partial, options: self._partial(resource, partial, options),
        )
        return template.path, render(self.runtime, request)

    def _variables(self, resource: RubyObject, template: TemplateText) -> dict[str, Value]:
        given = self._property(resource, "variables")
        if isinstance(given, Unknown):
            raise UnknownMetError(given)
        if given is None:
            given = RubyHash()
        if not isinstance(given, RubyHash):
            raise unsupported("the variables are no hash")
        if given.unknown is not None or given.doubt is not None:
            raise UnknownMetError(given.unknown or given.doubt or unsupported("").unknown)
        data = resource.data
        made: dict[str, Value] = {
            "cookbook_name": RubyString(data.recipe.cookbook),
            "recipe_name": RubyString(data.recipe.recipe),
            "template_name": self._property(resource, "source")
            or RubyString(f"{_base_name(data.name.text)}.erb"),
        }
        for name in ("recipe_line_string", "recipe_path", "template_path"):
            made[name] = unsupported("where the files lie on the machine is not known").unknown
        made["recipe_line"] = data.place.line if data.place is not None else unsupported("the line").unknown
        self.runtime.met_unknown = True
        for key, value in given.pairs():
            made[self.runtime.to_s(key)] = self._settled(resource, value)
        return made

    def _origins(self, resource: RubyObject) -> dict[str, tuple[Place, ...]]:
        """Where each variable was written, and the attributes behind it."""
        given = self._property(resource, "variables")
        entries = given.entries.values() if isinstance(given, RubyHash) else ()
        return {
            self.runtime.to_s(entry.key): (entry.place, *self.runtime.reads.origins.get(entry.place, ()))
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
            for key, entry in value.entries.items():
                made.put(entry.key, self._settled(resource, entry.value), entry.place)
                made.entries[key].maybe = entry.maybe
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
        local = self._property(resource, "local")
        if local is not None and local is not False:
            raise unsupported("a template on the machine itself is not known")
        source = self._property(resource, "source")
        if isinstance(source, RubyArray):
            raise unsupported("a list of sources is not evaluated")
        cookbook = self._property(resource, "cookbook")
        return self._found(
            segment,
            self.runtime.to_s(source) if source is not None else default,
            self.runtime.to_s(cookbook) if cookbook is not None else resource.data.recipe.cookbook,
        )

    def _found(self, segment: str, name: str, owner: str) -> TemplateText:
        cookbook = self.repository.cookbooks.get(owner)
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

    def _machine(self, key: str) -> str | None:
        value = self.runtime.send(self.evaluation.node, "[]", RubyString(key))
        if isinstance(value, Unknown):
            raise UnknownMetError(value)
        return value.text if isinstance(value, RubyString) else None

    def _property(self, resource: RubyObject, name: str) -> Value:
        value = resource.variables.get(f"@{name}")
        return value.call([], None, resource) if isinstance(value, DelayedEvaluator) else value

    def _path(self, resource: RubyObject) -> tuple[str, bool]:
        """The path as it is shown, and whether all of it is known."""
        value = self._property(resource, "path")
        if value is None:
            value = resource.data.name
        try:
            return self.runtime.to_s(value), True
        except UnknownMetError as met:
            fragments = met.unknown.fragments
            return "".join(
                part if part is not None else UNKNOWN_PART for part in fragments
            ) or UNKNOWN_PART, False


def _candidates(value: Value) -> list[RubyObject]:
    if isinstance(value, RubyObject):
        return [value]
    if isinstance(value, Unknown):
        return [each.value for each in value.candidates if isinstance(each.value, RubyObject)]
    return []


def _written_by_node(text: bytes) -> set[tuple[str, ...]]:
    """What a resource's code writes: only through `node`, whatever else is called `default` in it."""
    return touched_paths(text) if _NODE_LEVEL.search(text) is not None else set()


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


def _of_fragments(fragments: tuple[str | None, ...], place: Place | None) -> RenderedText:
    """Lines of a text of which parts are not known: a line with a gap is not known."""
    lines: list[RenderedLine] = []
    current: list[str | None] = []
    for part in fragments:
        pieces = [None] if part is None else part.split("\n")
        for index, piece in enumerate(pieces):
            if index:
                lines.append(_line(current, place))
                current = []
            current.append(piece)
    ends = current == [""]
    if not ends:
        lines.append(_line(current, place))
    return RenderedText(lines=tuple(lines), ends_with_newline=ends)


def _line(parts: list[str | None], place: Place | None) -> RenderedLine:
    known = None not in parts
    return RenderedLine(
        text="".join(part or "" for part in parts) if known else None,
        maybe=not known,
        places=(place,) if place is not None else (),
    )
