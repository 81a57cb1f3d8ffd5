"""What Chef 18.11 was measured to do with attribute files, one line each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chef.ruby.programs import UNKNOWN, evaluation, merged, stop

READS: dict[str, tuple[str, Any]] = {
    "between groups the higher array replaces": ("default['x'] = [1, 2]\noverride['x'] = [3]", [3]),
    "within a level the later one replaces": ("default['x'] = [1, 2]\ndefault['x'] = [3]", [3]),
    "arrays unite among the defaults": ("default['x'] = [1, 2]\nforce_default['x'] = [2, 9]", [1, 2, 9]),
    "one array alone keeps what it has twice": ("default['x'] = [1, 1]", [1, 1]),
    "hashes merge across levels": (
        "default['x'] = {'a' => 1, 'b' => 1}\nnormal['x'] = {'b' => 2, 'c' => 2}\noverride['x']['c'] = 3",
        {"a": 1, "b": 2, "c": 3},
    ),
    "a hash replaces at its own level": ("default['x'] = {'a' => 1}\ndefault['x'] = {'b' => 2}", {"b": 2}),
    "where types clash the higher level wins": ("default['x'] = 's'\noverride['x']['a'] = 1", {"a": 1}),
    "nil wins": ("default['x'] = 1\noverride['x'] = nil", None),
    "false wins": ("default['x'] = 1\noverride['x'] = false", False),
    "an empty array clears across groups": ("default['x'] = [1]\noverride['x'] = []", []),
    "an empty hash clears nothing": ("default['x'] = {'a' => 1}\noverride['x'] = {}", {"a": 1}),
    "1, 1.0 and '1' stay apart in a union": (
        "default['x'] = [1, 1.0]\nforce_default['x'] = ['1', 1]",
        [1, 1.0, "1"],
    ),
    "a missing top key reads as nil": ("default['x'] = node['zz'].inspect", "nil"),
    "a read at a level makes the key": (
        "default['q']['b']['c']\ndefault['x'] = node['q'].to_s",
        '{"b"=>{"c"=>{}}}',
    ),
    "a missing key of a level is a hash, which holds": ("default['x'] = default['q'] ? 1 : 0", 1),
    "||= keeps the hash that the read made": ("default['x'] ||= 5", {}),
    "the receiver is evaluated first": ("default['x']['b'] = node['x']['b'] || 'z'", {"b": "z"}),
    "symbols and strings are one key": (
        "default[:x][:b] = 1\ndefault['x']['c'] = node[:x]['b']",
        {"b": 1, "c": 1},
    ),
    "a symbol value stays one": ("default['q'] = :s\ndefault['x'] = [node['q'].class.to_s]", ["Symbol"]),
    "integer keys are no strings": (
        "default['q'][1] = 'a'\ndefault['x'] = [node['q']['1'], node['q'][1]]",
        [None, "a"],
    ),
    "a read is a snapshot": ("default['a'] = 2\ndefault['x'] = node['a']\noverride['a'] = 1", 2),
    "lazy sees the final value": ("default['x'] = lazy { \"#{node['a']}2\" }\ndefault['a'] = 'x'", "x2"),
    "lazy is evaluated by []": ("default['a'] = lazy { 1 }\ndefault['x'] = node['a'].class.to_s", "Integer"),
    "lazy stays as it is by fetch": (
        "default['a']['b'] = lazy { 1 }\ndefault['x'] = node['a'].fetch('b').class.to_s",
        "Chef::DelayedEvaluator",
    ),
    "default_unless sees its own level": (
        "override['x'] = 1\ndefault_unless['x'] = 2\noverride.delete('x')",
        2,
    ),
    "default_unless takes nil for unset": ("default['x'] = nil\ndefault_unless['x'] = 2", 2),
    "default_unless takes false for set": ("default['x'] = false\ndefault_unless['x'] = 2", False),
    "rm gives what was there": (
        "default['q']['a'] = 1\ndefault['x'] = [node.rm('q', 'a'), node['q'].size]",
        [1, 0],
    ),
    "force_default! clears what is below": (
        "default['x'] = {'y' => 1, 'z' => 1}\nforce_default!['x'] = {'y' => 2}",
        {"y": 2},
    ),
    "override! leaves force_override": ("force_override['x'] = 1\noverride!['x'] = 2", 1),
    "write replaces a scalar on its way": ("default['x'] = 1\nnode.write(:default, 'x', 'y', 2)", {"y": 2}),
    "default of another default is the same object": (
        "default['x']['a'] = 1\ndefault['y'] = default['x']\ndefault['y']['b'] = 2",
        {"a": 1, "b": 2},
    ),
    "values_at of a level makes the keys": (
        "default['q'].values_at(:b)\ndefault['x'] = node['q'].to_s",
        '{"b"=>{}}',
    ),
    "gsub looks keys up without making them": (
        "'a.b'.gsub(/\\./, default['q'])\ndefault['x'] = node['q'].to_s",
        "{}",
    ),
    "slice takes no symbols": ("default['x'] = node['kernel'].slice(:os)", {}),
    "values_at does": ("default['x'] = node['kernel'].values_at(:os)", ["GNU/Linux"]),
    "to_h is plain": ("default['x'] = node['kernel'].to_h.key?(:os)", False),
    "select gives a hash, merge a Mash": (
        "k = node['kernel']\ndefault['x'] = [k.select { true }.class, k.merge('z' => 1).class].map(&:to_s)",
        ["Hash", "ChefUtils::Mash"],
    ),
    "the platform's version compares as one": (
        "v = node['platform_version']\ndefault['x'] = [v == '18.4', v < 19, v == '~> 18.0', v < '9']",
        [True, True, False, False],
    ),
    "the platform's version satisfies requirements": (
        "default['x'] = ['~> 18.0', '>= 19'].map { |r| node['platform_version'].satisfies?(r) }",
        [True, False],
    ),
    "value_for_platform prefers the version itself": (
        "default['x'] = value_for_platform('ubuntu' => {'18.04' => 1, '>= 16.04' => 2}, 'default' => 3)",
        1,
    ),
    "inspect is printed by interpolation": ("default['x'] = \"#{{'a' => [1, nil]}}\"", '{"a"=>[1, nil]}'),
    "an octal is a number": ("default['x'] = 0644", 420),
    "methods and constants outlive their file, locals do not": ("X1 = 2\ndef f(a) = a * X1\nb = 1", None),
}


@pytest.mark.parametrize("name", READS)
def test_chef_reads(name: str) -> None:
    program, expected = READS[name]
    found, unknown = merged(program)
    assert (found.get("x"), unknown) == (expected, set())
    assert type(found.get("x")) is type(expected)


STOPS = {
    "node['zz']['y']": ("NoMethodError", "undefined method `[]' for nil:NilClass"),
    "node.read!('zz', 'y')": ("Chef::Exceptions::NoSuchAttribute", "zz.y"),
    "default['x'] = 's'\ndefault['x']['y'] = 1": ("IndexError", "string not matched"),
    "default['x'] = nil\ndefault['x']['y'] = 1": ("NoMethodError", "undefined method `[]=' for nil:NilClass"),
    "default['x'] << 2": ("NoMethodError", "undefined method `<<' for {}:Chef::Node::VividMash"),
    "default.a.b = 1": ("NoMethodError", "undefined method `a' for {}:Chef::Node::VividMash"),
    "node['kernel'].fetch('zz')": ("KeyError", 'key not found: "zz"'),
    "[1, 'a'].sort": ("ArgumentError", "comparison of Integer with String failed"),
    "'a' + nil": ("TypeError", "no implicit conversion of nil into String"),
    "node['fqdn'] << '.x'": ("FrozenError", 'can\'t modify frozen String: "kafka1.prod.example.com"'),
    "default['x'].merge!(:a)": ("NoMethodError", "undefined method `each_pair' for :a:Symbol"),
    "UNDEFINED": ("NameError", "uninitialized constant Chef::Node::UNDEFINED"),
    "raise 'no'": ("RuntimeError", "no"),
    "def f(a:) = a\nf": ("ArgumentError", "missing keyword: :a"),
    "throw :x": ("UncaughtThrowError", "uncaught throw :x"),
}


@pytest.mark.parametrize("program", STOPS)
def test_chef_stops(program: str) -> None:
    class_name, message, _ = stop(program)
    assert (class_name, message) == STOPS[program]


def test_writes_without_a_level_are_refused() -> None:
    for program in ("node['x'] = 1", "node['kernel']['x'] = 1", "node['kernel'].delete('os')"):
        assert stop(program)[0] == "Chef::Exceptions::ImmutableAttributeModification"


LINES = {
    "nil\n  .to_s\n  .foo": 3,
    "[1,\n 2].foo(\n 3)": 2,
    "x = nil +\n  4": 1,
    "x = {}\nx[\n :a\n][:b][\n :c] = 1": 2,
    "def f(a:)\n a\nend\nf(\n 1)": 1,
    "[3].each do |x|\n [1].map { |y|\n  nil.foo } end": 3,
    "x = {\n a: 1,\n b: nil.foo,\n}": 3,
    '"#{1}\n#{nil.foo}"': 2,
}


@pytest.mark.parametrize("program", LINES)
def test_an_error_stands_where_ruby_says(program: str) -> None:
    assert stop(program)[2] == LINES[program]


def test_a_file_sees_what_another_has_defined() -> None:
    found, _ = merged("X1 = 2\ndef f(a) = a * X1\n@i = 3\nb = 1", "default['x'] = [f(2), @i, defined?(b)]")
    assert found["x"] == [4, 3, None]


def test_a_return_ends_its_file_alone() -> None:
    found, _ = merged("default['a'] = 1\nreturn\ndefault['a'] = 2", "default['b'] = 1")
    assert found == {"a": 1, "b": 1}


def test_files_are_included_once() -> None:
    found, _ = merged("include_attribute 'a::f1'\ndefault['x'] << 1", "default['x'] = []")
    assert found["x"] == [1]


def test_nil_never_won_up_to_chef_14() -> None:
    program = "default['x'] = 1\noverride['x'] = nil"
    assert merged(program, nil_wins=False)[0]["x"] == 1
    assert merged(program, nil_wins=True)[0]["x"] is None


def test_writes_keep_their_place() -> None:
    made = evaluation("default['x']['y'] = 1\nnormal['x'] =\n  { 'y' => 2 }")
    from driftcheck.chef.precedence import setters, text_key

    found = setters(made.state.levels, (text_key("x"), text_key("y")))
    assert [(s.level, s.value, s.place and s.place.line) for s in found] == [
        ("normal", 2, 3),
        ("default", 1, 1),
    ]


UNKNOWNS: dict[str, tuple[str, dict[str, Any], set[tuple[str | int, ...]]]] = {
    "both branches": ("if node['u']\n default['x'] = 1\nelse\n default['x'] = 2\nend", {}, {("x",)}),
    "what both set alike is known": (
        "if node['u']\n default['x'] = 1\nelse\n default['x'] = 1\nend\ndefault['y'] = 2",
        {"x": 1, "y": 2},
        set(),
    ),
    "what one branch sets may be missing": (
        "default['a'] = 1\ndefault['x'] = 1 if node['u']",
        {"a": 1},
        {("x",)},
    ),
    "a message of which the end is not known, read again": (
        "begin\n nil.foo\nrescue => e\n default['x'] = [1, e.message]\nend\ndefault['y'] = node['x'][0]",
        {"x": [1, None], "y": 1},
        {("x", 1)},
    ),
    "a class, which is merged as a copy": ("default['x'] = nil.class", {}, {("x",)}),
    "an automatic attribute that may be written": (
        "default['x'] = 1\nautomatic['y'] = 2 if node['u']\ndefault['z'] = node['y']",
        {"x": 1},
        {("z",)},
    ),
    "what another level may have beside": (
        "default['x'] = {'a' => 1, 'b' => {'c' => 1, 'd' => 1}}\noverride['x']['b']['c'] = 2 if node['u']\n"
        "default['y'] = node['x']['b']['d']",
        {"x": {"a": 1, "b": {"d": 1}}, "y": 1},
        {("x", "b", "c")},
    ),
    "what is written beside what may be there": (
        "normal['x']['a'] = 1 if node['u']\nnormal['x']['b'] = 2\ndefault['y'] = node['x'].nil?",
        {"x": {"b": 2}, "y": False},
        {("x", "a")},
    ),
    "whether there is a hash": (
        "override['x']['a'] = 1 if node['u']\ndefault['y'] = [override.key?('x'), 1]\n"
        "default['z'] = node['x'].nil?",
        {"y": [None, 1]},
        {("x",), ("y", 0), ("z",)},
    ),
    "an unknown key": (
        "default['x']['a'] = 1\ndefault['x'][node['u']] = 2\ndefault['y'] = 1",
        {"x": {}, "y": 1},
        {("x",), ("x", "a")},
    ),
    "a return": ("default['a'] = 1\nreturn if node['u']\ndefault['x'] = 1", {"a": 1}, {("x",)}),
    "a return goes no further than its method": (
        "def f(u)\n return 1 if u\n 2\nend\ndefault['x'] = f(node['u'])\ndefault['y'] = 1",
        {"y": 1},
        {("x",)},
    ),
    "a next": (
        "[1, 2].each do |i|\n next if node['u']\n default['x'] = i\nend\ndefault['y'] = 1",
        {"y": 1},
        {("x",)},
    ),
    "a raise": ("default['a'] = 1\nraise 'x' if node['u']\ndefault['x'] = 1", {"a": 1}, {("x",)}),
    "a rescued raise": (
        "begin\n raise 'x' if node['u']\n default['x'] = 1\nrescue\n default['y'] = 1\nend\ndefault['z'] = 1",
        {"z": 1},
        {("x",), ("y",)},
    ),
    "a loop over unknown": (
        "n = 0\nnode['u'].each { |i| n += 1 }\ndefault['x'] = n\ndefault['y'] = 1",
        {"y": 1},
        {("x",)},
    ),
    "a case": (
        "case node['u']\nwhen 1 then default['x'] = 1\nelse default['y'] = 1\nend",
        {},
        {("x",), ("y",)},
    ),
    "a text": ("default['x'] = \"a#{node['u']}b\"\ndefault['y'] = 'c'", {"y": "c"}, {("x",)}),
    "an element beside one that is unknown": ("default['x'] = [1, node['u']]", {"x": [1, None]}, {("x", 1)}),
    "a string that may have changed": (
        "s = +'a'\ns << 'b' if node['u']\ndefault['x'] = s\ndefault['y'] = 1",
        {"y": 1},
        {("x",)},
    ),
    "a rescue that may have run": (
        "begin\n default['x'] = Integer(node['u'])\nrescue\n default['x'] = 0\nend\ndefault['y'] = 1",
        {"y": 1},
        {("x",)},
    ),
    "default_unless over what may be there": (
        "default['a']['b']['c'] = 3 if node['u']\ndefault_unless['a']['b']['c'] = 2\n"
        "default['a']['x'] = 1\ndefault['y'] = 1",
        {"a": {"b": {}, "x": 1}, "y": 1},
        {("a", "b", "c")},
    ),
    "normal_unless over a value that is unknown": (
        "normal['a']['b'] = node['u']\nnormal_unless['a']['b'] = 'z'\nnormal['a']['x'] = 1",
        {"a": {"x": 1}},
        {("a", "b")},
    ),
    "default_unless within what is unknown": (
        "default['a']['b'] = node['u']\ndefault_unless['a']['b']['c'] = 2\ndefault['a']['x'] = 1",
        {"a": {"x": 1}},
        {("a", "b")},
    ),
    "default_unless under a key that is unknown": (
        "default['a']['x'] = 1\ndefault_unless['a'][node['u']]['c'] = 2\ndefault['y'] = 1",
        {"a": {}, "y": 1},
        {("a",), ("a", "x")},
    ),
    "a removal of what may be there": (
        "default['a']['b'] = { 'c' => 1 } if node['u']\nnode.rm('a', 'b', 'c')\ndefault['a']['x'] = 1",
        {"a": {"x": 1}},
        {("a", "b")},
    ),
    "force_default! over what may be there": (
        "default['a']['b'] = { 'c' => 1 } if node['u']\nforce_default!['a']['b']['c'] = 5\n"
        "default['a']['x'] = 1",
        {"a": {"b": {"c": 5}, "x": 1}},
        {("a", "b")},
    ),
    "a command": ("default['x'] = `hostname`\ndefault['y'] = 1", {"y": 1}, {("x",)}),
}


@pytest.mark.parametrize("name", UNKNOWNS)
def test_unknown_travels_and_goes_no_further(name: str) -> None:
    program, known, paths = UNKNOWNS[name]
    found, unknown = merged(program, automatic={"u": UNKNOWN})
    assert found == known
    assert unknown == paths


def test_candidates_are_kept() -> None:
    made = evaluation("default['x'] = node['u'] ? 1 : 2", automatic={"u": UNKNOWN})
    value = made.state.all().get(next(e.key for e in made.state.levels["default"].entries.values()))
    assert sorted(each.value for each in value.candidates) == [1, 2]


@pytest.mark.parametrize(
    "program", ["loop { }", "def f = f\nf", "while true\nend", "'a' * 10**9", "x = [1] * 10**9"]
)
def test_bounds_hold(program: str) -> None:
    made = evaluation(f"default['a'] = 1\n{program}\ndefault['b'] = 1", steps=20_000)
    assert made.stop is None


def test_a_file_that_is_no_ruby_makes_all_unknown() -> None:
    made = evaluation("default['a'] = 1", "default['b' = 2")
    assert made.lost is not None


def test_a_class_and_its_objects_have_methods_of_their_own() -> None:
    found, unknown = merged("default['x'] = [node.class.to_s, node.to_s, node.class.to_s]")
    assert (found["x"], unknown) == (["Chef::Node", "node[n]", "Chef::Node"], set())
