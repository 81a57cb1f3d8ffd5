"""What the brokers of a finding have in common, and no other of their cluster has."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.engine.findings.property_faces import brokers_of
from driftcheck.engine.scopes import Bound
from driftcheck.model.facts import Known
from driftcheck.model.finding import Because

MOST = 3
"""Items of the run lists that are named."""


def in_common(subjects: Sequence[Bound]) -> tuple[Because, ...]:
    """The items of their run lists by which all of them differ from all others whose run list is known.

    Nothing if a subject's own run list is not known, or if there is nobody to differ from.
    """
    failing = {bound.broker.name: bound.broker for bound in subjects if bound.broker is not None}
    first_one = subjects[0]
    if first_one.setting is not None:
        failing = {each.name: each for each in brokers_of(first_one.setting, first_one.cluster)[1]}
    mine = [broker.run_list for broker in failing.values()]
    known = [fact for fact in mine if isinstance(fact, Known)]
    others = [
        broker.run_list.value
        for broker in subjects[0].cluster.brokers
        if broker.name not in failing and isinstance(broker.run_list, Known)
    ]
    if not known or len(known) < len(mine) or not others:
        return ()
    elsewhere = {item for run_list in others for item in run_list}
    (first, *more) = known
    items = [
        item for item in first.value if item not in elsewhere and all(item in fact.value for fact in more)
    ]
    if not items or first.location is None:
        return ()
    whose = f"the run lists of all {len(known)}" if more else "its run list"
    text = f"{', '.join(items[:MOST])} in {whose}, and in that of no other broker"
    return (Because(location=first.location, text=text),)
