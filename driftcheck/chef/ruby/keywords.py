"""Arguments that were written as keywords: the last argument of a call, a hash of its own kind."""

from __future__ import annotations

from driftcheck.chef.ruby.values import RubyHash


class KeywordHash(RubyHash):
    """The last argument of a call that was written as keywords."""

    __slots__ = ()


def plain_hash(keywords: RubyHash) -> RubyHash:
    """Keywords as a hash of their own."""
    made = RubyHash()
    made.entries = dict(keywords.entries)
    made.unknown, made.doubt = keywords.unknown, keywords.doubt
    return made
