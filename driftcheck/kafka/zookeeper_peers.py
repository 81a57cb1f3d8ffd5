"""The members of an ensemble as ZooKeeper's own configuration lists them: `server.N=host:2888:3888`."""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.formats.host_names import host_key
from driftcheck.kafka.java_text import LONG, NotANumberError, integer, trim
from driftcheck.kafka.refusals import refuse
from driftcheck.model.frozen import frozen

ZooKeeperRelease = tuple[int, int]

OLD: ZooKeeperRelease = (3, 4)
"""The last line of releases without dynamic configuration."""

PREFIX = "server."
PARTICIPANT, OBSERVER = "participant", "observer"

_WRONG_FORM = (
    " does not have the form server_config or server_config;client_config"
    " where server_config is the pipe separated list of host:port:port or host:port:port:type"
    " and client_config is port or host:port"
)
_WRONG_FORM_35 = (
    " does not have the form server_config or server_config;client_config"
    " where server_config is host:port:port or host:port:port:type and client_config is port or host:port"
)


@frozen
class PeerAddress:
    """Where the others reach a member; `election_port` None: 3.4 takes a line without it."""

    host: str
    port: int
    election_port: int | None


@frozen
class Peer:
    """One `server.N`. `client_port`: the port for clients that its line names, with `client_host` ("" for
    every address of the machine); None if the line names none.
    """

    id: int
    addresses: tuple[PeerAddress, ...]
    role: str = PARTICIPANT
    client_host: str = ""
    client_port: int | None = None

    @property
    def host(self) -> str:
        return self.addresses[0].host

    def __str__(self) -> str:
        """The line with what all members have to agree on, hosts in one spelling."""
        places = "|".join(
            ":".join(
                [_bracketed(host_key(each.host)), str(each.port)]
                + ([] if each.election_port is None else [str(each.election_port)])
            )
            for each in sorted(self.addresses, key=lambda each: (host_key(each.host), each.port))
        )
        role = ":observer" if self.role == OBSERVER else ""
        return f"{PREFIX}{self.id}={places}{role}"


def peers_of(properties: Mapping[str, str], release: ZooKeeperRelease) -> tuple[Peer, ...]:
    """The peers that the keys `server.N` list, by id (QuorumPeer.QuorumServer of ZooKeeper 3.4 to 3.9).

    Several addresses of one peer are taken: whether ZooKeeper does so is an option of its JVM. Raises Refused
    with ZooKeeper's reason.
    """
    found = {}
    for key, value in properties.items():
        if key.startswith(PREFIX):
            number = _long(key[len(PREFIX) :])
            found[number] = (
                _old_peer(number, trim(value)) if release <= OLD else _peer(number, value, release)
            )
    return tuple(found[number] for number in sorted(found))


def _old_peer(number: int, value: str) -> Peer:
    parts = _host_and_ports(value, OLD)
    if len(parts) < 2:
        refuse("Index 1 out of bounds for length 1")
    port = _in_range(_integer(parts[1]))
    election = _in_range(_integer(parts[2])) if len(parts) > 2 else None
    role = PARTICIPANT
    if len(parts) > 3:
        role = parts[3].lower()
        if role not in (OBSERVER, PARTICIPANT):
            refuse(f"Unrecognised peertype: {value}")
    address = PeerAddress(host=parts[0], port=port, election_port=election)
    return Peer(id=number, addresses=(address,), role=role)


def _peer(number: int, value: str, release: ZooKeeperRelease) -> Peer:
    wrong_form = value + (_WRONG_FORM_35 if release < (3, 6) else _WRONG_FORM)
    parts = _split(value, ";")
    client_host, client_port = "", None
    if len(parts) > 2 and release < (3, 10):
        refuse(wrong_form)
    if len(parts) > 1 and parts[1]:
        client = _host_and_ports(parts[1], release)
        if len(client) > 2:
            refuse(wrong_form)
        client_host = client[0] if len(client) == 2 else ""
        client_port = _port(client_host or ("0.0.0.0" if release < (3, 8) else "null"), client[-1])
    places = _split(parts[0], "|") if release >= (3, 6) else [parts[0]]
    read = [_address(number, place, wrong_form, release) for place in places]
    roles = {role for _, role in read if role}
    if len(roles) > 1:
        refuse("Multiple addresses should have similar roles: participant vs observer")
    return Peer(
        id=number,
        addresses=tuple(address for address, _ in read),
        role=roles.pop() if roles else PARTICIPANT,
        client_host=client_host,
        client_port=client_port,
    )


def _address(number: int, place: str, wrong_form: str, release: ZooKeeperRelease) -> tuple[PeerAddress, str]:
    """One address of a member, and the role that stands behind it."""
    parts = _host_and_ports(place, release)
    if not 3 <= len(parts) <= 4:
        refuse(wrong_form)
    address = PeerAddress(
        host=parts[0], port=_port(parts[0], parts[1]), election_port=_port(parts[0], parts[2])
    )
    if address.port == address.election_port:
        refuse(
            "Client and election port must be different! Please update the configuration file on server."
            + str(number)
        )
    role = parts[3] if len(parts) == 4 else ""
    if role and trim(role).lower() not in (OBSERVER, PARTICIPANT):
        refuse(f"Unrecognised peertype: {role}")
    return address, trim(role).lower()


def _host_and_ports(text: str, release: ZooKeeperRelease) -> list[str]:
    """ZooKeeper's ConfigUtils.getHostAndPort: an IPv6 address stands in brackets."""
    if not text.startswith("["):
        return _split(text, ":")
    end = text.find("]" if release >= (3, 6) else "]:")
    if end < 0:
        refuse(f"{text} starts with '[' but has no matching ']:'")
    if end + 2 == len(text):
        refuse(f"{text} doesn't have a port after colon")
    return [text[1:end], *(_split(text[end + 2 :], ":") if end + 2 < len(text) else [])]


def _split(text: str, separator: str) -> list[str]:
    """`String.split`: empty parts at the end go."""
    parts = text.split(separator)
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _port(host: str, text: str) -> int:
    try:
        number = integer(text)
    except NotANumberError:
        refuse(f"Address unresolved: {host}:{text}")
    return _in_range(number)


def _in_range(number: int) -> int:
    if not 0 <= number < 65536:
        refuse(f"port out of range:{number}")
    return number


def _integer(text: str) -> int:
    try:
        return integer(text)
    except NotANumberError as error:
        refuse(str(error))


def _long(text: str) -> int:
    try:
        return integer(text, LONG)
    except NotANumberError as error:
        refuse(str(error))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
