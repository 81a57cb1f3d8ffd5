"""The rule files: built-in packs, in a checkout, an editable install or a wheel, and the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from driftcheck.errors import RuleError
from driftcheck.model.facts import Unknown
from driftcheck.model.rule import RuleFile
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.files.one_file import read_file
from driftcheck.sources.files.packaged import packaged_folder

MAX_BYTES = 1024 * 1024
MAX_FILES = 500
MAX_TOTAL = 4 * MAX_BYTES
"""Bytes of all files of one's own."""

SUFFIXES = (".yaml", ".yml")


def builtin_files() -> tuple[RuleFile, ...]:
    """The packs that come with driftcheck, sorted by name. Raises RuleError if they cannot be read."""
    folder = packaged_folder("_rules", "rules")
    if folder is None:
        raise RuleError("the built-in rules are missing", hint="Install driftcheck again.")
    return tuple(_in_folder(folder, "driftcheck/rules", builtin=True))


def own_files(paths: Iterable[str], root: str) -> tuple[RuleFile, ...]:
    """The user's packs: files, or folders with all `.yaml` and `.yml` files in them, relative to `root`.

    Raises RuleError for one that is not there or cannot be read, and for more than MAX_TOTAL.
    """
    found: dict[str, RuleFile] = {}
    for path in paths:
        shown = os.path.normpath(os.path.join(root, path))
        if os.path.isdir(shown):
            found.update((file.name, file) for file in _in_folder(shown, shown, builtin=False))
        else:
            found[shown] = _rule_file(read_file(shown), shown, builtin=False)
    if sum(len(file.text) for file in found.values()) > MAX_TOTAL:
        raise RuleError(f"the rule files are larger than {MAX_TOTAL // 1024} KiB together", where=root)
    return tuple(found.values())


def _in_folder(folder: str, shown: str, *, builtin: bool) -> Iterator[RuleFile]:
    tree = FolderTree(folder)
    names = [
        name for name in tree.list() if name.endswith(SUFFIXES) or os.path.isdir(os.path.join(folder, name))
    ]
    if len(names) > MAX_FILES:
        raise RuleError(f"more than {MAX_FILES} rule files", where=shown)
    for name in names:
        yield _rule_file(tree.read(name), os.path.join(shown, name), builtin=builtin)


def _rule_file(content: bytes | Unknown, shown: str, *, builtin: bool) -> RuleFile:
    if isinstance(content, Unknown):
        raise RuleError(f"the rule file cannot be read: {content.reason}", where=shown)
    if len(content) > MAX_BYTES:
        raise RuleError(f"the rule file is larger than {MAX_BYTES // 1024} KiB", where=shown)
    try:
        return RuleFile(name=shown, text=content.decode("utf-8-sig"), builtin=builtin)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RuleError("the rule file is not UTF-8 text", where=f"{shown}:{line}:1") from None
