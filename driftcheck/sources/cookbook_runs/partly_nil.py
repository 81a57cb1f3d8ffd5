"""Hashes of a finished run's attributes that spell settings, of which a leaf is or may be nil."""

from __future__ import annotations

from collections.abc import Iterator

from driftcheck.chef.node_run.origins import location_of
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.precedence import setters, text_key
from driftcheck.chef.ruby.values import RubyHash, Value
from driftcheck.model.facts import Known, Unknown
from driftcheck.model.snapshot import PartlyNil
from driftcheck.sources.cookbook_runs.line_trails import LineTrails

MOST_DEPTH = 20

Path = tuple[str, ...]


def partly_nil(run: NodeRun, prefixes: tuple[str, ...], trails: LineTrails) -> tuple[PartlyNil, ...]:
    """Those under the first of these dotted paths that is a hash, each with the first leaf that is nil."""
    if run.stop is not None:
        return ()
    for prefix in map(_words, prefixes):
        top = _under(run.evaluation.state.all(), prefix)
        if isinstance(top, RubyHash):
            found = (_with_nil(run, prefix, path, hash_, trails) for path, hash_ in _hashes(top, ()))
            return tuple(each for each in found if each is not None)
    return ()


def _with_nil(
    run: NodeRun, prefix: Path, path: Path, hash_: RubyHash, trails: LineTrails
) -> PartlyNil | None:
    leaves = dict(_leaves(hash_, path))
    there = tuple(
        _key(leaf) for leaf, value in leaves.items() if value is not None and not isinstance(value, Unknown)
    )
    nil = next((leaf for leaf, value in leaves.items() if value is None), None)
    doubt = next(((leaf, value) for leaf, value in leaves.items() if isinstance(value, Unknown)), None)
    if there and nil is not None:
        place = _written(run, (*prefix, *nil), trails)
        return PartlyNil(hash=_key(path), leaf=_key(nil), nil=place, settings=there)
    if there and doubt is not None:
        leaf, value = doubt
        return PartlyNil(hash=_key(path), leaf=_key(leaf), nil=_bare(value), settings=there)
    return None


def _bare(why: Unknown) -> Unknown:
    return Unknown(kind=why.kind, reason=why.reason, location=why.location)


def _words(path: str) -> Path:
    return tuple(path.split("."))


def _key(path: Path) -> str:
    """The setting that a path spells."""
    return ".".join(path).replace("_", ".")


def _under(value: Value, path: Path) -> Value:
    for word in path:
        entry = value.entries.get(word) if isinstance(value, RubyHash) else None
        if entry is None:
            return None
        value = entry.value
    return value


def _hashes(hash_: RubyHash, path: Path) -> Iterator[tuple[Path, RubyHash]]:
    """The hashes below one, the outer ones first."""
    for key, entry in hash_.entries.items():
        if not isinstance(key, str) or entry.maybe or len(path) == MOST_DEPTH:
            continue
        if isinstance(entry.value, RubyHash):
            yield (*path, key), entry.value
            yield from _hashes(entry.value, (*path, key))


def _leaves(hash_: RubyHash, path: Path) -> Iterator[tuple[Path, Value]]:
    """What is there for certain and is no hash, known or not."""
    for key, entry in hash_.entries.items():
        if isinstance(key, str) and not entry.maybe:
            if not isinstance(entry.value, RubyHash):
                yield (*path, key), entry.value
            elif len(path) < MOST_DEPTH:
                yield from _leaves(entry.value, (*path, key))


def _written(run: NodeRun, path: Path, trails: LineTrails) -> Known[str]:
    """Where the nil was written that the node sees: at the strongest level that has anything there."""
    winner = next(iter(setters(run.evaluation.state.levels, tuple(map(text_key, path)))), None)
    place = winner.place if winner is not None else None
    return Known(value="nil", location=location_of(place), derived_from=trails.of_place(place))
