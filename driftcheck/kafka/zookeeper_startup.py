"""Whether a ZooKeeper server would start with its files, in ZooKeeper's own words where it would not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from driftcheck.kafka.java_text import LONG, NotANumberError, integer, trim
from driftcheck.kafka.refusals import Refused, refuse
from driftcheck.kafka.zookeeper_peers import OBSERVER, OLD, Peer, ZooKeeperRelease, peers_of
from driftcheck.model.frozen import frozen

LINES: tuple[ZooKeeperRelease, ...] = ((3, 4), (3, 5), (3, 6), (3, 7), (3, 9))
"""The first releases of the lines that read their files alike."""

DYNAMIC_FILE = "dynamicConfigFile"
DYNAMIC_KEYS = ("server.", "group", "weight")

_NUMBERS = (
    *("clientPort", "secureClientPort", "tickTime", "maxClientCnxns", "minSessionTimeout"),
    *("maxSessionTimeout", "initLimit", "syncLimit", "electionAlg", "autopurge.snapRetainCount"),
    "quorum.cnxn.threads.size",
)
_TRUTHS = {
    "standaloneEnabled": (3, 5),
    "reconfigEnabled": (3, 5),
    "localSessionsEnabled": (3, 7),
    "localSessionsUpgradingEnabled": (3, 7),
    "quorumListenOnAllIPs": (3, 7),
    "syncEnabled": (3, 7),
    "sslQuorum": (3, 7),
    "portUnification": (3, 7),
    "multiAddress.enabled": (3, 7),
    "quorum.auth.enableSasl": (3, 7),
    "quorum.auth.serverRequireSasl": (3, 7),
    "quorum.auth.learnerRequireSasl": (3, 7),
}
"""Settings that are true or false → the release from which nothing else is taken."""

_SASL, _SERVER_SASL, _LEARNER_SASL = (
    "quorum.auth.enableSasl",
    "quorum.auth.serverRequireSasl",
    "quorum.auth.learnerRequireSasl",
)


@frozen
class ServerFiles:
    """What a server reads: zoo.cfg and, if that names one, the dynamic file (None: it is not known)."""

    settings: Mapping[str, str]
    dynamic: Mapping[str, str] | None = None

    def text(self, key: str) -> str:
        """A setting as ZooKeeper reads it; empty if it is not set."""
        return trim(self.settings.get(key, ""))

    def number(self, key: str, default: int) -> int:
        """A number; the default for what is none, too."""
        try:
            return integer(self.text(key)) if key in self.settings else default
        except NotANumberError:
            return default

    def is_true(self, key: str, *, default: bool = False) -> bool:
        return self.text(key).lower() == "true" if key in self.settings else default

    @property
    def lists(self) -> Mapping[str, str] | None:
        """Where the members are listed; None if that is a file that is not known."""
        return self.dynamic if DYNAMIC_FILE in self.settings else self.settings

    def peers(self, release: ZooKeeperRelease) -> tuple[Peer, ...]:
        """The members that they list. Raises Refused; a list that is not known is empty."""
        listed = self.settings if release <= OLD else self.lists
        return peers_of(listed or {}, release)

    def is_distributed(self, release: ZooKeeperRelease) -> bool:
        """Whether the server is one of several. Raises Refused."""
        voters = [peer for peer in self.peers(release) if peer.role != OBSERVER]
        alone = release <= OLD or self.is_true("standaloneEnabled", default=True)
        return len(voters) > 1 or not alone


def start_refusal(files: ServerFiles, release: ZooKeeperRelease | None) -> str | None:
    """Why the server ends as it starts, apart from its myid (QuorumPeerConfig of 3.4 to 3.9); None if it
    starts. Where the release is not known: if every release refuses the files, the newest one's reason.
    """
    return _by_all(files, release, _check)


def id_refusal(files: ServerFiles, myid: str | None, release: ZooKeeperRelease | None) -> str | None:
    """The same of its `myid`: the first line of the file, None if there is no file."""
    return _by_all(files, release, lambda each, line: _check_id(each, myid, line))


def _by_all(
    files: ServerFiles,
    release: ZooKeeperRelease | None,
    check: Callable[[ServerFiles, ZooKeeperRelease], None],
) -> str | None:
    reason = None
    for line in LINES if release is None else (release,):
        try:
            check(files, line)
        except Refused as refused:
            reason = refused.reason
        else:
            return None
    return reason


def _check(files: ServerFiles, release: ZooKeeperRelease) -> None:
    """Raises Refused with what QuorumPeerConfig would throw."""
    for key in _NUMBERS:
        if key in files.settings:
            _number(files.text(key))
    _check_words(files, release)
    _check_sasl(files)
    if release <= OLD:
        files.peers(release)
    if "dataDir" not in files.settings:
        refuse("dataDir is not set")
    _check_ports(files, release)
    _check_times(files, release)
    if release > OLD and DYNAMIC_FILE in files.settings:
        _check_dynamic(files)
        if files.dynamic is None:
            return
    _check_roles(files, release)


def _check_words(files: ServerFiles, release: ZooKeeperRelease) -> None:
    for key, since in _TRUTHS.items():
        value = files.text(key)
        if key in files.settings and release >= since and value.lower() not in ("true", "false"):
            what = key
            if release < (3, 7):
                what = "standalone mode" if key == "standaloneEnabled" else f"{key} flag"
            refuse(f"Invalid option {value} for {what}. Choose 'true' or 'false.'")
    role = files.text("peerType")
    if "peerType" in files.settings and role.lower() not in ("observer", "participant"):
        refuse(f"Unrecognised peertype: {role}")
    if release >= (3, 6) and files.number("electionAlg", 3) != 3:
        refuse("Invalid electionAlg value. Only 3 is supported.")


def _check_sasl(files: ServerFiles) -> None:
    for required in (_SERVER_SASL, _LEARNER_SASL):
        if files.is_true(required) and not files.is_true(_SASL):
            refuse(f"{_SASL} is disabled, so cannot enable {required}")
    if files.is_true(_SERVER_SASL) and not files.is_true(_LEARNER_SASL):
        refuse(f"{_LEARNER_SASL} is disabled, so cannot enable {_SERVER_SASL}")


def _check_ports(files: ServerFiles, release: ZooKeeperRelease) -> None:
    if release <= OLD:
        if files.number("clientPort", 0) == 0:
            refuse("clientPort is not set")
        return
    for port in ("clientPort", "secureClientPort"):
        if f"{port}Address" in files.settings and port not in files.settings:
            refuse(f"{port}Address is set but {port} is not set")


def _check_times(files: ServerFiles, release: ZooKeeperRelease) -> None:
    tick = files.number("tickTime", 3000)
    if tick == 0:
        refuse("tickTime is not set")
    shortest, longest = files.number("minSessionTimeout", -1), files.number("maxSessionTimeout", -1)
    if release > OLD:
        shortest = tick * 2 if shortest == -1 else shortest
        longest = tick * 20 if longest == -1 else longest
    if shortest > longest:
        refuse("minSessionTimeout must not be larger than maxSessionTimeout")


def _check_dynamic(files: ServerFiles) -> None:
    for key in files.settings:
        if key.startswith(DYNAMIC_KEYS):
            refuse(f"parameter: {key} must be in a separate dynamic config file")
    for key in files.dynamic or {}:
        if key == "version":
            refuse("dynamic file shouldn't have version inside")
        if not key.startswith(DYNAMIC_KEYS):
            refuse(f"Unrecognised parameter: {key}")


def _check_roles(files: ServerFiles, release: ZooKeeperRelease) -> None:
    peers = files.peers(release)
    voters = [peer for peer in peers if peer.role != OBSERVER]
    alone = release <= OLD or files.is_true("standaloneEnabled", default=True)
    if not voters and not alone:
        refuse("standaloneEnabled = false then number of participants should be >0")
    if not voters and peers:
        refuse("Observers w/o participants is an invalid configuration")
    if len(voters) == 1 and len(peers) > 1 and alone:
        refuse("Observers w/o quorum is an invalid configuration")
    if len(voters) > 1:
        for peer in voters:
            if any(each.election_port is None for each in peer.addresses):
                refuse(f"Missing election port for server: {peer.id}")
    if files.is_distributed(release):
        for limit in ("initLimit", "syncLimit"):
            if files.number(limit, 0) == 0:
                refuse(f"{limit} is not set")


def _check_id(files: ServerFiles, myid: str | None, release: ZooKeeperRelease) -> None:
    distributed = files.is_distributed(release)
    if release <= OLD and not distributed:
        return
    if myid is None:
        if distributed:
            refuse("myid file is missing")
        return
    try:
        own = integer(myid, LONG)
    except NotANumberError:
        refuse(f"serverid {myid or 'null'} is not a number")
    peer = next((each for each in files.peers(release) if each.id == own), None)
    if distributed and peer is None:
        refuse(f"My id {own} not in the peer list")
    port = files.number("clientPort", 0)
    if peer is not None and peer.client_port is not None and port not in (0, peer.client_port):
        refuse(
            f"client address for this server (id = {own}) in static config file is different from client"
            f" address found in dynamic file: port {port} and {peer.client_port}"
        )


def _number(text: str) -> None:
    try:
        integer(text)
    except NotANumberError as error:
        refuse(str(error))
