"""Attributes read and written along literal keys: the short way gives what the long one gives."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from driftcheck.chef.precedence import LEVELS
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.values import RubyHash
from tests.chef.ruby.programs import UNKNOWN, evaluation

_PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(
    lambda keys: "".join(f"['{key}']" for key in keys)
)
_LEVEL = st.sampled_from(["default", "normal", "override", "node.default", "force_default", "default_unless"])
_READ = _PATHS.map(lambda path: f"NODE{path}")
_VALUE = st.one_of(
    st.sampled_from(["'x'", "1", "nil", "true", ":y", "[1, 'z']", "{ 'b' => { 'c' => 2 } }", "{}", "s", "m"]),
    _READ,
    _READ.map(lambda read: f'"#{{{read}}}!"'),
    st.tuples(_LEVEL, _PATHS).map(lambda pair: f"LEVEL({pair[0]}){pair[1]}"),
)
_STEP = st.one_of(
    st.tuples(_LEVEL, _PATHS, _VALUE).map(lambda t: f"LEVEL({t[0]}){t[1]} = {t[2]}"),
    st.tuples(_LEVEL, _PATHS, _VALUE).map(lambda t: f"LEVEL({t[0]}){t[1]} = {t[2]}"),
    _VALUE.map(lambda value: f"m = {value}"),
    st.sampled_from(["s << 'y'", "m << 'y'", "m['c'] = 3", "s = 'v'", "m = default['a']", "m.delete('b')"]),
    _PATHS.map(lambda path: f"default{path}.upcase!"),
    st.tuples(_READ, _VALUE).map(lambda t: f"default['c'] = {t[1]} if {t[0]}"),
    st.sampled_from(["node.rm('a', 'b')", "default.delete('a')", "node.default = m", "default['a'].freeze"]),
    _VALUE.map(lambda value: f"NODE['strange'] ? (default['a']['b'] = {value}) : (default['b'] = 1)"),
)


def _program(steps: list[str], *, short: bool) -> str:
    """The steps, one a line, each of which may fail; the long way has names that are no plain ones."""
    lines = []
    for step in steps:
        for level in ("force_default", "default_unless", "node.default", "default", "normal", "override"):
            plain = level if short else f"self.{level.removeprefix('node.')}"
            step = step.replace(f"LEVEL({level})", plain)
        step = step.replace("NODE", "node" if short else "(node)")
        lines.append(f"begin; {step}; rescue StandardError; 0; end")
    return "\n".join(["s = 'u'; m = {}", *lines])


def _outcome(steps: list[str], *, short: bool, strange: Any) -> Any:
    automatic = {"a": {"b": "machine"}, "strange": strange}
    made = evaluation(_program(steps, short=short), automatic=automatic, normal={"b": {"c": "saved"}})
    plain = Plain(made.runtime)
    try:
        known = plain.value(made.state.all())
    except RecursionError:
        return "a hash holds itself"
    levels = {level: _lines(made.state.levels[level]) for level in LEVELS if level != "automatic"}
    return made.stop, made.lost, known, [(each.path, each.whole) for each in plain.unknown], levels


def _lines(value: Any) -> Any:
    """The lines on which a level's values were written."""
    if not isinstance(value, RubyHash):
        return type(value).__name__
    return {
        str(key): (entry.place and entry.place.line, bool(entry.maybe), _lines(entry.value))
        for key, entry in value.entries.items()
    }


@given(st.lists(_STEP, max_size=12), st.sampled_from([None, True, UNKNOWN, UNKNOWN]))
@example(
    ["LEVEL(default)['b']['a'] = s", "m = NODE['b']['a']", "s << 'y'", "LEVEL(default)['c'] = NODE['b']"],
    None,
)
@example(["m = LEVEL(default)['a']['b']", "LEVEL(default)['c'] = m", "m['c'] = NODE['c']['c']"], None)
def test_the_short_way_gives_what_the_long_one_gives(steps: list[str], strange: Any) -> None:
    short, long = (_outcome(steps, short=each, strange=strange) for each in (True, False))
    assert short == long, _program(steps, short=True)


def test_what_one_branch_has_read_is_nothing_to_the_other() -> None:
    program = """if node['strange']
        default['a'] = 1
        default['b'] = node['a']
      else
        default['b'] = node['a'] || 2
      end"""
    made = evaluation(program, automatic={"strange": UNKNOWN})
    plain = Plain(made.runtime)
    plain.value(made.state.all(without="automatic"))
    (b,) = [each.unknown for each in plain.unknown if each.path == ("b",)]
    assert sorted(each.value for each in b.candidates) == [1, 2]
