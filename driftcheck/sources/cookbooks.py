"""What each node's next Chef run would write, by the repository's cookbooks: nothing of them is executed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, RunObservation, Snapshot, SourceRun
from driftcheck.model.tree import Tree
from driftcheck.sources.cache.files import cache_folder
from driftcheck.sources.cookbook_runs.evaluated import EvaluatedRun
from driftcheck.sources.cookbook_runs.kinds import kinds_by_name
from driftcheck.sources.cookbook_runs.memory import Memory, remembered
from driftcheck.sources.cookbook_runs.recording import RecordingTree, digest_of
from driftcheck.sources.cookbook_runs.repositories import repositories
from driftcheck.sources.cookbook_runs.second_process import SecondProcess, has_second_processor
from driftcheck.sources.interface import Deadline, Request

if TYPE_CHECKING:
    from driftcheck.sources.cookbook_runs.evaluating import Repository

NAME = "cookbooks"
PROGRESS_EVERY = 10
MOST_NAMES = 3
FIRST_NODES = 20
"""Nodes that write files, evaluated before a second process is begun: it knows what they have in common."""
MANY_NODES = 60
"""How many have to be left for it."""
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

    @property
    def is_late(self) -> bool:
        """Whether no more node may be begun."""
        return self.deadline.remaining() <= self.until

    def evaluate(self, tree: Tree, nodes: tuple[str, ...]) -> None:
        """The runs of a repository's nodes: those that an earlier run found are not worked out again."""
        kinds = kinds_by_name(self.request.configuration.rendered)
        configuration = self.request.configuration
        mapping = configuration.attributes
        memory = remembered(
            cache_folder(os.environ),
            tree,
            (
                sorted(kinds.items()),
                mapping.kafka_version,
                mapping.prefixes,
                configuration.j2,
                configuration.chef_version,
            ),
        )
        recording = RecordingTree(tree)
        outcomes = _Outcomes(tree, memory, lambda: _repository(recording, kinds, configuration))
        helped = self._first_nodes(outcomes, nodes)
        if helped:

            def work(path: str) -> _Outcome | None:
                return None if self.is_late else outcomes.made(path)

            with SecondProcess(helped, work, lambda: recording.read_digests) as second:
                self._go_on(outcomes, nodes, without=second.paths)
                found, reads = second.results()
            outcomes.found |= found
            recording.read_digests |= reads
        self._go_on(outcomes, nodes)
        for path in nodes:
            outcome = outcomes.found.get(path)
            if outcome is None:
                self.late.append(path)
            elif outcome.broken is not None:
                self.broken.append(outcome.broken)
            else:
                self._add(outcome.run)
                if outcome.is_new:
                    memory.learn(path, outcome.digest, outcome.run)
        memory.keep(recording.read_digests, nodes)

    def _first_nodes(self, outcomes: _Outcomes, nodes: Sequence[str]) -> Sequence[str]:
        """Evaluates nodes until enough is known of cookbooks; those that a second process may take over."""
        new = 0
        for number, path in enumerate(nodes):
            if self.is_late:
                return ()
            if new >= FIRST_NODES:
                rest = nodes[number:]
                return rest[1::2] if len(rest) >= MANY_NODES and has_second_processor() else ()
            self._tell(number, nodes)
            outcome = outcomes.of(path)
            new += outcome.is_new and outcome.run is not None
        return ()

    def _go_on(
        self, outcomes: _Outcomes, nodes: Sequence[str], without: Collection[str] = frozenset()
    ) -> None:
        """Evaluates the other nodes, as far as there is time."""
        for number, path in enumerate(nodes):
            if path in outcomes.found or path in without:
                continue
            if self.is_late:
                return
            self._tell(number, nodes)
            outcomes.of(path)

    def _tell(self, number: int, nodes: Sequence[str]) -> None:
        if number % PROGRESS_EVERY == 0:
            self.request.progress(f"evaluating cookbooks, {number} of {len(nodes)} nodes")

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


@frozen
class _Outcome:
    """What became of a node: its run, None where it writes nothing, or why there is none.

    `digest`: of its object. `is_new`: whether it was worked out now.
    """

    run: EvaluatedRun | None = None
    digest: str = ""
    is_new: bool = False
    broken: Gap | None = None


class _Outcomes:
    """What is known of a repository's nodes, `found` so far. `make`: the evaluator, when it is needed."""

    def __init__(self, tree: Tree, memory: Memory, make: Callable[[], Repository]) -> None:
        self.found: dict[str, _Outcome] = {}
        self._tree = tree
        self._memory = memory
        self._make = make
        self._repository: Repository | None = None

    def of(self, path: str) -> _Outcome:
        """A node's outcome, which is worked out if no earlier run has."""
        made = self.found[path] = self.made(path)
        return made

    def made(self, path: str) -> _Outcome:
        """The same, not kept."""
        content = self._tree.read(path)
        if isinstance(content, Unknown):
            return _Outcome()  # the source of the node objects says so
        digest = digest_of(content)
        known = self._memory.run(path, digest)
        if known is not None:
            return _Outcome(run=known[0])
        self._repository = self._repository or self._make()
        try:
            run = self._repository.run(path, content)
        except Exception as error:  # our own fault: it hides one node, and ends no run
            return _Outcome(broken=_broken(path, error))
        return _Outcome(run=run, digest=digest, is_new=True)


def _repository(tree: Tree, kinds: Mapping[str, str], configuration: Configuration) -> Repository:
    # The evaluator is slow to import: a run that finds all in the cache does without.
    from driftcheck.sources.cookbook_runs.evaluating import Repository

    return Repository(
        tree=tree,
        kinds=kinds,
        version_paths=configuration.attributes.kafka_version,
        prefixes=configuration.attributes.prefixes,
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
