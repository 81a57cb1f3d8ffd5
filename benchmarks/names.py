"""How fast 10,000 names and their addresses are asked about, against dnspython asking one after the other.

    python -m benchmarks.names [--names N] [--runs N] [--whole]

The same questions for both: A and AAAA of each name, PTR of each address. They go to a server that has all
answers ready (benchmarks/name_server.py): without delay, with 1 ms before each answer, and with 1 % of the
queries lost, which is compared with none lost just before. Rounds go through all of these one after the
other, and medians over the rounds count. dnspython asks about a part of the names, and its time is scaled to
all of them; with `--whole` it asks about all of them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

import dns.resolver

from benchmarks.name_server import DELAY_SECONDS, address, host, name_server
from benchmarks.rounds import rounds
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known
from driftcheck.sources.dns import SOURCE
from driftcheck.sources.interface import Deadline, Request

LOSS = 0.01
LIMIT = 1.5
LIMIT_WITH_DELAY = 10.0
LIMIT_OF_LOSS_SECONDS = 0.5


def ours(port: int, names: int) -> float:
    """Seconds that driftcheck takes for all names and addresses."""
    request = Request(
        configuration=Configuration(),
        resolvers=(f"127.0.0.1:{port}",),
        hosts=frozenset(map(host, range(names))),
        addresses=frozenset(map(address, range(names))),
    )
    begin = time.perf_counter()
    seen = SOURCE.collect(request, Deadline.after(600, per_operation=5))
    taken = time.perf_counter() - begin
    assert len(seen.dns) == 3 * names, len(seen.dns)
    for each in seen.dns:
        assert isinstance(each.values, Absent if each.rrtype == "AAAA" else Known), each
    return taken


def theirs(port: int, names: int) -> float:
    """Seconds that dnspython takes for these names and addresses, one after the other."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    begin = time.perf_counter()
    for number in range(names):
        for rrtype in ("A", "AAAA"):
            resolver.resolve(host(number), rrtype, raise_on_no_answer=False)
        resolver.resolve_address(address(number))
    return time.perf_counter() - begin


def measured(names: int, part: int, slowly: int, runs: int) -> dict[str, list[float]]:
    """Seconds for all names in each round, by what was measured. dnspython asks about `part` of them, about
    `slowly` where there is a delay.
    """
    with ExitStack() as servers:
        at_once = servers.enter_context(name_server(names))
        later = servers.enter_context(name_server(names, delay=DELAY_SECONDS))
        lossy = servers.enter_context(name_server(names, loss=LOSS))
        tasks: Mapping[str, Callable[[], float]] = {
            "driftcheck": lambda: ours(at_once, names),
            "driftcheck, 1 % lost": lambda: ours(lossy, names),
            "dnspython": lambda: theirs(at_once, part) * names / part,
            "driftcheck, 1 ms": lambda: ours(later, names),
            "dnspython, 1 ms": lambda: theirs(later, slowly) * names / slowly,
        }
        return rounds(tasks, runs)


def verdicts(taken: Mapping[str, Sequence[float]]) -> Sequence[tuple[str, bool]]:
    """What is printed of each limit, and whether it is kept."""
    found = {name: statistics.median(values) for name, values in taken.items()}
    ratio = found["dnspython"] / found["driftcheck"]
    delayed = found["dnspython, 1 ms"] / found["driftcheck, 1 ms"]
    lost = zip(taken["driftcheck, 1 % lost"], taken["driftcheck"], strict=True)
    cost = statistics.median(with_loss - without for with_loss, without in lost)
    return (
        (f"{ratio:5.1f}×  as fast as dnspython (limit {LIMIT:g}×)", ratio >= LIMIT),
        (
            f"{delayed:5.1f}×  as fast with 1 ms delay (limit {LIMIT_WITH_DELAY:g}×)",
            delayed >= LIMIT_WITH_DELAY,
        ),
        (
            f"{cost:5.2f} s  is what 1 % loss costs (limit {LIMIT_OF_LOSS_SECONDS:g} s)",
            cost <= LIMIT_OF_LOSS_SECONDS,
        ),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Names and addresses, against dnspython.")
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--part", type=int, default=1_000, help="names that dnspython is asked about")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="dnspython is asked about all of them")
    given = parser.parse_args()
    part = given.names if given.whole else min(given.part, given.names)
    found = measured(given.names, part, part if given.whole else max(1, part // 5), given.runs)
    print(f"{given.names:,} names and as many addresses; median of {given.runs}")
    for name, values in found.items():
        print(f"{statistics.median(values):6.2f} s  {name}")
    told = verdicts(found)
    for text, kept in told:
        print(f"{text}  {'ok' if kept else 'MISSED'}")
    return 0 if all(kept for _, kept in told) else 1


if __name__ == "__main__":
    sys.exit(main())
