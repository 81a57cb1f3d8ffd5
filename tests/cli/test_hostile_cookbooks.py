"""Cookbooks that are made to be large, deep or endless: each command ends in time, and says what it left."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.test_hostile_files import bounded
from tests.tiers import sampled

ATTRIBUTES = "cookbooks/kafka/attributes/default.rb"
RECIPE = "cookbooks/kafka/recipes/default.rb"
TEMPLATE = "cookbooks/kafka/templates/default/server.properties.erb"
NODE = "nodes/kafka1.json"

GAP = "⟨?⟩"
DEEP = 20_000
LARGE = "it is larger than 64 MiB"
LONG = "it is larger than 256 KiB"
SYNTAX = "the syntax is nested too deep"
STEPS = "the evaluation takes too many steps"
PARTS = "the attributes have too many parts"
NO_RUBY = "the file has syntax that is not understood"

Files = Mapping[str, bytes]


def node(*run_list: str, **more: object) -> bytes:
    automatic = {"fqdn": "kafka1.example.com", "platform": "debian", "platform_version": "12"}
    return json.dumps({"name": "kafka1", "run_list": run_list, "automatic": automatic, **more}).encode()


def role(name: str, *run_list: str) -> bytes:
    return json.dumps({"name": name, "run_list": run_list}).encode()


HEALTHY: Files = {
    "cookbooks/kafka/metadata.rb": b"name 'kafka'\n",
    ATTRIBUTES: b"default['kafka']['id'] = 1\n",
    RECIPE: b"template '/etc/kafka/server.properties' do\n  source 'server.properties.erb'\nend\n",
    TEMPLATE: b"broker.id=<%= node['kafka']['id'] %>\n",
    NODE: node("recipe[kafka]"),
}


def attributes(text: bytes) -> Files:
    """The healthy attributes, and then this."""
    return {ATTRIBUTES: HEALTHY[ATTRIBUTES] + text}


def roles(*found: tuple[str, ...]) -> Files:
    """Roles by name and run list; the node has the first."""
    return {
        **{f"roles/{name}.json": role(name, *run_list) for name, *run_list in found},
        NODE: node(f"role[{found[0][0]}]", "recipe[kafka]"),
    }


def nested(opening: bytes, closing: bytes, inner: bytes = b"1") -> bytes:
    return opening * DEEP + inner + closing * DEEP


HOSTILE: Mapping[str, tuple[Callable[[], Files], str, str]] = {
    "nothing": (dict, "kafka.id = 1", "broker.id=1"),
    "100 MB of attributes": (lambda: attributes(b"#" * 10**8), LARGE, LARGE),
    "100 MB of a recipe": (lambda: {RECIPE: b"#" * 10**8}, LARGE, LARGE),
    "100 MB of a template": (lambda: {TEMPLATE: b"x" * 10**8}, "kafka.id = 1", LARGE),
    "100 MB of a file": (
        lambda: {"cookbooks/kafka/files/default/big": b"x" * 10**8},
        "kafka.id = 1",
        "broker.id=1",
    ),
    "3 MB of attributes": (lambda: attributes(b"default['a']['b'] = 1\n" * 140_000), LONG, LONG),
    "200,000 tags": (lambda: {TEMPLATE: b"<%= 1 %>" * 200_000}, "kafka.id = 1", LONG),
    "nested arrays": (lambda: attributes(b"default['a'] = " + nested(b"[", b"]")), SYNTAX, SYNTAX),
    "nested hashes": (lambda: attributes(b"default['a'] = " + nested(b"{1=>", b"}")), SYNTAX, SYNTAX),
    "nested brackets": (lambda: attributes(b"default['a'] = " + nested(b"(", b")")), SYNTAX, SYNTAX),
    "nested conditions": (lambda: attributes(b"if a\n" * DEEP + b"end\n" * DEEP), SYNTAX, SYNTAX),
    "a chain of calls": (lambda: attributes(b"default['a'] = 1" + b".a" * DEEP), SYNTAX, SYNTAX),
    "brackets that never close": (lambda: attributes(b"[" * DEEP), NO_RUBY, NO_RUBY),
    "a loop without end": (lambda: attributes(b"while true\nend\n"), STEPS, STEPS),
    "a billion times": (lambda: attributes(b"(10**9).times { |i| default['a'][i] = i }\n"), STEPS, STEPS),
    "calls without end": (
        lambda: attributes(b"def f(x) f(x) end\ndefault['a'] = f(1)\n"),
        "the calls are nested too deep",
        "the calls are nested too deep",
    ),
    "a text that doubles": (
        lambda: attributes(b"s = 'x'\n40.times { s = s + s }\ndefault['a'] = s\n"),
        STEPS,
        STEPS,
    ),
    "a hash that doubles": (
        lambda: attributes(b"h = {}\n60.times { h = {'a' => h, 'b' => h} }\ndefault['a'] = h\n"),
        PARTS,
        PARTS,
    ),
    "an array that doubles": (
        lambda: attributes(b"a = [1]\n60.times { a = [a, a] }\ndefault['a'] = a\n"),
        PARTS,
        PARTS,
    ),
    "a key that doubles": (
        lambda: attributes(b"a = [1]\n60.times { a = [a, a] }\ndefault['a'] = {a => 1}\n"),
        "the key of a hash has too many parts",
        "the key of a hash has too many parts",
    ),
    "attributes that double": (
        lambda: attributes(
            b"default['k0']['x'] = 1\n"
            b'60.times { |i| l = default["k#{i}"]; default["k#{i + 1}"] = {1 => l, 2 => l} }\n'
            b"default['z'] = node['k60']['a'].to_s\n"
        ),
        PARTS,
        PARTS,
    ),
    "attributes that hold themselves": (
        lambda: attributes(b"default['x']['y'] = 1\ndefault['x']['z'] = default['x']\n"),
        "the evaluation is nested too deep",
        "broker.id=1",
    ),
    "a text of 10 GB": (lambda: attributes(b"default['a'] = 'x' * 10**10\n"), STEPS, STEPS),
    "a power": (lambda: attributes(b"default['a'] = 9 ** 9 ** 9\n"), "an integer this large", "broker.id=1"),
    "a command": (
        lambda: attributes(b"default['a'] = `id`\n"),
        "the output of a command is not known",
        "broker.id=1",
    ),
    "a pattern that goes back and forth": (
        lambda: attributes(b"default['a'] = ('a' * 60 + 'b') =~ /(a+)+c/\n"),
        "a regular expression that may take too long",
        "broker.id=1",
    ),
    "UTF-16": (lambda: {ATTRIBUTES: "default['a'] = 1".encode("utf-16")}, NO_RUBY, "chef-client would stop"),
    "a template without end": (
        lambda: {TEMPLATE: b"<% (10**9).times do %>x<% end %>"},
        "kafka.id = 1",
        GAP,
    ),
    "loops in loops of a template": (
        lambda: {TEMPLATE: b"<% 99999.times do %>" * 8 + b"x" + b"<% end %>" * 8},
        "kafka.id = 1",
        GAP,
    ),
    "a template that is nested": (
        lambda: {TEMPLATE: b"<% if 1 %>" * 9_000 + b"x" + b"<% end %>" * 9_000},
        "kafka.id = 1",
        GAP,
    ),
    "a template within itself": (
        lambda: {TEMPLATE: b"<%= render 'server.properties.erb' %>"},
        "kafka.id = 1",
        GAP,
    ),
    "a recipe that includes itself": (
        lambda: {RECIPE: HEALTHY[RECIPE] + b"include_recipe 'kafka'\n"},
        "kafka.id = 1",
        "broker.id=1",
    ),
    "a recipe of 160,000 resources": (
        lambda: {RECIPE: b'20.times { 20.times { 20.times { 20.times { |i| file "/#{i}" } } } }\n'},
        STEPS,
        STEPS,
    ),
    "a cookbook that depends on itself": (
        lambda: {"cookbooks/kafka/metadata.rb": b"name 'kafka'\ndepends 'kafka'\n"},
        "kafka.id = 1",
        "broker.id=1",
    ),
    "a role with itself": (lambda: roles(("a", "role[a]")), "kafka.id = 1", "broker.id=1"),
    "two roles with each other": (
        lambda: roles(("a", "role[b]"), ("b", "role[a]")),
        "kafka.id = 1",
        "broker.id=1",
    ),
    "roles that double": (
        lambda: roles(*((f"r{n}", f"role[r{n + 1}]", f"role[r{n + 1}]") for n in range(40)), ("r40",)),
        "kafka.id = 1",
        "broker.id=1",
    ),
    "a chain of 3,000 roles": (
        lambda: roles(*((f"r{n}", f"role[r{n + 1}]") for n in range(3_000))),
        "the run list is too long",
        "the run list is too long",
    ),
    "a run list of 100,000": (
        lambda: {NODE: node(*["recipe[kafka]"] * 100_000)},
        "kafka.id = 1",
        "broker.id=1",
    ),
}


@pytest.fixture
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository with the files of the case."""
    make, _, _ = HOSTILE[request.getfixturevalue("what")]
    for name, content in {**HEALTHY, **make()}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("what", sampled(HOSTILE, 13))
def test_the_attributes_are_shown_with_what_is_left_out(what: str, repository: Path) -> None:
    result = bounded("attributes", "kafka1", "--repo", ".", cwd=repository)
    assert HOSTILE[what][1] in " ".join(result.stdout.split())
    assert (result.stderr, result.returncode in (0, 1, 3)) == ("", True)


@pytest.mark.parametrize("what", sampled(HOSTILE, 14))
def test_the_files_are_shown_with_what_is_left_out(what: str, repository: Path) -> None:
    result = bounded("render", "kafka1", "--repo", ".", cwd=repository)
    assert HOSTILE[what][2] in " ".join(result.stdout.split())
    assert (result.stderr, result.returncode in (0, 1, 3)) == ("", True)


@pytest.mark.parametrize("what", sampled(HOSTILE, 15))
def test_a_lint_ends_with_a_report(what: str, repository: Path) -> None:
    result = bounded("lint", ".", cwd=repository)
    assert " rules: " in result.stdout
    assert (result.stderr, result.returncode in (0, 1, 3)) == ("", True)
