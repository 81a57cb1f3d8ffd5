"""What code that is not evaluated may have written: the attributes that its text names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.mashes import VividMash
from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString
from driftcheck.model.facts import Unknown

_LEVEL = re.compile(
    r"(?<![\w'\":/@$-])(?:force_)?(?:default|normal|override|set|automatic)(?:_unless|_attrs)?!?(?![\w'\":?-])"
    r"(?P<keys>(?:\s?\[\s*(?::\w+|:?'[^'\n]*'|:?\"[^\"\n#]*\")\s*\])*)(?P<next>[ \t]*.?)"
)
_KEY = re.compile(r"\[\s*:?[\"']?([^\"'\]\n]*?)[\"']?\s*\]")
_WHOLE = re.compile(
    r"\bnode\s*\.\s*(?:rm|write|rm_\w+|unlink|consume_attributes|tag|untag)\b|\bnode\.(?:set|default)\.\w"
)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)

Path = tuple[str, ...]


def touched_paths(text: bytes) -> set[Path]:
    """The paths of attributes that a text writes by name; the empty path where it may write any.

    A text in which `default` stands for something else gives more paths than it should, never fewer.
    """
    code = _COMMENT.sub("", text.decode("utf-8", "replace"))
    if _WHOLE.search(code):
        return {()}
    found: set[Path] = set()
    for match in _LEVEL.finditer(code):
        keys = tuple(_KEY.findall(match["keys"]))
        following = match["next"].strip()
        if keys or following in ("[", ".", "(", ""):
            found.add(keys)
    return found


def lose(evaluation: AttributeEvaluation, paths: Iterable[Path], cause: Unknown) -> None:
    """Makes what stands under these paths Unknown, at every level that code can write."""
    evaluation.runtime.met_unknown = True
    for path in paths:
        for name, level in evaluation.state.levels.items():
            if name != "automatic":
                _lose_in(evaluation, level, path, cause)
        if path:
            _add(evaluation, path, cause)
    evaluation.state.reset()


def _lose_in(evaluation: AttributeEvaluation, level: VividMash, path: Path, cause: Unknown) -> None:
    here: object = level
    for index, key in enumerate(path):
        if not isinstance(here, RubyHash):
            return
        entry = here.entries.get(key)
        if entry is None:
            return
        if index == len(path) - 1 or not isinstance(entry.value, RubyHash):
            if isinstance(entry.value, (RubyHash, RubyArray)):
                evaluation.runtime.smear(entry.value, cause)
            entry.value, entry.maybe = cause, True
            here.doubt = here.doubt or cause
            return
        here = entry.value
    if not path:
        evaluation.runtime.smear(level, cause)


def _add(evaluation: AttributeEvaluation, path: Path, cause: Unknown) -> None:
    """Where no level has it, it may be there now."""
    state = evaluation.state
    here = state.levels["override"]
    known = any(path[0] in level.entries for level in state.levels.values())
    if not known:
        path = path[:1]
    for key in path[:-1]:
        entry = here.entries.get(key)
        if entry is None:
            here.put(RubyString(key, frozen=True), VividMash((), state))
            entry = here.entries[key]
        if not isinstance(entry.value, VividMash):
            return
        here = entry.value
    if path[-1] not in here.entries:
        here.put(RubyString(path[-1], frozen=True), cause)
        here.entries[path[-1]].maybe = True
        here.doubt = here.doubt or cause
