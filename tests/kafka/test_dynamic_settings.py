"""Which settings a running broker takes from ZooKeeper."""

from __future__ import annotations

import pytest

from driftcheck.kafka.dynamic_settings import dynamic_settings, is_dynamic
from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.versions import families


@pytest.mark.parametrize(
    ("key", "one", "every"),
    [
        ("min.insync.replicas", True, True),
        ("advertised.listeners", True, False),
        ("sasl.jaas.config", True, False),
        ("listener.name.external.ssl.keystore.location", True, False),
        ("listener.name.external.max.connections", True, True),
        ("ssl.keystore.location", False, False),
        ("num.partitions", False, False),
        ("broker.id", False, False),
        ("my.plugin.level", True, True),
    ],
)
def test_a_setting_counts_for_one_broker_or_for_all(key: str, one: bool, every: bool) -> None:
    assert is_dynamic(key, for_all=False) is one
    assert is_dynamic(key, for_all=True) is every


def test_the_table_names_kafkas_own_settings() -> None:
    known = {name for release in families()[3:] for name in settings_of(release)}
    assert dynamic_settings(for_all=False) <= known
    assert dynamic_settings(for_all=True) < dynamic_settings(for_all=False)
