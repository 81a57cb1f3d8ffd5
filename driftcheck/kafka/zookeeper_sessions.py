"""Which session comes from which address, in ZooKeeper's own words; whose servers there are to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from driftcheck.formats.host_names import host_key, is_ip, is_wildcard
from driftcheck.formats.json_text import JsonError, parse_json

NOT_ALLOWED = "is not executed because it is not in the whitelist"
"""What a server says to a four-letter word that `4lw.commands.whitelist` does not name (from 3.4.10 on)."""

SESSION_MASK = 0xFFFF_FFFF_FFFF_FFFF

_CONNECTION = re.compile(r"^ ?/?(?P<peer>[^\s/]+)\[\d+\]\((?P<fields>[^()]*)\)\s*$", re.MULTILINE)
_SESSION = re.compile(r"(?:^|,)sid=0x(?P<id>[0-9a-f]{1,16})(?:,|$)")
_MEMBER = re.compile(r"^server\.(?P<id>\d+)\s*=\s*(?P<spec>\S+)\s*$", re.MULTILINE)


def unsigned(session: int) -> int:
    """A session id as `cons` prints it: that of a znode's `ephemeralOwner` is signed, and negative where the
    server that made it has an id above 127.
    """
    return session & SESSION_MASK


def parse_cons(text: str) -> Mapping[int, str]:
    """Session id (unsigned) → IP address, from the answer to `cons` (ServerCnxn.dumpConnectionInfo of
    ZooKeeper 3.4 to 3.9). A connection without a session, and what is no such line, is left out.
    """
    found: dict[int, str] = {}
    for line in _CONNECTION.finditer(text):
        session = _SESSION.search(line["fields"])
        address = _address(line["peer"])
        if session is not None and address is not None:
            found[int(session["id"], 16)] = address
    return found


def parse_connections(data: bytes, *, max_bytes: int) -> Mapping[int, str] | None:
    """The same from the admin server's `/commands/connections` (3.5 and later); None if it is no such
    answer.
    """
    try:
        document = parse_json(data, max_bytes=max_bytes)
    except JsonError:
        return None
    if not isinstance(document, dict) or document.get("error") is not None:
        return None
    listed = [document.get("connections"), document.get("secure_connections", [])]
    if not all(isinstance(each, list) for each in listed):
        return None
    found: dict[int, str] = {}
    for connection in (each for several in listed for each in several if isinstance(each, dict)):
        session, peer = connection.get("session_id"), connection.get("remote_socket_address")
        address = _address(peer) if isinstance(peer, str) else None
        if type(session) is int and session and address is not None:
            found[unsigned(session)] = address
    return found


def ensemble_servers(data: bytes) -> tuple[tuple[str, int], ...]:
    """The client addresses of all members, from `/zookeeper/config` (ZooKeeper 3.5 and later).

    `server.1=host:2888:3888:participant;0.0.0.0:2181`: the host is the member's own where the client address
    is every address or not given. A member without a client port in its line is left out: it stands in that
    member's own file.
    """
    text = data.decode("utf-8", "replace")
    return tuple(server for line in _MEMBER.finditer(text) for server in _client_address(line["spec"]))


def _client_address(spec: str) -> Iterator[tuple[str, int]]:
    member, semicolon, client = spec.partition(";")
    host, _, port = client.rpartition(":")
    if not semicolon or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return
    first = member.partition("|")[0]
    own = first[1:].partition("]")[0] if first.startswith("[") else first.partition(":")[0]
    host = host.strip("[]")
    yield (own if not host or is_wildcard(host) else host), int(port)


def _address(peer: str) -> str | None:
    """The address of `10.0.0.1:2181`, `/10.0.0.1:2181`, `[::1]:2181` or `0:0:0:0:0:0:0:1:2181`."""
    host = peer.rpartition("/")[2].rpartition(":")[0].strip("[]").partition("%")[0]
    return host_key(host) if is_ip(host) else None
