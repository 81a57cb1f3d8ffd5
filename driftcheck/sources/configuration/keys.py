"""The keys of `.driftcheck.yaml`: a marked document to a Configuration, each error with its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from driftcheck.model.configuration import (
    DEFAULT_RENDERED,
    DEFAULT_SETTINGS,
    AttributeMapping,
    Configuration,
    DnsConfiguration,
)
from driftcheck.sources.configuration import values
from driftcheck.sources.configuration.document import Marked

V = TypeVar("V")


def configuration_from(document: Marked, defaults: Configuration) -> Configuration:
    """The configuration that a document describes; keys that it leaves out are as in `defaults`.

    Raises ConfigurationError for the first thing that is not allowed.
    """
    if document.content is None:
        return defaults
    changes: dict[str, Any] = {}
    for key, value in _mapping(document, TOP_LEVEL).items():
        changes.update(TOP_LEVEL[key](value))
    if "kafka_version" in changes:
        changes["kafka_version_from"] = document.file
    return replace(defaults, **changes)


def _mapping(marked: Marked, allowed: Collection[str] | None = None) -> Mapping[str, Marked]:
    """A mapping's entries; with `allowed`, no other keys than these."""
    if not isinstance(marked.content, Mapping):
        raise marked.refused(f"a mapping is expected here, this is {marked.kind()}", _allowed_keys(allowed))
    for key, value in marked.content.items():
        if allowed is not None and key not in allowed:
            hint = _allowed_keys(allowed)
            message = f"unknown key {values.quoted(key)}{values.nearest(key, allowed)}"
            raise (value.key or value).refused(message, hint)
    return marked.content


def _allowed_keys(allowed: Collection[str] | None) -> str:
    return f"allowed keys: {', '.join(allowed)}" if allowed else ""


def _scalar(marked: Marked, read: Callable[[str], V]) -> V:
    if not isinstance(marked.content, str):
        raise marked.refused(f"a single value is expected here, this is {marked.kind()}")
    return _read(marked, marked.content, read)


def _read(marked: Marked, text: str, read: Callable[[str], V]) -> V:
    try:
        return read(text)
    except values.ValueRefused as error:
        raise marked.refused(error.message, error.allowed) from None


def _many(marked: Marked, read: Callable[[str], V]) -> tuple[V, ...]:
    """A list of values, or one value for a list of one."""
    if isinstance(marked.content, tuple):
        return tuple(_scalar(item, read) for item in marked.content)
    if isinstance(marked.content, str):
        return (_scalar(marked, read),)
    raise marked.refused(f"a list or a single value is expected here, this is {marked.kind()}")


def _kafka_version(marked: Marked) -> dict[str, Any]:
    if isinstance(marked.content, Mapping):
        versions = {key: _scalar(value, values.kafka_version) for key, value in marked.content.items()}
        return {"kafka_versions": versions}
    return {"kafka_version": _scalar(marked, values.kafka_version)}


def _attributes(marked: Marked) -> dict[str, Any]:
    entries = _mapping(marked, ATTRIBUTES)
    mapping = AttributeMapping()
    if "prefixes" in entries:
        mapping = replace(mapping, prefixes=_many(entries["prefixes"], values.text))
    if "settings" in entries:
        own = {key: _many(value, values.text) for key, value in _mapping(entries["settings"]).items()}
        mapping = replace(mapping, settings={**DEFAULT_SETTINGS, **own})
    if "kafka_version" in entries:
        mapping = replace(mapping, kafka_version=_many(entries["kafka_version"], values.text))
    return {"attributes": mapping}


def _rendered(marked: Marked) -> dict[str, Any]:
    entries = _mapping(marked, DEFAULT_RENDERED)
    own = {key: _many(value, values.pattern) for key, value in entries.items()}
    return {"rendered": {**DEFAULT_RENDERED, **own}}


def _clusters(marked: Marked) -> dict[str, Any]:
    clusters: dict[str, str] = {}
    for query, name in _mapping(marked).items():
        _read(name.key or name, query, values.query)
        clusters[query] = _scalar(name, values.text)
    return {"clusters": clusters}


def _dns(marked: Marked) -> dict[str, Any]:
    entries = _mapping(marked, DNS)
    zones = _many(entries["zones"], values.text) if "zones" in entries else ()
    resolvers = _many(entries["resolvers"], values.resolver) if "resolvers" in entries else ()
    return {"dns": DnsConfiguration(zones=zones, resolvers=resolvers)}


def _listeners(marked: Marked) -> dict[str, Any]:
    listeners: dict[str, tuple[str, ...]] = {}
    for name, listener in _mapping(marked).items():
        entries = _mapping(listener, LISTENER)
        if "via" not in entries:
            raise listener.refused(f"the listener {values.quoted(name)} needs `via`", "via: [CIDR or name]")
        listeners[name] = _many(entries["via"], values.text)
    return {"listeners": listeners}


def _one(key: str, read: Callable[[str], Any]) -> Callable[[Marked], dict[str, Any]]:
    return lambda marked: {key: _scalar(marked, read)}


def _list_of(key: str, read: Callable[[str], Any]) -> Callable[[Marked], dict[str, Any]]:
    return lambda marked: {key: _many(marked, read)}


ATTRIBUTES = ("prefixes", "settings", "kafka_version")
DNS = ("zones", "resolvers")
LISTENER = ("via",)
TOP_LEVEL: Mapping[str, Callable[[Marked], dict[str, Any]]] = {
    "kafka_version": _kafka_version,
    "attributes": _attributes,
    "rendered": _rendered,
    "brokers": _one("brokers", values.query),
    "clusters": _clusters,
    "dns": _dns,
    "listeners": _listeners,
    "max_age": _one("max_age", values.age),
    "select": _list_of("select", values.rule),
    "ignore": _list_of("ignore", values.rule),
    "fail_on": _one("fail_on", values.level),
    "min_severity": _one("min_severity", values.level),
    "strict": _one("strict", values.boolean),
    "rules": _list_of("rules", values.text),
}
"""What each key changes in a Configuration; `schemas/driftcheck.schema.json` has the same keys."""
