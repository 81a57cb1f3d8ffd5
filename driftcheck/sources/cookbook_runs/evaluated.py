"""What the evaluation of one node's run came to."""

from __future__ import annotations

from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import Gap, RunObservation


@frozen
class EvaluatedRun:
    """A run, and why not all of its files is known; `hidden` is empty where nothing is missing of them."""

    observation: RunObservation
    hidden: tuple[Gap, ...] = ()
