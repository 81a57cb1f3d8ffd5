"""Texts that the grammar takes and Ruby does not: nothing of such a file may count as evaluated."""

from __future__ import annotations

import subprocess

import pytest

from driftcheck.chef.ruby.syntax import compiled
from tests.services.ruby import require_ruby

REFUSED = [
    "x = 1\nend\n",
    "if x\n  y\nend\nelsif z\n  y\nend\n",
    "elsif x == 1\n",
    "when 'a'\n",
    "else\nx = 1\n",
    "self = 1\n",
    "nil = 1\n",
    "and = 2\n",
    "__FILE__ = 1\n",
    "def f(a, a); end\n",
    "x { |a, a| }\n",
    "def f; X = 1; end\n",
    "1..2..3\n",
    "a == b == c\n",
    "a != b =~ c\n",
    "f(&b, 1)\n",
    "case x\nend\n",
    "begin\nelse\nend\n",
]
ACCEPTED = [
    "a.end\na.elsif 1\n",
    "x = {end: 1, if: 2}\n",
    "def f(_a, _a); end\n",
    "x { |a, (b, _), _| }\n",
    "def f; self.class::X; end\n",
    "module M; X = 1; end\n",
    "(1..2)..3\n",
    "a == (b == c)\n",
    "a == b && b == c\n",
    "f(1, &b)\n",
    "case x\nwhen 1\nend\n",
    "begin\nrescue\nelse\nend\n",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_ruby_refuses_is_not_evaluated(text: str) -> None:
    assert compiled("a.rb", text.encode()) is None


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_ruby_takes_is_evaluated(text: str) -> None:
    assert compiled("a.rb", text.encode()) is not None


@pytest.mark.services
def test_ruby_says_the_same() -> None:
    require_ruby()
    for text, expected in [*((text, False) for text in REFUSED), *((text, True) for text in ACCEPTED)]:
        checked = subprocess.run(["ruby", "-c"], input=text, capture_output=True, text=True, check=False)
        assert (checked.returncode == 0) is expected, text
