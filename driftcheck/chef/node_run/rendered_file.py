"""A file that a run would write."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.chef.erb.again import of_any_node, of_this_node
from driftcheck.chef.ruby.values import Place
from driftcheck.chef.templates import RenderedLine
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen

UNKNOWN_PART = "⟨?⟩"
"""What stands in a path for the parts that are not known."""


@frozen
class RenderedFile:
    """`path` on the machine; `is_path_known` is False where a part of it stands as ⟨?⟩.

    `source` is the template's or file's path in the repository, None for a `file` resource's content.
    `declared` is where the resource stands. `maybe`: it may not be written at all. `gap` says why no line is
    known, if so.
    """

    path: str
    is_path_known: bool
    kind: str
    source: str | None
    declared: Place | None
    lines: tuple[RenderedLine, ...]
    ends_with_newline: bool = True
    maybe: bool = False
    sensitive: bool = False
    gap: Unknown | None = None

    def text(self) -> str | None:
        """The whole text; None where a line is not known or may not be there."""
        if self.maybe or self.gap is not None or any(each.text is None or each.maybe for each in self.lines):
            return None
        end = "\n" if self.lines and self.ends_with_newline else ""
        return "\n".join(line.text or "" for line in self.lines) + end


def file_gap(file: RenderedFile, cause: Unknown) -> RenderedFile:
    """The file with nothing known of its content."""
    return replace(
        file,
        source=None,
        lines=(RenderedLine(text=None, maybe=True, cause=cause),),
        ends_with_newline=True,
        maybe=False,
        gap=cause,
    )


def file_of_any_node(file: RenderedFile, node: str | None) -> RenderedFile:
    """A file whose places in the node's own object, `node`, are those that each node has."""
    return replace(file, lines=of_any_node(file.lines, node))


def file_of_node(file: RenderedFile, node: str | None) -> RenderedFile:
    """The other way: with the places of the node whose object is `node`."""
    return replace(file, lines=of_this_node(file.lines, node))
