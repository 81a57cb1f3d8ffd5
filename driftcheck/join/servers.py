"""The servers by which an ensemble or a quorum is known."""

from __future__ import annotations

from functools import lru_cache

from driftcheck.formats.host_names import host_key, is_ip
from driftcheck.kafka.connect_string import ConnectString, parse_connect_string
from driftcheck.model.frozen import frozen

Server = tuple[str, str, int]

QUORUM = " (quorum)"
"""Labels the servers of a quorum; a chroot has no such form."""


@frozen(kw_only=False)
class Servers:
    """Label (a chroot, or what tells quorums from ensembles), host and port of each."""

    exact: frozenset[Server]

    def overlaps(self, other: Servers) -> bool:
        """Whether they have a server in common by its whole name."""
        return bool(self.exact & other.exact)

    def may_overlap(self, other: Servers) -> bool:
        """The same, where a name without a domain is that of any domain."""
        ours = self._unqualified() & other._first_labels()
        return bool(self.exact & other.exact or ours or other._unqualified() & self._first_labels())

    def together(self, other: Servers) -> Servers:
        return Servers(self.exact | other.exact)

    def _unqualified(self) -> set[Server]:
        return {each for each in self.exact if "." not in each[1] and ":" not in each[1]}

    def _first_labels(self) -> set[Server]:
        qualified = (each for each in self.exact if "." in each[1] and not is_ip(each[1]))
        return {(label, host.partition(".")[0], port) for label, host, port in qualified}

    def text(self) -> str:
        """The servers in order, with their label behind them."""
        by_label: dict[str, list[str]] = {}
        for label, host, port in sorted(self.exact):
            by_label.setdefault(label, []).append(server_text(host, port))
        return " ".join(",".join(servers) + label for label, servers in by_label.items())


@lru_cache(maxsize=1_000)
def parsed_connect(text: str) -> ConnectString:
    """The connect string of a text: most brokers of a cluster have the same."""
    return parse_connect_string(text)


@lru_cache(maxsize=1_000)
def ensemble(connect: str) -> Servers:
    """The servers of a connect string under its chroot."""
    parsed = parsed_connect(connect)
    chroot = parsed.chroot.rstrip("/")
    return Servers(frozenset((chroot, host_key(host), port) for host, port in parsed.servers))


def canonical_text(connect: str) -> str:
    """A connect string with its servers in order, each once."""
    return ensemble(connect).text() or connect.strip()


def server_text(host: str, port: int) -> str:
    """`zk1:2181`, `[::1]:2181`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def server_host(server: str) -> str:
    """The host of `zk1:2181`, `[::1]:2181` or `SSL://kafka1:9093`, or of a host alone; without brackets."""
    rest = server.rpartition("://")[2]
    host, colon, _ = rest.rpartition(":")
    bare = host if colon and not rest.endswith("]") else rest
    return bare[1:-1] if bare.startswith("[") and bare.endswith("]") else bare


def quorum(text: str) -> Servers:
    """The controllers in `1@h1:9093,2@h2:9093` or `h1:9093,h2:9093`; the ids do not count."""
    entries = (entry.strip().rpartition("@")[2] for entry in text.split(","))
    return Servers(
        frozenset(
            (QUORUM, host_key(server_host(entry)), int(port))
            for entry in entries
            if (port := entry.rpartition(":")[2]).isascii() and port.isdigit() and len(port) <= 5
        )
    )
