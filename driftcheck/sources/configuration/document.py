"""A YAML file as texts, lists and mappings with their places; scalars stay as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import yaml

from driftcheck.errors import ConfigurationError

MAX_NESTING = 30


@dataclass(frozen=True, slots=True)
class Marked:
    """A value of the document with its place; `content` is a text, None, a tuple or a mapping of Marked.

    `key` is the place of the key before it, in a mapping.
    """

    content: str | tuple[Marked, ...] | Mapping[str, Marked] | None
    file: str
    line: int
    column: int
    key: Marked | None = None

    def refused(self, message: str, allowed: str = "") -> ConfigurationError:
        where = f"{self.file}:{self.line}:{self.column}"
        return ConfigurationError(message, hint=allowed, where=where)

    def kind(self) -> str:
        if self.content is None:
            return "nothing"
        if isinstance(self.content, str):
            return "a text"
        return "a list" if isinstance(self.content, tuple) else "a mapping"


def marked_document(content: bytes, file: str) -> Marked:
    """Read one YAML document: no aliases, no key twice, no complex keys, at most 30 levels deep.

    Only what YAML writes as nothing (`~`, `null`, an empty value) is None. Raises ConfigurationError.
    """
    try:
        text = content.decode("utf-8-sig")
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
                raise _error("anchors and aliases are not supported", token.start_mark, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError("the file is not UTF-8 text", where=f"{file}:{line}:1") from None
    except yaml.MarkedYAMLError as error:
        message = f"no valid YAML: {error.problem or error.context}"
        raise _error(message, error.problem_mark or error.context_mark, file) from None
    except yaml.YAMLError as error:
        raise _error(f"no valid YAML: {str(error).splitlines()[0]}", None, file) from None
    except RecursionError:
        raise _error(f"the file is nested more than {MAX_NESTING} levels deep", None, file) from None
    if node is None:
        return Marked(None, file, 1, 1)
    return _marked(node, file, 0)


def _marked(node: yaml.Node, file: str, depth: int) -> Marked:
    place = Marked(None, file, node.start_mark.line + 1, node.start_mark.column + 1)
    if depth > MAX_NESTING:
        raise place.refused(f"the file is nested more than {MAX_NESTING} levels deep")
    if isinstance(node, yaml.SequenceNode):
        return replace(place, content=tuple(_marked(item, file, depth + 1) for item in node.value))
    if isinstance(node, yaml.MappingNode):
        entries: dict[str, Marked] = {}
        for key_node, value_node in node.value:
            key = _marked(key_node, file, depth + 1)
            if not isinstance(key.content, str):
                raise key.refused("a key is a single text")
            if key.content in entries:
                raise key.refused(f"the key {key.content[:60]!r} stands twice")
            entries[key.content] = replace(_marked(value_node, file, depth + 1), key=key)
        return replace(place, content=entries)
    if node.tag == "tag:yaml.org,2002:null":
        return place
    return replace(place, content=str(node.value))


def _error(message: str, mark: yaml.error.Mark | None, file: str) -> ConfigurationError:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return ConfigurationError(message, where=f"{file}:{line}:{column}")
