"""How sources are asked: those that wait for servers beside those that read files."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Literal

import pytest

from driftcheck.app.collection import collect
from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import Snapshot, SourceRun
from driftcheck.sources.interface import Deadline, Request

NOW = datetime(2015, 3, 26, tzinfo=UTC)
SECONDS = 20.0


class Meeting:
    """A source that returns once another one is being asked as well."""

    wave: Literal[1] = 1

    def __init__(self, name: str, barrier: threading.Barrier) -> None:
        self.name = name
        self.asked_in = ""
        self._barrier = barrier

    def wanted(self, request: Request) -> bool:
        return True

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        self.asked_in = threading.current_thread().name
        self._barrier.wait(SECONDS)
        run = SourceRun(source=self.name, asked="it", observed_at=NOW)
        return Snapshot(taken_at=NOW, tool="driftcheck", sources=(run,))


class Broken(Meeting):
    """A source with a bug."""

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        raise RuntimeError("a bug")


def seen(*asked: Meeting) -> list[str]:
    request = Request(configuration=Configuration())
    found = collect(request, Deadline.after(SECONDS, per_operation=SECONDS), asked=asked)
    return [run.source for run in found.sources]


def test_zookeeper_is_asked_while_cookbooks_are_evaluated() -> None:
    barrier = threading.Barrier(2)
    assert seen(Meeting("cookbooks", barrier), Meeting("zookeeper", barrier)) == ["cookbooks", "zookeeper"]


def test_zookeeper_alone_is_asked_without_a_thread() -> None:
    alone = Meeting("zookeeper", threading.Barrier(1))
    assert seen(alone) == ["zookeeper"]
    assert alone.asked_in == threading.current_thread().name


def test_a_bug_of_a_source_that_is_asked_beside_others_is_no_silence() -> None:
    barrier = threading.Barrier(1)
    with pytest.raises(RuntimeError, match="a bug"):
        seen(Meeting("cookbooks", barrier), Broken("zookeeper", barrier))
