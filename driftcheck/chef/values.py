"""Attribute values as texts: what a Ruby template would print for them."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.floats import float_text
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind

MAX_DIGITS = 4000
NIL = "the attribute is nil"


def ruby_text(value: object) -> str | None:
    """A scalar as `<%= value %>` prints it, an array's elements joined with commas; None if not scalar.

    nil prints as nothing. Floats are Ruby's: `1.0e+15`, `1.0e-05`.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value) if value.bit_length() <= 3 * MAX_DIGITS else None
        case float():
            return float_text(value)
        case list():
            texts = [None if isinstance(item, list) else ruby_text(item) for item in value]
            return None if None in texts else ",".join(cast("list[str]", texts))
    return None


def text_fact(found: Attributes | Known[object] | Unknown | Absent) -> Fact[str]:
    """The fact of an attribute's text: nil is Absent, a hash or a nested array is Unknown."""
    match found:
        case Known(value=None):
            return Absent(evidence=NIL, location=found.location)
        case Known():
            text = ruby_text(found.value)
            if text is None:
                reason = "the attribute is neither a scalar nor a list of scalars"
                return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=found.location)
            if text is found.value and not found.shadows:
                return cast("Known[str]", found)
            return replace(cast("Known[str]", found), value=text, shadows=_texts(found.shadows))
        case Attributes():
            reason = "the attribute is a hash, not a value"
            return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=found.location())
        case Unknown():
            return replace(found, candidates=_texts(found.candidates))
    return found


def hidden(fact: Fact[str]) -> Fact[str]:
    """The same fact as a secret: its value, what it beat and what it could be must never leave."""
    match fact:
        case Known():
            return replace(fact, secret=True, shadows=tuple(replace(k, secret=True) for k in fact.shadows))
        case Unknown():
            return replace(fact, candidates=tuple(replace(k, secret=True) for k in fact.candidates))
    return fact


def _texts(values: tuple[Known[object], ...]) -> tuple[Known[str], ...]:
    texts = [(known, ruby_text(known.value)) for known in values if not isinstance(known.value, dict)]
    return tuple(
        replace(cast("Known[str]", known), value="nil" if known.value is None else text)
        for known, text in texts
        if text is not None
    )
