"""What releases make of the value of one setting, each by itself: the limits of ConfigDef."""

from __future__ import annotations

import enum
import re

from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.settings import BROKER, Setting, releases_of, rows_of, setting_at, settings_of
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

_TEMPLATE = (
    r"<%|%>|\{\{|\}\}|\{%|%\}"
    r"|\$\{[A-Za-z_][\w.]*\}|%@?[A-Z][A-Z0-9_]*@?%|@[A-Z][A-Z0-9_]*@"
    r"|##+\w+##+|(?:^|//)(?:\{\d*\}|\$[A-Z][A-Z0-9_]*)|(?<!\?)<[A-Za-z][\w .-]*>"
)
"""Marks of ERB and Jinja2, and what scripts put in for: `${ID}`, `%ID%`, `@ID@`, `###ID###`, `<id>`, `{}`.

A configuration provider's `${file:PATH:KEY}` is none, nor is a regular expression's `(?<name>…)`.
"""
_QUOTES = ('""', "''", "“”", "‘’", "„“", "«»", "``")
_COMMENT = r"(?<=\S)\s+#(\s|$)"
_RESOLVED_LATER = "${"
"""How a value begins that a configuration provider replaces at start-up (KIP-297)."""

_PLACEHOLDER = r"[A-Z][A-Z0-9_]+"
_PLACES = {
    *("listeners", "advertised.listeners", "host.name", "advertised.host.name", "zookeeper.connect"),
    *("controller.quorum.voters", "controller.quorum.bootstrap.servers", "bootstrap.servers"),
}
_MEMBER = "server."
"""How a member of a ZooKeeper ensemble begins in zoo.cfg."""
_NO_PLACE = (
    r"(?:^|[,@]|://)\s*(?:[Yy](?:our|OUR)[-_][\w-]+(?=\s*(?:[:,/]|$))"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=\s*(?:[,/@]|$|:(?!//)))"
    r"|[^,/:@]*:[A-Z][A-Z0-9_]*(?=\s*(?:[,/]|$)))"
)
"""`your-ip`, a host of words in capitals with `_`, a port in capitals: `VM2_IP:9092`, `localhost:ZK_PORT`."""
_NUMBERS = ("INT", "LONG", "SHORT", "DOUBLE")
_FREE = ("STRING", "PASSWORD")


class Taken(enum.Enum):
    """Whether a value is taken: by all releases asked, by none, or by some."""

    BY_ALL = "by all"
    BY_SOME = "by some"
    BY_NONE = "by none"


@frozen
class ValueVerdict:
    """What releases make of a value; `reason` is the words in which the last of them refuses it, or None."""

    taken: Taken
    reason: str | None = None


class Flaw(enum.Enum):
    """What a value holds that was not meant for Kafka."""

    TEMPLATE = "a template that was not rendered"
    QUOTES = "quotes, which are part of the value"
    COMMENT = "a comment, which is part of the value"


def judge_value(name: str, text: str, release: Release | None, group: str = BROKER) -> ValueVerdict:
    """Whether a release takes a text for a setting; None stands for every release that knows the setting.

    What the release does not know it does not refuse: of several, those refuse nothing that have dropped the
    setting; those before it are not meant by who sets it. Neither is refused what is yet to be filled in
    (a template, a reference to a configuration provider).
    """
    if re.search(_TEMPLATE, text) or _RESOLVED_LATER in text:
        return ValueVerdict(taken=Taken.BY_ALL)
    if release is not None:
        setting = settings_of(release, group).get(name)
        reason = None if setting is None else _refusal(setting, text, release)
        return ValueVerdict(taken=Taken.BY_ALL if reason is None else Taken.BY_NONE, reason=reason)
    reasons = [
        _refusal(setting_at(name, row, group), text, releases_of(group)[row[1]])
        for row in rows_of(group).get(name, ())
    ]
    refused = [reason for reason in reasons if reason is not None]
    if not refused:
        return ValueVerdict(taken=Taken.BY_ALL)
    ignored = all(row[1] < len(releases_of(group)) - 1 for row in rows_of(group)[name])
    taken = Taken.BY_NONE if len(refused) == len(reasons) and not ignored else Taken.BY_SOME
    return ValueVerdict(taken=taken, reason=refused[-1])


def can_be_refused(name: str, release: Release | None, group: str = BROKER) -> bool:
    """Whether there is a text that the release, or with None any, refuses for the setting."""
    if release is not None:
        setting = settings_of(release, group).get(name)
        return setting is not None and not _is_free(setting)
    return any(not _is_free(setting_at(name, row, group)) for row in rows_of(group).get(name, ()))


def flaw_of(text: str) -> Flaw | None:
    """What a value or a key holds that was not meant for Kafka, whose files know no quotes."""
    if text.isalnum():
        return None
    if re.search(_TEMPLATE, text):
        return Flaw.TEMPLATE
    bare = text.strip()
    if len(bare) > 1 and bare[0] + bare[-1] in _QUOTES:
        return Flaw.QUOTES
    return Flaw.COMMENT if re.search(_COMMENT, text) else None


def is_to_be_filled_in(name: str, text: str) -> bool:
    """Whether something else is to stand in the place of a setting's value, or of a part of it.

    A word in capitals is what scripts replace where a setting takes numbers alone: `broker.id=BROKER_ID`. In
    a host it has to have a `_`, which no name in DNS has: a machine may be called `KAFKA1`.
    """
    if (name in _PLACES or name.startswith(_MEMBER)) and re.search(_NO_PLACE, text):
        return True
    if text.isupper() and re.fullmatch(_PLACEHOLDER, text.strip()):
        rows = rows_of(BROKER).get(name, ())
        return bool(rows) and all(setting_at(name, row).kind in _NUMBERS for row in rows)
    return flaw_of(text) is Flaw.TEMPLATE


def _is_free(setting: Setting) -> bool:
    return setting.kind in _FREE and setting.rule in ("", "nonnull")


def _refusal(setting: Setting, text: str, release: Release) -> str | None:
    try:
        setting.parse(text, release)
    except Refused as refused:
        return refused.reason
    return None
