"""Paths of a tree as the repository around it would spell them."""

from __future__ import annotations

from driftcheck.model.tree import Tree

OUTER_FOLDERS = 3


def outer_parts(tree: Tree) -> tuple[str, ...]:
    """The last folders of the tree's own name, as the user gave it: `repo/nodes` → ("repo", "nodes").

    They tell what a tree is of which only a part was given (`driftcheck lint repo/nodes`). A tree of one
    file has that file's folders.
    """
    parts = [part for part in tree.name.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts:
        parts = parts[len(parts) - parts[::-1].index("..") :]
    if parts and list(tree.list()) == [parts[-1]]:
        parts.pop()
    return tuple(parts[-OUTER_FOLDERS:])


def spellings(outer: tuple[str, ...], path: str) -> list[str]:
    """The path itself, then with one more of the outer folders before it each time."""
    return ["/".join((*outer[len(outer) - count :], path)) for count in range(len(outer) + 1)]
