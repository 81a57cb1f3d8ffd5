"""Single values of the configuration, from text: what is allowed, and what to say if it is not."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from datetime import timedelta

from driftcheck.chef.query import QueryError, parse_query
from driftcheck.errors import UsageError
from driftcheck.kafka.versions import parse_version
from driftcheck.model.rule import Level
from driftcheck.sources.files.file_pattern import PatternError, parse_pattern

OLDEST_CHEF, NEWEST_CHEF = 10, 19
AUTHENTICATIONS = ("digest", "sasl")

_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}")
_RULE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
_AGE = re.compile(r"[1-9][0-9]{0,5}[smhd]")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class ValueRefused(ValueError):  # noqa: N818 (a verdict about a value; the error that is shown is ConfigurationError)
    """A value is not allowed; `allowed` says what is."""

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = allowed


def kafka_version(text: str) -> str:
    """A Kafka release such as `0.8.2.2`, `2.8` or `3.9.1`."""
    try:
        if _VERSION.fullmatch(text) is not None:
            parse_version(text)
            return text
    except UsageError as error:
        raise ValueRefused(error.message, error.hint) from None
    raise ValueRefused(f"{quoted(text)} is not a Kafka release", "allowed: 0.8.2.2, 2.8, 3.9.1 and the like")


def chef_version(text: str) -> int:
    """The first number of a release of Chef."""
    if text.isascii() and text.isdigit() and len(text) == 2 and OLDEST_CHEF <= int(text) <= NEWEST_CHEF:
        return int(text)
    raise ValueRefused(f"{quoted(text)} is not a release of Chef", f"allowed: {OLDEST_CHEF} to {NEWEST_CHEF}")


def level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        allowed = "allowed: " + ", ".join(level.value for level in Level)
        raise ValueRefused(f"{quoted(text)} is not a level{nearest(text, Level)}", allowed) from None


def boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueRefused(f"{quoted(text)} is neither true nor false", "allowed: true, false")
    return text.lower() == "true"


def age(text: str) -> timedelta:
    """`90m`, `24h`, `7d`: a whole number and s, m, h or d."""
    if _AGE.fullmatch(text) is None:
        raise ValueRefused(f"{quoted(text)} is not an age", "allowed: 90m, 24h, 7d, …")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def rule(text: str) -> str:
    """A rule's id, the beginning of one, or its name."""
    if _RULE.fullmatch(text) is None:
        raise ValueRefused(f"{quoted(text)} names no rule", "allowed: an id, its beginning, a name")
    return text


def pattern(text: str) -> str:
    try:
        parse_pattern(text)
    except PatternError as error:
        raise ValueRefused(f"{quoted(text)}: {error}", "example: rendered/{node}/server.properties") from None
    return text


def query(text: str) -> str:
    """A Chef search query."""
    try:
        parse_query(text)
    except QueryError as error:
        message = f"the query {quoted(text)} cannot be read: {error}"
        raise ValueRefused(message, "example: role:kafka AND chef_environment:prod") from None
    return text


def resolver(text: str) -> str:
    """`IP`, `IP:port`, `[IPv6]:port` or `system`."""
    if text == "system":
        return text
    host, port = text, "53"
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":") if port else "53"
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    try:
        ipaddress.ip_address(host)
        in_range = port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536
    except ValueError:
        in_range = False
    if not in_range:
        allowed = "allowed: IP, IP:port, [IPv6]:port, system"
        raise ValueRefused(f"{quoted(text)} is not the address of a resolver", allowed)
    return text


def authentication(text: str) -> str:
    """`digest` or `sasl`."""
    if text not in AUTHENTICATIONS:
        allowed = "allowed: " + ", ".join(AUTHENTICATIONS)
        raise ValueRefused(
            f"{quoted(text)} is no way to authenticate{nearest(text, AUTHENTICATIONS)}", allowed
        )
    return text


def password(text: str) -> str:
    """Any text with something in it; no message ever repeats it."""
    if not text:
        raise ValueRefused("the password is empty", "write one, or leave the key out")
    return text


def text(value: str) -> str:
    """Any text with something in it."""
    if not value.strip():
        raise ValueRefused("the text is empty", "write a text, or leave the key out")
    return value


def nearest(word: str, allowed: Iterable[str]) -> str:
    """`, did you mean "x"?` if one of the words is near, else nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word[:100], [str(one) for one in allowed], n=1, cutoff=0.6)
    return f', did you mean "{near[0]}"?' if near else ""


def quoted(value: str) -> str:
    """A text of the user's in a message: shortened, control characters escaped."""
    shown = value if len(value) <= 60 else value[:57] + "…"
    return '"' + "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown) + '"'
