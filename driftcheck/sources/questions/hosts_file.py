"""This machine's own hosts file, which the C library and the JVM read before they ask any server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from driftcheck.formats.hosts import parse_hosts
from driftcheck.formats.text import printable
from driftcheck.model.facts import Known, UnknownKind
from driftcheck.model.snapshot import Gap, HostsEntry
from driftcheck.sources.questions.question import Answer, Question, Vantage, dns_location, known_values

VANTAGE = "hosts file"
MAX_BYTES = 16 * 1024 * 1024


def hosts_file_vantage(path: Path, questions: Sequence[Question], now: datetime) -> Vantage:
    """What stands in the file alone; a missing file is an empty one, as in the C library."""
    entries: tuple[HostsEntry, ...] = ()
    gaps: tuple[Gap, ...] = ()
    try:
        with path.open("rb") as file:
            entries = parse_hosts(file.read(MAX_BYTES))
    except FileNotFoundError:
        pass
    except OSError as error:
        gaps = (_gap(path, error),)
    return Vantage(
        name=VANTAGE,
        observed_at=Known(value=now, location=dns_location(str(path))),
        answers=_answers(path, _found(entries), questions),
        times={},
        gaps=gaps,
        partial=True,
    )


_Lines = Mapping[tuple[str, str], Sequence[tuple[str, int]]]
"""Values with their lines, by name and type."""


def _found(entries: Sequence[HostsEntry]) -> _Lines:
    """All addresses of each name; for an address the first name of its first line."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for entry in entries:
        found.setdefault((entry.address, "PTR"), [(entry.names[0].lower(), entry.line)])
        rrtype = "AAAA" if ":" in entry.address else "A"
        for name in entry.names:
            found.setdefault((name.lower(), rrtype), []).append((entry.address, entry.line))
    return found


def _answers(path: Path, found: _Lines, questions: Sequence[Question]) -> dict[tuple[str, str], Answer]:
    answers: dict[tuple[str, str], Answer] = {}
    for question in questions:
        for rrtype in question.rrtypes:
            if lines := found.get((question.name, rrtype)):
                place = dns_location(str(path), line=lines[0][1])
                values = known_values((value for value, _ in lines), place)
                answers[question.name, rrtype] = Answer(values=values)
    return answers


def _gap(path: Path, error: OSError) -> Gap:
    denied = isinstance(error, PermissionError)
    return Gap(
        source="dns",
        kind=UnknownKind.DENIED if denied else UnknownKind.FAULT,
        reason=f"the hosts file cannot be read: {printable((error.strerror or str(error)).lower())}",
        location=dns_location(str(path)),
        hides="names that this machine resolves without a server",
    )
