"""Attributes that spell settings and do not reach the file: hashes of which one leaf is nil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from driftcheck.chef.values import NIL
from driftcheck.join.settings import Settings
from driftcheck.kafka.settings import BROKER, rows_of
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.snapshot import NodeObservation, PartlyNil

_NOT_COMPARED = Absent(evidence="there are no attributes beside a file that they could be missing from")


def dropped_hashes(
    hashes: Fact[tuple[PartlyNil, ...]], written: Settings | None
) -> Fact[tuple[PartlyNil, ...]]:
    """Of hashes that are partly nil those that spell settings of Kafka and of which the file has nothing.

    Each with the settings that it spells; what lies in one that is dropped is not told again. Unknown if none
    is known to be dropped, and one may be. Absent without attributes, or without a file.
    """
    if written is None:
        return _NOT_COMPARED
    if not isinstance(hashes, Known):
        return hashes
    known = rows_of(BROKER)
    doubt: Unknown | None = None
    found: list[PartlyNil] = []
    for each in sorted(hashes.value, key=lambda one: (one.hash, isinstance(one.nil, Unknown))):
        spelt = tuple(key for key in (each.hash, *each.settings) if key in known)
        if not spelt or any(f"{each.hash}.".startswith(f"{other.hash}.") for other in found):
            continue
        facts = [written.get(key) for key in (each.hash, *each.settings)]
        if any(isinstance(fact, Known) for fact in facts):
            continue
        unknown = next((fact for fact in (*facts, each.nil) if isinstance(fact, Unknown)), None)
        if unknown is None:
            found.append(replace(each, settings=spelt))
        doubt = doubt or unknown
    if doubt is not None and not found:
        return replace(doubt, candidates=(), fragments=())
    return Known(value=tuple(found), location=written.location)


def partly_nil(node: NodeObservation) -> Fact[tuple[PartlyNil, ...]]:
    """The hashes under the one that a template writes out, by where the leaves stand in the node object.

    A leaf that is not known may be nil. Absent where no template writes a hash out.
    """
    if not isinstance(node.settings_from, Known) or node.settings_from.location is None:
        return node.settings_from if isinstance(node.settings_from, Unknown) else _NOT_COMPARED
    top = _words(node.settings_from)
    nested = [
        key
        for key, fact in node.settings.items()
        if _may_be_nil(fact) and _is_below(fact, top) and len(_words(fact)) > len(top) + 1
    ]
    if not nested:
        return Known(value=())
    paths = {key: _words(fact)[len(top) :] for key, fact in node.settings.items() if _is_below(fact, top)}
    return Known(value=tuple(_hashes(node.settings, nested, paths)))


def _hashes(
    settings: Mapping[str, Fact[str]], nested: Sequence[str], paths: Mapping[str, Sequence[str]]
) -> Iterator[PartlyNil]:
    for leaf in nested:
        fact, path = settings[leaf], paths[leaf]
        for depth in range(1, len(path)):
            inside = [key for key, other in paths.items() if other[:depth] == path[:depth]]
            there = tuple(key for key in inside if isinstance(settings[key], Known))
            if there:
                yield PartlyNil(
                    hash=".".join(path[:depth]).replace("_", "."),
                    leaf=leaf,
                    nil=fact if isinstance(fact, Unknown) else Known(value="nil", location=fact.location),
                    settings=there,
                )


def _may_be_nil(fact: Fact[str]) -> bool:
    return isinstance(fact, Unknown) or (isinstance(fact, Absent) and fact.evidence == NIL)


def _is_below(fact: Fact[str], top: Sequence[str]) -> bool:
    words = _words(fact)
    return len(words) > len(top) and words[: len(top)] == top


def _words(fact: Fact[str]) -> list[str]:
    """The path of an attribute, without its level."""
    pointer = (fact.location.pointer if fact.location is not None else None) or ""
    return [word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/")[2:]]
