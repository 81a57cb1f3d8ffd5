"""Precedence against a slow, obvious reference."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.precedence import DEFAULTS, LEVELS, OVERRIDES, merged_all, setters, text_key
from driftcheck.chef.ruby.core import Core
from driftcheck.chef.ruby.evaluation import AttributeEvaluation, node_state
from driftcheck.chef.ruby.mashes import ImmutableMash
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.values import RubyHash
from driftcheck.model.facts import Unknown, UnknownKind

KEYS = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from([1.0, 0.5]), st.sampled_from(["x", ""])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
HASHES = st.dictionaries(KEYS, VALUES, max_size=3)
SOME_LEVELS = st.dictionaries(st.sampled_from(LEVELS), HASHES, max_size=4)

ABSENT = object()


def typed(value: Any) -> Any:
    """The value with its types, so that 1, 1.0 and true differ."""
    if isinstance(value, list):
        return ("list", [typed(item) for item in value])
    if isinstance(value, dict):
        return ("hash", {key: typed(item) for key, item in value.items()})
    return (type(value).__name__, value)


def over(low: Any, high: Any, unite: bool, nil_wins: bool) -> Any:
    """One value over another, said as plainly as can be."""
    if isinstance(low, dict) and isinstance(high, dict):
        keys = [*low, *[key for key in high if key not in low]]
        return {
            key: low[key]
            if key not in high
            else high[key]
            if key not in low
            else over(low[key], high[key], unite, nil_wins)
            for key in keys
        }
    if unite and isinstance(low, list) and isinstance(high, list):
        united: list[Any] = []
        for item in [*low, *high]:
            if typed(item) not in [typed(known) for known in united]:
                united.append(item)
        return united
    return low if high is None and not nil_wins else high


def folded(values: list[Any], unite: bool, nil_wins: bool) -> Any:
    """All values, the weakest first."""
    result: Any = ABSENT
    for value in values:
        if value is not ABSENT:
            result = value if result is ABSENT else over(result, value, unite, nil_wins)
    return result


def reference(levels: dict[str, Any], nil_wins: bool) -> Any:
    """Chef's merge of whole levels."""

    def group(names: tuple[str, ...]) -> Any:
        return folded([levels.get(name, ABSENT) for name in names], True, nil_wins)

    whole = [group(DEFAULTS), levels.get("normal", ABSENT), group(OVERRIDES), levels.get("automatic", ABSENT)]
    result = folded(whole, False, nil_wins)
    return {} if result is ABSENT else result


def ours(levels: dict[str, Any], nil_wins: bool = True) -> Any:
    """The same by driftcheck."""
    made = AttributeEvaluation(node_state(levels, nil_wins=nil_wins))
    plain = Plain(made.runtime)
    found = plain.value(made.state.all())
    assert plain.unknown == []
    return found


@given(SOME_LEVELS, st.booleans())
def test_levels_merge_as_the_reference_says(levels: dict[str, Any], nil_wins: bool) -> None:
    found, expected = ours(levels, nil_wins), reference(levels, nil_wins)
    assert typed(found) == typed(expected)


@given(SOME_LEVELS)
def test_a_read_of_one_key_is_that_part_of_the_whole(levels: dict[str, Any]) -> None:
    made = AttributeEvaluation(node_state(levels))
    whole = made.state.all()
    for entry in whole.entries.values():
        text = made.state.fill(entry.key)
        part = Plain(made.runtime).value(made.state.cache.get(text))
        assert typed(part) == typed(Plain(made.runtime).value(entry.value))


@given(SOME_LEVELS, KEYS)
def test_what_is_unknown_never_makes_a_wrong_leaf(levels: dict[str, Any], key: str) -> None:
    """An Unknown in the place of any value leaves only what is so whatever the value is."""
    unknown = Unknown(kind=UnknownKind.MISSING_INPUT, reason="blank")
    for level, data in levels.items():
        if key not in data:
            continue
        blanked = {**levels, level: {**data, key: unknown}}
        made = AttributeEvaluation(node_state(blanked))
        plain = Plain(made.runtime)
        found = plain.value(made.state.all())
        whole = {leaf.path for leaf in plain.unknown if leaf.whole}
        partly = {leaf.path for leaf in plain.unknown if not leaf.whole}
        assert _agrees(found, reference(levels, True), (), whole, partly)


def _agrees(known: Any, real: Any, path: tuple[Any, ...], whole: set[Any], partly: set[Any]) -> bool:
    if path in whole:
        return True
    if isinstance(known, dict) and isinstance(real, dict):
        extra = [key for key in real if key not in known and (*path, key) not in whole]
        return (path in partly or not extra) and all(
            key in real and _agrees(known[key], real[key], (*path, key), whole, partly) for key in known
        )
    return bool(typed(known) == typed(real))


def test_the_trail_names_winner_and_losers() -> None:
    state = node_state({"default": {"a": {"b": 1}}, "override": {"a": {"b": 2}}, "normal": {"a": 3}})
    found = setters(state.levels, (text_key("a"), text_key("b")))
    assert [(setter.level, setter.value) for setter in found] == [("override", 2), ("default", 1)]


def test_no_levels_merge_to_an_empty_hash() -> None:
    found: RubyHash = merged_all({})
    assert isinstance(found, ImmutableMash)
    assert len(found) == 0
    assert issubclass(AttributeEvaluation(node_state({})).runtime.__class__, Core)
