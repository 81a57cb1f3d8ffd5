"""Path patterns such as `rendered/{node}/**/server.properties`, matched in linear time."""

from __future__ import annotations

from typing import Literal

from driftcheck.formats.wildcard import Wildcard
from driftcheck.model.frozen import frozen

NODE = "{node}"
ANY_DEPTH = "**"
MAX_SEGMENTS = 64


class PatternError(ValueError):
    """The pattern cannot be used; the message says why."""


@frozen
class _Segment:
    """One path segment: a wildcard, and for the one with `{node}` what stands before and after it."""

    wildcard: Wildcard
    before: str = ""
    after: str = ""
    captures: bool = False

    def matches(self, name: str) -> bool:
        if self.captures and len(name) <= len(self.before) + len(self.after):
            return False
        return self.wildcard.matches(name)


@frozen
class FilePattern:
    """A pattern, split at `/`: `*` is any text within a segment, `**` any number of whole segments.

    `{node}` stands for the node's name and captures it: all of a segment, or what is between fixed texts.
    """

    text: str
    segments: tuple[_Segment | Literal["**"], ...]

    @property
    def file_name(self) -> str | None:
        """What every path that matches ends in; None if that is not one name."""
        name = self.text.rpartition("/")[2]
        return None if "*" in name or NODE in name else name

    def may_end_in(self, name: str) -> bool:
        """Whether the last segment allows a file of this name."""
        last = self.segments[-1]
        return not isinstance(last, _Segment) or last.matches(name)

    def starts(self, path: str) -> bool:
        """Whether the first segment allows the path: no more is looked at."""
        first = self.segments[0]
        return not isinstance(first, _Segment) or first.matches(path.partition("/")[0])

    def node(self, path: str) -> str | None:
        """The node's name if the whole path matches, else None; `**` takes as little as it can."""
        names = path.split("/")
        last = self.segments[-1]
        if isinstance(last, _Segment) and not last.matches(names[-1]):
            return None
        reaches = self._reaches_end(names)
        if not reaches[0][0]:
            return None
        here = at = 0
        while here < len(self.segments):
            segment = self.segments[here]
            if not isinstance(segment, _Segment):
                if reaches[here + 1][at]:
                    here += 1
                else:
                    at += 1
                continue
            if segment.captures:
                return names[at][len(segment.before) : len(names[at]) - len(segment.after)]
            here, at = here + 1, at + 1
        return None

    def could_hold(self, folder: str) -> bool:
        """Whether a file somewhere below this folder could match; `.` is the root."""
        if folder != "." and not self.starts(folder):
            return False
        states = self._closure({0})
        for name in () if folder == "." else folder.split("/"):
            step = set()
            for state in states:
                segment = self.segments[state] if state < len(self.segments) else None
                if segment == ANY_DEPTH:
                    step.add(state)
                elif isinstance(segment, _Segment) and segment.matches(name):
                    step.add(state + 1)
            states = self._closure(step)
        return any(state < len(self.segments) for state in states)

    def _closure(self, states: set[int]) -> set[int]:
        """With `**` that match nothing passed over."""
        closed = set(states)
        for state in sorted(states):
            while state < len(self.segments) and self.segments[state] == ANY_DEPTH:
                state += 1
                closed.add(state)
        return closed

    def _reaches_end(self, names: list[str]) -> list[list[bool]]:
        """Whether the segments from i on match the names from j on."""
        height, width = len(self.segments), len(names)
        table = [[False] * (width + 1) for _ in range(height + 1)]
        table[height][width] = True
        for i in range(height - 1, -1, -1):
            segment = self.segments[i]
            for j in range(width, -1, -1):
                if isinstance(segment, _Segment):
                    table[i][j] = j < width and table[i + 1][j + 1] and segment.matches(names[j])
                else:
                    table[i][j] = table[i + 1][j] or (j < width and table[i][j + 1])
        return table


def parse_pattern(text: str) -> FilePattern:
    """Read a pattern relative to the repository's root. Raises PatternError."""
    names = text.removeprefix("./").split("/")
    if any(name in ("", ".", "..") for name in names):
        raise PatternError("a pattern is a relative path with no empty segment and no `..`")
    if len(names) > MAX_SEGMENTS:
        raise PatternError(f"a pattern has at most {MAX_SEGMENTS} segments")
    if sum(name.count(NODE) for name in names) != 1:
        raise PatternError("a pattern names the node once: `{node}`")
    if names[-1] == ANY_DEPTH:
        raise PatternError("a pattern ends in a file's name, not in `**`")
    return FilePattern(text=text, segments=tuple(_segment(name) for name in names))


def _segment(name: str) -> _Segment | Literal["**"]:
    if name == ANY_DEPTH:
        return "**"
    if NODE in name:
        before, _, after = name.partition(NODE)
        if "*" in before + after:
            raise PatternError("`*` and `{node}` cannot stand in one segment")
        return _Segment(
            wildcard=Wildcard((tuple(before), tuple(after))), before=before, after=after, captures=True
        )
    return _Segment(wildcard=Wildcard(tuple(tuple(part) for part in name.split("*"))))
