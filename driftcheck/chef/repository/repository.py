"""A Chef repository over a tree: everything in it by its name, each file read and parsed once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.documents import Document, read_document, text_map, text_of
from driftcheck.chef.repository.layout import METADATA, Layout, layout_of
from driftcheck.chef.ruby.recordings import Recordings
from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.tree import Tree

T = TypeVar("T")
MAX_KINDS = 32
"""Kinds of runs whose recordings are kept."""
NO_VERSION = "0.0.0"

RUBY = (".rb", ".erb")
MAX_SOURCE_BYTES = 256 * 1024
"""Of one file: the longest that people write has a third of it, and the syntax tree is far larger."""


class ChefRepository:
    """`local_mode`: chef-client runs on the repository alone; what is missing from it is an error of Chef's.

    Without that there is a server, and what the repository lacks (a cookbook, a role, a data bag) is a gap.
    """

    def __init__(self, tree: Tree, *, local_mode: bool = False) -> None:
        self.tree = tree
        self.local_mode = local_mode
        self.fragile: set[str] = set()
        """Files and recipes that a run of one of its nodes could not evaluate to their end."""
        self._recordings: dict[tuple[Hashable, ...], Recordings] = {}
        self._once: dict[tuple[Hashable, ...], Any] = {}
        self._documents: dict[tuple[str, str], Document] = {}
        self._json: dict[str, Any] = {}
        self._texts: dict[str, bytes | Unknown] = {}

    @cached_property
    def layout(self) -> Layout:
        """Which files are whose."""
        return layout_of(self.tree.list())

    @cached_property
    def cookbooks(self) -> Mapping[str, Cookbook]:
        """The cookbooks by name."""
        found = (self._cookbook(folder, files) for folder, files in self.layout.cookbooks.items())
        return {cookbook.name: cookbook for cookbook in found}

    @property
    def own_cookbook(self) -> Cookbook | None:
        """The cookbook that the tree itself is, if it is one."""
        return next((each for each in self.cookbooks.values() if each.folder == ""), None)

    def text(self, path: str) -> bytes | Unknown:
        """A file's bytes; Unknown for what cannot be read, and for Ruby that is too long to be evaluated."""
        if path not in self._texts:
            self._texts[path] = self._source(path) if path.endswith(RUBY) else self.tree.read(path)
        return self._texts[path]

    def _source(self, path: str) -> bytes | Unknown:
        content = self.tree.read(path)
        if isinstance(content, Unknown) or len(content) <= MAX_SOURCE_BYTES:
            return content
        reason = f"it is larger than {MAX_SOURCE_BYTES // 1024} KiB"
        location = Location(source="chef", name=path)
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=location)

    def role(self, name: str) -> Document | None:
        """A role; None where there is none."""
        return self._document(self.layout.roles.get(name), "Chef::Role")

    def environment(self, name: str) -> Document | None:
        """An environment; None where there is none."""
        return self._document(self.layout.environments.get(name), "Chef::Environment")

    def node_objects(self) -> Iterator[tuple[str, str, Any]]:
        """The saved nodes, sorted by file name: name, path, and the parsed object (Unknown if unreadable)."""
        for stem, path in sorted(self.layout.nodes.items()):
            data = self.json(path)
            name = data.get("name") if isinstance(data, Mapping) else None
            yield (name if isinstance(name, str) and name else stem), path, data

    def json(self, path: str) -> Any:
        """A file's JSON; Unknown where it cannot be read."""
        if path not in self._json:
            self._json[path] = self._read_json(path)
        return self._json[path]

    def data_bag_items_read(self) -> Iterator[Any]:
        """The items of data bags that were read."""
        for items in self.layout.data_bags.values():
            yield from (self._json[path] for path in items.values() if path in self._json)

    def once(self, *about: Hashable, work: Callable[[], T]) -> T:
        """What the work gives, done once for each thing that it is about. Nobody may change what it gives."""
        if about not in self._once:
            self._once[about] = work()
        found: T = self._once[about]
        return found

    def recordings(self, *run: Hashable) -> Recordings:
        """What attribute files did on other nodes, for runs that have these things in common."""
        found = self._recordings.get(run)
        if found is None:
            if len(self._recordings) >= MAX_KINDS:
                del self._recordings[next(iter(self._recordings))]
            found = self._recordings[run] = Recordings()
        return found

    @cached_property
    def policy(self) -> Any:
        """`Policyfile.lock.json`, None without one; Unknown where it cannot be read."""
        return self.json(self.layout.policy) if self.layout.policy is not None else None

    def _read_json(self, path: str) -> Any:
        content = self.text(path)
        if isinstance(content, Unknown):
            return content
        try:
            return parse_json(content)
        except JsonError as error:
            location = Location(source="chef", name=path, line=error.line, column=error.column)
            reason = f"no valid JSON: {error.message}"
            return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)

    def _document(self, path: str | None, class_name: str) -> Document | None:
        if path is None:
            return None
        key = (path, class_name)
        if key not in self._documents:
            self._documents[key] = read_document(path, self.text(path), class_name)
        return self._documents[key]

    def _cookbook(self, folder: str, files: tuple[str, ...]) -> Cookbook:
        """`metadata.json` counts where there is one, as on a server."""
        prefix = f"{folder}/" if folder else ""
        metadata = next((name for name in METADATA if name in files), None)
        document = None
        if metadata is not None:
            document = self._document(prefix + metadata, "Chef::Cookbook::Metadata")
        values = {} if document is None else document.values
        depends = values.get("depends") if "depends" in values else values.get("dependencies")
        return Cookbook(
            name=text_of(values.get("name")) or folder.rpartition("/")[2] or self._outer_name(),
            folder=folder,
            version=text_of(values.get("version")) or NO_VERSION,
            dependencies=text_map(depends),
            files=files,
            problem=None if document is None else document.problem,
        )

    def _outer_name(self) -> str:
        return self.tree.name.rstrip("/").rpartition("/")[2]
