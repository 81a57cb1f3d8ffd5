"""The CNAMEs that lead from a name to its answer."""

from __future__ import annotations

from driftcheck.formats.domain_names import DomainName, domain_text, is_short_enough
from driftcheck.model.facts import Fact, Known
from driftcheck.sources.questions.question import Answer

MAX_CHAIN = 16
"""CNAMEs that are followed."""


class Trail:
    """Where a name has led so far, over all servers and zones that were asked."""

    __slots__ = ("_names", "_ttls")

    def __init__(self, name: DomainName) -> None:
        self._names = [name]
        self._ttls: list[int] = []

    @property
    def end(self) -> DomainName:
        return self._names[-1]

    @property
    def aliased(self) -> bool:
        return len(self._names) > 1

    def follow(self, ttl: int, target: DomainName) -> str | None:
        """Goes one CNAME further; why that leads nowhere, if it does."""
        loop = target in self._names
        if len(self._ttls) == MAX_CHAIN:
            return f"a chain of more than {MAX_CHAIN} CNAMEs"
        if not is_short_enough(target):
            return "an alias whose target is too long a name"
        self._ttls.append(ttl)
        self._names.append(target)
        return "a loop of CNAMEs" if loop else None

    def answer(self, fact: Fact[tuple[str, ...]], ttl: int | None = None) -> Answer:
        """The fact with the chain that led to it and, if it is known, the smallest TTL on the way."""
        chain = tuple(map(domain_text, self._names[1:])) if self.aliased else ()
        if ttl is not None:
            ttl = min([ttl, *self._ttls]) if isinstance(fact, Known) else None
        return Answer(values=fact, chain=chain, ttl=ttl)
