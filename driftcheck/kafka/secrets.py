"""Which settings hold what must never leave."""

from __future__ import annotations

import re
from functools import lru_cache

_EXACT = frozenset(
    {
        "sasl.jaas.config",
        "ssl.key",
        "ssl.keystore.key",
        "key.pem",
        "keystore.key",
        "delegation.token.master.key",
        "delegation.token.secret.key",
        "password.encoder.secret",
        "password.encoder.old.secret",
    }
)

_ENDINGS = tuple(f".{name}" for name in sorted(_EXACT))

_HINTS = ("pass", "secret", "pwd", "credential", "jaas", "key", "token", "pem", "auth")
"""Without one of these no key matches below; most keys have none, and the patterns are not even compiled."""

_SECRET_WORD = r"""(?x)
    pass (?: word | wd | phrase ) | (?<![a-z]) pass (?![a-z])
    | secret
    | (?<![a-z]) pwd (?![a-z])
    | credential
    | jaas [._-]? config
    | api [._-]? key
    | (?: private | access | encryption | signing | master | shared | account ) [._-]? key
      (?! [._-]? (?:id|store) )
    | (?<![a-z]) tokens? $
    | (?: auth | access | bearer | refresh ) [._-]? token
    | keystore [._-]? key $
    | private [._-]? pem
    | auth [._-]? user [._-]? info
    """

_HARMLESS = r"""(?x)
    ^ password\.encoder\.(?!(?:old\.)?secret$)
    | \. (?: algorithm | iterations | length | provider | file | path | location | type | class | source
           | url | uri | endpoint
           | (?: ms | seconds | minutes | hours | bytes ) )
      (?: \.|$ )
    """


_URL_WITH_PASSWORD = r"\b[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s/@]+@"
"""Of a scheme in small letters: a listener's name is written in capitals, and Kafka's own words quote it."""


def is_secret_value(key: str, value: object) -> bool:
    """Whether a setting must not be shown: by its key, or because it holds a URL with a password in it."""
    return is_secret(key) or has_url_password(value)


def has_url_password(value: object) -> bool:
    """`https://metrics:hunter2@metrics.example.com/`."""
    return isinstance(value, str) and "://" in value and re.search(_URL_WITH_PASSWORD, value) is not None


@lru_cache(maxsize=2_000)
def is_secret(key: str) -> bool:
    """Whether a property's value must not be shown (case does not matter; unset values neither).

    Covers the PASSWORD settings of every release's KafkaConfig (`ssl.keystore.password`,
    `sasl.jaas.config`, `ssl.keystore.key`, `password.encoder.secret`, `delegation.token.master.key`, …),
    with a listener's prefix (`listener.name.x.plain.sasl.jaas.config`), and any key of a plugin that
    speaks of passwords, secrets, credentials or tokens. In doubt a key is secret, but a setting *about*
    secrets (`password.encoder.iterations`, `sasl.oauthbearer.token.endpoint.url`) is not.
    """
    name = key.strip().lower()
    if not any(hint in name for hint in _HINTS):
        return False
    if name in _EXACT or name.endswith(_ENDINGS):
        return True
    return bool(re.search(_SECRET_WORD, name)) and not re.search(_HARMLESS, name)


def speaks_of_secrets(text: str) -> bool:
    """Whether a word of the text names something whose value is secret: beside it may stand the value.

    So does a URL with a password in it.
    """
    return has_url_password(text) or any(is_secret(word) for word in set(re.findall(r"[\w.-]+", text)))
