"""Which Kafka settings a node's attributes spell, by the configured mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.values import NIL, hidden, text_fact
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind

MAX_DEPTH = 20
MAX_SETTINGS = 5_000

Paths = tuple[tuple[str, ...], ...]


def kafka_settings(
    attributes: Attributes, mapping: AttributeMapping, is_secret: Callable[[str], bool]
) -> dict[str, Fact[str]]:
    """Settings by their Kafka key, sorted: the leaves under the prefixes, then the single attributes.

    The words of a key may be nested hashes, or one key with dots or underscores between them. Earlier
    prefixes win over later ones; two spellings of one setting under the same prefix that differ are
    Unknown, since only the template knows which of them it reads.
    """
    settings: dict[str, Fact[str]] = {}
    if not attributes.may_hold(first_words((mapping.prefixes, *mapping.settings.values()))):
        return settings
    prefixes = _split(mapping.prefixes)
    for prefix in prefixes:
        for key, fact in _under(attributes, prefix, prefixes).items():
            settings.setdefault(key, fact)
    for key, paths in mapping.settings.items():
        if key not in settings:
            single = first_text(attributes, paths)
            if not isinstance(single, Absent) or single.evidence == NIL:
                settings[key] = single
    return {key: hidden(fact) if is_secret(key) else fact for key, fact in sorted(settings.items())}


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
    nil: Fact[str] | None = None
    for path in _split(paths):
        found = attributes.set_under(path)
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


def _under(attributes: Attributes, prefix: tuple[str, ...], prefixes: Paths) -> dict[str, Fact[str]]:
    """The leaves under one prefix by their Kafka key."""
    top = attributes.set_under(prefix)
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
