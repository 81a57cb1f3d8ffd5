"""The keys of `.driftcheck.yaml`: a YAML text to a Configuration, each error with its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from driftcheck.errors import ConfigurationError
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlProblem, YamlSequence
from driftcheck.formats.yaml_store import YamlStore
from driftcheck.model.configuration import (
    DEFAULT_RENDERED,
    DEFAULT_SETTINGS,
    AttributeMapping,
    Configuration,
    DnsConfiguration,
    J2Template,
    ZooKeeperAccess,
)
from driftcheck.sources.configuration import values

V = TypeVar("V")


class _Refused(YamlProblem):
    """A place where something else is allowed."""

    def __init__(self, node: YamlNode, message: str, allowed: str) -> None:
        super().__init__(message, node.line, node.column)
        self.allowed = allowed


def configuration_from(
    content: bytes, file: str, defaults: Configuration, documents: YamlStore
) -> Configuration:
    """The configuration that a text describes; keys that it leaves out are as in `defaults`.

    `documents`: what was composed before; it gains this one.

    Raises ConfigurationError for the first thing that is not allowed; `file` is what it calls the text.
    """
    try:
        return configured(documents.compose(content, name=file), file, defaults)
    except YamlProblem as problem:
        allowed = problem.allowed if isinstance(problem, _Refused) else ""
        where = f"{file}:{problem.line}:{problem.column}"
        raise ConfigurationError(problem.message, hint=allowed, where=where) from None


def configured(document: YamlNode, file: str, defaults: Configuration) -> Configuration:
    """The same of a part of another file. Raises YamlProblem."""
    changes: dict[str, Any] = {}
    if not document.is_null:
        for key, node in _mapping(document, TOP_LEVEL).entries.items():
            changes.update(TOP_LEVEL[key](node))
    if "kafka_version" in changes:
        changes["kafka_version_from"] = file
    return replace(defaults, **changes)


def _mapping(node: YamlNode, allowed: Collection[str] = ()) -> YamlMapping:
    """The node as a mapping; with `allowed`, of no other keys than these."""
    hint = f"allowed keys: {', '.join(allowed)}" if allowed else ""
    if not isinstance(node, YamlMapping):
        raise _Refused(node, node.expected("a mapping").message, hint)
    for key in node.entries:
        if allowed and key not in allowed:
            message = f"unknown key {values.quoted(key)}{values.nearest(key, allowed)}"
            raise _Refused(node.keys[key], message, hint)
    return node


def _scalar(node: YamlNode, read: Callable[[str], V]) -> V:
    return _read(node, node.as_text(), read)


def _read(node: YamlNode, text: str, read: Callable[[str], V]) -> V:
    try:
        return read(text)
    except values.ValueRefused as error:
        raise _Refused(node, error.message, error.allowed) from None


def _many(node: YamlNode, read: Callable[[str], V]) -> tuple[V, ...]:
    """A list of values, or one value for a list of one."""
    if isinstance(node, YamlMapping) or node.is_null:
        raise node.expected("a list or a text")
    items = node.items if isinstance(node, YamlSequence) else (node,)
    return tuple(_scalar(item, read) for item in items)


def _kafka_version(node: YamlNode) -> dict[str, Any]:
    if isinstance(node, YamlMapping):
        versions = {key: _scalar(value, values.kafka_version) for key, value in node.entries.items()}
        return {"kafka_versions": versions}
    return {"kafka_version": _scalar(node, values.kafka_version)}


def _attributes(node: YamlNode) -> dict[str, Any]:
    entries = _mapping(node, ATTRIBUTES).entries
    mapping = AttributeMapping()
    if "prefixes" in entries:
        mapping = replace(mapping, prefixes=_many(entries["prefixes"], values.text))
    if "settings" in entries:
        settings = _mapping(entries["settings"]).entries
        own = {key: _many(value, values.text) for key, value in settings.items()}
        mapping = replace(mapping, settings={**DEFAULT_SETTINGS, **own})
    if "kafka_version" in entries:
        mapping = replace(mapping, kafka_version=_many(entries["kafka_version"], values.text))
    return {"attributes": mapping}


def _rendered(node: YamlNode) -> dict[str, Any]:
    entries = _mapping(node, DEFAULT_RENDERED).entries
    own = {key: _many(value, values.pattern) for key, value in entries.items()}
    return {"rendered": {**DEFAULT_RENDERED, **own}}


def _clusters(node: YamlNode) -> dict[str, Any]:
    mapping = _mapping(node)
    for query, key in mapping.keys.items():
        _read(key, query, values.query)
    return {"clusters": {query: _scalar(name, values.text) for query, name in mapping.entries.items()}}


def _dns(node: YamlNode) -> dict[str, Any]:
    entries = _mapping(node, DNS).entries
    zones = _many(entries["zones"], values.text) if "zones" in entries else ()
    resolvers = _many(entries["resolvers"], values.resolver) if "resolvers" in entries else ()
    return {"dns": DnsConfiguration(zones=zones, resolvers=resolvers)}


def _listeners(node: YamlNode) -> dict[str, Any]:
    listeners: dict[str, tuple[str, ...]] = {}
    for name, listener in _mapping(node).entries.items():
        entries = _mapping(listener, LISTENER).entries
        if "via" not in entries:
            raise _Refused(listener, f"the listener {values.quoted(name)} needs `via`", "via: [CIDR or name]")
        listeners[name] = _many(entries["via"], values.text)
    return {"listeners": listeners}


def _j2(node: YamlNode) -> dict[str, Any]:
    """Each file by its path on the machine."""
    return {"j2": tuple(_j2_template(path, each) for path, each in _mapping(node).entries.items())}


def _j2_template(path: str, node: YamlNode) -> J2Template:
    entries = _mapping(node, J2).entries
    for key in J2:
        if key not in entries:
            raise _Refused(node, f"the file {values.quoted(path)} needs `{key}`", f"keys: {', '.join(J2)}")
    variables = _mapping(entries["variables"]).entries
    return J2Template(
        path=path,
        template=_scalar(entries["template"], values.text),
        cookbook=_scalar(entries["cookbook"], values.text),
        variables={name: _scalar(value, values.text) for name, value in variables.items()},
    )


def _zookeeper(node: YamlNode) -> dict[str, Any]:
    entries = _mapping(node, ZOOKEEPER).entries
    if "password" in entries and "password_file" in entries:
        raise _Refused(entries["password_file"], "`password` is given too", "leave one of them out")
    found: dict[str, Any] = {}
    for key, value in entries.items():
        found.update(_tls(value) if key == "tls" else {key: _scalar(value, ZOOKEEPER[key])})
    return {"zookeeper": ZooKeeperAccess(**found)}


def _tls(node: YamlNode) -> dict[str, Any]:
    """`true`, `false`, or the files by which both sides are known."""
    if not isinstance(node, YamlMapping):
        return {"tls": node.as_bool()}
    entries = _mapping(node, TLS).entries
    if "key_password" in entries and "key_password_file" in entries:
        raise _Refused(entries["key_password_file"], "`key_password` is given too", "leave one of them out")
    return {"tls": True, **{key: _scalar(value, TLS[key]) for key, value in entries.items()}}


def _one(key: str, read: Callable[[str], Any]) -> Callable[[YamlNode], dict[str, Any]]:
    return lambda node: {key: _scalar(node, read)}


def _list_of(key: str, read: Callable[[str], Any]) -> Callable[[YamlNode], dict[str, Any]]:
    return lambda node: {key: _many(node, read)}


ATTRIBUTES = ("prefixes", "settings", "kafka_version")
DNS = ("zones", "resolvers")
LISTENER = ("via",)
J2 = ("template", "cookbook", "variables")
TLS: Mapping[str, Callable[[str], Any]] = {
    "ca": values.text,
    "certificate": values.text,
    "key": values.text,
    "key_password": values.password,
    "key_password_file": values.text,
    "verify_hostname": values.boolean,
}
ZOOKEEPER: Mapping[str, Callable[[str], Any]] = {
    "auth": values.authentication,
    "user": values.text,
    "password": values.password,
    "password_file": values.text,
    "tls": values.boolean,
}
TOP_LEVEL: Mapping[str, Callable[[YamlNode], dict[str, Any]]] = {
    "kafka_version": _kafka_version,
    "attributes": _attributes,
    "rendered": _rendered,
    "brokers": _one("brokers", values.query),
    "clusters": _clusters,
    "dns": _dns,
    "listeners": _listeners,
    "j2": _j2,
    "zookeeper": _zookeeper,
    "max_age": _one("max_age", values.age),
    "select": _list_of("select", values.rule),
    "ignore": _list_of("ignore", values.rule),
    "fail_on": _one("fail_on", values.level),
    "min_severity": _one("min_severity", values.level),
    "strict": _one("strict", values.boolean),
    "cookbooks": _one("cookbooks", values.boolean),
    "chef_version": _one("chef_version", values.chef_version),
    "rules": _list_of("rules", values.text),
}
"""What each key changes in a Configuration; `schemas/driftcheck.schema.json` has the same keys."""
