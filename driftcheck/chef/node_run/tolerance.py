"""A file that cannot be evaluated to its end: the run goes on without what it may have done."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from driftcheck.chef.node_run.touched import lose, touched_paths
from driftcheck.chef.ruby.contents import put_back
from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.values import LimitReachedError, unsupported
from driftcheck.model.facts import Unknown

FILE_STEPS = 100_000
"""What one file, with those that it includes, may take of the run's steps."""
RESERVE = 50_000
"""What is left for showing the attributes when the recipes have taken all."""


def tolerated(
    evaluation: AttributeEvaluation,
    path: str,
    work: Callable[[], object],
    texts: Callable[[], Iterable[bytes]],
    *,
    last: bool = False,
) -> Unknown | None:
    """Does the work; if it loses its way, all that it did is undone, and what it may write is Unknown.

    `texts` are those of the files that it has begun to evaluate and of those that it would have. The reason
    is given back. LimitReachedError where the bound of the whole run is reached, unless this is `last`.
    """
    runtime = evaluation.runtime
    before, mark = runtime.worlds.now(runtime.frame), len(runtime.worlds.pending)
    depth, frame, tags = runtime.depth, runtime.frame, list(runtime.tags)
    total = runtime.steps
    given = runtime.steps = total if last else min(total, FILE_STEPS)
    try:
        work()
    except LimitReachedError as reached:
        runtime.steps += total - given
        if runtime.steps < 0 and not last:
            raise
        runtime.steps = max(runtime.steps, RESERVE)
        put_back(before)
        del runtime.worlds.pending[mark:]
        runtime.depth, runtime.frame, runtime.tags[:] = depth, frame, tags
        cause = unsupported(f"{path} is not evaluated: {reached}").unknown
        lose(evaluation, {each for text in texts() for each in touched_paths(text)}, cause)
        return cause
    runtime.steps += total - given
    return None


class TolerantEvaluation(AttributeEvaluation):
    """Attribute files of which some may not be evaluated; `untold` are the reasons."""

    def _load(self, key: tuple[str, str]) -> None:
        if key in self.loaded:
            return
        known = set(self.loaded)
        file = self.files[key]

        def texts() -> list[bytes]:
            inner = [self.files[each].text for each in self.loaded - known if each in self.files]
            if b"include_attribute" in file.text:
                inner = [each.text for each in self.files.values()]
            return [file.text, *inner]

        cause = tolerated(self, file.path, lambda: AttributeEvaluation._load(self, key), texts)
        if cause is not None:
            self.loaded.intersection_update({*known, key})
            self.untold.append(cause)

    @property
    def untold(self) -> list[Unknown]:
        """Why files were not evaluated to their end."""
        if not hasattr(self, "_untold"):
            self._untold: list[Unknown] = []
        return self._untold
