"""`hosts` files, and what Java takes for the host's own name by them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from driftcheck.model.facts import Absent, Known
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import HostsEntry


@frozen
class LocalName:
    """The name that a host has for itself; `address` is what its hostname maps to, a loopback address too.

    `address_line` and `name_line` are the lines of the hosts file that decide each.
    """

    name: str
    address: str
    address_line: int
    name_line: int

    @property
    def loopback(self) -> bool:
        return ipaddress.ip_address(self.address).is_loopback


def parse_hosts(data: bytes) -> tuple[HostsEntry, ...]:
    """The lines that the C library reads: an IP address and at least one name; others are skipped as there.

    Addresses come in their usual form (`0:0::1` is `::1`), names as written; bytes that are not UTF-8 become
    U+FFFD.
    """
    entries: list[HostsEntry] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        words = [word.decode("utf-8", "replace") for word in line.partition(b"#")[0].split()]
        if len(words) > 1 and (address := _address(words[0])):
            entries.append(HostsEntry(address=address, names=tuple(words[1:]), line=number))
    return tuple(entries)


def canonical_name(entries: Sequence[HostsEntry], hostname: str) -> Known[LocalName] | Absent:
    """What `InetAddress.getLocalHost().getCanonicalHostName()` gives, where the hosts file decides it.

    The hostname's first address, IPv4 before IPv6; then the first name of the first line with that address.
    Absent if the hostname does not stand in the file: then DNS decides.
    """
    wanted = hostname.lower()
    lines = [entry for entry in entries if any(name.lower() == wanted for name in entry.names)]
    if not lines:
        return Absent(evidence=f"the hosts file does not have the name {hostname}")
    own = next((entry for entry in lines if ":" not in entry.address), lines[0])
    first = next(entry for entry in entries if entry.address == own.address)
    return Known(
        value=LocalName(name=first.names[0], address=own.address, address_line=own.line, name_line=first.line)
    )


def _address(word: str) -> str | None:
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return None
