"""The attributes that code names which is not evaluated."""

from __future__ import annotations

import pytest

from driftcheck.chef.node_run.touched import touched_paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("default['a']['b'] = 1", {("a", "b")}),
        ("node.override[:a][:b] = 1", {("a", "b")}),
        ("node.force_default['a'] = 1", {("a",)}),
        ("default['a'].merge!(x)", {("a",)}),
        ("default['a'][key] = 1", {("a",)}),
        ("default[key] = 1", {()}),
        ("default.a.b = 1", {()}),
        ("node.default.tap { |d| }", {()}),
        ("node.rm('a')", {()}),
        ("# default['a'] = 1", set()),
        ("x = { default: 1, 'override' => 2 }", set()),
        ("node['a']['b'] == 1", set()),
        ("template '/etc/default/kafka'", set()),
    ],
)
def test_paths(text: str, expected: set[tuple[str, ...]]) -> None:
    assert touched_paths(text.encode()) == expected
