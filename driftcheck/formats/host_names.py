"""Host names and IP literals: what can be said of them by their text alone; nothing is resolved.

Hosts compare without regard to case and to a trailing dot; an IPv6 literal may stand in brackets.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOCALHOSTS = frozenset(
    {"localhost4", "localhost6", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
)
_OCTETS = {str(number): number for number in range(256)}
_ENCODED = re.compile(r"(?:ip|ec2)-([0-9]{1,3})-([0-9]{1,3})-([0-9]{1,3})-([0-9]{1,3})(?:\.|$)")
_PUBLIC_EC2 = re.compile(r"ec2-[0-9-]+\.(?:[a-z0-9-]+\.)?compute(?:-1)?\.amazonaws\.com(?:\.cn)?")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,8}|[0-9]{1,11}")
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def host_key(host: str) -> str:
    """The text by which equal hosts are equal: a name in lower case without its last dot, or an address in
    its usual form without brackets (`[0:0::1]` is `::1`). Blanks count.
    """
    if plain_ipv4(host) is not None:
        return host
    address = _literal(host)
    key = host.lower().removesuffix(".") if address is None else str(address)
    return host if key == host else key  # nearly always: that one text is kept, and no other


def plain_ipv4(text: str) -> int | None:
    """The number of an IPv4 address in its usual form; None for anything else.

    Most addresses are of this kind, and `ipaddress` takes ten times as long for them.
    """
    if not text[:1].isdigit():
        return None
    parts = text.split(".")
    if len(parts) != 4:
        return None
    first, second, third, fourth = map(_OCTETS.get, parts)
    if first is None or second is None or third is None or fourth is None:
        return None
    return first << 24 | second << 16 | third << 8 | fourth


def is_ip(host: str) -> bool:
    """Whether it is an IP literal: four decimal parts, or IPv6 with or without brackets."""
    return _literal(host) is not None


def is_wildcard(host: str) -> bool:
    """Whether it stands for every address: `0.0.0.0`, `::`, `0` and their other spellings, or `*`."""
    if host == "*":
        return True
    address = _address(host)
    return address is not None and address.is_unspecified


def is_loopback(host: str) -> bool:
    """Whether it is an address of the machine itself: 127.0.0.0/8 in any spelling, or `::1`."""
    address = _address(host)
    return address is not None and address.is_loopback


def is_link_local(host: str) -> bool:
    """Whether it is an address that no router forwards: 169.254.0.0/16 or fe80::/10."""
    address = _address(host)
    return address is not None and address.is_link_local


def is_public_address(host: str) -> bool:
    """Whether it is an address that is routed in the internet."""
    address = _address(host)
    return address is not None and address.is_global


def is_public_ipv4(host: str) -> bool:
    """Whether it is an IPv4 literal of four decimal parts that is routed in the internet."""
    if host.startswith(("10.", "192.168.")):
        return False  # nearly all of them: no parsing for each
    return is_ipv4(host) and is_public_address(host)


def is_ipv4(host: str) -> bool:
    """Whether it is an IPv4 literal of four decimal parts."""
    return isinstance(_literal(host), ipaddress.IPv4Address)


def is_localhost(host: str) -> bool:
    """Whether it is a name of the machine itself: `localhost`, `localhost.…`, `….localhost` and the like."""
    name = host.lower().removesuffix(".")
    labels = name.split(".")
    return "localhost" in (labels[0], labels[-1]) or labels[0] in _LOCALHOSTS or name in _LOCALHOSTS


def is_qualified(host: str) -> bool:
    """Whether no search domain is needed: an address, or a name with a dot (a last one counts)."""
    return "." in host or is_ip(host)


def encoded_address(host: str) -> str | None:
    """The IPv4 address that an EC2 name spells (`ip-10-0-3-20.ec2.internal`, `ec2-54-1-2-3.…`), else None."""
    found = _ENCODED.match(host.lower())
    if found is None or any(int(part) > 255 for part in found.groups()):
        return None
    return ".".join(str(int(part)) for part in found.groups())


def is_public_ec2_name(host: str) -> bool:
    """Whether it is the name that EC2 gives a public address: it resolves to another one inside the VPC."""
    name = host.lower().removesuffix(".")
    return _PUBLIC_EC2.fullmatch(name) is not None and encoded_address(name) is not None


def is_private_address(address: str) -> bool:
    """Whether an IP literal is for use inside a network (RFC 1918, RFC 6598, RFC 4193); a name is none."""
    found = _address(address)
    return found is not None and any(
        found in network for network in _PRIVATE if network.version == found.version
    )


def _literal(host: str) -> Address | None:
    if host[:1].isalpha() and ":" not in host:
        return None  # most hosts are names
    return _parsed(host)


@lru_cache(maxsize=20_000)
def _parsed(host: str) -> Address | None:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" not in bare and not bare[:1].isdigit():
        return None  # no exception for each name
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def _address(host: str) -> Address | None:
    """The address that a resolver would take the text for without asking anyone (`127.1` is 127.0.0.1)."""
    address = _literal(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address if address is not None else _short_address(host)


def _short_address(host: str) -> Address | None:
    """`inet_aton`'s spellings: one to four numbers in any base, of which the last fills the rest."""
    if not host[:1].isdigit():
        return None
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *front, last = [int(part, 8 if part.isdigit() and part[0] == "0" else 0) for part in parts]
    except ValueError:
        return None
    if any(number > 255 for number in front) or last >= 256 ** (4 - len(front)):
        return None
    value = last
    for position, number in enumerate(front):
        value += number << (8 * (3 - position))
    return ipaddress.IPv4Address(value)
