"""What could not be read, said once for each reason: an ensemble that lies may do so 5,000 times."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.snapshot import Gap
from driftcheck.sources.znodes.client import znode_location

MAX_NAMED = 3


def gap(why: Unknown, hides: str) -> Gap:
    return Gap(source="zookeeper", kind=why.kind, reason=why.reason, location=why.location, hides=hides)


def gaps_by_reason(unread: Iterable[tuple[str, Unknown]], what: str, hides: str) -> tuple[Gap, ...]:
    """One gap for all znodes (path, why it is not known) of one reason, at the first of them.

    `what`: how several of them are called ("topics"); `hides`: what is not known without them.
    """
    by_reason: dict[tuple[UnknownKind, str], list[str]] = {}
    for path, why in unread:
        by_reason.setdefault((why.kind, why.reason.replace(path, "it")), []).append(path)
    return tuple(
        Gap(
            source="zookeeper",
            kind=kind,
            reason=reason if len(paths) == 1 else f"{len(paths)} {what} could not be read: {reason}",
            location=znode_location(paths[0]),
            hides=hides,
        )
        for (kind, reason), paths in by_reason.items()
    )
