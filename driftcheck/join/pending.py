"""What the next Chef run would change in a rendered file."""

from __future__ import annotations

from driftcheck.join.settings import Settings
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.inventory_parts import PendingSetting

_NOT_COMPARED = Absent(evidence="there is no file to compare with what Chef would write, or no such text")


def pending_settings(
    rendered: Settings | None, evaluated: Settings | None
) -> Fact[tuple[PendingSetting, ...]]:
    """The settings that differ, sorted. Unknown if none is known to, and not all of them are known."""
    if rendered is None or evaluated is None:
        return _NOT_COMPARED
    if rendered.broken is not None:
        return rendered.broken
    texts = rendered.texts()
    if evaluated.unsaid is None and len(texts) == len(rendered.values) and texts == _all_texts(evaluated):
        return Known(value=(), location=rendered.location)
    found: list[PendingSetting] = []
    doubts = [evaluated.unsaid]
    for key in sorted({*rendered.values, *evaluated.values}):
        old, new = rendered.get(key), evaluated.get(key)
        unknown = next((fact for fact in (old, new) if isinstance(fact, Unknown)), None)
        doubts.append(unknown)
        if unknown is None and _text(old) != _text(new):
            found.append(PendingSetting(name=key, rendered=old, intended=new))
    doubt = next((each for each in doubts if each is not None), None)
    if doubt is not None and not found:
        return Unknown(kind=doubt.kind, reason=doubt.reason, location=doubt.location)
    return Known(value=tuple(found), location=rendered.location)


def _all_texts(settings: Settings) -> dict[str, str] | None:
    """The settings' texts if all are known; what is usual is seen at a glance."""
    texts = settings.texts()
    return texts if len(texts) == len(settings.values) else None


def _text(fact: Fact[str]) -> str | None:
    return fact.value if isinstance(fact, Known) else None
