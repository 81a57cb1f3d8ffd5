"""What each node's next Chef run would write, by the repository's cookbooks: nothing of them is executed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, RunObservation, Snapshot, SourceRun
from driftcheck.model.tree import Tree
from driftcheck.sources.cache.files import cache_folder
from driftcheck.sources.cookbook_runs.evaluated import EvaluatedRun
from driftcheck.sources.cookbook_runs.kinds import kinds_by_name
from driftcheck.sources.cookbook_runs.memory import remembered
from driftcheck.sources.cookbook_runs.recording import RecordingTree, digest_of
from driftcheck.sources.cookbook_runs.repositories import repositories
from driftcheck.sources.interface import Deadline, Request

if TYPE_CHECKING:
    from driftcheck.sources.cookbook_runs.evaluating import Repository

NAME = "cookbooks"
PROGRESS_EVERY = 10
MOST_NAMES = 3
SHARE = 0.5
"""Of the time that is left for everything, the part in which nodes may be evaluated."""


class CookbookRuns:
    """The source `cookbooks`: the nodes of every tree that holds both cookbooks and node objects."""

    @property
    def name(self) -> str:
        return NAME

    @property
    def wave(self) -> Literal[1, 2]:
        return 1

    def wanted(self, request: Request) -> bool:
        """Whether any tree holds cookbooks and node objects, and they are to be evaluated."""
        return request.configuration.cookbooks and any(True for _ in repositories(request.trees))

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """A run for each node whose cookbooks write files of Kafka's; what hides part of one as a Gap."""
        now = datetime.now(UTC)
        found = _Found(request, deadline, until=deadline.remaining() * (1 - SHARE))
        sources: list[SourceRun] = []
        for tree, nodes in repositories(request.trees):
            found.evaluate(tree, nodes)
            sources.append(SourceRun(source=NAME, asked=tree.name, observed_at=now))
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=tuple(sources),
            runs=tuple(sorted(found.runs, key=lambda run: (run.node, run.location.name))),
            gaps=tuple(found.gaps()),
        )


SOURCE = CookbookRuns()


class _Found:
    """`until`: how many seconds have to be left."""

    def __init__(self, request: Request, deadline: Deadline, *, until: float) -> None:
        self.request = request
        self.deadline = deadline
        self.until = until
        self.runs: list[RunObservation] = []
        self.late: list[str] = []
        self.broken: list[Gap] = []
        self.hidden: dict[Gap, list[str]] = {}

    def evaluate(self, tree: Tree, nodes: tuple[str, ...]) -> None:
        """The runs of a repository's nodes: those that an earlier run found are not worked out again."""
        kinds = kinds_by_name(self.request.configuration.rendered)
        versions = self.request.configuration.attributes.kafka_version
        j2 = self.request.configuration.j2
        chef = self.request.configuration.chef_version
        memory = remembered(cache_folder(os.environ), tree, (sorted(kinds.items()), versions, j2, chef))
        recording = RecordingTree(tree)
        repository: Repository | None = None
        for number, path in enumerate(nodes):
            if self.deadline.remaining() <= self.until:
                self.late += nodes[number:]
                break
            if number % PROGRESS_EVERY == 0:
                self.request.progress(f"evaluating cookbooks, {number} of {len(nodes)} nodes")
            content = tree.read(path)
            if isinstance(content, Unknown):
                continue  # the source of the node objects says so
            digest = digest_of(content)
            known = memory.run(path, digest)
            if known is not None:
                self._add(known[0])
                continue
            repository = repository or _repository(recording, kinds, self.request.configuration)
            try:
                found = repository.run(path, content)
            except Exception as error:  # our own fault: it hides one node, and ends no run
                self.broken.append(_broken(path, error))
            else:
                self._add(found)
                memory.learn(path, digest, found)
        memory.keep(recording.read_digests, nodes)

    def _add(self, found: EvaluatedRun | None) -> None:
        if found is not None:
            self.runs.append(found.observation)
            for gap in found.hidden:
                self.hidden.setdefault(gap, []).append(found.observation.node)

    def gaps(self) -> Iterator[Gap]:
        """Each reason once, with the nodes of which it hides something."""
        yield from self.broken
        for gap, names in _together(self.hidden).items():
            yield replace(gap, hides=f"{gap.hides} of {_named(names)}")
        if self.late:
            yield Gap(
                source=NAME,
                kind=UnknownKind.FAULT,
                reason="evaluating the cookbooks took too long",
                location=Location(source="chef", name=self.late[0]),
                hides=f"what the cookbooks give for {len(self.late):,} nodes",
            )


def _repository(tree: Tree, kinds: Mapping[str, str], configuration: Configuration) -> Repository:
    # The evaluator is slow to import: a run that finds all in the cache does without.
    from driftcheck.sources.cookbook_runs.evaluating import Repository

    return Repository(
        tree=tree,
        kinds=kinds,
        version_paths=configuration.attributes.kafka_version,
        j2=configuration.j2,
        chef_version=configuration.chef_version,
    )


def _together(hidden: Mapping[Gap, list[str]]) -> dict[Gap, list[str]]:
    """Gaps of one reason as one at the first place, with all that they hide and all nodes."""
    found: dict[Gap, tuple[Gap, dict[str, None], dict[str, None]]] = {}
    for gap, names in hidden.items():
        _, what, whose = found.setdefault(replace(gap, hides="", location=None), (gap, {}, {}))
        what[gap.hides] = None
        whose.update(dict.fromkeys(names))
    return {replace(first, hides=_named(list(what))): list(whose) for first, what, whose in found.values()}


def _named(names: list[str]) -> str:
    left = len(names) - MOST_NAMES
    if left > 0:
        return f"{', '.join(names[:MOST_NAMES])} and {left:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _broken(path: str, error: Exception) -> Gap:
    return Gap(
        source=NAME,
        kind=UnknownKind.FAULT,
        reason=f"driftcheck broke while it evaluated the cookbooks: {type(error).__name__}",
        location=Location(source="chef", name=path),
        hides="what they give for this node",
    )
