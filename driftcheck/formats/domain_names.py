"""Domain names as labels: from a host's text, from a zone file's text, and back to text (RFC 1035)."""

from __future__ import annotations

import re
from typing import TypeAlias

DomainName: TypeAlias = tuple[bytes, ...]
"""The labels from left to right in lower case, without the root's empty one."""

MAX_LABEL = 63
MAX_NAME = 253
"""Characters of a name as it is written without escapes and without the trailing dot."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LABEL = rb"(?s)((?:[^.\\]++|\\[0-9]{3}|\\[^0-9])*+)(\.|\Z)"
_ESCAPE = rb"(?s)\\([0-9]{3}|[^0-9])"
_PLAIN = re.compile(rb"[!-\-/-\[\]-~]+")


class DomainNameError(ValueError):
    """A text that no domain name can have; the message says why."""


class RelativeNameError(DomainNameError):
    """A relative name where nothing says to what."""


def host_domain(host: str) -> DomainName:
    """The name that a host's text (without a trailing dot) asks for: its UTF-8 bytes, no escapes, no IDNA.

    Underscores and blanks are asked for, as the C library and Java do. Raises DomainNameError.
    """
    if _CONTROL.search(host):
        raise DomainNameError("it holds control characters")
    try:
        data = host.encode()
    except UnicodeEncodeError:
        raise DomainNameError("it holds half a character") from None
    return _checked(tuple(data.lower().split(b".")))


def parse_domain_name(text: str, origin: DomainName | None) -> DomainName:
    """A name as zone files write it (Latin-1 text): `@`, escapes, relative to `origin` without a final dot.

    Raises DomainNameError; also for a relative name where there is no origin.
    """
    if text == "@":
        relative: DomainName = ()
    elif text == ".":
        return ()
    else:
        data = text.encode("latin-1")
        labels = _escaped_labels(data) if b"\\" in data else tuple(data.lower().split(b"."))
        if labels[-1] == b"" and data:
            return _checked(labels[:-1])
        relative = labels
    if origin is None:
        raise RelativeNameError("it is relative, and nothing says to what: the file needs $ORIGIN")
    return _checked(relative + origin)


def domain_text(name: DomainName) -> str:
    """The name as printable ASCII with escapes as in zone files, without the final dot. The root is `.`."""
    return ".".join(map(_label_text, name)) or "."


def is_within(name: DomainName, apex: DomainName) -> bool:
    """Whether a name is `apex` or lies below it."""
    return not apex or name[-len(apex) :] == apex


def is_short_enough(name: DomainName) -> bool:
    """Whether labels that are fine each are a name together."""
    return sum(map(len, name)) + len(name) - 1 <= MAX_NAME


def _checked(labels: DomainName) -> DomainName:
    if b"" in labels:
        raise DomainNameError("it has an empty label")
    if any(len(label) > MAX_LABEL for label in labels):
        raise DomainNameError(f"it has a label of more than {MAX_LABEL} bytes")
    if not is_short_enough(labels):
        raise DomainNameError(f"it has more than {MAX_NAME} bytes")
    return labels


def _escaped_labels(data: bytes) -> DomainName:
    labels: list[bytes] = []
    position = 0
    pattern = re.compile(_LABEL)
    while True:
        found = pattern.match(data, position)
        if found is None:
            raise DomainNameError("it has a backslash that escapes nothing")
        labels.append(re.sub(_ESCAPE, _unescaped, found[1]).lower())
        if not found[2]:
            return tuple(labels)
        position = found.end()


def _unescaped(found: re.Match[bytes]) -> bytes:
    if len(found[1]) == 1:
        return found[1]
    if (code := int(found[1])) > 255:
        raise DomainNameError(f"\\{code} is no byte")
    return bytes([code])


def _label_text(label: bytes) -> str:
    if _PLAIN.fullmatch(label):
        return label.decode()
    return "".join(
        f"\\{byte:03}" if not 0x21 <= byte <= 0x7E else f"\\{byte:c}" if byte in b".\\" else chr(byte)
        for byte in label
    )
