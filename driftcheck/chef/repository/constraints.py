"""Version constraints as cookbooks and environments write them: `~> 1.2`, `>= 0.1`, `= 1.0.0`."""

from __future__ import annotations

import re

_CONSTRAINT = re.compile(r"\s*(<=|>=|~>|<|>|=)?\s*(\d+(?:\.\d+){0,2})\s*")


def version_parts(text: str) -> tuple[int, int, int] | None:
    """`1.2` → (1, 2, 0); None for what is no cookbook version."""
    if re.fullmatch(r"\d+(\.\d+){0,2}", text, re.ASCII) is None:
        return None
    major, minor, patch, *_ = (*map(int, text.split(".")), 0, 0)
    return major, minor, patch


def satisfies(version: str, constraint: str) -> bool | None:
    """Whether a version meets a constraint; None where either cannot be read (Chef::VersionConstraint)."""
    found = _CONSTRAINT.fullmatch(constraint)
    own = version_parts(version)
    if found is None or own is None:
        return None
    bound = version_parts(found[2])
    assert bound is not None
    if found[1] == "~>":
        depth = max(found[2].count("."), 1)
        return own >= bound and own[:depth] == bound[:depth]
    return {
        "<=": own <= bound, ">=": own >= bound, "<": own < bound, ">": own > bound,
    }.get(found[1] or "=", own == bound)  # fmt: skip
