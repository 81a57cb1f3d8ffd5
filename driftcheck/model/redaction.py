"""Secrets when they leave: equal ones can be seen to be equal, and nothing can be guessed."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from driftcheck.model.facts import Known

_KEY = os.urandom(32)
_REDACTED = r"⟨secret [0-9a-f]{8}⟩"


def redacted(value: str) -> str:
    """`⟨secret 1a2b3c4d⟩`: a digest under a random key that lives only as long as this process.

    What was redacted before (it comes from a saved snapshot) stays as it is.
    """
    if re.fullmatch(_REDACTED, value):
        return value
    digest = hmac.new(_KEY, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"⟨secret {digest[:8]}⟩"


def withheld(known: Known[Any]) -> Known[Any]:
    """The same Known as it may leave: if it is secret, its value and the values that it beat are redacted.

    What it was made of keeps to its own marks: a secret's other half may be public.
    """
    if not known.secret:
        return known
    shadows = tuple(withheld(replace(each, secret=True)) for each in known.shadows)
    return replace(known, value=_redacted_leaves(known.value), shadows=shadows)


def _redacted_leaves(value: object) -> object:
    match value:
        case tuple() | list():
            return tuple(_redacted_leaves(item) for item in value)
        case Mapping():
            return {key: _redacted_leaves(item) for key, item in value.items()}
        case None:
            return None
    return redacted(str(value))
