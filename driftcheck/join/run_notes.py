"""What a reader has to know of the nodes' next Chef runs: which were worked out, and what was assumed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from driftcheck.join.ambiguities import listed
from driftcheck.join.members import Member
from driftcheck.join.runs import Runs
from driftcheck.model.facts import Known, UnknownKind
from driftcheck.model.snapshot import ChefStop, Gap, RunObservation, Snapshot

LAST_RUN = "What Chef intends is taken from each node's last run: cookbooks are not evaluated."
NEXT_RUN = "What Chef intends is worked out from the repository's cookbooks"
MOST_ASSUMED = 2


def run_notes(snapshot: Snapshot, members: Sequence[Member], runs: Runs) -> tuple[str, ...]:
    """Where what Chef intends is taken from, and what was assumed for it."""
    if not snapshot.nodes:
        return ()
    if not snapshot.asked("cookbooks"):
        return (LAST_RUN,)
    known = [member for member in members if member.node is not None]
    others = [member.name for member in known if member.evaluated is None]
    if not known:
        return ()
    if len(others) == len(known):
        intended = "What Chef intends is taken from each node's last run: its cookbooks, which are evaluated,"
        notes = (f"{intended} write no server.properties that is known.",)
    elif others:
        notes = (f"{NEXT_RUN}; for {listed(others, most=3)} it is taken from the last run.",)
    else:
        notes = (f"{NEXT_RUN}.",)
    return (*notes, *_assumed(runs))


def _assumed(runs: Iterable[RunObservation]) -> Iterator[str]:
    texts = list(dict.fromkeys(text for run in runs for text in run.assumed))
    if texts:
        told = "; ".join(texts[:MOST_ASSUMED])
        left = len(texts) - MOST_ASSUMED
        yield f"Assumed for it: {told}{f'; and {left:,} more' if left > 0 else ''}."


def stops_elsewhere(runs: Iterable[RunObservation], brokers: Container[str]) -> Iterator[Gap]:
    """Where the runs of nodes that are no brokers would stop, each cause once: it hides their files."""
    found: dict[str, tuple[Known[ChefStop], list[str]]] = {}
    for run in runs:
        if isinstance(run.stop, Known) and run.node not in brokers:
            found.setdefault(run.stop.value.cause, (run.stop, []))[1].append(run.node)
    for stop, names in found.values():
        message = stop.value.message
        text = f": {message.value}" if isinstance(message, Known) else ""
        class_name = stop.value.class_name
        yield Gap(
            source="cookbooks",
            kind=UnknownKind.MISSING_INPUT,
            reason=f"chef-client would stop here with {_text(class_name)}{text}",
            location=stop.location,
            hides=f"the files of {listed(names, most=3)}",
        )


def _text(fact: object) -> str:
    return str(fact.value) if isinstance(fact, Known) else "an error"
