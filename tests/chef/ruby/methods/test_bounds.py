"""No input makes a method guess, run for long or fill the memory."""

from __future__ import annotations

import time

import pytest

from tests.chef.ruby.methods.evaluating import UNKNOWN, ours

KNOWN_BESIDE_UNKNOWN = [
    ("[1, rand].first", "1"),
    ("[1, rand].size", "2"),
    ("[rand].empty?", "false"),
    ("[rand, 1].last(1)", "[1]"),
    ("[rand].map { 5 }", "[5]"),
    ("[rand].count", "1"),
    ("[rand, rand].each_slice(1).to_a.size", "2"),
    ("[rand, 5].sort_by { 1 }.last", "5"),
    ("[rand].group_by { 1 }.keys", "[1]"),
    ("[1, 2].zip([rand, 3]).map(&:first)", "[1, 2]"),
    ("[[1, rand]].to_h.keys", "[1]"),
    ("[1, rand].partition { true }.map(&:size)", "[2, 0]"),
    ("[1, rand].each_with_object([]) { |x, m| m << 1 }", "[1, 1]"),
    ("[1, rand].inject { |a, b| 7 }", "7"),
    ("([2, rand] + [3]).last", "3"),
    ("[1, rand].dig(0)", "1"),
    ("{a: rand, b: 1}[:b]", "1"),
    ("{a: rand}.key?(:a)", "true"),
    ("{a: rand}.merge(b: 1)[:b]", "1"),
    ("{a: rand}.transform_values { 1 }", "{:a=>1}"),
    ("{a: rand}.select { true }.size", "1"),
    ("{a: rand}.to_a.first.first", ":a"),
    ("a = [1]; a << rand; a.first", "1"),
]

UNKNOWN_FROM_UNKNOWN = [
    "rand + 1",
    "'x' + rand.to_s",
    "[rand, 1].include?(1)",
    "[3, rand].sort",
    "[rand].any?",
    "[1, rand].sum",
    "[1, rand].join(',')",
    "[rand].flatten",
    "[rand].inspect",
    "[rand, 2].compact.size",
    "[rand, 2].uniq.size",
    "[1, 2][rand]",
    "[1, 2].first(rand)",
    "'abc'[rand]",
    "'abc' * rand",
    "{rand => 1}[:a]",
    "{a: 1}[rand]",
    "{a: rand}.value?(1)",
    "{a: rand}.compact.size",
    "{a: rand} == {a: 1}",
    "format('%s', rand)",
    "Integer(rand)",
    "File.join('a', rand)",
    "[1, 2].select { rand }",
    "[1, 2].sort_by { rand }",
    "'a'.gsub(/a/) { rand }",
    "[1, rand].to_json",
    "(1..rand).to_a",
    "Gem::Version.new(rand) < Gem::Version.new('2')",
]

TOO_MUCH = [
    "'a' * 10**12",
    "[1] * 10**12",
    "'a'.ljust(10**12)",
    "'a'.center(10**9, 'xy')",
    "(1..10**15).to_a",
    "(1..10**15).map { |x| x }",
    "(1..).each { |x| x }",
    "('a'..'zzzzzzzzzzzz').to_a",
    "2**(10**12)",
    "1 << 10**12",
    "(2**1000)**(2**1000)",
    "format('%1000000000d', 1)",
    "format('%.1000000000f', 1)",
    "[1, 2].cycle { |x| x }",
    "[1].cycle.to_a",
    "(1..40).to_a.permutation(30).to_a",
    "(1..100).to_a.combination(50).to_a",
    "(1..1000).to_a.product((1..1000).to_a, (1..1000).to_a)",
    "Array.new(10**12)",
    "Array.new(10**12) { 1 }",
    "a = []; a[10**12] = 1",
    "(10**9).times { |x| x }",
    "1.step(10**15, 1).to_a",
    "1.0.step(1e15, 0.001).to_a",
    "('a' * 40 + 'b') =~ /(a+)+$/",
    "('a' * 60) =~ /(a|aa)+$/",
    "('a' * 5000 + '!') =~ /^(a*)*b/",
    "('x' * 20000) =~ /.*.*.*y/",
    "s = 'ab'; 64.times { s = s + s }; s.size",
    "s = 'a'; 64.times { s = s.gsub('a', 'aaaa') }; s.size",
    "a = [1]; 64.times { a = a + a }; a.size",
    "a = [1]; a << a; a.flatten",
]

QUICK_ENOUGH = [
    (r"('broker-01.example.com,' * 40).scan(/[a-z0-9-]+(?:\.[a-z0-9-]+)*/).size", "40"),
    (r"('10.20.30.41 ' * 50).scan(/\d+\.\d+\.\d+\.\d+/).size", "50"),
    (r"""("key = value\n" * 50).scan(/^\s*(\w+)\s*=\s*(.*)$/).size""", "50"),
    (r"('a b  c' * 100).split(/\s+/).size", "201"),
]

SECONDS = 5.0


@pytest.mark.parametrize(("expression", "answer"), KNOWN_BESIDE_UNKNOWN)
def test_what_does_not_depend_on_an_unknown_is_known(expression: str, answer: str) -> None:
    assert ours(expression)[0] == ("value", answer)


@pytest.mark.parametrize("expression", UNKNOWN_FROM_UNKNOWN)
def test_what_depends_on_an_unknown_is_unknown(expression: str) -> None:
    assert ours(expression)[0].kind == UNKNOWN


@pytest.mark.parametrize("expression", TOO_MUCH)
def test_too_much_is_unknown_or_an_error_and_soon(expression: str) -> None:
    begun = time.process_time()
    answer, _ = ours(expression)
    assert answer.kind in (UNKNOWN, "raised")
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(("expression", "answer"), QUICK_ENOUGH)
def test_what_configuration_code_does_is_within_the_bounds(expression: str, answer: str) -> None:
    assert ours(expression)[0] == ("value", answer)
