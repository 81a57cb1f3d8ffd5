"""Which settings a broker takes from `/config/brokers` (KIP-226; DynamicBrokerConfig of Kafka 1.1 to 3.9).

The table is data: `data/dynamic_settings.json`, every setting that some release lets be changed while it
runs, by Kafka's update modes "per-broker" and "cluster-wide".
"""

from __future__ import annotations

import re
from functools import cache

from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import families

FIRST = (1, 1)
"""The first family that reads overrides."""

_OF_A_LISTENER = re.compile(r"listener\.name\.[^.]*\.(.*)", re.DOTALL)
_CLUSTER_WIDE_OF_A_LISTENER = frozenset(
    {"max.connections", "max.connection.creation.rate", "num.network.threads"}
)


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
    return {mode: frozenset(names) for mode, names in read_table("dynamic_settings.json").items()}


@cache
def _settings_of_kafka() -> frozenset[str]:
    known = [settings_of(release) for release in families() if release.family >= FIRST]
    return frozenset(name for settings in known for name in settings)
