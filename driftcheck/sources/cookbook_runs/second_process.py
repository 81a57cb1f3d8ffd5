"""Half of a repository's nodes evaluated by a second process, where there is a second processor for it.

The process is a fork: it begins with all that the first nodes have taught, and what it finds comes back in
memory that both have. It writes nothing else, asks nobody, and is ended with the run. Where it fails, its
nodes are evaluated here.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")
HARMLESS_THREADS = frozenset({"progress"})
"""Threads that a fork may leave behind: what they hold is not used in it."""


def has_second_processor() -> bool:
    """Whether a fork of this process would run beside it and be safe."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    others = (each for each in threading.enumerate() if each is not threading.main_thread())
    return threading.current_thread() is threading.main_thread() and all(
        each.name in HARMLESS_THREADS for each in others
    )


class SecondProcess(Generic[T]):
    """`work(path)` for each of these paths, from the moment that this is made; None ends it.

    `more` is asked at the end for what else is to come back: texts by name.
    """

    def __init__(
        self, paths: Sequence[str], work: Callable[[str], T | None], more: Callable[[], Mapping[str, str]]
    ) -> None:
        import warnings  # what only this needs is not imported for all

        self.paths = frozenset(paths)
        self._file = os.fdopen(os.memfd_create("driftcheck"), "w+b")
        self._is_ended = False
        parent = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: see HARMLESS_THREADS
            self._pid = os.fork()
        if self._pid == 0:
            self._in_child(_done(paths, work, parent), more)

    def _in_child(self, found: Iterable[tuple[str, T]], more: Callable[[], Mapping[str, str]]) -> None:
        """Never returns. Whatever happens: nothing of it may reach the terminal or the caller's code."""
        code = 1
        try:
            import gc
            import pickle

            gc.freeze()  # else it looks at all that is shared, which copies it
            for each in found:
                pickle.dump(each, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            pickle.dump((None, dict(more())), self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._file.flush()
            code = 0
        finally:
            os._exit(code)

    def __enter__(self) -> SecondProcess[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import signal

        if not self._is_ended:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._file.close()

    def results(self) -> tuple[Mapping[str, T], Mapping[str, str]]:
        """What the work gave, by path, and what there is more: less or nothing where the process failed."""
        import pickle

        os.waitpid(self._pid, 0)
        self._is_ended = True
        results: dict[str, T] = {}
        self._file.seek(0)
        while True:
            try:
                path, found = pickle.load(self._file)  # our own fork wrote it
            except (EOFError, pickle.UnpicklingError, ValueError):
                return results, {}
            if path is None:
                return results, found
            results[path] = found


def _done(paths: Sequence[str], work: Callable[[str], T | None], parent: int) -> Iterable[tuple[str, T]]:
    """Ends where the work does, or where nobody waits for it any more."""
    for path in paths:
        found = work(path) if os.getppid() == parent else None
        if found is None:
            return
        yield path, found
