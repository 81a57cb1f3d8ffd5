"""A file that cannot be evaluated to its end: the run goes on without what it may have done.

To undo what such a file did, all that code can reach has to be taken down before it. That costs more than
the file itself, and nearly all files come to their end: so the first run of a repository takes nothing down.
Where a file then fails (`UnguardedError`), the repository keeps its name, and the run begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from driftcheck.chef.node_run.touched import lose, touched_paths
from driftcheck.chef.ruby.contents import put_back
from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.values import LimitReachedError, RunAgainError, unsupported
from driftcheck.model.facts import Unknown

FILE_STEPS = 100_000
"""What one file, with those that it includes, may take of the run's steps."""
RESERVE = 50_000
"""What is left for showing the attributes when the recipes have taken all."""


class UnguardedError(RunAgainError):
    """A file could not be evaluated to its end, and what was before it is not known any more."""


def tolerated(
    evaluation: TolerantEvaluation,
    path: str,
    work: Callable[[], object],
    texts: Callable[[], Iterable[bytes]],
    *,
    last: bool = False,
) -> Unknown | None:
    """Does the work; if it loses its way, all that it did is undone, and what it may write is Unknown.

    `texts` are those of the files that it has begun to evaluate and of those that it would have. The reason
    is given back. LimitReachedError where the bound of the whole run is reached, unless this is `last`.
    UnguardedError where it loses its way and is not one of the `fragile`.
    """
    runtime = evaluation.runtime
    is_guarded = evaluation.guards(path)
    before = runtime.worlds.now(runtime.frame, free=True) if is_guarded else {}
    mark = len(runtime.worlds.pending)
    journal = evaluation.state.journal
    written = len(journal.writes) if journal is not None else 0
    depth, frame, tags = runtime.depth, runtime.frame, list(runtime.tags)
    total = runtime.steps
    given = runtime.steps = total if last else min(total, FILE_STEPS)
    try:
        work()
    except LimitReachedError as reached:
        runtime.steps += total - given
        if runtime.steps < 0 and not last:
            raise
        evaluation.failed.add(path)
        if not is_guarded:
            raise UnguardedError(path) from None
        runtime.steps = max(runtime.steps, RESERVE)
        put_back(before)
        del runtime.worlds.pending[mark:]
        if journal is not None:
            del journal.writes[written:]
        runtime.depth, runtime.frame, runtime.tags[:] = depth, frame, tags
        cause = unsupported(f"{path} is not evaluated: {reached}").unknown
        lose(evaluation, {each for text in texts() for each in touched_paths(text)}, cause)
        return cause
    runtime.steps += total - given
    return None


class TolerantEvaluation(AttributeEvaluation):
    """Attribute files of which some may not be evaluated; `untold` are the reasons.

    `fragile` are the files, recipes among them, that what is before them is taken down for; None for all.
    """

    fragile: Collection[str] | None = None
    failed: set[str]
    """Where the names of files are put that could not be evaluated to their end."""

    def guards(self, path: str) -> bool:
        """Whether what a file does can be undone."""
        return self.fragile is None or path in self.fragile

    def _load(self, key: tuple[str, str]) -> None:
        if key in self.loaded:
            return
        file = self.files[key]
        is_guarded = self.guards(file.path)
        begun = 0 if is_guarded else self.parts_done_again(file)
        if begun is None:
            self.loaded.add(key)
            return
        known = set(self.loaded)

        def texts() -> list[bytes]:
            inner = [self.files[each].text for each in self.loaded - known if each in self.files]
            if b"include_attribute" in file.text:
                inner = [each.text for each in self.files.values()]
            return [file.text, *inner]

        cause = tolerated(
            self, file.path, lambda: self._load_from(key, begun, is_asked=not is_guarded), texts
        )
        if cause is not None:
            self.loaded.intersection_update({*known, key})
            self.untold.append(cause)

    @property
    def untold(self) -> list[Unknown]:
        """Why files were not evaluated to their end."""
        if not hasattr(self, "_untold"):
            self._untold: list[Unknown] = []
        return self._untold
