"""What the nouns of an inventory are made of: shared settings, voters, clients' entries, partitions."""

from __future__ import annotations

from driftcheck.model.facts import Fact
from driftcheck.model.frozen import frozen


@frozen
class QuorumVoter:
    """One entry of controller.quorum.voters. `own`: of the voter that the node itself is, whether the host
    leads to the node's machine; Absent for the others.
    """

    id: int
    host: str
    port: int
    own: Fact[bool]


@frozen
class BootstrapEntry:
    """One entry of a client's list of brokers, as `text` has it, and where it leads.

    `brokers`: those of the cluster to whose machine or advertised host it leads, Absent if it is known to
    lead to none. `listeners`: the names of the listeners that these have on the port, `protocols` their
    security protocols.
    """

    text: str
    host: str
    port: Fact[int]
    addresses: Fact[tuple[str, ...]]
    brokers: Fact[tuple[str, ...]]
    listeners: Fact[tuple[str, ...]]
    protocols: Fact[tuple[str, ...]]


@frozen
class SettingChoice:
    """One value of a setting, and the brokers that have it; dynamic overrides are applied.

    `value` is one text for equal values, in the setting's unit; Absent where the brokers' releases have none.
    `number` is the whole number that it spells, else Absent. `default`: no broker writes it, Kafka does so.
    """

    value: Fact[str]
    number: Fact[int]
    default: bool
    brokers: tuple[str, ...]


@frozen
class ClusterSetting:
    """A setting that has to be the same on all brokers of a cluster, and what it comes to on them.

    `risk`: `loss` or `difference`, what it does if it is not; `effect` says it. `choices`: the most frequent
    first; one Absent one for all where no broker writes it and their releases' defaults are not one. `usual`:
    the value of more than half of the brokers. `odd`: the known choices beside the usual one, or all of them
    where there is no usual one and several are known. `brokers` are those that were compared.
    """

    name: str
    risk: str
    effect: str
    choices: tuple[SettingChoice, ...]
    usual: Fact[str]
    odd: tuple[SettingChoice, ...]
    brokers: tuple[str, ...]


@frozen
class PendingSetting:
    """A setting that the next Chef run would change in the rendered file; Absent where one lacks it."""

    name: str
    rendered: Fact[str]
    intended: Fact[str]


@frozen
class PartitionHealth:
    """The partitions of a cluster as ZooKeeper has them: how many there are, and the `topic-number` of those
    without a leader (`offline`) and of those that lack a replica in sync; `behind` are the ids of the brokers
    that lack it. At most 1,000 names each; where some are bad, those that could not be read are passed over.
    """

    total: int
    offline: Fact[tuple[str, ...]]
    under_replicated: Fact[tuple[str, ...]]
    behind: Fact[tuple[int, ...]]
