"""Which Kafka settings a node's attributes spell, by the configured mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.values import NIL, hidden, text_fact
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind

MAX_DEPTH = 20
MAX_SETTINGS = 5_000

Paths = tuple[tuple[str, ...], ...]
Found: TypeAlias = Attributes | Known[object] | Unknown | None
Find = Callable[[tuple[str, ...]], Found]


def kafka_settings(
    attributes: Attributes, mapping: AttributeMapping, is_secret: Callable[[str, object], bool]
) -> dict[str, Fact[str]]:
    """Settings by their Kafka key, sorted: the leaves under the prefixes, then the single attributes.

    The words of a key may be nested hashes, or one key with dots or underscores between them. Earlier
    prefixes win over later ones; two spellings of one setting under the same prefix that differ are
    Unknown, since only the template knows which of them it reads.
    """
    settings: dict[str, Fact[str]] = {}
    if not attributes.may_hold(first_words((mapping.prefixes, *mapping.settings.values()))):
        return settings
    prefixes, find = _split(mapping.prefixes), _finder(attributes)
    for prefix in prefixes:
        for key, fact in _under(find(prefix), prefix, prefixes).items():
            settings.setdefault(key, fact)
    for key, paths in mapping.settings.items():
        if key not in settings:
            single = _first_text(find, paths)
            if not isinstance(single, Absent) or single.evidence == NIL:
                settings[key] = single
    return {
        key: hidden(fact) if is_secret(key, fact.value if isinstance(fact, Known) else None) else fact
        for key, fact in sorted(settings.items())
    }


def settings_from(attributes: Attributes, mapping: AttributeMapping) -> Fact[str]:
    """The first of the mapping's prefixes that the node has as a hash: a template writes it out whole."""
    if not attributes.may_hold(first_words((mapping.prefixes,))):
        return no_settings(mapping.prefixes)
    for prefix, path in zip(mapping.prefixes, _split(mapping.prefixes), strict=True):
        found = attributes.set_under(path)
        if isinstance(found, Attributes):
            return Known(value=prefix, location=found.location())
    return no_settings(mapping.prefixes)


def first_text(attributes: Attributes, paths: tuple[str, ...]) -> Fact[str]:
    """The text of the first of these attributes that is set at all."""
    return _first_text(attributes.set_under, paths)


def _finder(attributes: Attributes) -> Find:
    """`set_under`; what the first words of paths lead to, which are few, is looked for once."""
    if attributes.dotted:
        return attributes.set_under
    tops: dict[str, Found] = {}

    def find(path: tuple[str, ...]) -> Found:
        first = path[0]
        if first not in tops:
            tops[first] = attributes.set_under(path[:1])
        top = tops[first]
        if len(path) == 1 or isinstance(top, Unknown):
            return top
        return top.set_under(path[1:]) if isinstance(top, Attributes) else None

    return find


def _first_text(find: Find, paths: tuple[str, ...]) -> Fact[str]:
    nil: Fact[str] | None = None
    for path in _split(paths):
        found = find(path)
        if found is not None:
            fact = text_fact(found)
            if not isinstance(fact, Absent):
                return fact
            nil = fact
    return nil or none_set(paths)


@cache
def _split(paths: tuple[str, ...]) -> Paths:
    """Few lists of paths are looked for, on every node."""
    return tuple(tuple(path.split(".")) for path in paths)


@cache
def first_words(several: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """What these dotted paths begin with: most nodes have nothing there."""
    return frozenset(path.partition(".")[0] for paths in several for path in paths)


@cache
def none_set(paths: tuple[str, ...]) -> Absent:
    """What `first_text` says where there is nothing."""
    return Absent(evidence=f"none of the attributes is set: {', '.join(paths) or '(none)'}")


@cache
def no_settings(prefixes: tuple[str, ...]) -> Absent:
    """What `settings_from` says where there is none."""
    return Absent(evidence=f"the node has none of the attribute hashes {', '.join(prefixes) or '(none)'}")


def _under(top: Found, prefix: tuple[str, ...], prefixes: Paths) -> dict[str, Fact[str]]:
    """The leaves under one prefix by their Kafka key; `top`: what it leads to."""
    if not isinstance(top, Attributes):
        return {}
    found: dict[str, Fact[str]] = {}
    for path, fact in _leaves(top, prefix, prefixes):
        key = ".".join(path[len(prefix) :]).replace("_", ".")
        found[key] = _both(key, found[key], fact) if key in found else fact
        if len(found) >= MAX_SETTINGS:
            break
    return found


def _leaves(
    hash_: Attributes, path: tuple[str, ...], prefixes: Paths
) -> Iterator[tuple[tuple[str, ...], Fact[str]]]:
    for key in hash_.keys():  # noqa: SIM118 (not a mapping)
        here = (*path, key)
        inner = hash_.child(key)
        if isinstance(inner, Attributes) and here in prefixes:
            continue
        if isinstance(inner, Attributes) and len(here) < MAX_DEPTH:
            yield from _leaves(inner, here, prefixes)
        else:
            yield here, text_fact(inner)


def _both(key: str, first: Fact[str], second: Fact[str]) -> Fact[str]:
    if isinstance(first, Absent):
        return second
    if isinstance(second, Absent) or not isinstance(first, Known) or not isinstance(second, Known):
        return first
    if first.value == second.value:
        return first
    return Unknown(
        kind=UnknownKind.UNSUPPORTED,
        reason=f"two attributes spell {key} and differ; only the template knows which it reads",
        location=first.location,
        candidates=(replace(first, shadows=()), replace(second, shadows=())),
    )
