"""The options that say how ZooKeeper is entered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import click

FIELDS = (
    *("auth", "user", "password_file", "tls", "ca", "certificate", "key"),
    *("key_password_file", "verify_hostname"),
)

_OPTIONS = (
    click.option(
        "--zk-auth",
        metavar="[digest|sasl]",
        help="Authenticate to ZooKeeper by addauth or by SASL/DIGEST-MD5; or DRIFTCHECK_ZK_AUTH.",
    ),
    click.option("--zk-user", metavar="USER", help="As this user; or DRIFTCHECK_ZK_USER."),
    click.option(
        "--zk-password-file",
        type=click.Path(),
        metavar="FILE",
        help="With the password in this file; or DRIFTCHECK_ZK_PASSWORD, which holds it.",
    ),
    click.option("--zk-tls", is_flag=True, default=None, help="Speak TLS; a file for it says so, too."),
    click.option("--zk-ca", type=click.Path(), metavar="FILE", help="Trust this CA (PEM) and no other."),
    click.option(
        "--zk-certificate", type=click.Path(), metavar="FILE", help="The client's certificate (PEM)."
    ),
    click.option(
        "--zk-key", type=click.Path(), metavar="FILE", help="Its key, if that is a file of its own."
    ),
    click.option(
        "--zk-key-password-file",
        type=click.Path(),
        metavar="FILE",
        help="The key's password; or DRIFTCHECK_ZK_KEY_PASSWORD, which holds it.",
    ),
    click.option(
        "--zk-verify-hostname/--zk-no-verify-hostname",
        default=None,
        help="Whether the certificate has to be for the host that was dialled; it has to.",
    ),
)


def zookeeper_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds them; the command gets them as `access`, by the keys of the configuration's SETTINGS."""

    @functools.wraps(command)
    def with_options(**given: Any) -> int:
        access: Mapping[str, str | bool | None] = {
            f"zookeeper.{name}": _text(given.pop(f"zk_{name}")) for name in FIELDS
        }
        return command(access=access, **given)

    decorated: Callable[..., int] = with_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def _text(value: str | bool | None) -> str | None:
    """False is said, too, where a flag has two sides."""
    return str(value).lower() if isinstance(value, bool) else value
