"""What earlier runs of driftcheck found of a repository's nodes, as long as nothing that they read changed.

A file in the user's cache folder for each repository. It is not trusted: whatever it says was read is read
again and compared by its digest, and a file that is odd in any way counts as empty.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from driftcheck.model.tree import Tree
from driftcheck.sources.cache.files import Folder, drop_oldest, read_cached, write_cached
from driftcheck.sources.cookbook_runs.evaluated import EvaluatedRun
from driftcheck.sources.cookbook_runs.packing import Packing, SecretMetError, Unpacking
from driftcheck.sources.cookbook_runs.recording import digest_of, listing_digest

FORMAT = 2
MOST_FILES = 32
"""Repositories of which the cache holds something."""

_CODE = ("chef", "formats", "kafka", "model", "sources/cookbook_runs")
_ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Memory:
    """What is known of a repository's nodes: the path of a node object → its digest, and its run.

    None for a node whose cookbooks write nothing that is looked for. `reads` are the digests of all other
    files that the evaluations read.
    """

    def __init__(self, folder: Folder | None, name: str, *, asked: str, listing: str) -> None:
        self.folder = folder
        self.name = name
        self.asked = asked
        self.listing = listing
        self.reads: dict[str, str] = {}
        self.runs: dict[str, tuple[str, EvaluatedRun | None]] = {}
        self.grown = False

    def run(self, path: str, digest: str) -> tuple[EvaluatedRun | None] | None:
        """What is known of a node whose object has this digest; None if nothing is."""
        found = self.runs.get(path)
        return (found[1],) if found is not None and found[0] == digest else None

    def learn(self, path: str, digest: str, run: EvaluatedRun | None) -> None:
        self.runs[path] = (digest, run)
        self.grown = True

    def keep(self, reads: Mapping[str, str], paths: Iterable[str]) -> None:
        """Writes down what there is of these nodes. A run that holds a secret is left out."""
        if not self.grown:
            return
        packing, nodes = Packing(), {}
        for path in paths:
            digest, run = self.runs.get(path, ("", None))
            if digest:
                try:
                    nodes[path] = [digest, None if run is None else packing.run(run)]
                except SecretMetError:
                    continue
        document = {
            "asked": self.asked,
            "listing": self.listing,
            "reads": {**self.reads, **reads},
            "places": packing.places,
            "facts": packing.facts,
            "nodes": nodes,
        }
        if write_cached(self.folder, self.name, document):
            drop_oldest(self.folder, "runs-", MOST_FILES)


def remembered(folder: Folder | None, tree: Tree, asked: Sequence[object]) -> Memory:
    """What the cache holds of a tree that is still so. `asked`: what else the evaluations depend on."""
    where = hashlib.sha256(os.path.abspath(tree.name).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    memory = Memory(
        folder,
        f"runs-{FORMAT}-{where}.json",
        asked=f"{_code_stamp()} {asked!r}",
        listing=listing_digest(tree.list()),
    )
    document = read_cached(folder, memory.name)
    if isinstance(document, dict):
        try:
            _recall(memory, document, tree)
        except _ODD:
            memory.reads, memory.runs = {}, {}
    return memory


def _recall(memory: Memory, document: Mapping[str, Any], tree: Tree) -> None:
    if document["asked"] != memory.asked or document["listing"] != memory.listing:
        return
    reads: dict[str, str] = dict(document["reads"])
    if any(digest_of(tree.read(path)) != digest for path, digest in reads.items()):
        return
    unpacking = Unpacking(document["places"], document["facts"])
    for path, (digest, run) in document["nodes"].items():
        memory.runs[path] = (str(digest), None if run is None else unpacking.run(run))
    memory.reads = reads


def _code_stamp() -> str:
    """What changes with the evaluator itself, in a release as in a checkout: its files' sizes and times."""
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    stamp = hashlib.sha256()
    pending = [os.path.join(root, *name.split("/")) for name in _CODE]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in sorted(entries, key=lambda each: each.name):
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    elif entry.name.endswith(".py"):
                        about = entry.stat()
                        stamp.update(f"{entry.name} {about.st_size} {about.st_mtime_ns}\n".encode())
        except OSError:
            continue
    return stamp.hexdigest()
