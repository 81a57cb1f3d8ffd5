"""Which settings a broker takes from `/config/brokers` (KIP-226; DynamicBrokerConfig of Kafka 1.1 to 3.9).

Every setting that some release lets be changed while it runs counts, by the update modes "per-broker" and
"cluster-wide" that stand in the table of brokers' settings.
"""

from __future__ import annotations

import re
from functools import cache

from driftcheck.kafka.settings import BROKER, UPDATE_MODE, releases_of, rows_of

FIRST = (1, 1)
"""The first family that reads overrides."""

_OF_A_LISTENER = re.compile(r"listener\.name\.[^.]*\.(.*)", re.DOTALL)
_CLUSTER_WIDE_OF_A_LISTENER = frozenset(
    {"max.connections", "max.connection.creation.rate", "num.network.threads"}
)

_OF_LISTENERS_ONLY = ("ssl.keystore.", "ssl.truststore.", "ssl.key.password")
"""How the settings begin that count with a listener's prefix only (DynamicSecurityConfigs)."""


def dynamic_settings(*, for_all: bool) -> frozenset[str]:
    """The settings that count under `/config/brokers/ID`, or those (`for_all`) that do under `<default>`."""
    return _modes()["cluster-wide"] if for_all else _modes()["cluster-wide"] | _modes()["per-broker"]


def is_dynamic(key: str, *, for_all: bool) -> bool:
    """Whether a value under `/config/brokers/ID` counts, or (`for_all`) one under `<default>`.

    There Kafka ignores its other settings, keystores without a listener's prefix among them; a key that is
    not Kafka's (a plugin's) counts.
    """
    listener = _OF_A_LISTENER.match(key)
    if listener is not None:
        return not for_all or listener[1] in _CLUSTER_WIDE_OF_A_LISTENER
    return key in dynamic_settings(for_all=for_all) or key not in _settings_of_kafka()


@cache
def _modes() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {"b": set(), "c": set()}
    for name, rows in rows_of(BROKER).items():
        for row in rows:
            if len(row) > UPDATE_MODE and row[UPDATE_MODE] and not name.startswith(_OF_LISTENERS_ONLY):
                found[row[UPDATE_MODE]].add(name)
    return {"per-broker": frozenset(found["b"]), "cluster-wide": frozenset(found["c"])}


@cache
def _settings_of_kafka() -> frozenset[str]:
    since = next(at for at, release in enumerate(releases_of(BROKER)) if release.family >= FIRST)
    return frozenset(name for name, rows in rows_of(BROKER).items() if rows[-1][1] >= since)
