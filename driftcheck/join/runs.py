"""The nodes' next Chef runs, by the node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from driftcheck.model.facts import Known
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import IntendedFile, NodeObservation, RunObservation


@frozen
class FileOfRun:
    """A file that a run would write, and the run."""

    file: IntendedFile
    run: RunObservation


def tells_something(file: IntendedFile) -> bool:
    """Whether any of its settings is known: of one that tells nothing the last run says more."""
    return any(isinstance(fact, Known) for fact in file.settings.values())


class Runs:
    """Of a node with several the run of the node object that counts."""

    def __init__(self, runs: Iterable[RunObservation], objects: Mapping[str, NodeObservation]) -> None:
        self._runs: dict[str, RunObservation] = {}
        for run in runs:
            node = objects.get(run.node)
            if node is not None and (node.location.name == run.location.name or run.node not in self._runs):
                self._runs[run.node] = run

    def __iter__(self) -> Iterator[RunObservation]:
        return iter(self._runs.values())

    def nodes(self) -> Iterable[str]:
        """The nodes whose runs these are."""
        return self._runs

    def of(self, node: str) -> RunObservation | None:
        return self._runs.get(node)

    def files(self, node: str, kind: str) -> tuple[FileOfRun, ...]:
        """The files of a kind that its run would write."""
        run = self._runs.get(node)
        if run is None:
            return ()
        return tuple(FileOfRun(file=file, run=run) for file in run.files if file.kind == kind)
