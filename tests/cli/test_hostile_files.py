"""Files that are made to be large, deep, slow or to reach out: each ends in time and as documented."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest

from tests.cli.commands import driftcheck
from tests.tiers import sampled

HEALTHY = Path(__file__).parents[2] / "fixtures/chef/healthy"
NODE = "nodes/kafka02.json"
PROPERTIES = "rendered/kafka02/etc/kafka/server.properties"
HOSTS = "rendered/kafka02/etc/hosts"
ZONE = "dns/prod.example.com.zone"
CONFIGURATION = ".driftcheck.yaml"
PACK = ".driftcheck/rules/ours.yaml"

MEMORY = 1_000_000
"""KiB of address space that a run may have."""
SECONDS = 15
"""Of the processor: a run takes one or two of them."""


class Hostile(NamedTuple):
    """`said` stands in the report, or for exit code 2 in the error."""

    path: str
    content: Callable[[], bytes]
    code: int
    said: str


def bomb() -> bytes:
    """Nine times nine times nine …: 9 ** 12 values, if aliases were copied."""
    lines = [b"a: &b0 [x,x,x,x,x,x,x,x,x]"]
    lines += [b"b%d: &b%d [%s]" % (n, n, b",".join([b"*b%d" % (n - 1)] * 9)) for n in range(1, 12)]
    return b"\n".join(lines)


LARGE = "it is larger than {} MiB (unsupported)"
FILES: Mapping[str, Hostile] = {
    "a node object of 100 MB": Hostile(
        NODE, lambda: b'{"name": "kafka02", "x": "' + b"x" * 10**8 + b'"}', 0, LARGE.format(64)
    ),
    "a node object of ten million lists": Hostile(
        NODE, lambda: b'{"x": [' + b"[]," * 10**7 + b"1]}", 0, LARGE.format(16)
    ),
    "a node object that is just not too large": Hostile(
        NODE, lambda: b'{"x": [' + b"[]," * 5 * 10**6 + b"1]}", 0, "kafka02"
    ),
    "lists that are nested 100,000 deep": Hostile(
        NODE, lambda: b'{"x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}", 3, "nested too deeply (fault)"
    ),
    "objects that are nested 100,000 deep": Hostile(
        NODE, lambda: b'{"x":' * 10**5 + b"1" + b"}" * 10**5, 3, "nested too deeply (fault)"
    ),
    "a node object in UTF-16": Hostile(NODE, lambda: '{"name": "kafka02"}'.encode("utf-16"), 3, "not UTF-8"),
    "one endless line": Hostile(PROPERTIES, lambda: b"a" * 6 * 10**7, 0, LARGE.format(4)),
    "one line that is just not too long": Hostile(
        PROPERTIES, lambda: b"broker.id=2\n" + b"a" * 4 * 10**6, 0, "brokers in 1 cluster"
    ),
    "a line that goes on and on": Hostile(PROPERTIES, lambda: b"a=\\\n" * 10**6, 0, "brokers in 1 cluster"),
    "200,000 settings": Hostile(PROPERTIES, lambda: b"a=1\n" * 2 * 10**5, 0, "brokers in 1 cluster"),
    "an endless line of host names": Hostile(HOSTS, lambda: b"10.0.0.1 " + b"a " * 10**7, 0, LARGE.format(4)),
    "a zone file in UTF-16": Hostile(ZONE, lambda: "$ORIGIN a.".encode("utf-16"), 3, f"{ZONE}:1"),
    "a zone file that makes names": Hostile(
        ZONE, lambda: b"$ORIGIN a.\n@ 1 SOA a b 1 1 1 1 1\n$GENERATE 1-2147483647 h$ 1 A 10.0.0.1\n", 3, ZONE
    ),
    "a configuration that is a bomb": Hostile(
        CONFIGURATION, bomb, 2, f"{CONFIGURATION}:6:34: more than 500000 values, aliases counted"
    ),
    "a configuration that is nested deep": Hostile(
        CONFIGURATION, lambda: b"a: " + b"[" * 10**5, 2, f"{CONFIGURATION}:1:"
    ),
    "a configuration that is no UTF-8": Hostile(
        CONFIGURATION, lambda: b"strict: \xff\n", 2, f"{CONFIGURATION}:1:9: not UTF-8"
    ),
    "a rule file that is a bomb": Hostile(PACK, bomb, 2, f"{PACK}:6:34: more than 500000 values"),
    "a rule file that is too large": Hostile(PACK, lambda: b"#" * 2**21, 2, "larger than 1024 KiB"),
    "a rule file that is no UTF-8": Hostile(PACK, lambda: b"rules: []\n\xff", 2, f"{PACK}:2:1: "),
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    copy = tmp_path / "repository"
    shutil.copytree(HEALTHY, copy)
    (copy / ".driftcheck/rules").mkdir(parents=True)
    return copy


def bounded(*arguments: str, cwd: Path) -> CompletedProcess[str]:
    """A command that may use no more than MEMORY, and is killed after SECONDS of work."""
    prefix = ("sh", "-c", f'ulimit -v {MEMORY}; ulimit -t {SECONDS}; exec "$@"', "sh")
    result = driftcheck(*arguments, cwd=cwd, prefix=prefix)
    assert "crashed" not in result.stderr
    return result


@pytest.mark.parametrize("what", sampled(FILES, 7))
def test_it_is_refused_with_its_place_or_read(what: str, repository: Path) -> None:
    hostile = FILES[what]
    path = repository / hostile.path
    path.unlink(missing_ok=True)
    path.write_bytes(hostile.content())
    select = ("--select", "ADV001") if hostile.code == 0 else ()
    result = bounded("lint", ".", *select, cwd=repository)
    said = result.stderr if hostile.code == 2 else " ".join(result.stdout.split())
    assert hostile.said in said
    assert result.returncode == hostile.code
    assert (result.stdout == "") if hostile.code == 2 else (result.stderr == "")


DOUBLED = {f"v{n}": f"v{n - 1} + v{n - 1}" for n in range(1, 39)}
TEXTS = {f"v{n}": f"v{n - 1} ~ v{n - 1}" for n in range(1, 39)}
LONG = {"v0": "cluster.brokers | map('name')", **{name: DOUBLED[name] for name in list(DOUBLED)[:13]}}
SLOW: Mapping[str, tuple[dict[str, object], int]] = {
    "lists that double": ({"vars": {"v0": LONG["v0"], **DOUBLED}, "assert": "v38 | unique"}, 3),
    "texts that double": ({"vars": {"v0": "broker.name", **TEXTS}, "assert": "v38 == 'a'"}, 3),
    "numbers that square": (
        {
            "vars": {"v0": "99", **{f"v{n}": f"v{n - 1} * v{n - 1}" for n in range(1, 39)}},
            "assert": "v38 == 1",
        },
        3,
    ),
    "a long list without itself": ({"vars": LONG, "assert": "v13 | without(v13) | count == 1"}, 0),
    "a long list's duplicates": ({"vars": LONG, "assert": "v13 | duplicates | count == 0"}, 0),
    "loops in loops": (
        {
            "vars": {"v": "cluster.brokers | map('name')"},
            "message": "".join(f"{{% for {each} in v %}}" for each in "abcde")
            + "{{ v }}"
            + "{% endfor %}" * 5,
        },
        0,
    ),
    "a pattern that would go back and forth": (
        {"assert": f"'{'a' * 60}b' | matches('(a+)+(a|a)*(a+)+c')"},
        0,
    ),
    "a pattern with many states": ({"assert": "broker.name | matches('((a{0,99}){0,99}){0,99}')"}, 2),
    "powers": ({"assert": "9 ** 9 ** 9 == 1"}, 2),
    "brackets": ({"assert": "(" * 3900 + "true" + ")" * 3900}, 2),
    "many times not": ({"assert": "not " * 1900 + "true"}, 2),
    "classes": ({"assert": "''.__class__.__mro__ == 1"}, 2),
    "globals": ({"assert": "broker.__init__.__globals__ == 1"}, 2),
    "what Jinja2 has": ({"assert": "cycler.next.os.popen('id').read() == 1"}, 2),
    "a filter of Jinja2's": ({"assert": "(broker | attr('name')) == 1"}, 2),
    "methods": ({"assert": "broker.name.format(broker) == 1"}, 2),
    "an import": ({"message": "{% import 'os' as os %}{{ os }}"}, 2),
    "the template itself": ({"message": "{{ self._TemplateReference__context }}"}, 2),
}


@pytest.mark.parametrize("what", sampled(SLOW, 8))
def test_a_rule_neither_takes_long_nor_reaches_out(what: str, repository: Path) -> None:
    keys, code = SLOW[what]
    rule = {
        "id": "OURS001",
        "name": "a",
        "summary": "A.",
        "level": "note",
        "scope": "broker",
        "assert": "broker.id == 0",
        "message": "m",
        "fix": "f",
        "why": "w",
        **keys,
    }
    (repository / PACK).write_text(json.dumps({"rules": [rule]}), encoding="utf-8")
    result = bounded("lint", ".", "--select", "OURS", cwd=repository)
    assert result.returncode == code
    if code == 2:
        assert result.stderr.startswith(f"driftcheck: error: {PACK}:1:")
    else:
        assert ("OURS001 on 12 subjects" in result.stdout) == (code == 3)
