"""The YAML documents that were composed, those of rules and those of configurations apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from driftcheck.formats.yaml_store import YamlStore
from driftcheck.kafka.secrets import speaks_of_secrets
from driftcheck.sources.cache.files import Folder, read_cached, write_cached

FORMAT = 2
"""Changes with the shape of the documents and with what is composed, so that no version reads another's."""

Kind = Literal["rules", "configuration"]


def read_documents(folder: Folder | None, kind: Kind) -> YamlStore:
    """The documents that the cache holds; none if it is not what was written."""
    document = read_cached(folder, _name(kind))
    return YamlStore(document if isinstance(document, dict) else {})


def write_documents(
    folder: Folder | None, kind: Kind, documents: YamlStore, *, public: Sequence[str] = ()
) -> bool:
    """Keeps for the next run what this one composed; whether there was something, and it could.

    Of rules those alone are kept that stand in `public` texts: one's own may hold anything. A configuration
    is kept unless it speaks of secrets, as the value may stand beside.
    """
    may_keep = _is_within(public) if kind == "rules" else _speaks_of_no_secrets
    return documents.has_grown(may_keep) and write_cached(folder, _name(kind), documents.contents(may_keep))


def _is_within(public: Sequence[str]) -> Callable[[str], bool]:
    return lambda text: any(each.startswith(text) for each in public)


def _speaks_of_no_secrets(text: str) -> bool:
    return not speaks_of_secrets(text)


def _name(kind: Kind) -> str:
    return f"{kind}-{FORMAT}.json"
