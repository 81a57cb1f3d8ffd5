"""What asks for the node's platform: `platform?`, `value_for_platform`, `rhel?` and the like (ChefUtils)."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.methods.chef_node import merged_value
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyHash, RubyString, Value, truthy

NODE = MethodTable("Chef::Node")
TABLES = (NODE,)

_FAMILIES = {
    "arch?": "arch", "arch_linux?": "arch", "aix?": "aix", "debian?": "debian", "fedora?": "fedora",
    "macos?": "mac_os_x", "osx?": "mac_os_x", "mac?": "mac_os_x", "mac_os_x?": "mac_os_x", "rhel?": "rhel",
    "el?": "rhel", "amazon?": "amazon", "amazon_linux?": "amazon", "solaris2?": "solaris2",
    "solaris?": "solaris2", "smartos?": "smartos", "suse?": "suse", "gentoo?": "gentoo",
    "freebsd?": "freebsd", "openbsd?": "openbsd", "netbsd?": "netbsd", "dragonflybsd?": "dragonflybsd",
    "windows?": "windows",
}  # fmt: skip
_FAMILY_GROUPS = {
    "redhat_based?": ("rhel", "fedora"),
    "fedora_derived?": ("rhel", "fedora", "amazon"),
    "rpm_based?": ("rhel", "fedora", "amazon", "suse"),
}
_PLATFORMS = {
    "ubuntu?": "ubuntu", "ubuntu_platform?": "ubuntu", "centos?": "centos", "centos_platform?": "centos",
    "redhat?": "redhat", "redhat_platform?": "redhat", "redhat_enterprise?": "redhat",
    "redhat_enterprise_linux?": "redhat", "oracle?": "oracle", "oracle_linux?": "oracle",
    "oracle_platform?": "oracle", "scientific?": "scientific", "scientific_linux?": "scientific",
    "debian_platform?": "debian", "amazon_platform?": "amazon", "fedora_platform?": "fedora",
    "raspbian?": "raspbian", "linuxmint?": "linuxmint", "mint?": "linuxmint", "linux_mint?": "linuxmint",
    "suse_platform?": "suse", "windows_platform?": "windows", "gentoo_platform?": "gentoo",
}  # fmt: skip
_CLOUDS = {
    "alibaba?": "alibaba", "ec2?": "ec2", "gce?": "gce", "rackspace?": "rackspace",
    "eucalyptus?": "eucalyptus", "euca?": "eucalyptus", "linode?": "linode", "openstack?": "openstack",
    "azure?": "azure", "digital_ocean?": "digital_ocean", "digitalocean?": "digital_ocean",
    "softlayer?": "softlayer", "oci?": "oci",
}  # fmt: skip


def _text(call: Call, key: str) -> str | None:
    """A top-level attribute as text, None where it is no string."""
    found = merged_value(call, RubyString(key))
    truthy(found)
    return found.text if isinstance(found, RubyString) else None


@NODE.method(*_FAMILIES, *_FAMILY_GROUPS)
def family(call: Call) -> Value:
    """Whether the node is of a platform family."""
    wanted = _FAMILY_GROUPS.get(call.name) or (_FAMILIES[call.name],)
    return _text(call, "platform_family") in wanted


@NODE.method(*_PLATFORMS)
def platform(call: Call) -> Value:
    """Whether the node is of a platform."""
    return _text(call, "platform") == _PLATFORMS[call.name]


@NODE.method("linux?", "darwin?")
def os(call: Call) -> Value:
    """Whether the node's os is that."""
    return _text(call, "os") == call.name[:-1]


@NODE.method(*_CLOUDS)
def cloud(call: Call) -> Value:
    """Whether the node has the cloud's attributes."""
    return call.interpreter.send(call.receiver, "key?", RubyString(_CLOUDS[call.name]))


@NODE.method("cloud?")
def any_cloud(call: Call) -> Value:
    """Whether the node has cloud attributes."""
    found = merged_value(call, RubyString("cloud"))
    truthy(found)
    return found is not None


def _flat(call: Call, items: list[Value]) -> list[str]:
    texts: list[str] = []
    for item in items:
        texts.extend(
            _flat(call, item.items) if isinstance(item, RubyArray) else [call.interpreter.to_s(item)]
        )
    return texts


@NODE.method("platform?", "platform_family?", arity=(0, None))
def any_of(call: Call) -> Value:
    """Whether the node's platform or family is among those named."""
    return _text(call, call.name[:-1]) in _flat(call, call.args)


@NODE.method("value_for_platform_family", arity=1, structural=True)
def value_for_platform_family(call: Call) -> Value:
    """The value under the node's family, else under `default`."""
    (table,) = call.args
    truthy(table)
    family = _text(call, "platform_family")
    default: Value = None
    found: list[Value] = []
    for key, value in _pairs(call, table):
        if _plain(call, key) == "default":
            default = value
        elif family in _flat(call, key.items if isinstance(key, RubyArray) else [key]):
            found = [value]
    return found[0] if found else default


def _plain(call: Call, key: Value) -> str:
    return "" if isinstance(key, RubyArray) else call.interpreter.to_s(key)


def _pairs(call: Call, table: Value) -> list[tuple[Value, Value]]:
    if not isinstance(table, RubyHash):
        described = call.interpreter.inspect(table)
        name = call.interpreter.class_of(table).name
        raise RubyError("NoMethodError", f"undefined method `each' for {described}:{name}")
    if table.unknown is not None or table.doubt is not None:
        truthy(table.unknown or table.doubt)
    return list(table.pairs())


_MISSING = object()


@NODE.method("value_for_platform", arity=1, structural=True)
def value_for_platform(call: Call) -> Value:
    """The value under the node's platform and version: the exact one, a constraint, `default`."""
    (table,) = call.args
    truthy(table)
    values: dict[str, dict[str, Value]] = {}
    default: Value = _MISSING
    for key, value in _pairs(call, table):
        if _plain(call, key) == "default":
            default = value
            continue
        _check_table(call, key, value)
        for each in _flat(call, key.items if isinstance(key, RubyArray) else [key]):
            values[each] = {text: inner for k, inner in value.pairs() for text in _version_keys(call, k)}
    platform, version = _text(call, "platform") or "", _text(call, "platform_version") or ""
    own = values.get(platform)
    if own is not None:
        if version in own:
            return own[version]
        matched = _matching(call, platform, own, version)
        truthy(matched)
        if matched is not None and matched is not False:
            return matched
        if "default" in own:
            return own["default"]
    return None if default is _MISSING else default


def _version_keys(call: Call, key: Value) -> list[str]:
    """The texts of a key, which may be a list."""
    return _flat(call, key.items if isinstance(key, RubyArray) else [key])


def _check_table(call: Call, key: Value, value: Value) -> None:
    truthy(value)
    if not isinstance(value, RubyHash):
        shown = call.interpreter.to_s(key)
        text = "platform dependent values must be specified in the format :platform => {:version => value} "
        raise RubyError(
            "ArgumentError",
            f"{text}you gave a value {call.interpreter.inspect(value)} for platform(s) {shown}",
        )


_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)|(\d+)\.(\d+)|(\d+)", re.ASCII)
_CONSTRAINT = re.compile(r"(<=|>=|~>|<|=|>) *([0-9].*)")


class _InvalidVersionError(Exception):
    """Chef::Exceptions::InvalidPlatformVersion, which makes no constraint match."""


def _version(text: str) -> tuple[int, int, int]:
    for pattern in (r"(\d+)\.(\d+)\.(\d+)", r"(\d+)\.(\d+)", r"(\d+)"):
        found = re.fullmatch(pattern, text, re.ASCII)
        if found is not None:
            major, minor, patch, *_ = (*map(int, found.groups()), 0, 0)
            return major, minor, patch
    found = re.fullmatch(r"(\d+).(\d+)-[a-z]+\d?(-p(\d+))?", text, re.ASCII | re.IGNORECASE)
    if found is None:
        raise _InvalidVersionError(text)
    return int(found[1]), int(found[2]), int(found[4] or 0)


def _matches(constraint: str, version: tuple[int, int, int]) -> bool:
    """Whether a constraint takes a version; what is no constraint takes none."""
    if " " not in constraint and constraint[:1].isdigit():
        return version == _version(constraint)
    found = _CONSTRAINT.match(constraint)
    if found is None:
        return False
    operator, raw = found.groups()
    bound = _version(raw)
    if operator == "~>":
        if len(raw.split(".")) <= 2:
            return version[0] == bound[0] and version[1] >= bound[1]
        return version[:2] == bound[:2] and version[2] >= bound[2]
    return {"<": version < bound, ">": version > bound, "<=": version <= bound, ">=": version >= bound,
            "=": version == bound}[operator]  # fmt: skip


def _as_chef_keeps_it(call: Call) -> RubyHash:
    """The table with all keys as strings, lists of keys taken apart."""
    made = RubyHash()
    for key, value in _pairs(call, call.args[0]):
        if _plain(call, key) == "default":
            made.put(RubyString("default"), value)
            continue
        for each in _version_keys(call, key):
            inner = RubyHash()
            for version, held in value.pairs():
                for text in _version_keys(call, version):
                    inner.put(RubyString(text), held)
            made.put(RubyString(each), inner)
    return made


def _matching(call: Call, platform: str, own: dict[str, Value], text: str) -> Value:
    try:
        version = _version(text)
        keys = [key for key in own if _matches(key, version)]
    except _InvalidVersionError:
        return None
    if len(keys) > 1:
        shown = call.interpreter.inspect(RubyArray(RubyString(key) for key in keys))
        values = call.interpreter.inspect(_as_chef_keeps_it(call))
        text = f"Multiple matches detected for {platform} with values {values}. The matches are: {shown}"
        raise RubyError("RuntimeError", text)
    return own[keys[0]] if keys else None
