"""What a finding is known by over time: rule, subject and property, never lines or texts."""

from __future__ import annotations

import hashlib
import json

from driftcheck.model.finding import Subject

DIGITS = 16


def fingerprint(rule: str, subject: Subject, property_: str) -> str:
    """DIGITS hexadecimal digits of a SHA-256."""
    parts = [rule, subject.kind, subject.cluster, subject.name, subject.detail, property_]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:DIGITS]
