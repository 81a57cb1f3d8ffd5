"""Which node's run is asked for: one of the repository, or one that does not exist yet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from driftcheck.chef.node_run.machine_keys import IDENTITY_KEYS
from driftcheck.chef.node_run.subject import RunSubject, subject_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.errors import UsageError
from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.files.one_file import read_file

NOT_FOUND = "Say what it would be: --like NODE, or --run-list and --automatic."


@frozen
class NodeWish:
    """A node as the command line names it.

    `automatic`: a JSON file of Ohai's attributes, or a node object. `run_list` and `environment` replace what
    the node has; `settings` are normal attributes, `a.b.c=value`. `like`: the node that it is to be like.
    """

    node: str
    repository: str = "."
    automatic: str | None = None
    run_list: tuple[str, ...] = ()
    environment: str | None = None
    settings: tuple[str, ...] = ()
    like: str | None = None
    chef_version: int = 18


def open_repository(path: str) -> ChefRepository:
    """The Chef repository in a folder. Raises UsageError if there is no such folder."""
    if not os.path.isdir(path):
        reason = "this is a file" if os.path.exists(path) else "no such folder"
        raise UsageError(reason, where=path, hint="Give a Chef repository's folder with --repo.")
    return ChefRepository(FolderTree(path))


def subject_for(wish: NodeWish, repository: ChefRepository) -> RunSubject:
    """The node before its run. Raises UsageError if nothing says what it is."""
    subject = _saved(repository, wish.node) if wish.like is None else _like(repository, wish)
    if subject is None:
        subject = _made_up(wish, repository)
    if wish.run_list:
        items = [item.strip() for text in wish.run_list for item in text.split(",")]
        subject = replace(subject, run_list=tuple(item for item in items if item), policy_group=None)
    if wish.environment is not None:
        subject = replace(subject, environment=wish.environment)
    if wish.automatic is not None:
        automatic = _automatic(wish.automatic)
        known = {**(subject.automatic or {}), **automatic} if subject.unseen else automatic
        unseen = tuple(key for key in subject.unseen if key not in automatic)
        subject = replace(subject, automatic=known, unseen=unseen)
    return subject


def with_settings(subject: RunSubject, settings: tuple[str, ...], known: Mapping[str, Any]) -> RunSubject:
    """The node with further normal attributes; `known` is what it has without them.

    Raises UsageError for what is no ATTRIBUTE=VALUE.
    """
    normal = _copied(subject.normal)
    for setting in settings:
        _set(normal, setting, known)
    return replace(subject, normal=normal)


def _saved(repository: ChefRepository, name: str) -> RunSubject | None:
    for found, path, document in repository.node_objects():
        if found == name or path.rpartition("/")[2] == f"{name}.json":
            if isinstance(document, Unknown):
                where = str(document.location) if document.location is not None else path
                raise UsageError(document.reason, where=where, hint="Correct the node object.")
            if not isinstance(document, Mapping):
                raise UsageError("the node object is no JSON object", where=path, hint="Correct it.")
            return subject_of(found, path, document)
    return None


def _like(repository: ChefRepository, wish: NodeWish) -> RunSubject:
    """Another node's run list, environment and kind of machine, without what only that node is."""
    assert wish.like is not None
    other = _saved(repository, wish.like)
    if other is None:
        raise _no_node(repository, wish.like, option="--like: ", hint="Name a node of the repository.")
    automatic = other.automatic
    if automatic is not None:
        automatic = {key: value for key, value in automatic.items() if key not in IDENTITY_KEYS}
    return replace(
        other,
        name=wish.node,
        path=None,
        normal={},
        automatic=automatic,
        unseen=IDENTITY_KEYS if automatic is not None else (),
    )


def _made_up(wish: NodeWish, repository: ChefRepository) -> RunSubject:
    own = repository.own_cookbook
    if not wish.run_list and own is None:
        raise _no_node(repository, wish.node, hint=NOT_FOUND)
    run_list = (f"recipe[{own.name}]",) if own is not None else ()
    return RunSubject(name=wish.node, run_list=run_list, normal={})


def _no_node(repository: ChefRepository, name: str, *, hint: str, option: str = "") -> UsageError:
    names = [found for found, _, _ in repository.node_objects()]
    near = get_close_matches(name, names, n=1)
    what = f"there is no node '{name}' in {repository.tree.name}"
    return UsageError(f"{option}{what}{f', did you mean {near[0]!r}?' if near else ''}", hint=hint)


def _automatic(path: str) -> Mapping[str, Any]:
    """Ohai's output, or the automatic attributes of a node object."""
    content = read_file(path)
    if isinstance(content, Unknown):
        raise UsageError(f"--automatic: {content.reason}", where=path, hint="Give a file that Ohai wrote.")
    try:
        document = parse_json(content)
    except JsonError as error:
        where = f"{path}:{error.line}:{error.column}"
        raise UsageError(
            f"no valid JSON: {error.message}", where=where, hint="Give what `ohai` prints."
        ) from None
    if not isinstance(document, Mapping):
        raise UsageError("--automatic: no JSON object", where=path, hint="Give what `ohai` prints.")
    inner = document.get("automatic")
    return inner if isinstance(inner, Mapping) else document


def _set(normal: dict[str, Any], setting: str, known: Mapping[str, Any]) -> None:
    """`a.b.c=value`; the value is JSON, or else a text. `/a/b.c=value` says where a key with dots begins."""
    path, equals, text = setting.partition("=")
    words = [word.replace("~1", "/").replace("~0", "~") for word in path[1:].split("/")]
    if not path.startswith("/"):
        words = path.split(".")
    if not equals or not all(words):
        hint = "Write --set kafka.broker.broker.id=5, or --set /kafka/broker/log.dirs=/data."
        raise UsageError(f"--set: '{setting}' is no ATTRIBUTE=VALUE", hint=hint)
    if not path.startswith("/"):
        words = _keys(words, known)
    try:
        value: Any = parse_json(text.encode())
    except JsonError:
        value = text
    here = normal
    for word in words[:-1]:
        inner = here.get(word)
        if not isinstance(inner, dict):
            inner = here[word] = {}
        here = inner
    here[words[-1]] = value


def _keys(words: list[str], here: object) -> list[str]:
    """The keys that dotted words mean: those that are there, and in a hash whose keys have dots one more."""
    if not isinstance(here, Mapping) or not words:
        return words
    for count in range(1, len(words) + 1):
        key = ".".join(words[:count])
        if key in here:
            return [key, *_keys(words[count:], here[key])]
    return [".".join(words)] if any("." in str(key) for key in here) else words


def _copied(value: Any) -> Any:
    return {key: _copied(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value
