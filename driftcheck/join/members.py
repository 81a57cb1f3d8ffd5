"""Which nodes are brokers, and which node object and files belong to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from driftcheck.join.derived import possible
from driftcheck.join.dropped import dropped_hashes, partly_nil
from driftcheck.join.duplicates import one_each
from driftcheck.join.folders import Folders
from driftcheck.join.identity import configured_id, stored_id
from driftcheck.join.node_objects import NodeNames, NodeObjects
from driftcheck.join.queries import broker_test
from driftcheck.join.runs import FileOfRun, Runs, tells_something
from driftcheck.join.settings import Settings, attribute_settings, file_settings, intended_settings
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import NOT_GIVEN, Ambiguity, MetaProperties
from driftcheck.model.snapshot import (
    Gap,
    HostsObservation,
    InlineIgnore,
    IntendedFile,
    NodeObservation,
    PartlyNil,
    PropertiesObservation,
    RunObservation,
    Snapshot,
)

SERVER = "server.properties"
META = "meta.properties"
ZOOKEEPER_KINDS = frozenset({"zoo.cfg", "zoo.cfg.dynamic", "zookeeper.properties"})
"""The files of ZooKeeper's own servers; what is of no kind here is a client's."""

_ANY_RELEASE = missing("no release was asked about")


@frozen
class Member:
    """A node that is a broker, as its own sources have it.

    `name` is the node's, with the file's path where one node has several brokers. `attributes` are what its
    last Chef run computed, `evaluated` what its next one would write, `rendered` what its file says, with the
    time of the copy (`rendered_at`) and that of the file on its machine (`changed_at`); `config` is the file
    if there is one, else what would be written, else what was computed. `run` is the next run.
    """

    name: str
    node_name: str
    node: NodeObservation | None
    attributes: Settings | None
    rendered: Settings | None
    rendered_at: Fact[datetime]
    changed_at: Fact[datetime] = NOT_GIVEN
    evaluated: Settings | None = None
    run: RunObservation | None = None
    metas: tuple[MetaProperties, ...] = ()
    ignores: tuple[InlineIgnore, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def config(self) -> Settings:
        settings = self.rendered or self.evaluated or self.attributes
        assert settings is not None  # a member has at least one of them
        return settings

    def dropped(self) -> Fact[tuple[PartlyNil, ...]]:
        """Of the attributes' hashes with a leaf that is nil those of which the file has nothing."""
        if self.evaluated is not None and self.run is not None:
            return dropped_hashes(Known(value=self.run.partly_nil), self.evaluated)
        if self.node is None or self.attributes is None:
            return NOT_GIVEN
        return dropped_hashes(partly_nil(self.node), self.rendered)

    def ids(self) -> set[int]:
        """The ids that some release reads from its settings."""
        return _ids(self.config)


@frozen
class Members:
    """All brokers that nodes and files know; `nodes` are all node names, brokers or not.

    `ambiguities` by the node that they are about.
    """

    members: tuple[Member, ...]
    nodes: NodeNames
    node_objects: NodeObjects
    hosts: Mapping[str, HostsObservation]
    ambiguities: Mapping[str, tuple[Ambiguity, ...]]
    gaps: tuple[Gap, ...]
    runs: Runs


def members_of(snapshot: Snapshot, configuration: Configuration) -> Members:
    """A broker is a node with a server.properties, or one that the query or its recipes make one."""
    objects = NodeObjects(snapshot.nodes)
    folders = Folders(objects)
    files = _by_node(snapshot.properties, SERVER, folders)
    metas = _by_node(snapshot.properties, META, folders)
    hosts, more = one_each(
        snapshot.hosts, lambda file: folders.node(file.node), lambda file: file.observed_at, "hosts file"
    )
    is_broker = broker_test(configuration)
    runs = Runs(snapshot.runs, objects)
    undecided: list[NodeObservation] = []
    members: list[Member] = []
    ambiguities = [objects.ambiguities, more, folders.ambiguities()]
    for name in sorted({*objects.whole, *objects.brokers(is_broker), *files, *runs.nodes()}):
        node = objects.get(name)
        if name in files:
            found = _with_files(name, node, files[name], metas.get(name, ()), folders)
            members += _with_run(found, name, runs)
            ambiguities.append(_unplaced_attributes(name, node, found))
        elif node is not None:
            verdict = is_broker(node)
            writes = configuration.brokers is None and bool(runs.files(name, SERVER))
            if isinstance(verdict, Unknown) and node.settings and not writes:
                undecided.append(node)
            elif writes or (isinstance(verdict, Known) and verdict.value):
                members += _from_node(node, metas.get(name, ()), runs)
    return Members(
        members=_named_apart(members),
        nodes=NodeNames(objects, {*files, *hosts, *metas}),
        node_objects=objects,
        hosts=hosts,
        ambiguities=_together(ambiguities),
        gaps=_undecided_gaps(undecided),
        runs=runs,
    )


def _by_node(
    files: Iterable[PropertiesObservation], kind: str, folders: Folders
) -> dict[str, list[PropertiesObservation]]:
    found: dict[str, list[PropertiesObservation]] = {}
    for file in files:
        if file.kind == kind:
            found.setdefault(folders.node(file.node), []).append(file)
    return found


def _from_node(node: NodeObservation, metas: Sequence[PropertiesObservation], runs: Runs) -> list[Member]:
    """One broker, or one for each server.properties that the next run would write."""
    attributes = attribute_settings(node)
    alone = Member(
        name=node.name,
        node_name=node.name,
        node=node,
        attributes=attributes,
        rendered=None,
        rendered_at=missing("there is no rendered file"),
        run=runs.of(node.name),
        metas=tuple(map(_meta, metas)),
        evidence=(f"the node object {node.location.name}",),
    )
    files = runs.files(node.name, SERVER)
    if len(files) < 2:
        return [_written(alone, each.file) for each in files if _counts(each.file, attributes)] or [alone]
    members = []
    for each in files:
        evaluated = intended_settings(each.file)
        members.append(
            replace(
                _written(alone, each.file),
                name=f"{node.name}:{each.file.path}",
                attributes=attributes if _same_id(attributes, evaluated) else None,
                metas=tuple(meta for meta in alone.metas if _has_id(meta, evaluated)),
            )
        )
    return members


def _counts(file: IntendedFile, attributes: Settings | None) -> bool:
    return tells_something(file) or attributes is None or not attributes.values


def _written(member: Member, file: IntendedFile) -> Member:
    """The member whose file the next run writes: what its comments silence counts, as that of a file does."""
    return replace(member, evaluated=intended_settings(file), ignores=file.ignores)


def _with_run(members: Sequence[Member], name: str, runs: Runs) -> list[Member]:
    """Each rendered file beside what the next run would write there: by its path, else by its id."""
    files = list(runs.files(name, SERVER))
    found = []
    for member in members:
        evaluated = _counterpart(member, files, alone=len(members) == 1 and len(files) == 1)
        if evaluated is not None and not _counts(evaluated.file, member.attributes):
            evaluated = None
        if evaluated is not None:
            files.remove(evaluated)
        found.append(
            replace(
                member,
                run=runs.of(name),
                evaluated=None if evaluated is None else intended_settings(evaluated.file),
            )
        )
    return found


def _counterpart(member: Member, files: Sequence[FileOfRun], *, alone: bool) -> FileOfRun | None:
    by_path = [each for each in files if member.config.location.name.endswith(each.file.path)]
    same_id = [each for each in files if _ids(intended_settings(each.file)) & member.ids()]
    return next((each for each in (*by_path, *same_id, *(files if alone else ()))), None)


def _with_files(
    name: str,
    node: NodeObservation | None,
    files: Sequence[PropertiesObservation],
    metas: Sequence[PropertiesObservation],
    folders: Folders,
) -> list[Member]:
    """One broker per server.properties; the attributes belong to the one with the same id."""
    attributes = attribute_settings(node) if node is not None else None
    stored = [(file, _meta(file)) for file in metas]
    members = []
    for file in files:
        rendered = file_settings(file)
        own = len(files) == 1 or _same_id(attributes, rendered)
        evidence = [f"the file {file.location.name}", *folders.evidence(name)]
        if node is not None and own:
            evidence.insert(0, f"the node object {node.location.name}")
        members.append(
            Member(
                name=name if len(files) == 1 else f"{name}:{file.location.name}",
                node_name=name,
                node=node,
                attributes=attributes if own else None,
                rendered=rendered,
                rendered_at=file.observed_at,
                changed_at=file.changed_at,
                metas=tuple(
                    meta
                    for other, meta in stored
                    if len(files) == 1 or _beside(other, file) or _has_id(meta, rendered)
                ),
                ignores=file.ignores,
                evidence=tuple(evidence),
            )
        )
    return members


def _named_apart(members: Sequence[Member]) -> tuple[Member, ...]:
    """The members, those that would have one name told apart by a number."""
    taken = {member.name for member in members}
    seen: set[str] = set()
    found = []
    for member in members:
        name, number = member.name, 2
        if name in seen:
            while (name := f"{member.name} ({number})") in taken:
                number += 1
        seen.add(name)
        taken.add(name)
        found.append(member if name == member.name else replace(member, name=name))
    return tuple(found)


def _unplaced_attributes(
    name: str, node: NodeObservation | None, members: Sequence[Member]
) -> dict[str, tuple[Ambiguity, ...]]:
    """The Kafka settings of a node with several files, if no file has their id."""
    if node is None or not node.settings or any(member.attributes for member in members):
        return {}
    ambiguity = Ambiguity(
        kind="unplaced_attributes",
        subject=name,
        reason=f"{name} has {len(members)} server.properties, and none has the id of its attributes: to which"
        " of them they belong cannot be told",
        candidates=tuple(member.name for member in members),
        locations=(node.location, *(member.config.location for member in members)),
    )
    return {name: (ambiguity,)}


def _together(parts: Iterable[Mapping[str, tuple[Ambiguity, ...]]]) -> dict[str, tuple[Ambiguity, ...]]:
    found: dict[str, tuple[Ambiguity, ...]] = {}
    for part in parts:
        for name, several in part.items():
            found[name] = (*found.get(name, ()), *several)
    return found


def _beside(meta: PropertiesObservation, file: PropertiesObservation) -> bool:
    """Whether two files of one node lie in one folder."""
    return meta.location.name.rpartition("/")[0] == file.location.name.rpartition("/")[0]


def _has_id(meta: MetaProperties, rendered: Settings) -> bool:
    return isinstance(meta.broker_id, Known) and meta.broker_id.value in _ids(rendered)


def _same_id(attributes: Settings | None, rendered: Settings) -> bool:
    return attributes is not None and bool(_ids(attributes) & _ids(rendered))


def _ids(settings: Settings) -> set[int]:
    return set(possible(configured_id(settings, _ANY_RELEASE)))


def _meta(file: PropertiesObservation) -> MetaProperties:
    settings = file_settings(file)
    return MetaProperties(
        broker_id=stored_id(settings),
        cluster_id=settings.get("cluster.id"),
        location=file.location,
        directory_id=settings.get("directory.id"),
    )


def _undecided_gaps(nodes: Sequence[NodeObservation]) -> tuple[Gap, ...]:
    """One gap for all nodes that may be brokers for one reason."""
    by_reason: dict[tuple[UnknownKind, str], list[NodeObservation]] = {}
    for node in nodes:
        fact = node.renders_kafka
        if isinstance(fact, Unknown):
            by_reason.setdefault((fact.kind, fact.reason), []).append(node)
    gaps = []
    for (kind, reason), several in by_reason.items():
        names = ", ".join(node.name for node in several[:3]) + (", …" if len(several) > 3 else "")
        count = f"{len(several)} nodes are brokers" if len(several) > 1 else "this node is a broker"
        gaps.append(
            Gap(
                source="chef",
                kind=kind,
                reason=f"it is not known whether {count}: {reason}; say which are under `brokers:`",
                location=several[0].location,
                hides=f"what {names} would register",
            )
        )
    return tuple(gaps)
