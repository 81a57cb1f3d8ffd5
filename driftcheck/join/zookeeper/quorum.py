"""How many servers of an ensemble have a vote, and whether it has a quorum, by what they answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.zookeeper_peers import OBSERVER, Peer, peers_of
from driftcheck.kafka.zookeeper_startup import LINES
from driftcheck.model.ensembles import NOT_ASKED, ZooKeeperServer
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.snapshot import ZooKeeperObservation

LEADER, FOLLOWER, STANDALONE, NOT_SERVING = "leader", "follower", "standalone", "not serving"


def configured_peers(seen: ZooKeeperObservation | None) -> Fact[tuple[Peer, ...]]:
    """The members by the ensemble's own configuration; Absent where it has none: a server by itself."""
    if seen is None:
        return NOT_ASKED
    if not isinstance(seen.configuration, Known):
        return seen.configuration
    try:
        peers = peers_of(seen.configuration.value, LINES[-1])
    except Refused as refused:
        return missing(f"/zookeeper/config cannot be read: {refused.reason}", seen.configuration.location)
    return Known(value=peers, location=seen.configuration.location)


def usual_peers(servers: Sequence[ZooKeeperServer]) -> Fact[tuple[str, ...]]:
    """The lines that most of the servers have; the first in order where two lists are as frequent."""
    lists = [server.lines for server in servers]
    known = Counter(fact.value for fact in lists if isinstance(fact, Known) and fact.value)
    if known:
        ((lines, _), *_) = sorted(known.items(), key=lambda item: (-item[1], item[0]))
        return Known(value=lines)
    return next((fact for fact in lists if isinstance(fact, Unknown)), NOT_ASKED)


def voters_of(servers: Sequence[ZooKeeperServer], seen: ZooKeeperObservation | None) -> Fact[int]:
    """By its own configuration, else by the list that most of its servers have."""
    configured = configured_peers(seen)
    if isinstance(configured, Known) and configured.value:
        votes = sum(peer.role != OBSERVER for peer in configured.value)
        return Known(value=votes, location=configured.location)
    lines = usual_peers(servers)
    if isinstance(lines, Known):
        return Known(value=sum(not line.endswith(f":{OBSERVER}") for line in lines.value))
    if isinstance(lines, Unknown):
        return missing("no list of the ensemble's servers is known")
    return Absent(evidence="nothing that was given lists the ensemble's servers")


def has_quorum(servers: Sequence[ZooKeeperServer], voters: Fact[int]) -> Fact[bool]:
    """Whether those with a vote have one leader, and enough of them follow it.

    A leader that serves has its quorum: it gives up without. Absent if nobody was asked, or if those that
    answer are servers by themselves.
    """
    asked = [server for server in servers if not isinstance(server.answered, Absent)]
    modes = [server.mode for server in asked]
    known = [fact.value for fact in modes if isinstance(fact, Known)]
    if not asked or STANDALONE in known:
        return NOT_ASKED
    leaders = known.count(LEADER)
    if leaders > 1:
        return Known(value=False)
    votes = _votes(asked, voters)
    out = known.count(NOT_SERVING) + sum(_is_down(server) for server in asked)
    if votes is not None and votes - out <= votes // 2:
        return Known(value=False)
    if leaders:
        return Known(value=not _deserted(asked, votes))
    doubt = next((mode for mode in modes if isinstance(mode, Unknown)), None)
    if isinstance(doubt, Unknown):
        return replace(doubt, candidates=())
    if votes is None or len(asked) < votes:
        return missing("not all servers of the ensemble were asked, and none of them is the leader")
    return Known(value=False)


def stands_beside(server: ZooKeeperServer, servers: Sequence[ZooKeeperServer]) -> Fact[bool]:
    """Whether it stands by itself beside servers that form an ensemble; Absent if nobody else was asked.

    Two addresses at which a server stands by itself may be those of one: that cannot be told.
    """
    others = [each.mode for each in servers if each is not server and not isinstance(each.answered, Absent)]
    if isinstance(server.answered, Absent) or not others:
        return NOT_ASKED
    if not isinstance(server.mode, Known):
        return replace(server.mode, candidates=()) if isinstance(server.mode, Unknown) else Known(value=False)
    known = {fact.value for fact in others if isinstance(fact, Known)}
    if server.mode.value != STANDALONE:
        return Known(value=False)
    if known & {LEADER, FOLLOWER, "observer"}:
        return Known(value=True, location=server.mode.location)
    if STANDALONE in known:
        return missing(
            "whether the servers that stand by themselves are one under two addresses is not known"
        )
    doubt = next((fact for fact in others if isinstance(fact, Unknown)), None)
    return Known(value=False) if doubt is None else replace(doubt, candidates=())


def _votes(asked: Sequence[ZooKeeperServer], voters: Fact[int]) -> int | None:
    """How many have a vote; where no list says it, those that were asked, if they are three or more."""
    if isinstance(voters, Known):
        return voters.value
    return len(asked) if len(asked) > 2 else None


def _is_down(server: ZooKeeperServer) -> bool:
    """Whether nothing listens there; one that is silent may be hidden from us alone."""
    return (
        isinstance(server.answered, Known) and not server.answered.value and isinstance(server.mode, Absent)
    )


def _deserted(asked: Sequence[ZooKeeperServer], votes: int | None) -> bool:
    """Whether the leader itself counts too few followers in step."""
    (leader, *_) = [each for each in asked if isinstance(each.mode, Known) and each.mode.value == LEADER]
    followers = leader.followers
    return votes is not None and isinstance(followers, Known) and followers.value + 1 <= votes // 2
