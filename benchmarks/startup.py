"""How long driftcheck takes to start, as multiples of `python -c pass`.

    python benchmarks/startup.py [--runs N]

Every round runs each command once, one after the other, so that whatever else the machine does hits them all;
the medians of the rounds are compared. Bytecode and driftcheck's cache are kept in a folder of their own; a
first round fills it and is not counted. Run it from anywhere, with the Python that driftcheck is
installed for. It fails if a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOOR = "python -c pass"
FEWEST_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """At most `limit` times the floor, better `wanted` times."""

    arguments: tuple[str, ...]
    limit: float
    wanted: float


DRIFTCHECK = (sys.executable, "-m", "driftcheck")
GOALS: Mapping[str, Goal] = {
    "driftcheck --help": Goal(arguments=(*DRIFTCHECK, "--help"), limit=6, wanted=5),
    "driftcheck lint fixtures/chef/kafkapocalypse": Goal(
        arguments=(*DRIFTCHECK, "lint", "fixtures/chef/kafkapocalypse"),
        limit=20,
        wanted=17,
    ),
}


def seconds(arguments: Sequence[str], environ: Mapping[str, str]) -> float:
    """How long a command takes, from its start to its end. RuntimeError if it has an error to tell."""
    begin = time.perf_counter()
    done = subprocess.run(arguments, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begin
    if done.stderr:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return taken


def medians(runs: int) -> dict[str, float]:
    """Seconds of each command, the floor among them."""
    commands: dict[str, tuple[str, ...]] = {FLOOR: (sys.executable, "-c", "pass")}
    commands.update((name, goal.arguments) for name, goal in GOALS.items())
    taken: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        caches = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder, "XDG_CACHE_HOME": folder}
        environ = {**os.environ, **caches}
        for number in range(runs + 1):
            for name, arguments in commands.items():
                once = seconds(arguments, environ)
                taken[name] += [once] if number else []
    return {name: statistics.median(values) for name, values in taken.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Start-up times as multiples of `python -c pass`.")
    parser.add_argument("--runs", type=int, default=25, help=f"rounds, at least {FEWEST_RUNS}; default 25")
    runs: int = max(parser.parse_args().runs, FEWEST_RUNS)
    found = medians(runs)
    floor = found[FLOOR]
    print(f"median of {runs}; {FLOOR}: {floor * 1000:.1f} ms")
    missed = 0
    for name, goal in GOALS.items():
        ratio = found[name] / floor
        missed += ratio > goal.limit
        verdict = "MISSED" if ratio > goal.limit else "ok"
        print(f"{ratio:5.1f}×  {name}  (limit {goal.limit:g}×, wanted {goal.wanted:g}×)  {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
