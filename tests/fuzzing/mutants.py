"""Random inputs near to what a parser understands."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.fuzzing.parsers import FuzzedParser

CHANGES = (1, 1, 1, 2, 3, 6)
MOST_REPEATS = 40


def mutants(parser: FuzzedParser, count: int, seed: int) -> Iterator[bytes]:
    """`count` inputs, the same for the same `seed`: seeds with a few changes each."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(parser.seeds))
        for _ in range(chance.choice(CHANGES)):
            _change(data, parser, chance)
        yield bytes(data)


def _change(data: bytearray, parser: FuzzedParser, chance: random.Random) -> None:
    """One change in place: bytes replaced, put in, taken out, doubled, or a word of the format."""
    at = chance.randint(0, len(data))
    length = chance.choice((1, 1, 2, 4, 16))
    kind = chance.randrange(7)
    if kind == 0:
        data[at : at + 1] = bytes([chance.randrange(256)])
    elif kind == 1:
        del data[at : at + length]
    elif kind == 2:
        data[at:at] = chance.choice(parser.words)
    elif kind == 3:
        data[at : at + length] = chance.choice(parser.words)
    elif kind == 4:
        data[at:at] = chance.choice(parser.words) * chance.randint(2, MOST_REPEATS)
    elif kind == 5:
        start = chance.randint(0, len(data))
        data[at:at] = data[start : start + 4 * length]
    else:
        other = chance.choice(parser.seeds)
        data[at:] = other[chance.randint(0, len(other)) :]
