"""The document's table of faults is part of what is tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults import test_endpoints, test_resolvers, test_znodes, test_zookeeper

DOCUMENT = (Path(__file__).parents[2] / "docs/live.md").read_text(encoding="utf-8")
TABLE = DOCUMENT.partition("\n## When something fails\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (an? .+?|ZooKeeper) \| (.+?) \| `(.+?)` \| (\d) \|$", TABLE, re.MULTILINE)

OPEN: Mapping[str, Mapping[str, str]] = {
    "ZooKeeper": {what: said for what, (_, said) in test_zookeeper.FAULTS.items()},
    "a znode": {what: said for what, (_, _, said) in test_znodes.LIES.items()},
    "a resolver": {what: said for what, (_, said) in test_resolvers.FAULTS.items()},
    "an endpoint": {what: said for what, (_, said) in test_endpoints.FAULTS.items()},
}
"""Fault → the reason that its test looks for under `Not checked`, with exit code 3."""

FOUND: Mapping[str, Mapping[str, str]] = {
    "ZooKeeper": {},
    "a znode": {what: rule for what, (_, _, rule) in test_znodes.FINDINGS.items()},
    "a resolver": {what: rule for what, (_, rule) in test_resolvers.FINDINGS.items()},
    "an endpoint": {what: rule for what, (_, rule) in test_endpoints.FINDINGS.items()},
}
"""Fault → the rule that its test finds, with exit code 1."""


def test_every_kind_of_server_has_rows() -> None:
    assert {who for who, _, _, _ in ROWS} == OPEN.keys() == FOUND.keys()
    assert len(ROWS) == sum(line.startswith("| ") for line in TABLE.splitlines()) - 1


@pytest.mark.parametrize(("who", "what", "said", "code"), ROWS)
def test_a_row_says_what_its_test_looks_for(who: str, what: str, said: str, code: str) -> None:
    expected = {"1": FOUND, "3": OPEN}[code]
    assert expected[who][what] == said
