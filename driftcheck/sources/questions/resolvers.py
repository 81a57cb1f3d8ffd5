"""Which servers a resolver stands for, and under which names it looks for a host: resolv.conf(5)."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

from driftcheck.formats.domain_names import DomainName, DomainNameError, host_domain, is_short_enough
from driftcheck.model.frozen import frozen

SYSTEM = "system"
DNS_PORT = 53
MAX_SERVERS = 3
"""The C library's MAXNS."""

MAX_SEARCH = 32
MAX_NDOTS = 15
MAX_BYTES = 1024 * 1024

_PORT = re.compile(r"[0-9]{1,5}")


@frozen(order=True)
class Server:
    """A name server's address."""

    host: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        if self.port == DNS_PORT:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@frozen
class Resolver:
    """Servers that are asked in order until one answers. `vantage` is what observations call it.

    A name with fewer than `ndots` dots is looked for below each `search` domain first, as itself last; other
    names the other way round.
    """

    vantage: str
    servers: tuple[Server, ...]
    search: tuple[DomainName, ...] = ()
    ndots: int = 1

    def candidates(self, domain: DomainName) -> tuple[DomainName, ...]:
        """The names that are asked for in turn, as the C library's `res_search` does."""
        below = [domain + each for each in self.search if is_short_enough(domain + each)]
        ordered = [domain, *below] if len(domain) - 1 >= self.ndots else [*below, domain]
        return tuple(dict.fromkeys(ordered))


@frozen
class SystemFiles:
    """What this machine resolves names by; `hostname` gives the search domain where no file does."""

    resolv_conf: Path = Path("/etc/resolv.conf")
    hosts: Path = Path("/etc/hosts")
    hostname: str = field(default_factory=lambda: os.uname().nodename)
    port: int = DNS_PORT


def parse_resolver(text: str) -> Resolver | None:
    """`IP`, `IP:port` or `[IPv6]:port`; None for anything else."""
    host, port = text, str(DNS_PORT)
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return None
        port = rest[1:] if rest else port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    address = _address(host)
    if address is None or _PORT.fullmatch(port) is None or not 0 < int(port) < 65536:
        return None
    server = Server(host=address, port=int(port))
    return Resolver(vantage=str(server), servers=(server,))


def system_resolver(files: SystemFiles) -> Resolver:
    """The system's own; as in the C library a missing file or one without servers means 127.0.0.1."""
    try:
        with files.resolv_conf.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        text = ""
    return parse_resolv_conf(text, hostname=files.hostname, port=files.port)


def parse_resolv_conf(text: str, *, hostname: str, port: int = DNS_PORT) -> Resolver:
    """The resolver that a resolv.conf describes; of `search` and `domain` the last line counts."""
    servers: list[Server] = []
    _, _, domain = hostname.partition(".")
    search = [domain] if domain else []
    ndots = 1
    for line in text.split("\n"):
        match line.split():
            case ["nameserver", host, *_]:
                if (address := _address(host)) is not None:
                    servers.append(Server(host=address, port=port))
            case ["domain", name, *_]:
                search = [name]
            case ["search", *names]:
                search = names
            case ["options", *options]:
                ndots = _ndots(options, ndots)
    return Resolver(
        vantage=SYSTEM,
        servers=tuple(dict.fromkeys(servers))[:MAX_SERVERS] or (Server(host="127.0.0.1", port=port),),
        search=tuple(_domains(search)),
        ndots=ndots,
    )


def _ndots(options: Sequence[str], before: int) -> int:
    for option in options:
        name, _, value = option.partition(":")
        if name == "ndots" and value.isascii() and value.isdigit():
            before = min(int(value[:4]), MAX_NDOTS)
    return before


def _domains(names: Sequence[str]) -> list[DomainName]:
    """The search list; the root (`.`) stands for the name as it is."""
    found: list[DomainName] = []
    for name in names[:MAX_SEARCH]:
        try:
            found.append(() if name == "." else host_domain(name.removesuffix(".")))
        except DomainNameError:
            continue
    return found


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
