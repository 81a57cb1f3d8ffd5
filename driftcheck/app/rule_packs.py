"""The rules of a run: the built-in packs and the configuration's own, and what was parsed of them before."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import overload

from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.problems import ExpressionError
from driftcheck.engine.program import check_rule
from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.engine.rule_files.places import placed
from driftcheck.engine.selection import selected
from driftcheck.model.configuration import Configuration
from driftcheck.model.frozen import frozen
from driftcheck.model.rule import Rule, RuleFile
from driftcheck.sources.cache.documents import read_documents, write_documents
from driftcheck.sources.cache.files import Folder, cache_folder
from driftcheck.sources.cache.trees import read_trees, write_trees
from driftcheck.sources.rules.files import builtin_files, own_files


@frozen
class RulePacks(Sequence[Rule]):
    """The rules of all `files` as a sequence, and `trees`: their expressions as far as they are parsed.

    `cache`: the folder that keeps what is parsed for the next run, None for none.
    """

    rules: tuple[Rule, ...]
    files: tuple[RuleFile, ...]
    trees: TreeStore
    cache: Folder | None = None

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return self.rules[index]

    def __len__(self) -> int:
        return len(self.rules)

    def remember(self) -> None:
        """Keeps for the next run what this one parsed of built-in rules. Never fails: without a cache the
        next run parses. One's own may hold a secret that somebody compares with: they are not kept.
        """
        without = _texts(self.rules, builtin=False) - _texts(self.rules, builtin=True)
        if not self.trees.has_grown(without=without):
            return
        if not write_trees(self.cache, self.trees.contents(without=without)):
            write_trees(self.cache, self.trees.contents(used_only=True, without=without))


def load_packs(configuration: Configuration, *, environ: Mapping[str, str] | None = None) -> RulePacks:
    """The built-in packs and the configuration's own rules. `environ`: None for the process's own.

    The configuration's own rules are compiled, so that an error in them shows before anything is asked; the
    built-in ones when they are needed. Raises RuleError with `file:line:column`, and UsageError if `select`
    names no rule.
    """
    files = (*builtin_files(), *own_files(configuration.rules, configuration.root))
    cache = cache_folder(os.environ if environ is None else environ)
    packs = packs_of(files, cache=cache)
    check_packs(packs, [rule for rule in packs.rules if not rule.builtin])
    selected(packs.rules, configuration.select, configuration.ignore)
    return packs


def packs_of(files: Sequence[RuleFile], *, cache: Folder | None = None) -> RulePacks:
    """The rules of these files, with what the cache has of both texts and expressions. Raises RuleError."""
    documents = read_documents(cache, "rules")
    rules = read_rules(files, documents)
    write_documents(cache, "rules", documents, public=[file.text for file in files if file.builtin])
    return RulePacks(rules=rules, files=tuple(files), trees=TreeStore(**read_trees(cache)), cache=cache)


def check_packs(packs: RulePacks, rules: Sequence[Rule] | None = None) -> None:
    """Compiles all that these rules say (None: every rule). Raises RuleError with `file:line:column`."""
    for rule in packs.rules if rules is None else rules:
        try:
            check_rule(rule, packs.trees)
        except ExpressionError as error:
            raise placed(error, packs.files) from None


def _texts(rules: Sequence[Rule], *, builtin: bool) -> frozenset[str]:
    """Every expression and template of the built-in rules, or of one's own."""
    return frozenset(text for rule in rules if rule.builtin is builtin for text in _said(rule))


def _said(rule: Rule) -> list[str]:
    said = (rule.when, rule.assertion, rule.group, rule.property, rule.about, rule.affects)
    shown = (rule.message, rule.effect, rule.fix)
    return [each.text for each in (*rule.variables.values(), *said, *shown) if each is not None]
