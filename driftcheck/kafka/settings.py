"""Kafka's table of broker settings by release, and how a release reads a value (ConfigDef).

The table is data: `data/settings.json`, taken from `KafkaConfig.configDef` of the last release of every
family from 0.9 to 4.1. Its `order` is the order in which a release checks its settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from driftcheck.kafka import java_text
from driftcheck.kafka.refusals import invalid_value, refuse
from driftcheck.kafka.setting_checks import check
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

_LIMITS = {"INT": java_text.INT, "SHORT": java_text.SHORT, "LONG": java_text.LONG}


@frozen
class Setting:
    """One setting of one release: `kind` is ConfigDef's type, `default` the parsed default or None."""

    name: str
    kind: str
    default: Any
    required: bool
    rule: str

    def parse(self, text: str, release: Release) -> Any:
        """The value that the release takes from a text; refuses as its ConfigDef does."""
        value = _parse(self.name, self.kind, text)
        check(self.rule, self.name, value, release)
        return value


def settings_of(release: Release) -> Mapping[str, Setting]:
    """Every setting that a release of 0.9 or later defines, in the order in which it checks them."""
    return _settings(release.family_name)


def read(properties: Mapping[str, str], release: Release) -> dict[str, Any]:
    """The values of all settings of a release; refuses at the first that its ConfigDef would."""
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
def _table() -> Any:
    return read_table("settings.json")


@cache
def _settings(family: str) -> dict[str, Setting]:
    table = _table()
    families: list[str] = table["families"]
    names = list(table["settings"])
    at = families.index(family)
    found: dict[str, Setting] = {}
    for number in table["order"][family]:
        name = names[number]
        for first, last, kind, default, rule in table["settings"][name]:
            if families.index(first) <= at <= families.index(last):
                required = isinstance(default, dict)
                parsed = None if required or default is None else _parse(name, kind, default)
                found[name] = Setting(name=name, kind=kind, default=parsed, required=required, rule=rule)
    return found


def _parse(name: str, kind: str, text: str) -> Any:
    """`ConfigDef.parseType`. A class is taken to be there unless its name is blank."""
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
