"""Which settings hold what must never leave, for every release and for plugins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.secrets import (
    _HINTS,
    _SECRET_WORD,
    has_url_password,
    is_secret,
    is_secret_value,
    speaks_of_secrets,
)
from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.versions import families


@pytest.mark.parametrize(
    "key",
    [
        "ssl.keystore.password",
        "SSL.KEY.PASSWORD",
        "ssl.keystore.key",
        "listener.name.external.ssl.keystore.key",
        "sasl.jaas.config",
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        "confluent.metrics.reporter.sasl.jaas.config",
        "password.encoder.secret",
        "password.encoder.old.secret",
        "delegation.token.master.key",
        "delegation.token.secret.key",
        "zookeeper.ssl.keystore.password",
        "aws.secret.access.key",
        "metrics.reporter.api.key",
        "vault.token",
        "basic.auth.user.info",
        "sasl.login.credentials",
        "db.passwd",
    ],
)
def test_secrets(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "broker.id",
        "advertised.listeners",
        "log.dirs",
        "ssl.keystore.location",
        "ssl.truststore.certificates",
        "ssl.keystore.type",
        "password.encoder.iterations",
        "password.encoder.key.length",
        "delegation.token.max.lifetime.ms",
        "delegation.token.expiry.check.interval.ms",
        "sasl.oauthbearer.token.endpoint.url",
        "basic.auth.credentials.source",
        "key.converter",
        "bypass.checks",
        "",
    ],
)
def test_what_is_none(key: str) -> None:
    assert not is_secret(key)


def test_every_password_setting_of_every_release_is_secret() -> None:
    missed = {
        name
        for release in families()
        if release.family >= (0, 9)
        for name, setting in settings_of(release).items()
        if setting.kind == "PASSWORD" and not is_secret(name)
    }
    # Certificates are of the type PASSWORD as well, only to keep them out of logs.
    assert missed <= {"ssl.keystore.certificate.chain", "ssl.truststore.certificates"}


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("https://metrics:hunter2@metrics.example.com/", True),
        ("jdbc:postgresql://u:p@db/x", True),
        ("a,redis://:hunter2@cache:6379/0", True),
        ("https://metrics.example.com:443/a@b", False),
        ("https://metrics@metrics.example.com/", False),
        ("PLAINTEXT://kafka01:9092,SSL://kafka01:9093", False),
        ("user@example.com:9092", False),
        (9092, False),
    ],
)
def test_a_url_may_hold_a_password(value: object, holds: bool) -> None:
    assert has_url_password(value) is holds
    assert is_secret_value("metrics.url", value) is holds
    assert is_secret_value("ssl.key.password", value)


@given(st.from_regex(_SECRET_WORD))
def test_no_hint_is_missing(key: str) -> None:
    """What is looked for first, for speed, is in everything that the pattern finds."""
    assert any(hint in key for hint in _HINTS)


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("broker.config.properties['ssl.keystore.password'] == 'x'", True),
        ("zookeeper:\n  auth: {user: k, password: x}\n", True),
        ("broker.config.properties['ssl.keystore.location']", False),
        ("rules: []\n", False),
        ("cannot reach https://u:hunter2@example.com/", True),
        ("", False),
    ],
)
def test_texts_that_speak_of_secrets(text: str, speaks: bool) -> None:
    assert speaks_of_secrets(text) is speaks
