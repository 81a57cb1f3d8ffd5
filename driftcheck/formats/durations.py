"""How long ago something was, in words."""

from __future__ import annotations

from datetime import timedelta


def age_text(age: timedelta) -> str:
    """`just now`, `14 min old`, `3 h old`, `12 days old`; a time in the future says so."""
    seconds = int(age.total_seconds())
    if seconds <= -60:
        return f"dated {_span(-seconds)} in the future"
    return "just now" if seconds < 5 else f"{_span(seconds)} old"


def _span(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 2 * 3600:
        return f"{seconds // 60} min"
    if seconds < 2 * 86_400:
        return f"{seconds // 3600} h"
    return f"{seconds // 86_400:,} days"
