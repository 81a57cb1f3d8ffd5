"""Tasks that are timed in turn, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping


def rounds(tasks: Mapping[str, Callable[[], float]], runs: int) -> dict[str, list[float]]:
    """What each task said in each of `runs` rounds through all of them, after one that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(runs + 1):
        for name, task in tasks.items():
            once = task()
            taken[name] += [once] if number else []
    return taken


def medians(tasks: Mapping[str, Callable[[], float]], runs: int) -> dict[str, float]:
    """The median of each task's rounds."""
    return {name: statistics.median(values) for name, values in rounds(tasks, runs).items()}
