"""What the vantages said of names and addresses, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key, is_loopback
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.inventory import Resolution, VantageAnswer
from driftcheck.model.snapshot import DnsObservation

Texts = tuple[str, ...]

_ONE_VANTAGE = Absent(evidence="one vantage alone was asked")
_NO_ALIAS = Absent(evidence="no CNAME was followed")


class Names:
    """The answers of all vantages. A vantage that was not asked about a name has said nothing of it.

    What a partial vantage (a hosts file) lacks means nothing; what it has is true of its own machine alone,
    and counts only where no other vantage gives an address, and not if it is the machine itself. A vantage
    that could not know (a zone file of other names) counts only where none other was asked.
    """

    def __init__(self, answers: Iterable[DnsObservation]) -> None:
        self._by_name: dict[str, dict[str, list[DnsObservation]]] = {}
        self._resolutions: dict[str, Resolution] = {}
        for answer in answers:
            by_vantage = self._by_name.setdefault(host_key(answer.name), {})
            by_vantage.setdefault(answer.vantage, []).append(answer)

    def resolution(self, host: str) -> Resolution:
        """The addresses of a host by each vantage, and what they come to together."""
        found = self._resolutions.get(host)
        if found is None:
            found = self._resolutions[host] = self._resolve(host)
        return found

    def reverse(self, address: str) -> Fact[Texts]:
        """The names that PTR gives for an address, over all vantages."""
        return _together(address, self._answers(address, ("PTR",)))

    def _resolve(self, host: str) -> Resolution:
        answers = self._answers(host, ("A", "AAAA"))
        if not answers:
            nobody = _not_asked(host)
            return Resolution(
                host=host,
                answers=(),
                addresses=nobody,
                agreed=_ONE_VANTAGE,
                several=nobody,
                through_alias=nobody,
            )
        counted = _informed([answer for answer in answers if not answer.partial])
        return Resolution(
            host=host,
            answers=tuple(answers),
            addresses=_together(host, answers),
            agreed=_agreed([answer.addresses for answer in counted]),
            several=_several(host, [answer.addresses for answer in counted or answers]),
            through_alias=_alias(host, counted),
        )

    def _answers(self, name: str, rrtypes: Texts) -> list[VantageAnswer]:
        answers = []
        for vantage, several in sorted(self._by_name.get(host_key(name), {}).items()):
            found = [answer for answer in several if answer.rrtype in rrtypes]
            if found:
                answers.append(_vantage_answer(vantage, found))
        return answers


def _vantage_answer(vantage: str, found: Sequence[DnsObservation]) -> VantageAnswer:
    ordered = sorted(found, key=lambda each: each.rrtype)
    known = [each for each in ordered if isinstance(each.values, Known)]
    ttls = [each.ttl for each in known if each.ttl is not None]
    return VantageAnswer(
        vantage=vantage,
        addresses=_union([each.values for each in ordered]),
        chain=next((each.chain for each in known if each.chain), ()),
        ttl=min(ttls, default=None),
        partial=any(each.partial for each in found),
    )


def _union(facts: Sequence[Fact[Texts]]) -> Fact[Texts]:
    """All values; Unknown as long as one part is, Absent only if no part has any."""
    known = [fact for fact in facts if isinstance(fact, Known)]
    together = tuple(sorted({value for fact in known for value in fact.value}))
    for fact in facts:
        if isinstance(fact, Unknown):
            return replace(fact, candidates=(Known(value=together),) if together else ())
    if not together:
        absent = next((fact for fact in facts if isinstance(fact, Absent)), None)
        return absent or Absent(evidence="the answer is empty", location=facts[0].location)
    (first, *more) = known
    return replace(first, value=together, derived_from=tuple(more))


def _informed(answers: Sequence[VantageAnswer]) -> list[VantageAnswer]:
    """Without the vantages that could not know, if any other was asked."""
    return [each for each in answers if not _had_no_input(each.addresses)] or list(answers)


def _had_no_input(fact: Fact[Texts]) -> bool:
    return isinstance(fact, Unknown) and fact.kind is UnknownKind.MISSING_INPUT


def _together(name: str, answers: Sequence[VantageAnswer]) -> Fact[Texts]:
    """What the answers of several vantages come to."""
    asked = [each.addresses for each in answers if not each.partial]
    informed = [fact for fact in asked if not _had_no_input(fact)]
    found = _union(informed) if informed else None
    if isinstance(found, Known):
        return found
    beside = [each.addresses for each in answers if each.partial and _is_evidence(each.addresses)]
    counted = [*informed, *beside] or asked
    return _union(counted) if counted else _not_asked(name)


def _is_evidence(fact: Fact[Texts]) -> bool:
    """Whether what one machine alone says could hold elsewhere."""
    if isinstance(fact, Known):
        return not all(map(is_loopback, fact.value))
    return isinstance(fact, Unknown) and not _had_no_input(fact)


def _several(name: str, facts: Sequence[Fact[Texts]]) -> Fact[bool]:
    known = [fact for fact in facts if isinstance(fact, Known)]
    for fact in known:
        families = [":" in address for address in fact.value]
        if families.count(True) > 1 or families.count(False) > 1:
            return Known(value=True, location=fact.location)
    unknown = next((fact for fact in facts if isinstance(fact, Unknown)), None)
    if unknown is not None or not facts:
        return replace(unknown or _not_asked(name), candidates=())
    return Known(value=False) if known else Absent(evidence="it has no address")


def _agreed(facts: Sequence[Fact[Texts]]) -> Fact[bool]:
    """Whether all vantages gave the same; two that differ decide it whatever the others would say."""
    if len(facts) < 2:
        return _ONE_VANTAGE
    decided = {
        frozenset(fact.value) if isinstance(fact, Known) else None
        for fact in facts
        if not isinstance(fact, Unknown)
    }
    if len(decided) > 1:
        return Known(value=False)
    unknown = next((fact for fact in facts if isinstance(fact, Unknown)), None)
    return Known(value=True) if unknown is None else replace(unknown, candidates=())


def _alias(name: str, answers: Sequence[VantageAnswer]) -> Fact[str]:
    """The last name of the first chain that a vantage followed."""
    for answer in answers:
        if isinstance(answer.addresses, Unknown):
            return replace(answer.addresses, candidates=())
        if isinstance(answer.addresses, Known) and answer.chain:
            return Known(value=answer.chain[-1], location=answer.addresses.location)
    return _NO_ALIAS if answers else _not_asked(name)


def _not_asked(name: str) -> Unknown:
    return missing(f"DNS was not asked about {name}")
