"""Questions about releases and protocol versions: which of two is the older one."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.engine.language.functions.lists import Items, More, that
from driftcheck.engine.language.values import unsupported
from driftcheck.kafka.protocol_versions import protocol_order


def is_older(version: str, other: str) -> object:
    """Whether a release or a protocol version is older than another; patches of one release are equal."""
    mine, its = protocol_order(version), protocol_order(other)
    if mine is None or its is None:
        return unsupported("the text is no version of Kafka")
    return mine < its


def older_than(ask: Callable[..., object]) -> Callable[..., object]:
    """The elements of a list of which `is_older` of the table (`ask`) says so."""

    def older(items: Items, more: More, other: object) -> object:
        return that(lambda item: ask(item, other))(items, more)

    return older
