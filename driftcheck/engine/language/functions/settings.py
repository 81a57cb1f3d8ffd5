"""Questions about a broker's or client's settings as a whole: which keys and values Kafka would not take.

The filters of settings give the keys of which the question is answered with yes, sorted; where it is not
known of a key, the list may have further elements. A version that is not known stands for all releases.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from driftcheck.engine.language.functions.entry import relisted
from driftcheck.engine.language.values import (
    Open,
    Properties,
    Secret,
    concealed,
    described,
    is_open,
    merged,
    revealed,
    unsupported,
    value_of,
)
from driftcheck.errors import UsageError
from driftcheck.kafka.catalogue import replaced_by, since, until
from driftcheck.kafka.setting_names import KeyKind, judge_key
from driftcheck.kafka.setting_values import Flaw, Taken, can_be_refused, flaw_of, judge_value
from driftcheck.kafka.settings import BROKER, releases_of, rows_of, settings_of
from driftcheck.kafka.versions import Release, parse_version
from driftcheck.model.facts import Absent

NO_REASON = Absent(evidence="Kafka takes the value")
NOTHING_NEAR = Absent(evidence="no setting has a name like it")
NOT_REPLACED = Absent(evidence="nothing took its place")

Chosen = bool | None
"""Whether a key is among those asked for; None where the version or the value would have to be known."""


def keys_that(choose: Callable[[str, object, Release | None], Chosen]) -> Callable[[object, object], object]:
    """A filter of settings with a version: the keys that are chosen, by key, value and release."""

    def run(settings: object, version: object) -> object:
        if isinstance(settings, Absent):
            return settings
        if is_open(settings):
            return merged((settings,))
        if not isinstance(settings, Properties):
            return unsupported(f"{described(settings)} stands where settings are expected")
        release = _release(version)
        if isinstance(release, Open):
            return release
        found: list[object] = []
        doubts: list[object | None] = [None if settings.whole else value_of(settings.unsaid("every key"))]
        for key in sorted(settings.entries):
            value = value_of(settings.entries[key])
            chosen = choose(key, value, release)
            if chosen:
                found.append(key)
            elif chosen is None:
                doubts.append(value if is_open(value) else version)
        return relisted(found, [_doubt(each) for each in doubts])

    return run


def _doubt(value: object) -> object | None:
    if value is None or is_open(value):
        return value
    return unsupported("the Kafka version is not known")


def _release(version: object) -> Release | Open | None:
    """The release of a version; None where it is not known, Open where the text is none."""
    if is_open(version) or isinstance(version, Absent):
        return None
    if not isinstance(version, str):
        return unsupported(f"{described(version)} stands where a version is expected")
    try:
        return parse_version(version)
    except UsageError:
        return unsupported("the text is no version of Kafka")


def _is_misspelt(key: str, value: object, release: Release | None) -> Chosen:
    return _kind(key, release) is KeyKind.MISSPELT


def _is_unknown(key: str, value: object, release: Release | None) -> Chosen:
    return _kind(key, release) is KeyKind.UNKNOWN and flaw_of(key) is not Flaw.TEMPLATE


def _is_of_another_release(key: str, value: object, release: Release | None) -> Chosen:
    kind = _kind(key, release)
    if kind is KeyKind.ELSEWHERE:
        return True
    decided = kind is not KeyKind.KNOWN or release is not None or key in _known_to_all()
    return False if decided else None


def _is_deprecated(key: str, value: object, release: Release | None) -> Chosen:
    if release is not None:
        setting = settings_of(release).get(key)
        return setting is not None and setting.deprecated
    deprecated = [len(row) > 7 and "d" in row[7] for row in rows_of(BROKER).get(key, ())]
    return None if any(deprecated) else False


def _is_refused(key: str, value: object, release: Release | None) -> Chosen:
    if key not in rows_of(BROKER) or isinstance(value, Absent):
        return False
    if is_open(value):
        return None if can_be_refused(key, release) else False
    taken = judge_value(key, str(revealed(value)), release).taken
    return None if taken is Taken.BY_SOME else taken is Taken.BY_NONE


def _is_flawed(key: str, value: object, release: Release | None) -> Chosen:
    text = revealed(value)
    flaw = flaw_of(text) if isinstance(text, str) else None
    return key in rows_of(BROKER) and flaw is not None and flaw is not Flaw.TEMPLATE


def _is_unrendered(key: str, value: object, release: Release | None) -> Chosen:
    text = revealed(value)
    return Flaw.TEMPLATE in (flaw_of(key), flaw_of(text) if isinstance(text, str) else None)


def _kind(key: str, release: Release | None) -> KeyKind:
    if key in (rows_of(BROKER) if release is None else settings_of(release)):
        return KeyKind.KNOWN
    return judge_key(key, release).kind


@cache
def _known_to_all() -> frozenset[str]:
    """The settings that brokers of all releases know."""
    everything = [tuple(settings_of(release)) for release in releases_of(BROKER)]
    return frozenset(everything[0]).intersection(*everything[1:])


misspelt_keys = keys_that(_is_misspelt)
unknown_keys = keys_that(_is_unknown)
foreign_keys = keys_that(_is_of_another_release)
deprecated_keys = keys_that(_is_deprecated)
refused_keys = keys_that(_is_refused)
flawed_keys = keys_that(_is_flawed)
unrendered_keys = keys_that(_is_unrendered)


def nearest_setting(key: object, version: object) -> object:
    """The release's setting that a key was probably meant to be."""
    release = _release(version)
    if not isinstance(key, str) or isinstance(release, Open):
        return _no_text(key) if not isinstance(key, str) else release
    return judge_key(key, release).nearest or NOTHING_NEAR


def setting_releases(key: str) -> str:
    """Which releases know a key: `0.8.1 to 2.8`, `0.9.0 and later`, `none`."""
    verdict = judge_key(key)
    if verdict.since is not None:
        return verdict.since
    if key not in rows_of(BROKER):
        return "none"
    last = until(key)
    if last is None:
        return f"{since(key)} and later"
    return since(key) if last == since(key) else f"{since(key)} to {last}"


def setting_instead(key: str) -> object:
    """What took the place of a setting: `a`, or `a, b`."""
    return ", ".join(replaced_by(key) or replaced_by(key, f"{BROKER}-0.7")) or NOT_REPLACED


def refusal_of(settings: object, key: object, version: object) -> object:
    """In which words Kafka refuses a setting's value; where the version is not known the newest one's."""
    release = _release(version)
    if is_open(settings) or isinstance(settings, Absent):
        return merged((settings,)) if is_open(settings) else settings
    if not isinstance(settings, Properties):
        return unsupported(f"{described(settings)} stands where settings are expected")
    if not isinstance(key, str) or isinstance(release, Open):
        return _no_text(key) if not isinstance(key, str) else release
    value = value_of(settings.get(key))
    if is_open(value) or isinstance(value, Absent):
        return value
    reason = judge_value(key, str(revealed(value)), release).reason
    if reason is None:
        return NO_REASON
    return concealed(reason) if isinstance(value, Secret) else reason


def _no_text(value: object) -> object:
    if is_open(value) or isinstance(value, Absent):
        return value
    return unsupported(f"{described(value)} stands where a text is expected")


def flaw_in(value: str) -> object:
    """What a value holds that was not meant for Kafka."""
    flaw = flaw_of(value)
    return NO_REASON if flaw is None else flaw.value
