"""A saved node object (`knife node show -l -F json`, `knife download`, chef-zero) and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from driftcheck.chef.attributes import LEVELS, Attributes
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.tree import stem_of

Text = TypeVar("Text", str, tuple[str, ...])

NIL_WINS_SINCE = 15
"""The Chef release since which nil overrides."""

_POINTERS = {level: f"/{level}" for level in LEVELS}
_TEXTS = ("name", "chef_environment", "policy_name", "policy_group")
_MEMBER_POINTERS = {key: f"/{key}" for key in _TEXTS}
_NO_MEMBER = {key: f"the node object has no {key}" for key in _TEXTS}
_RELEASE = frozenset({"chef_packages"})


@frozen
class NodeObject:
    """One node as it was last saved. `attributes` is what its last run ended with.

    The saved `default` and `override` are that run's combined results, roles and environment included.
    `problems` are the parts that have another type than Chef writes.
    """

    name: str
    file: str
    environment: Fact[str]
    policy_name: Fact[str]
    policy_group: Fact[str]
    run_list: Fact[tuple[str, ...]]
    attributes: Attributes
    automatic: Attributes
    problems: tuple[Unknown, ...]

    def lookup(self, path: str) -> Attributes | Known[object] | Unknown | Absent:
        """The merged value under a dotted path, with its place and the weaker levels' values as shadows."""
        return self.attributes.find(tuple(path.split(".")))


def read_node_object(document: object, *, file: str) -> NodeObject | Unknown:
    """Read a parsed node object; `file` is the path that locations name. Unknown if it is no object.

    A level that is missing beside a saved `automatic`, `override` or `default` is empty (`knife download`
    leaves out what is empty). With none of them the node was never converged, or was printed without
    `-l`: then the missing levels are unknown. What a missing `automatic` would say stays unknown.
    """
    if not isinstance(document, dict):
        reason = f"a node object is a JSON object, this is {json_type(document)}"
        location = Location(source="chef", name=file, pointer="")
        return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
    levels = {level: _level(document, level, file) for level in LEVELS}
    dotted = {level: _is_dotted(hash_) for level, hash_ in levels.items()}
    automatic = Attributes(
        file=file, layers=((_POINTERS["automatic"], levels["automatic"]),), dotted=dotted["automatic"]
    )
    if _was_converged(document) and "automatic" not in document:
        levels["automatic"] = {}
    name, *texts = [member_text(document, key, file) for key in _TEXTS]
    run_list = saved_run_list(document, file)
    facts: list[object] = [name, *texts, run_list, *levels.values()]
    return NodeObject(
        name=name.value if isinstance(name, Known) and name.value else stem_of(file),
        file=file,
        environment=texts[0],
        policy_name=texts[1],
        policy_group=texts[2],
        run_list=run_list,
        attributes=Attributes(
            file=file,
            layers=tuple([(_POINTERS[level], hash_) for level, hash_ in levels.items()]),
            nil_wins=nil_wins(automatic),
            dotted=True in dotted.values(),
        ),
        automatic=automatic,
        problems=tuple(
            [fact for fact in facts if isinstance(fact, Unknown) and fact.kind is UnknownKind.FAULT]
        ),
    )


def json_type(value: object) -> str:
    """What a message calls the value's JSON type."""
    names = ((bool, "a boolean"), (str, "a string"), (Mapping, "an object"), (list, "a list"))
    if value is None:
        return "null"
    return next((name for kind, name in names if isinstance(value, kind)), "a number")


def _was_converged(document: Mapping[str, object]) -> bool:
    return "automatic" in document or "override" in document or "default" in document


def _level(document: Mapping[str, object], level: str, file: str) -> dict[str, object] | Unknown:
    value = document.get(level)
    if isinstance(value, dict):
        return value
    if level not in document and level != "automatic" and _was_converged(document):
        return {}
    location = Location(source="chef", name=file, pointer=f"/{level}")
    if level not in document:
        return missing(f"the node object holds no `{level}` attributes (never converged?)", location)
    reason = f"`{level}` should be an object, it is {json_type(value)}"
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)


def _is_dotted(level: dict[str, object] | Unknown) -> bool:
    return not isinstance(level, Unknown) and "." in "".join(level)


def member_text(document: Mapping[str, object], key: str, file: str) -> Fact[str]:
    """A member that is a text."""
    location = Location(source="chef", name=file, pointer=_MEMBER_POINTERS[key])
    value = document.get(key)
    if value is None:
        return Absent(evidence=_NO_MEMBER[key], location=location)
    if isinstance(value, str):
        return Known(value=value if key == "name" else one_of_all(value), location=location)
    reason = f"`{key}` should be a string, it is {json_type(value)}"
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)


@lru_cache(maxsize=1_000)
def one_of_all(value: Text) -> Text:
    """The first of those that are equal: of what many nodes have in common one object is kept."""
    return value


def saved_run_list(document: Mapping[str, object], file: str) -> Fact[tuple[str, ...]]:
    """The run list as it was saved."""
    location = Location(source="chef", name=file, pointer="/run_list")
    value = document.get("run_list")
    if value is None:
        return Absent(evidence="the node object has no run_list", location=location)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return Known(value=one_of_all(tuple(value)), location=location)
    kind = "a list with other things than strings" if isinstance(value, list) else json_type(value)
    reason = f"`run_list` should be a list of strings, it is {kind}"
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)


def nil_wins(automatic: Attributes) -> bool:
    """By the Chef release that saved the node (`chef_packages.chef.version`); a current one if not said."""
    if not automatic.may_hold(_RELEASE):
        return True
    version = automatic.find(("chef_packages", "chef", "version"))
    if not isinstance(version, Known) or not isinstance(version.value, str):
        return True
    major = version.value.split(".")[0][:6]
    return not (major.isascii() and major.isdigit()) or int(major) >= NIL_WINS_SINCE
