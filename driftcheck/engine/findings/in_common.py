"""What the brokers of a finding have in common, and no other of their cluster has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from driftcheck.engine.findings.property_faces import brokers_of
from driftcheck.engine.scopes import Bound
from driftcheck.model.facts import Known
from driftcheck.model.finding import Because
from driftcheck.model.inventory import Cluster

MOST = 3
"""Items of the run lists that are named."""


class RunLists:
    """The run lists of clusters, each counted once: thousands of brokers may have a finding each."""

    def __init__(self) -> None:
        self._counted: dict[str, tuple[int, Counter[str]]] = {}

    def in_common(self, subjects: Sequence[Bound]) -> tuple[Because, ...]:
        """The items of their run lists by which all of them differ from all others whose run list is known.

        Nothing if a subject's own run list is not known, or if there is nobody to differ from.
        """
        failing = {bound.broker.name: bound.broker for bound in subjects if bound.broker is not None}
        first_one = subjects[0]
        if first_one.setting is not None:
            failing = {each.name: each for each in brokers_of(first_one.setting, first_one.cluster)[1]}
        mine = [broker.run_list for broker in failing.values()]
        known = [fact for fact in mine if isinstance(fact, Known)]
        if not known or len(known) < len(mine):
            return ()
        everybody, having = self._count(first_one.cluster)
        (first, *more) = known
        items = [
            item
            for item in first.value
            if having[item] == len(known) and all(item in fact.value for fact in more)
        ]
        if everybody == len(known) or not items or first.location is None:
            return ()
        whose = f"the run lists of all {len(known)}" if more else "its run list"
        text = f"{', '.join(items[:MOST])} in {whose}, and in that of no other broker"
        return (Because(location=first.location, text=text),)

    def _count(self, cluster: Cluster) -> tuple[int, Counter[str]]:
        """How many run lists of a cluster's brokers are known, and how many of them have each item."""
        counted = self._counted.get(cluster.name)
        if counted is None:
            lists = [each.run_list.value for each in cluster.brokers if isinstance(each.run_list, Known)]
            counted = len(lists), Counter(item for run_list in lists for item in set(run_list))
            self._counted[cluster.name] = counted
        return counted
