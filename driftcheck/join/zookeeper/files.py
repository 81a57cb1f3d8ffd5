"""What the files of one ZooKeeper server say: zoo.cfg, the dynamic file that it names, and myid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from driftcheck.join.folders import Folders
from driftcheck.join.settings import Settings, file_settings
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.zookeeper_peers import Peer, ZooKeeperRelease
from driftcheck.kafka.zookeeper_startup import DYNAMIC_FILE, LINES, ServerFiles
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import InlineIgnore, MyidObservation, PropertiesObservation

KINDS = ("zoo.cfg", "zookeeper.properties")
DYNAMIC = "zoo.cfg.dynamic"
NOT_READ = (".next", ".bak")
"""Ends of names of files beside the dynamic one that the server does not start from."""

_NEWEST = LINES[-1]
_SEVERAL = "|"


@frozen
class Files:
    """One server's. `dynamic` is Absent if zoo.cfg names no dynamic file, Unknown if that was not given.

    `myid`: its first line, Absent if no file of the node is one.
    """

    name: str
    node: str
    kind: str
    settings: Settings
    dynamic: Fact[Settings]
    myid: Fact[str]
    ignores: tuple[InlineIgnore, ...]

    @property
    def broken(self) -> Unknown | None:
        """Why what it lists is not known, if it is not."""
        if self.settings.broken is not None:
            return self.settings.broken
        if isinstance(self.dynamic, Unknown):
            return self.dynamic
        lists = self.dynamic.value if isinstance(self.dynamic, Known) else self.settings
        unread = next((fact for fact in lists.values.values() if isinstance(fact, Unknown)), None)
        return lists.broken or unread

    @property
    def lists(self) -> Settings:
        """The file in which the members are listed."""
        return self.dynamic.value if isinstance(self.dynamic, Known) else self.settings

    def server_files(self) -> ServerFiles:
        """What ZooKeeper reads, as far as it is known."""
        dynamic = self.dynamic.value.texts() if isinstance(self.dynamic, Known) else None
        return ServerFiles(settings=self.settings.texts(), dynamic=dynamic)

    def peers(self, release: ZooKeeperRelease | None = None) -> Fact[tuple[Peer, ...]]:
        """The members that they list, as the release reads them or, if it is not known, any; Absent if none
        does: ZooKeeper would not start.
        """
        if self.broken is not None:
            return replace(self.broken, candidates=(), fragments=())
        place = self.lists.location
        why = ""
        for line in (_NEWEST, *LINES[:-1]) if release is None else (release,):
            try:
                return Known(value=self.server_files().peers(line), location=place)
            except Refused as refused:
                why = why or refused.reason
        return Absent(evidence=f"ZooKeeper cannot read its list: {why}", location=place)

    def has_several_addresses(self) -> bool:
        """Whether one of its lines has several, which an option of the JVM has to allow."""
        texts = self.lists.texts()
        return any(key.startswith("server.") and _SEVERAL in value for key, value in texts.items())


def servers_of(
    properties: Sequence[PropertiesObservation], myids: Sequence[MyidObservation], folders: Folders
) -> list[Files]:
    """One for each zoo.cfg and zookeeper.properties, by name."""
    mains: dict[str, list[PropertiesObservation]] = {}
    dynamics: dict[str, list[PropertiesObservation]] = {}
    ids: dict[str, list[MyidObservation]] = {}
    for file in properties:
        if file.kind in KINDS:
            mains.setdefault(folders.node(file.node), []).append(file)
        elif file.kind == DYNAMIC and not file.location.name.endswith(NOT_READ):
            dynamics.setdefault(folders.node(file.node), []).append(file)
    for myid in myids:
        ids.setdefault(folders.node(myid.node), []).append(myid)
    return [
        _files(node, file, files, dynamics.get(node, ()), ids.get(node, ()))
        for node, files in sorted(mains.items())
        for file in files
    ]


def _files(
    node: str,
    file: PropertiesObservation,
    mates: Sequence[PropertiesObservation],
    dynamics: Sequence[PropertiesObservation],
    myids: Sequence[MyidObservation],
) -> Files:
    settings = file_settings(file)
    return Files(
        name=node if len(mates) == 1 else f"{node}:{file.location.name}",
        node=node,
        kind=file.kind,
        settings=settings,
        dynamic=_dynamic(settings, dynamics),
        myid=_myid(settings, myids, alone=len(mates) == 1),
        ignores=file.ignores,
    )


def _dynamic(settings: Settings, files: Sequence[PropertiesObservation]) -> Fact[Settings]:
    path = settings.values.get(DYNAMIC_FILE)
    if path is None:
        return Absent(evidence="zoo.cfg names no dynamic file", location=settings.location)
    if not isinstance(path, Known):
        return path
    found = [file for file in files if ends_alike(file.location.name, path.value.strip())]
    if len(found) != 1:
        return missing(f"its dynamic file {path.value.strip()} is not among the files", path.location)
    return Known(value=file_settings(found[0]), location=found[0].location)


def _myid(settings: Settings, files: Sequence[MyidObservation], *, alone: bool) -> Fact[str]:
    """That of the folder which dataDir names, or the only one that the node has."""
    folder = settings.values.get("dataDir")
    if isinstance(folder, Known):
        exact = [file for file in files if _lies_in(file.location.name, folder.value.strip())]
        if len(exact) == 1:
            return exact[0].line
    if len(files) == 1 and alone:
        return files[0].line
    if files:
        return missing("which of its myid files is the server's is not known", settings.location)
    return Absent(evidence="no myid is among its files", location=settings.location)


def ends_alike(path: str, real: str) -> bool:
    """Whether a file of the tree can be the machine's own of this path: the name is the same."""
    return path.rpartition("/")[2] == real.rpartition("/")[2]


def _lies_in(path: str, folder: str) -> bool:
    return path.endswith(f"{folder.rstrip('/')}/myid") if folder.startswith("/") else False
