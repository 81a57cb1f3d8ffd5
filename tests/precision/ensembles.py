"""ZooKeeper's own files in public repositories: which of them are one ensemble, and whose brokers name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.precision.repositories import Repository
from tests.precision.world import settings

Files = dict[str, tuple[str, bytes]]

NAME = re.compile(r"zoo[-_.]?\w*[-_.]?\d*\.cfg|(?:zookeeper|zk)[-_.]?\d*\.properties")
MEMBER = re.compile(r"server\.\d+")
NOT_RENDERED = re.compile(r"(^|/)(templates?|tpl)/")


def ensembles(repository: Repository, paths: list[str], key: Callable[[str], str]) -> Iterator[Files]:
    """Each group of files that list members: path in the world → path in the repository, and its bytes.

    `key`: what is the same of the paths of one group.
    """
    named = [path for path in paths if NAME.fullmatch(Path(path).name) and not NOT_RENDERED.search(path)]
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for path, content in repository.read(named):
        if any(MEMBER.fullmatch(each) for each in settings(content)):
            groups.setdefault(key(path), []).append((path, content))
    ids = dict(repository.read(path for path in paths if Path(path).name == "myid"))
    for group in groups.values():
        files: Files = {}
        for path, content in group:
            node = "zookeeper-" + (re.sub(r"\D+", "-", path).strip("-") or "0")
            files[f"rendered/{node}/zoo.cfg"] = (path, content)
            if own := own_id(path, [each for each, _ in group], ids):
                files[f"rendered/{node}/myid"] = (own, ids[own])
        yield files


def own_id(path: str, group: list[str], ids: Iterable[str]) -> str | None:
    """The only `myid` in the file's folder or the one above, if that is no other member's folder too."""
    folder = path.rpartition("/")[0]
    for place in (folder, folder.rpartition("/")[0]):
        if not place or sum(other.startswith(f"{place}/") for other in group) > 1:
            return None
        inside = [each for each in ids if each.startswith(f"{place}/")]
        if inside:
            return inside[0] if len(inside) == 1 else None
    return None


def taken(of_zookeeper: list[Files], brokers: Mapping[str, bytes], alone: bool) -> Files:
    """Takes those ensembles out of the list that the brokers of one cluster name, and gives their files.

    `alone`: the repository has no other cluster; else both have to stand in one folder of its first level.
    """
    tops = {path.split("/")[0] for path in brokers}
    connects = [settings(content).get("zookeeper.connect", "") for content in brokers.values()]
    found: Files = {}
    for each in list(of_zookeeper):
        near = alone or tops & {origin.split("/")[0] for origin, _ in each.values()}
        if near and is_named_by(each, connects):
            of_zookeeper.remove(each)
            found |= each
    return found


def is_named_by(ensemble: Files, connects: Iterable[str]) -> bool:
    """Whether one of the connect strings has the host of one of the members."""
    hosts = {
        value.split(":")[0].strip()
        for _, content in ensemble.values()
        for key, value in settings(content).items()
        if MEMBER.fullmatch(key)
    }
    servers = ",".join(connect.partition("/")[0] for connect in connects).split(",")
    return any(server.split(":")[0].strip() in hosts for server in servers)
