"""`search` and data bags answered from the files of a repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.node_run.local_mode import matches_locally
from driftcheck.chef.query import QueryError, parse_query
from driftcheck.chef.query_terms import Fields, Query
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.values import UnknownMetError, unsupported
from driftcheck.chef.search_fields import search_fields
from driftcheck.chef.values import ruby_text
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen


@frozen
class FoundNode:
    """A saved node that a search found: its name, file and parsed object."""

    name: str
    path: str
    document: Mapping[str, Any]


class Searches:
    """The index of a repository. Results come in the order of their names, as Chef's local mode has them."""

    def __init__(self, repository: ChefRepository, newcomer: Mapping[str, Any] | None = None) -> None:
        self.repository = repository
        self.newcomer = newcomer
        """The object of a node that is not saved yet: nobody knows whether a search finds it."""
        self._nodes: list[tuple[FoundNode, NodeObject]] | None = None
        self._found: dict[tuple[str, str], list[Any]] = {}

    def nodes(self, query: str) -> list[FoundNode]:
        """The saved nodes that a query finds. UnknownMetError where nobody knows which ones."""
        key = ("node", query)
        if key not in self._found:
            parsed = _parsed(query)
            wanted = parsed.fields()
            if self._finds_newcomer(parsed, wanted):
                raise UnknownMetError(_gap(f"whether the search `{query}` finds the new node is not known"))
            self._found[key] = [
                found
                for found, node in self._every()
                if self._matches(parsed, search_fields(node, _recipes(node), wanted))
            ]
        return self._found[key]

    def items(self, bag: str, query: str) -> list[Mapping[str, Any]]:
        """The items of a data bag that a query finds. Errors are those of `bag`."""
        parsed = _parsed(query)
        wanted = parsed.fields()
        found = [self.item(bag, name) for name in self.bag(bag)]
        return [item for item in found if self._matches(parsed, _item_fields(item, wanted))]

    def _finds_newcomer(self, query: Query, wanted: frozenset[str]) -> bool:
        """Whether a search finds the node once it is saved, or as it is first saved (with its name alone)."""
        if self.newcomer is None:
            return False
        first: dict[str, Any] = {"name": self.newcomer.get("name"), "automatic": {}}
        for document in (first, self.newcomer):
            node = read_node_object(document, file="")
            if isinstance(node, NodeObject) and self._matches(
                query, search_fields(node, _recipes(node), wanted)
            ):
                return True
        return False

    def _matches(self, query: Query, fields: Fields) -> bool:
        return matches_locally(query, fields) if self.repository.local_mode else query.matches(fields)

    def bag(self, bag: str) -> Sequence[str]:
        """The names of a bag's items, sorted. Where the repository lacks the bag, KeyError in a local run,
        else UnknownMetError: the server may have it.
        """
        return sorted(self._paths(bag))

    def _paths(self, bag: str) -> Mapping[str, str]:
        paths = self.repository.layout.data_bags.get(bag)
        if paths is None and not self.repository.local_mode:
            raise UnknownMetError(_gap(f"the repository does not hold the data bag {bag}"))
        if paths is None:
            raise KeyError(bag)
        return paths

    def item(self, bag: str, item: str) -> Mapping[str, Any]:
        """A data bag's item. UnknownMetError for an unreadable or encrypted one; KeyError for none."""
        document = self.repository.json(self._paths(bag)[item])
        if isinstance(document, Unknown):
            raise UnknownMetError(document)
        if not isinstance(document, Mapping):
            raise unsupported(f"the item {item} of the data bag {bag} is no object")
        if any(isinstance(value, Mapping) and "encrypted_data" in value for value in document.values()):
            raise UnknownMetError(_gap(f"the item {item} of the data bag {bag} is encrypted"))
        return document

    def _every(self) -> list[tuple[FoundNode, NodeObject]]:
        if self._nodes is None:
            self._nodes = []
            for name, path, document in self.repository.node_objects():
                if isinstance(document, Unknown):
                    raise UnknownMetError(document)
                node = read_node_object(document, file=path)
                if isinstance(node, NodeObject):
                    found = FoundNode(name=name, path=path, document=document)
                    self._nodes.append((found, node))
            self._nodes.sort(key=lambda pair: pair[0].name)
        if not self._nodes and not self.repository.local_mode:
            raise UnknownMetError(_gap("the repository holds no nodes"))
        return self._nodes


def _gap(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.MISSING_INPUT, reason=reason)


def _parsed(query: str) -> Query:
    try:
        return parse_query(query)
    except QueryError as error:
        raise unsupported(f"the search `{query}` is not evaluated: {error}") from None


def _recipes(node: NodeObject) -> Fact[tuple[str, ...]]:
    """The saved expanded recipes, as the index has them."""
    saved = node.automatic.child("recipes")
    if isinstance(saved, Known) and isinstance(saved.value, list):
        return Known(value=tuple(item for item in saved.value if isinstance(item, str)))
    return Absent(evidence="the node was never converged")


def _item_fields(item: Mapping[str, Any], wanted: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The values of an item by field: nested keys joined by `_`, and each last key alone."""
    found: dict[str, list[str]] = {name: [] for name in wanted}
    stack: list[tuple[tuple[str, ...], Any]] = [((key,), value) for key, value in item.items()]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(((*path, key), inner) for key, inner in value.items())
            continue
        for each in value if isinstance(value, list) else [value]:
            text = None if isinstance(each, (list, Mapping)) else ruby_text(each)
            for name in {"_".join(path), ".".join(path), path[-1]}:
                if name in found and text is not None:
                    found[name].append(text)
    return {name: tuple(values) for name, values in found.items() if values}


def looked_up(found: FoundNode, path: Sequence[str]) -> Any:
    """A value of the merged node under a path, as the server expands it; nil where there is none."""
    document = found.document
    merged: Any = {}
    for level in ("default", "normal", "override", "automatic"):
        if isinstance(document.get(level), dict):
            merged = _merged(merged, document[level])
    merged = {**merged, **{key: document.get(key) for key in ("name", "chef_environment", "run_list")}}
    for key in path:
        if not isinstance(merged, dict) or key not in merged:
            return None
        merged = merged[key]
    return merged


def _merged(low: Any, high: Any) -> Any:
    if isinstance(low, dict) and isinstance(high, dict):
        return {
            **low,
            **{key: _merged(low[key], value) if key in low else value for key, value in high.items()},
        }
    return high
