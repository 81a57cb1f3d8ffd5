"""What a ZooKeeper server says of itself: `srvr` and `mntr`, and the same from the admin server."""

from __future__ import annotations

import re

from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.kafka.zookeeper_sessions import NOT_ALLOWED
from driftcheck.model.frozen import frozen

NOT_SERVING = "not serving"

_REFUSES = "This ZooKeeper instance is not currently serving requests"
_VERSION = re.compile(r"^Zookeeper version: (?P<release>\d{1,4}(?:\.\d{1,4}){1,3})", re.MULTILINE)
_MODE = re.compile(r"^Mode: (?P<mode>[a-z-]{1,20})\s*$", re.MULTILINE)
_ZXID = re.compile(r"^Zxid: 0x(?P<zxid>[0-9a-f]{1,16})\s*$", re.MULTILINE)
_FOLLOWERS = re.compile(r"^zk_synced_followers\t(?P<count>\d{1,6})(?:\.0)?\s*$", re.MULTILINE)


@frozen
class ServerState:
    """`mode`: leader, follower, observer, standalone, read-only, or NOT_SERVING; None is not said."""

    mode: str
    version: str | None = None
    zxid: int | None = None


def may_say(answer: str) -> bool:
    """Whether the word is among those that the server answers."""
    return NOT_ALLOWED not in answer[:200]


def parse_srvr(answer: str) -> ServerState | None:
    """From `srvr` (ServerStats and SrvrCommand of ZooKeeper 3.4 to 3.9); None if it is no such answer."""
    if answer.startswith(_REFUSES):
        return ServerState(mode=NOT_SERVING)
    mode, version, zxid = (pattern.search(answer) for pattern in (_MODE, _VERSION, _ZXID))
    if mode is None:
        return None
    return ServerState(
        mode=mode["mode"],
        version=None if version is None else version["release"],
        zxid=None if zxid is None else int(zxid["zxid"], 16),
    )


def parse_followers(answer: str) -> int | None:
    """How many followers a leader has in step, from `mntr`; None if it does not say."""
    found = _FOLLOWERS.search(answer)
    return None if found is None else int(found["count"])


def parse_server_stats(data: bytes, *, max_bytes: int) -> ServerState | None:
    """From the admin server's `/commands/srvr` (3.5 and later); None if it is no such answer."""
    try:
        document = parse_json(data, max_bytes=max_bytes)
    except JsonError:
        return None
    if not isinstance(document, dict):
        return None
    if document.get("error") == _REFUSES:
        return ServerState(mode=NOT_SERVING)
    stats = document.get("server_stats")
    mode = stats.get("server_state") if isinstance(stats, dict) else None
    if not isinstance(stats, dict) or not isinstance(mode, str) or document.get("error") is not None:
        return None
    zxid, version = stats.get("last_processed_zxid"), document.get("version")
    found = _VERSION.match(f"Zookeeper version: {version}")
    return ServerState(
        mode=mode[:20],
        version=None if found is None else found["release"],
        zxid=zxid if type(zxid) is int else None,
    )
