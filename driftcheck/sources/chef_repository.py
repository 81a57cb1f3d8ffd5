"""A Chef repository's node objects: what each node's last run computed, and its machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import UTC, datetime
from typing import Literal

from driftcheck.chef.attributes import LEVELS
from driftcheck.chef.cookbooks import Cookbooks, joined
from driftcheck.chef.kafka_settings import first_text, kafka_settings, settings_from
from driftcheck.chef.machine import machine_observation
from driftcheck.chef.needed import MEMBERS, needed_names, needed_words
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.packed_nodes import NodeSequence
from driftcheck.chef.plain_nodes import PlainNodes
from driftcheck.chef.query import parse_query
from driftcheck.chef.run_list import expanded_recipes, role_of_json
from driftcheck.chef.search_fields import search_fields
from driftcheck.formats.json_text import parse_json
from driftcheck.kafka.secrets import is_secret_value
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Fact, Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, NodeObservation, Snapshot, SourceRun
from driftcheck.model.tree import stem_of
from driftcheck.sources.files.chef_layout import ChefTree, chef_tree, has_nodes
from driftcheck.sources.files.json_documents import JsonDocument, read_json
from driftcheck.sources.interface import Deadline, Request

PROGRESS_EVERY = 100
MANY_NODES = 120


class ChefRepository:
    """The source `chef`: `nodes/*.json` of every tree, one at a time; the documents are not kept.

    `many`: from so many node objects on it pays to import what skips their other attributes, and to pack
    them. `in_one_step`: whether those of the usual form are read so; the observations are the same.
    """

    def __init__(self, *, many: int = MANY_NODES, in_one_step: bool = True) -> None:
        self._many = many
        self._in_one_step = in_one_step

    @property
    def name(self) -> str:
        return "chef"

    @property
    def wave(self) -> Literal[1, 2]:
        return 1

    def wanted(self, request: Request) -> bool:
        """Whether any tree holds node objects."""
        return any(has_nodes(tree) for tree in request.trees)

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """Every node object as an observation, what cannot be read as a Gap; sorted by node name."""
        now = datetime.now(UTC)
        trees = [chef_tree(tree) for tree in request.trees]
        cookbooks = joined(tree.cookbooks for tree in trees)
        fields = query_fields(request.configuration)
        nodes: list[NodeObservation] = []
        plain = PlainNodes(request.configuration.attributes, fields, cookbooks.render_kafka)
        gaps: list[Gap] = []
        count = 0
        total = sum(len(tree.nodes) for tree in trees)
        parse = _node_parser(request.configuration, fields) if total >= self._many else parse_json
        for tree in trees:
            reader = _NodeReader(
                tree=tree,
                cookbooks=cookbooks,
                configuration=request.configuration,
                fields=fields,
                parse=parse,
                plain=plain if self._in_one_step else None,
            )
            for path, hides in tree.hidden:
                gaps.append(reader.unreadable_folder(path, hides))
            for path in tree.nodes:
                if deadline.remaining() <= 0:
                    gaps.append(_late(path, total - count))
                    break
                if count % PROGRESS_EVERY == 0:
                    request.progress(f"reading node objects, {count} of {total}")
                count += 1
                for seen in reader.read(path):
                    if isinstance(seen, NodeObservation):
                        nodes.append(seen)
                    else:
                        gaps.append(seen)
        found = NodeSequence(nodes, plain.packed())
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=tuple(
                SourceRun(source="chef", asked=tree.tree.name, observed_at=now)
                for tree in trees
                if tree.nodes or tree.hidden
            ),
            nodes=found if total >= self._many else tuple(found),
            gaps=tuple(gaps),
        )


SOURCE = ChefRepository()


def _node_parser(configuration: Configuration, fields: frozenset[str]) -> Callable[[bytes], object]:
    """Reads of a node object's levels what the mapping, the machine's facts and the queries' fields could be
    read from.
    """
    from driftcheck.formats.json_members import MemberReader, can_be_sought

    names = needed_names(fields)
    if not all(map(can_be_sought, names)):
        return parse_json
    return MemberReader(MEMBERS, LEVELS, needed_words(configuration.attributes), names).parse


def query_fields(configuration: Configuration) -> frozenset[str]:
    """The search fields that the configured queries name."""
    queries = [*configuration.clusters, *([configuration.brokers] if configuration.brokers else [])]
    return frozenset().union(*(parse_query(query).fields() for query in queries))


@frozen
class _NodeReader:
    tree: ChefTree
    cookbooks: Cookbooks
    configuration: Configuration
    fields: frozenset[str]
    parse: Callable[[bytes], object]
    plain: PlainNodes | None
    role_documents: dict[str, JsonDocument | Unknown] = field(default_factory=dict)

    def read(self, path: str) -> Iterator[NodeObservation | Gap]:
        """A node object's observation, unless it was taken as `plain`, and a Gap for each part that cannot be
        read.
        """
        document = read_json(self.tree.tree, path, "chef", self.parse)
        stem = stem_of(path)
        if isinstance(document, Unknown):
            yield _gap(document, path, f"the node object {stem}")
            return
        if self.plain is not None and self.plain.take(document.value, path):
            return
        node = read_node_object(document.value, file=path)
        if isinstance(node, Unknown):
            yield _gap(document.located(node), path, f"the node object {stem}")
            return
        for problem in node.problems:
            part = (problem.location.pointer if problem.location else None) or path
            yield _gap(document.located(problem), path, f"{part.strip('/')} of the node {node.name}")
        broken = node.attributes.broken()
        if broken is not None and broken.kind is UnknownKind.MISSING_INPUT:
            yield _gap(document.located(broken), path, f"what the last Chef run of {node.name} computed")
        yield self._observation(node)

    def unreadable_folder(self, path: str, hides: str) -> Gap:
        fact = self.tree.tree.modified(path)
        unknown = fact if isinstance(fact, Unknown) else missing("it is not a folder that could be listed")
        return _gap(unknown, path, hides)

    def _observation(self, node: NodeObject) -> NodeObservation:
        recipes = expanded_recipes(node, self._role_run_list)
        mapping = self.configuration.attributes
        return NodeObservation(
            name=node.name,
            location=Location(source="chef", name=node.file),
            environment=node.environment,
            policy_group=node.policy_group,
            run_list=node.run_list,
            recipes=recipes,
            renders_kafka=self.cookbooks.render_kafka(recipes),
            settings=kafka_settings(node.attributes, mapping, is_secret_value),
            settings_from=settings_from(node.attributes, mapping),
            kafka_version=first_text(node.attributes, mapping.kafka_version),
            machine=machine_observation(node.automatic),
            search_fields=search_fields(node, recipes, self.fields),
        )

    def _role_run_list(self, role: str, environment: str) -> Fact[tuple[str, ...]]:
        path = self.tree.roles.get(role)
        if path is None:
            return missing(f"role[{role}] is not in the repository")
        location = Location(source="chef", name=path)
        if not path.endswith(".json"):
            return missing(f"role[{role}] is written in Ruby, which is not evaluated", location)
        if path not in self.role_documents:
            self.role_documents[path] = read_json(self.tree.tree, path, "chef")
        document = self.role_documents[path]
        if isinstance(document, Unknown):
            return missing(f"role[{role}] cannot be read: {document.reason}", document.location)
        return role_of_json(document.value, role, environment)


def _gap(unknown: Unknown, path: str, hides: str) -> Gap:
    location = unknown.location or Location(source="chef", name=path)
    return Gap(source="chef", kind=unknown.kind, reason=unknown.reason, location=location, hides=hides)


def _late(path: str, left: int) -> Gap:
    return Gap(
        source="chef",
        kind=UnknownKind.FAULT,
        reason="the run's deadline passed",
        location=Location(source="chef", name=path),
        hides=f"{left} node objects",
    )
