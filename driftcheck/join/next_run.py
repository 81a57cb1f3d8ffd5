"""The same world once Chef has run: what it would write in place of files that say something else."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.join.folders import Folders
from driftcheck.join.node_objects import NodeObjects
from driftcheck.join.pending import pending_settings
from driftcheck.join.runs import Runs
from driftcheck.join.settings import file_settings, intended_settings
from driftcheck.model.facts import Known
from driftcheck.model.snapshot import PropertiesObservation, Snapshot


def after_next_run(snapshot: Snapshot) -> Snapshot | None:
    """The snapshot without the rendered files that the nodes' next runs would change; None if they are none.

    A node that has several files of a kind keeps them: which of them is changed to what is not told here.
    """
    if not snapshot.runs:
        return None
    objects = NodeObjects(snapshot.nodes)
    runs, folders = Runs(snapshot.runs, objects), Folders(objects)
    count: dict[tuple[str, str], int] = {}
    for file in snapshot.properties:
        key = (folders.node(file.node), file.kind)
        count[key] = count.get(key, 0) + 1

    def is_kept(file: PropertiesObservation) -> bool:
        node = folders.node(file.node)
        written = runs.files(node, file.kind)
        if count[node, file.kind] > 1 or len(written) != 1:
            return True
        changes = pending_settings(file_settings(file), intended_settings(written[0].file))
        return not (isinstance(changes, Known) and changes.value)

    kept = tuple(filter(is_kept, snapshot.properties))
    return None if len(kept) == len(snapshot.properties) else replace(snapshot, properties=kept)
