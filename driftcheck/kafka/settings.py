"""Kafka's settings by release, and how a release reads a value of each (ConfigDef).

The tables are data, one file a group: `data/broker_settings.json` and its like, taken from the classes of
every release from 0.8.0 to 4.1 by `tests/conformance/settings_table.py`, which says what their rows hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from driftcheck.kafka import java_text, verifiable_properties
from driftcheck.kafka.refusals import invalid_value, refuse
from driftcheck.kafka.setting_checks import check
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import NEWEST, Release, release_named
from driftcheck.model.frozen import frozen

BROKER = "broker"
_OLD = ("old-producer", "old-consumer")
GROUPS = (BROKER, "producer", "consumer", "connect-distributed", "connect-standalone", *_OLD)
"""Whose settings are known: of brokers, clients and Connect's workers; the old clients are those in Scala."""

UPDATE_MODE = 6
"""Where a row has the letter of the update mode, if it is so long."""

_FIRST_WITH_DEFINITIONS = (0, 9)
_LIMITS = {"INT": java_text.INT, "SHORT": java_text.SHORT, "LONG": java_text.LONG}
_MODES = {"": "read-only", "b": "per-broker", "c": "cluster-wide"}
_IMPORTANCES = {"H": "high", "M": "medium", "L": "low", "": None}


@frozen
class Setting:
    """One setting of one release.

    `kind` is ConfigDef's type (up to 0.8 also CODEC and MAP), `default` the parsed default or None, and
    `default_text` its text; `required` says that there is none because it has to be set. `rule` is the
    validator, as `setting_checks` names it. `update_mode` is `read-only`, `per-broker` or `cluster-wide`.
    `verifiable`: it is read by VerifiableProperties (brokers of 0.8 and the old clients).
    """

    name: str
    kind: str
    default: Any
    default_text: str | None
    required: bool
    rule: str
    importance: str | None
    update_mode: str
    deprecated: bool
    internal: bool
    verifiable: bool

    def parse(self, text: str, release: Release) -> Any:
        """The value that the release takes from a text. Raises Refused with the release's own words."""
        if self.verifiable:
            value = verifiable_properties.parse(self.kind, self.name, text)
            if self.rule:
                low, high = self.rule.removeprefix("range ").split(" ")
                verifiable_properties.check_range(self.name, value, int(low), int(high))
            return value
        value = _parse(self.name, self.kind, text, release)
        if release.family >= _FIRST_WITH_DEFINITIONS:  # 0.8.2 has validators, and asks them of defaults only
            check(self.rule, self.name, value, release)
        return value


def settings_of(release: Release, group: str = BROKER) -> Mapping[str, Setting]:
    """Every setting that a release defines; a broker's in the order in which the release checks them."""
    return _settings(_position(release, group), group)


def setting_of(name: str, group: str = BROKER) -> Setting:
    """A setting as the last release has it that knows it. Raises KeyError if none does."""
    return setting_at(name, rows_of(group)[name][-1], group)


def read(properties: Mapping[str, str], release: Release) -> dict[str, Any]:
    """The values of all settings of a broker of 0.9 or later; Refused at the first that ConfigDef refuses."""
    values: dict[str, Any] = {}
    for name, setting in settings_of(release).items():
        if name in properties:
            values[name] = setting.parse(properties[name], release)
        elif setting.required:
            refuse(f'Missing required configuration "{name}" which has no default value.')
        else:
            values[name] = setting.default
    return values


@cache
def releases_of(group: str) -> tuple[Release, ...]:
    """The releases whose settings are known, oldest first."""
    return tuple(map(release_named, _table(group)["releases"]))


def rows_of(group: str) -> Mapping[str, list[list[Any]]]:
    """The rows of every setting that a release of the group has or had, by name."""
    rows: Mapping[str, list[list[Any]]] = _table(group)["settings"]
    return rows


@cache
def _table(group: str) -> Any:
    return read_table(f"{group.replace('-', '_')}_settings.json")


@cache
def _position(release: Release, group: str) -> int:
    """The number of a release, or of the one before it if it is newer than those of its family; -1 for none.

    A family of the future has the newest release's settings.
    """
    family = min(release.family, NEWEST)
    known = releases_of(group)
    own = [at for at, each in enumerate(known) if each.family == family]
    before = [at for at in own if known[at].patch <= release.patch or release.family > family]
    return before[-1] if before else own[0] if own else -1


@cache
def _settings(at: int, group: str) -> dict[str, Setting]:
    table = _table(group)
    found: dict[str, Setting] = {}
    for name in _order(at, table):
        for row in table["settings"][name]:
            if row[0] <= at <= row[1]:
                found[name] = setting_at(name, row, group)
    return found


@cache
def _first_with_definitions() -> int:
    """The number of the first release whose brokers have a ConfigDef."""
    known = releases_of(BROKER)
    return next(at for at, release in enumerate(known) if release.family >= _FIRST_WITH_DEFINITIONS)


def _order(at: int, table: Any) -> list[str]:
    names = list(table["settings"])
    before = [key for key in table["order"] if int(key) <= at]
    return [names[number] for number in table["order"][before[-1]]] if before else names


def setting_at(name: str, row: list[Any], group: str = BROKER) -> Setting:
    """A setting as one of its rows has it."""
    verifiable = group in _OLD or (group == BROKER and row[1] < _first_with_definitions())
    filled = row[2:] + [""] * (8 - len(row))
    kind, default, rule, importance, mode, marks = filled
    required = isinstance(default, dict)
    text = None if required else default
    parsed = None
    if text is not None:
        parsed = verifiable_properties.parse(kind, name, text) if verifiable else _value(name, kind, text)
    return Setting(
        name=name,
        kind=kind,
        default=parsed,
        default_text=text,
        required=required,
        rule=rule,
        importance=_IMPORTANCES[importance],
        update_mode=_MODES[mode],
        deprecated="d" in marks,
        internal="i" in marks,
        verifiable=verifiable,
    )


def _parse(name: str, kind: str, text: str, release: Release) -> Any:
    """`ConfigDef.parseType`. In 0.8.2 a boolean that is not true is false."""
    if kind == "BOOLEAN" and release.family < _FIRST_WITH_DEFINITIONS:
        return java_text.trim(text).lower() == "true"
    return _value(name, kind, text)


def _value(name: str, kind: str, text: str) -> Any:
    """`ConfigDef.parseType` from 0.9 on. A class is taken to be there unless its name is blank."""
    trimmed = java_text.trim(text)
    try:
        match kind:
            case "BOOLEAN":
                if trimmed.lower() not in ("true", "false"):
                    invalid_value(name, text, "Expected value to be either true or false")
                return trimmed.lower() == "true"
            case "INT" | "SHORT" | "LONG":
                return java_text.integer(trimmed, _LIMITS[kind])
            case "DOUBLE":
                return java_text.double(trimmed)
            case "LIST":
                return tuple(java_text.split_all_commas(trimmed)) if trimmed else ()
            case "CLASS":
                if not trimmed:
                    invalid_value(name, text, f"Class {text} could not be found.")
                return trimmed
            case _:
                return trimmed
    except java_text.NotANumberError:
        invalid_value(name, text, f"Not a number of type {kind}")
