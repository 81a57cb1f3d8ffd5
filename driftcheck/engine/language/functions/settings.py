"""Questions about a broker's or client's settings as a whole: which keys and values Kafka would not take.

The filters of settings give the keys of which the question is answered with yes, sorted; where it is not
known of a key, the list may have further elements. A version that is not known stands for all releases.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

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
from driftcheck.kafka.catalogue import replaced_by, runs_of, since, until
from driftcheck.kafka.setting_names import KeyKind, judge_key, misspelt_client_key
from driftcheck.kafka.setting_values import (
    Flaw,
    Taken,
    can_be_refused,
    flaw_of,
    is_to_be_filled_in,
    judge_value,
)
from driftcheck.kafka.settings import BROKER, releases_of, rows_of, setting_at, settings_of
from driftcheck.kafka.versions import Release, parse_version
from driftcheck.model.facts import Absent

NO_REASON = Absent(evidence="Kafka takes the value")
NOTHING_NEAR = Absent(evidence="no setting has a name like it")
NOT_REPLACED = Absent(evidence="nothing took its place")

Chosen = bool | None
"""Whether a key is among those asked for; None where the version or the value would have to be known."""

_FLEET = 64
"""Sets of keys whose verdicts are kept: a fleet's brokers have one and the same."""

_VALUES = 50_000
"""Values whose verdicts are kept; secrets are not."""


def keys_by_name(choose: Callable[[str, Release | None], Chosen]) -> Callable[[object, object], object]:
    """A filter of settings with a version: the keys that are chosen, whatever their values are.

    A key whose value is not known may not be set at all, as where overrides cannot be read: it is a doubt.
    """

    @lru_cache(maxsize=_FLEET)
    def chosen(keys: frozenset[str], version: str | None) -> tuple[tuple[str, ...], bool]:
        release = None if version is None else parse_version(version)
        answers = {key: choose(key, release) for key in sorted(keys)}
        return tuple(key for key, answer in answers.items() if answer), None in answers.values()

    def run(settings: object, version: object) -> object:
        release = _release(version)
        if not isinstance(settings, Properties) or isinstance(release, Open):
            return _unusable(settings) if not isinstance(settings, Properties) else release
        found, doubtful = chosen(frozenset(settings.entries), _text_of(version, release))
        values = {key: value_of(settings.entries[key]) for key in found}
        unsure = [value for value in values.values() if is_open(value)]
        there = [key for key, value in values.items() if not is_open(value)]
        return relisted(there, [_unsaid(settings), _doubt(version) if doubtful else None, *unsure])

    return run


def keys_by_value(
    choose: Callable[[str, object, Release | None], Chosen],
) -> Callable[[object, object], object]:
    """A filter of settings with a version: the keys that are chosen, by their values."""

    @lru_cache(maxsize=_VALUES)
    def chosen_for(key: str, text: str, version: str | None) -> Chosen:
        return choose(key, text, None if version is None else parse_version(version))

    def run(settings: object, version: object) -> object:
        release = _release(version)
        if not isinstance(settings, Properties) or isinstance(release, Open):
            return _unusable(settings) if not isinstance(settings, Properties) else release
        found: list[str] = []
        doubts: list[object | None] = [_unsaid(settings)]
        known = _text_of(version, release)
        for key, fact in settings.entries.items():
            value = value_of(fact)
            chosen = chosen_for(key, value, known) if type(value) is str else choose(key, value, release)
            if chosen:
                found.append(key)
            elif chosen is None:
                doubts.append(value if is_open(value) else _doubt(version))
        return relisted(sorted(found), doubts)

    return run


def _unusable(settings: object) -> object:
    if is_open(settings):
        return merged((settings,))
    if isinstance(settings, Absent):
        return settings
    return unsupported(f"{described(settings)} stands where settings are expected")


def _unsaid(settings: Properties) -> object | None:
    return None if settings.whole else value_of(settings.unsaid("every key"))


def _doubt(version: object) -> object:
    return version if is_open(version) else unsupported("the Kafka version is not known")


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


def _text_of(version: object, release: Release | None) -> str | None:
    """What verdicts are remembered by: the version's text, None where it is not known."""
    return version if release is not None and isinstance(version, str) else None


def _is_misspelt(key: str, release: Release | None) -> Chosen:
    return judge_key(key, release).kind is KeyKind.MISSPELT


def _is_unknown(key: str, release: Release | None) -> Chosen:
    return judge_key(key, release).kind is KeyKind.UNKNOWN and flaw_of(key) is not Flaw.TEMPLATE


def _is_of_another_release(key: str, release: Release | None) -> Chosen:
    kind = judge_key(key, release).kind
    if kind is KeyKind.ELSEWHERE:
        return True
    decided = kind is not KeyKind.KNOWN or release is not None or key in _known_to_all()
    return False if decided else None


@cache
def _known_to_all() -> frozenset[str]:
    """The settings that brokers of all releases know."""
    last = len(releases_of(BROKER)) - 1
    return frozenset(name for name, rows in rows_of(BROKER).items() if runs_of(rows) == [(0, last)])


def _is_deprecated(key: str, release: Release | None) -> Chosen:
    if release is not None:
        setting = settings_of(release).get(key)
        return setting is not None and setting.deprecated
    deprecated = [setting_at(key, row).deprecated for row in rows_of(BROKER).get(key, ())]
    return None if any(deprecated) else False


def _is_refused(key: str, value: object, release: Release | None) -> Chosen:
    if isinstance(value, Absent) or not _can_be_refused(key, release):
        return False
    if is_open(value):
        return None
    taken = judge_value(key, str(revealed(value)), release).taken
    return None if taken is Taken.BY_SOME else taken is Taken.BY_NONE


@cache
def _can_be_refused(key: str, release: Release | None) -> bool:
    return can_be_refused(key, release)


def _is_flawed(key: str, value: object, release: Release | None) -> Chosen:
    return _flaw(value) in (Flaw.QUOTES, Flaw.COMMENT) and key in rows_of(BROKER)


def _is_unrendered(key: str, value: object, release: Release | None) -> Chosen:
    """A file's value with such marks is not known; what it could be is the text as it stands."""
    if _flaw_of_text(key) is Flaw.TEMPLATE or _flaw(value) is Flaw.TEMPLATE:
        return True
    unknowns = value.unknowns if isinstance(value, Open) else ()
    return any(
        is_to_be_filled_in(key, option.value)
        for unknown in unknowns
        for option in unknown.candidates
        if isinstance(option.value, str)
    )


def _flaw(value: object) -> Flaw | None:
    if isinstance(value, str):
        return _flaw_of_text(value)
    text = revealed(value)
    return flaw_of(text) if isinstance(text, str) else None


@lru_cache(maxsize=_VALUES)
def _flaw_of_text(text: str) -> Flaw | None:
    return flaw_of(text)


misspelt_keys = keys_by_name(_is_misspelt)
unknown_keys = keys_by_name(_is_unknown)
foreign_keys = keys_by_name(_is_of_another_release)
deprecated_keys = keys_by_name(_is_deprecated)
refused_keys = keys_by_value(_is_refused)
flawed_keys = keys_by_value(_is_flawed)
unrendered_keys = keys_by_value(_is_unrendered)


def misspelt_client_keys(settings: object, kind: object) -> object:
    """The keys of a client's file that are no settings in any release, but nearly."""
    if not isinstance(settings, Properties):
        return _unusable(settings)
    if not isinstance(kind, str):
        return _no_text(kind)
    found = [key for key in sorted(settings.entries) if misspelt_client_key(key, kind) is not None]
    return relisted(found, [_unsaid(settings)])


def nearest_client_setting(key: str, kind: str) -> object:
    """The setting that a key of a client's file was probably meant to be."""
    return misspelt_client_key(key, kind) or NOTHING_NEAR


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
    if not isinstance(settings, Properties):
        return _unusable(settings)
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
