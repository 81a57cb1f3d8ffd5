"""`make fuzz`: many inputs for every parser, and what came of it.

`python -m tests.fuzzing.run [--inputs N] [--seed N] [PARSER]...` prints one row of docs/fuzzing.md for each.
Ends with 1 if a parser raised what it may not, with the input that made it.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzzing.mutants import mutants
from tests.fuzzing.parsers import FuzzedParser, parsers


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzzing.run")
    options.add_argument("--inputs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    known = parsers()
    wrong = 0
    for name in given.names or known:
        row, faults = fuzzed(name, known[name], given.inputs, given.seed)
        print(row, flush=True)
        wrong += faults
    return 1 if wrong else 0


def fuzzed(name: str, parser: FuzzedParser, inputs: int, seed: int) -> tuple[str, int]:
    """The row of a parser, and how many inputs it neither answered nor refused."""
    answered = refused = faults = 0
    slowest = 0.0
    started = time.process_time()
    for data in mutants(parser, inputs, seed):
        begun = time.process_time()
        try:
            parser.parse(data)
            answered += 1
        except parser.refuses:
            refused += 1
        except Exception as error:
            faults += 1
            if faults <= 5:
                print(f"{name}: {type(error).__name__}: {error}: {data!r}", file=sys.stderr)
        slowest = max(slowest, time.process_time() - begun)
    seconds = time.process_time() - started
    cells = (name, f"{inputs:,}", f"{answered:,}", f"{refused:,}", str(faults))
    return f"| {' | '.join(cells)} | {slowest * 1000:.0f} ms | {seconds:.0f} s | {seed} |", faults


if __name__ == "__main__":
    sys.exit(main())
