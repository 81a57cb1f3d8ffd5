"""Lists from lists, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from driftcheck.engine.language.comparing import contained, equal, key_of, ordered, undecidable
from driftcheck.engine.language.functions.entry import MISSING, Path, relisted
from driftcheck.engine.language.logic import Truth, negated, truth
from driftcheck.engine.language.values import (
    MAX_ITEMS,
    PLAIN_KINDS,
    Open,
    Partial,
    described,
    is_open,
    merged,
    noun_of,
    unsupported,
)
from driftcheck.model.facts import Absent

Items = tuple[object, ...]
More = Open | None

EMPTY = Absent(evidence="the list is empty")


def mapped(items: Items, more: More, path: Path) -> object:
    """What the path leads to from each element."""
    return relisted([path(item) for item in items], [more])


def _chosen(items: Items, more: More, decide: Callable[[object], Truth]) -> object:
    """The elements for which it is true; where it is open, the list may have more."""
    kept: list[object] = []
    opens: list[object | None] = [more]
    for item in items:
        decided = decide(item)
        if isinstance(decided, Open):
            opens.append(decided)
        elif decided:
            kept.append(item)
    return relisted(kept, opens)


def where(items: Items, more: More, path: Path, value: object = MISSING) -> object:
    """The elements at which the path leads to this value, or to true."""
    if value is MISSING:
        return _chosen(items, more, lambda item: truth(path(item)))
    return _chosen(items, more, lambda item: equal(path(item), value))


def where_not(items: Items, more: More, path: Path, value: object = MISSING) -> object:
    """The elements at which the path leads to another value, or to false."""
    if value is MISSING:
        return _chosen(items, more, lambda item: negated(path(item)))
    return _chosen(items, more, lambda item: negated(equal(path(item), value)))


def where_in(items: Items, more: More, path: Path, values: object) -> object:
    """The elements at which the path leads to one of these values."""
    return _chosen(items, more, lambda item: contained(path(item), values))


def where_not_in(items: Items, more: More, path: Path, values: object) -> object:
    """The elements at which the path leads to none of these values."""
    return _chosen(items, more, lambda item: negated(contained(path(item), values)))


def where_known(items: Items, more: More, path: Path) -> object:
    """The elements at which the path leads to something known."""
    return _chosen(items, more, lambda item: is_known(path(item)))


def where_absent(items: Items, more: More, path: Path) -> object:
    """The elements at which it is known that the path leads to nothing."""
    return _chosen(items, more, lambda item: isinstance(path(item), Absent))


def odd_ones(items: Items, more: More, path: Path, value: object) -> object:
    """The elements at which the path leads to something decided that is not this value."""
    if is_open(value):
        return merged((value,))
    return tuple(item for item in items if equal(path(item), value) is False)


def shared(items: Items, more: More, values: object) -> object:
    """The elements that are among these values."""
    return _chosen(items, more, lambda item: contained(item, values))


def without(items: Items, more: More, values: object) -> object:
    """The elements that are not among these values."""
    return _chosen(items, more, lambda item: negated(contained(item, values)))


def that(ask: Callable[..., object]) -> Callable[[Items, More], object]:
    """The elements of which a question of the table is answered with yes."""
    return lambda items, more: _chosen(items, more, lambda item: truth(ask(item)))


def each(change: Callable[..., object]) -> Callable[[Items, More], object]:
    """What a function of the table makes of each element."""
    return lambda items, more: relisted([change(item) for item in items], [more])


def there_is(value: object) -> object:
    """Whether it is there: open where that is not known."""
    if type(value) in PLAIN_KINDS:
        return True
    return merged((value,)) if is_open(value) else not isinstance(value, Absent)


def is_known(value: object) -> bool:
    """Whether it is there and known; a list has to be known in full."""
    return type(value) in PLAIN_KINDS or not (is_open(value) or isinstance(value, Absent))


def known(items: Items, more: More) -> object:
    """The elements that are there and known, as if there were no others."""
    return tuple(item for item in items if is_known(item))


def duplicates(items: Items, more: More) -> object:
    """The values that stand more than once, each once; absent elements do not count."""
    counts: dict[Hashable, int] = {}
    found: dict[Hashable, object] = {}
    opens: list[object | None] = [more]
    for item in items:
        if isinstance(item, Absent):
            continue
        key = key_of(item)
        if key is None:
            opens.append(undecidable(item))
            continue
        counts[key] = counts.get(key, 0) + 1
        if counts[key] == 2:
            found[key] = item
    return relisted(list(found.values()), opens)


def distinct(items: Items, more: More) -> object:
    """Each value once, in the order of its first place; nouns by being the same one."""
    found: dict[Hashable, object] = {}
    opens: list[object | None] = [more]
    for item in items:
        key = ("noun", id(item)) if noun_of(item) else key_of(item)
        if key is None:
            opens.append(undecidable(item))
        else:
            found.setdefault(key, item)
    return relisted(list(found.values()), opens)


def flatten(items: Items, more: More) -> object:
    """The elements of the lists in a list, one level deep; absent lists have none."""
    found: list[object] = []
    opens: list[object | None] = [more]
    for item in items:
        if isinstance(item, tuple):
            found += item
        elif isinstance(item, Partial):
            found += item.items
            opens.append(item.more)
        elif isinstance(item, Open):
            opens.append(item)
        elif not isinstance(item, Absent):
            return unsupported(f"{described(item)} stands in a list where a list is expected")
        if len(found) > MAX_ITEMS:
            return unsupported(f"a list of more than {MAX_ITEMS:,} elements was made")
    return relisted(found, opens)


def in_order(items: Items, more: More, path: Path | object = MISSING) -> object:
    """Sorted by value, or by what the path leads to; what is absent comes last."""
    read: Path = path if callable(path) else (lambda item: item)
    pairs: list[tuple[object, object]] = []
    absent: list[object] = []
    opens: list[object | None] = [more]
    for item in items:
        value = read(item)
        if is_open(value):
            opens.append(value)
        elif isinstance(value, Absent):
            absent.append(item)
        else:
            pairs.append((value, item))
    for value, _ in pairs:
        decided = ordered("lt", pairs[0][0], value)
        if isinstance(decided, Open):
            return decided
    pairs.sort(key=lambda pair: pair[0])  # type: ignore[arg-type, return-value]  # one kind, as checked
    return relisted([*(item for _, item in pairs), *absent], opens)


def reversed_order(items: Items, more: More) -> object:
    """The other way round."""
    return relisted(items[::-1], [more])


def first(items: Items, more: More) -> object:
    """The first element; Absent if there is none."""
    if more is not None:
        return merged((more,))
    return items[0] if items else EMPTY


def last(items: Items, more: More) -> object:
    """The last element; Absent if there is none."""
    if more is not None:
        return merged((more,))
    return items[-1] if items else EMPTY


def count(value: object) -> object:
    """How many elements there are, unknown and absent ones counted; an absent list has 0."""
    if isinstance(value, tuple):
        return len(value)
    if isinstance(value, Absent):
        return 0
    if is_open(value):
        return merged((value,))
    return unsupported(f"{described(value)} stands where a list is expected")
