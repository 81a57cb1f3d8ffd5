"""A tree that keeps account of what was read of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from driftcheck.chef.cookbooks import FOLDERS
from driftcheck.model.facts import Fact, Unknown
from driftcheck.model.tree import Tree

_FOLDERS = frozenset(
    {*(folder.partition("/")[0] for folder in FOLDERS), "roles", "environments", "nodes", "data_bags"}
)
_ALONE = frozenset({"metadata.rb", "metadata.json", "Policyfile.lock.json"})


class RecordingTree:
    """A tree of which `read_digests` tells what was read: path → digest of what came."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._paths: tuple[str, ...] | None = None
        self.read_digests: dict[str, str] = {}

    @property
    def name(self) -> str:
        return self._tree.name

    def list(self) -> Iterable[str]:
        if self._paths is None:
            self._paths = tuple(self._tree.list())
        return self._paths

    def read(self, path: str) -> bytes | Unknown:
        content = self._tree.read(path)
        self.read_digests[path] = digest_of(content)
        return content

    def modified(self, path: str) -> Fact[datetime]:
        return self._tree.modified(path)


def digest_of(content: bytes | Unknown) -> str:
    """What tells contents apart; a file that cannot be read is told by the reason."""
    if isinstance(content, Unknown):
        return f"{content.kind}: {content.reason}"
    return hashlib.sha256(content).hexdigest()


def listing_digest(paths: Iterable[str]) -> str:
    """What tells two listings apart as far as Chef looks: at a repository's folders, or a whole cookbook."""
    every = tuple(paths)
    if not _ALONE.isdisjoint(every):
        kept: Iterable[str] = every
    else:
        kept = (path for path in every if _counts(path))
    return hashlib.sha256("\n".join(kept).encode("utf-8", "surrogateescape")).hexdigest()


def _counts(path: str) -> bool:
    first, _, rest = path.partition("/")
    second = rest.partition("/")[0]
    return first in _FOLDERS or second in _FOLDERS or second in _ALONE
