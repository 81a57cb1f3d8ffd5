"""The configuration of a run: `.driftcheck.yaml`, then `DRIFTCHECK_*` variables, then the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from driftcheck.errors import ConfigurationError
from driftcheck.model.configuration import Configuration, ZooKeeperAccess
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.cache.files import Folder, cache_folder
from driftcheck.sources.configuration import values
from driftcheck.sources.files.one_file import read_file

FILE_NAME = ".driftcheck.yaml"
PACKS_NAME = os.path.join(".driftcheck", "rules")
MAX_BYTES = 256 * 1024


@frozen
class Setting:
    """One thing that a variable or an option can say, in the text that was given.

    `many` settings take several values, separated by commas in a variable. `exact`: blanks around the text
    are part of it. `option` is empty for what the command line must not show.
    """

    option: str
    variable: str
    read: Callable[[str], Any]
    many: bool = False
    exact: bool = False


SETTINGS: Mapping[str, Setting] = {
    "kafka_version": Setting(
        option="--kafka-version", variable="DRIFTCHECK_KAFKA_VERSION", read=values.kafka_version
    ),
    "select": Setting(option="--select", variable="DRIFTCHECK_SELECT", read=values.rule, many=True),
    "ignore": Setting(option="--ignore", variable="DRIFTCHECK_IGNORE", read=values.rule, many=True),
    "fail_on": Setting(option="--fail-on", variable="DRIFTCHECK_FAIL_ON", read=values.level),
    "min_severity": Setting(option="--min-severity", variable="DRIFTCHECK_MIN_SEVERITY", read=values.level),
    "max_age": Setting(option="--max-age", variable="DRIFTCHECK_MAX_AGE", read=values.age),
    "resolvers": Setting(
        option="--resolver", variable="DRIFTCHECK_RESOLVER", read=values.resolver, many=True
    ),
    "cookbooks": Setting(option="--no-cookbooks", variable="DRIFTCHECK_COOKBOOKS", read=values.boolean),
    "chef_version": Setting(
        option="--chef-version", variable="DRIFTCHECK_CHEF_VERSION", read=values.chef_version
    ),
    "strict": Setting(option="--strict", variable="DRIFTCHECK_STRICT", read=values.boolean),
    "zookeeper.auth": Setting(option="--zk-auth", variable="DRIFTCHECK_ZK_AUTH", read=values.authentication),
    "zookeeper.user": Setting(option="--zk-user", variable="DRIFTCHECK_ZK_USER", read=values.text),
    "zookeeper.password": Setting(
        option="", variable="DRIFTCHECK_ZK_PASSWORD", read=values.password, exact=True
    ),
    "zookeeper.password_file": Setting(
        option="--zk-password-file", variable="DRIFTCHECK_ZK_PASSWORD_FILE", read=values.text
    ),
    "zookeeper.tls": Setting(option="--zk-tls", variable="DRIFTCHECK_ZK_TLS", read=values.boolean),
    "zookeeper.ca": Setting(option="--zk-ca", variable="DRIFTCHECK_ZK_CA", read=values.text),
    "zookeeper.certificate": Setting(
        option="--zk-certificate", variable="DRIFTCHECK_ZK_CERTIFICATE", read=values.text
    ),
    "zookeeper.key": Setting(option="--zk-key", variable="DRIFTCHECK_ZK_KEY", read=values.text),
    "zookeeper.key_password": Setting(
        option="", variable="DRIFTCHECK_ZK_KEY_PASSWORD", read=values.password, exact=True
    ),
    "zookeeper.key_password_file": Setting(
        option="--zk-key-password-file", variable="DRIFTCHECK_ZK_KEY_PASSWORD_FILE", read=values.text
    ),
    "zookeeper.verify_hostname": Setting(
        option="--zk-verify-hostname", variable="DRIFTCHECK_ZK_VERIFY_HOSTNAME", read=values.boolean
    ),
}
"""What the environment and the command line can set, by the field of a Configuration."""


def load_configuration(
    paths: Sequence[str] = (),
    *,
    config: str | None = None,
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, str | Sequence[str] | bool | None] | None = None,
) -> Configuration:
    """The configuration for these paths: options beat variables, variables beat the file.

    `config`: the file that `--config` names, else `DRIFTCHECK_CONFIG`, else the first `.driftcheck.yaml` from
    the first path (or the working folder) upward to the git root. The rule packs of `.driftcheck/rules`,
    which is looked for in the same way, stand beside those that the file names. `environ`: None for the
    process's own. `options`: values of the command line by the keys of SETTINGS; None, an empty list or False
    is not given. Raises ConfigurationError with `file:line:column`, the variable or the option.
    """
    environ = os.environ if environ is None else environ
    file = config or environ.get("DRIFTCHECK_CONFIG") or find_file(paths)
    found = Configuration() if file is None else read_configuration(file, cache=cache_folder(environ))
    packs = find_packs(paths)
    if packs is not None:
        found = with_rules(found, (packs,))
    for name, setting in SETTINGS.items():
        text = environ.get(setting.variable, "")
        if text.strip():
            given = text.split(",") if setting.many else [text]
            found = _set(found, name, setting, given, setting.variable)
    for name, value in (options or {}).items():
        if value is not None and value is not False and value != () and value != []:
            texts = [str(value)] if isinstance(value, (str, bool)) else [str(one) for one in value]
            found = _set(found, name, SETTINGS[name], texts, SETTINGS[name].option)
    return found


def with_rules(configuration: Configuration, paths: Sequence[str]) -> Configuration:
    """The configuration with further rule files or folders, which are relative to the working folder."""
    root = configuration.root
    own = (path if os.path.isabs(path) else os.path.relpath(path, root) for path in paths)
    return replace(configuration, rules=(*configuration.rules, *own))


def find_file(paths: Sequence[str]) -> str | None:
    """The nearest `.driftcheck.yaml` above the first path, up to the git root; no further up without one."""
    return _nearest(paths, FILE_NAME)


def find_packs(paths: Sequence[str]) -> str | None:
    """The nearest `.driftcheck/rules`, looked for like `.driftcheck.yaml`."""
    return _nearest(paths, PACKS_NAME)


def _nearest(paths: Sequence[str], name: str) -> str | None:
    start = os.path.abspath(paths[0] if paths else ".")
    folders = [start]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(above)
    root = next((place for place, folder in enumerate(folders) if _holds(folder, ".git")), None)
    if root is None:
        root = 0 if os.path.isdir(start) else 1
    for folder in folders[: root + 1]:
        if _holds(folder, name):
            return _shown(os.path.join(folder, name))
    return None


def read_configuration(file: str, *, cache: Folder | None = None) -> Configuration:
    """Read and check one configuration file. `cache`: the folder that keeps what is parsed, None for none.

    Raises ConfigurationError.
    """
    content = read_file(file)
    if isinstance(content, Unknown):
        raise ConfigurationError(f"the configuration cannot be read: {content.reason}", where=file)
    root = os.path.dirname(file) or "."
    found = parse_configuration(content, file, cache=cache)
    return replace(found, root=root, zookeeper=_below(root, found.zookeeper))


def parse_configuration(content: bytes, file: str, *, cache: Folder | None = None) -> Configuration:
    """The configuration that a file's bytes describe; `file` is what errors and locations call it."""
    # Most trees have no configuration file.
    from driftcheck.sources.cache.documents import read_documents, write_documents
    from driftcheck.sources.configuration.keys import configuration_from

    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"the configuration is larger than {MAX_BYTES // 1024} KiB", where=file)
    defaults = Configuration(location=Location(source="configuration", name=file))
    documents = read_documents(cache, "configuration")
    configuration = configuration_from(content, file, defaults, documents)
    if not configuration.zookeeper.holds_password:
        write_documents(cache, "configuration", documents)
    return configuration


def _set(
    configuration: Configuration, name: str, setting: Setting, given: Sequence[str], origin: str
) -> Configuration:
    """The configuration with one setting replaced; a list replaces the whole list."""
    try:
        read = tuple(setting.read(text if setting.exact else text.strip()) for text in given)
    except values.ValueRefused as error:
        raise ConfigurationError(error.message, hint=error.allowed, where=origin) from None
    if name == "resolvers":
        return replace(configuration, dns=replace(configuration.dns, resolvers=read))
    if name == "kafka_version":
        return replace(configuration, kafka_version=read[-1], kafka_version_from=origin, kafka_versions={})
    room, _, key = name.partition(".")
    if room == "zookeeper":
        return replace(configuration, zookeeper=_with(configuration.zookeeper, key, read[-1]))
    changed: dict[str, Any] = {name: read if setting.many else read[-1]}
    return replace(configuration, **changed)


def _with(access: ZooKeeperAccess, key: str, value: object) -> ZooKeeperAccess:
    """The access with one field set; a password and the file that holds one replace each other."""
    changed: dict[str, Any] = {key: value}
    if key.endswith("password"):
        changed[f"{key}_file"] = None
    elif key.endswith("password_file"):
        changed[key.removesuffix("_file")] = None
    return replace(access, **changed)


def _below(root: str, access: ZooKeeperAccess) -> ZooKeeperAccess:
    """The access with its files looked for from the configuration's folder."""
    names = ("password_file", "ca", "certificate", "key", "key_password_file")
    given = {name: getattr(access, name) for name in names}
    changed: dict[str, Any] = {name: os.path.join(root, path) for name, path in given.items() if path}
    return replace(access, **changed)


def _holds(folder: str, name: str) -> bool:
    """Whether there is such a name, even if it cannot be read: that is an error, and no default."""
    path = os.path.join(folder, name)
    if os.path.lexists(path):
        return True
    # A folder of the user's that cannot be entered may hold it.
    parent = os.path.dirname(path)
    return parent != folder and os.path.isdir(parent) and not os.access(parent, os.X_OK)


def _shown(path: str) -> str:
    """Relative to the working folder where it lies below."""
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here)
