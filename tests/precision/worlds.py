"""Makes worlds out of public repositories: folders that `driftcheck lint` reads.

`python -m tests.precision.worlds FETCHED WORLDS` reads the repositories in the folder FETCHED (one folder
each, `owner+name`, as git clones it) and writes each world below WORLDS: `rendered/NODE/…`,
`.driftcheck.yaml` with the Kafka release, and `world.json`: the repository, its commit and from which file
each file came. Chef repositories are worlds of their own (`tests.precision.chef_worlds`). The release is the
one that the path or else the repository names, if it is a single one; else the one whose own example file it
was made from, if Kafka's repository is in FETCHED; else it is not known.

What belongs together is decided by names alone: files whose paths differ in numbers only are one cluster
(`server1.properties`, `server2.properties`), as are the roles of one KRaft quorum in one folder; a
`server.properties` beside them is one more broker if it names the same ensemble under another id. Numbers
that count something else (lessons, clusters, releases) separate. Folders of templates and of Kafka's own
tests are left out, and so is what another repository has already, comments and order aside.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from driftcheck.errors import UsageError
from driftcheck.kafka.setting_names import judge_key
from driftcheck.kafka.versions import parse_version
from tests.precision.chef_worlds import chef_worlds
from tests.precision.ensembles import ensembles, taken
from tests.precision.repositories import Repository, fetched, last_of_each_family, versions_in
from tests.precision.stock import KAFKA, Stock, stock
from tests.precision.world import World, settings

OF_BROKERS = {
    *("broker.id", "node.id", "zookeeper.connect", "process.roles", "log.dirs", "log.dir", "listeners"),
    *("num.network.threads", "advertised.listeners", "advertised.host.name", "controller.quorum.voters"),
}
"""A file with two of these is a broker's."""

CLIENTS = ("producer", "consumer", "connect-distributed")
NOT_A_BROKERS = re.compile(
    r"(^|/)(templates?|tpl|system_test|kafkatest|docker/(?:test|examples)/fixtures)/|\.(tpl|template)\b"
)
"""Folders of templates, and of Kafka's own tests, which write their files while they run."""
OTHER_KIND = re.compile(
    r"meta|zookeeper|log4j|tools|producer|consumer|connect|mm2|kafka-rest|storage|schema-registry|ksql",
    re.IGNORECASE,
)
COUNTS_SOMETHING_ELSE = re.compile(
    r"\d+[._]\d|(?:chapter|lab|step|exercise|lesson|part|day|week|tp|module|session|section|task|sample"
    r"|example|demo|cluster|dc|env|site|region|java|jdk|v|version|stage|solution|hw|homework"
    r"|lecture|practice)[-_ ]?\d",
    re.IGNORECASE,
)


def is_brokers(path: str, content: bytes) -> bool:
    keys = settings(content)
    named = OTHER_KIND.match(Path(path).name) or NOT_A_BROKERS.search(path)
    return not named and len(OF_BROKERS & keys.keys()) > 1


def client_kind(path: str) -> str | None:
    """The kind of a client's file: `consumer1.properties` is a consumer's."""
    name = Path(path).name.removesuffix(".properties")
    return next((kind for kind in CLIENTS if re.fullmatch(rf"{kind}[-_.]?\d*", name)), None)


def same_place(some: list[str], others: list[str], brokers: Mapping[str, bytes]) -> bool:
    """Whether two groups of files name one ensemble or quorum, each under ids and ports of its own."""
    keys = [[settings(brokers[path]) for path in group] for group in (some, others)]
    places = [
        {each.get("zookeeper.connect") or each.get("controller.quorum.voters") for each in group}
        for group in keys
    ]
    ids = [{each.get("node.id") or each.get("broker.id") for each in group} for group in keys]
    ports = [{each.get("listeners") or each.get("port") or "9092" for each in group} for group in keys]
    return bool(places[0] & places[1] - {None}) and not (
        ids[0] & ids[1] or ports_of(ports[0]) & ports_of(ports[1])
    )


def ports_of(listeners: Iterable[str]) -> set[str]:
    """The ports of several brokers' listeners."""
    return {port for text in listeners for port in re.findall(r"\d+(?=\s*(?:,|$))", text)}


def cluster_key(path: str) -> str:
    """The path without the numbers in which a cluster's files differ."""
    return "/".join(
        part if COUNTS_SOMETHING_ELSE.search(part) else re.sub(r"\d+", "N", part) for part in path.split("/")
    )


def clusters(brokers: Mapping[str, bytes]) -> Iterator[list[str]]:
    """Groups of paths that are one cluster each."""
    groups: dict[str, list[str]] = {}
    for path in sorted(brokers):
        groups.setdefault(cluster_key(path), []).append(path)
    for plain in sorted(key for key in groups if key.endswith("server.properties")):
        for numbered in sorted(groups):
            stem = re.sub(r"[-_.]?N(?=\.properties$)", "", numbered)
            if numbered != plain == stem and same_place(groups[plain], groups[numbered], brokers):
                groups[numbered] += groups.pop(plain)
                break
    yield from by_quorum(groups, brokers)


def by_quorum(groups: Mapping[str, list[str]], brokers: Mapping[str, bytes]) -> Iterator[list[str]]:
    """Brokers and controllers of one folder that name the same quorum of several voters are one cluster."""
    quorums: dict[tuple[str, str], list[str]] = {}
    for key, paths in sorted(groups.items()):
        voters = {settings(brokers[path]).get("controller.quorum.voters", "") for path in paths}
        one = voters.pop() if len(voters) == 1 else ""
        folder = key.rpartition("/")[0]
        quorums.setdefault((folder, one if "," in one else key), []).extend(paths)
    yield from quorums.values()


def node_names(paths: list[str]) -> dict[str, str]:
    """path → the name of its node: what tells it from the others, else its folder's name."""
    parts = [path.removesuffix(".properties").split("/") for path in paths]
    longest = max(len(each) for each in parts)
    padded = [[""] * (longest - len(each)) + each for each in parts]
    differ = [at for at in range(longest) if len({each[at] for each in padded}) > 1]
    names = {}
    for path, each in zip(paths, padded, strict=True):
        name = "-".join(each[at] for at in differ if each[at]) or (each[-2] if longest > 1 else each[-1])
        names[path] = re.sub(r"[^A-Za-z0-9._-]", "_", name) or "node"
    return names


def worlds(repository: Repository, own: Stock | None) -> Iterator[World]:
    """The worlds of one repository, sorted by name; `own`: Kafka's own files."""
    paths = repository.files()
    properties = dict(repository.read(path for path in paths if path.endswith(".properties")))
    brokers = {path: content for path, content in properties.items() if is_brokers(path, content)}
    clients = {path: content for path, content in properties.items() if client_kind(path)}
    of_zookeeper = list(ensembles(repository, paths, cluster_key))
    if not brokers and not clients and not of_zookeeper:
        return
    everywhere = repository.kafka_versions()
    groups = list(clusters(brokers))
    for group in groups:
        files: dict[str, tuple[str, bytes]] = {}
        names = node_names(group)
        for path in group:
            files[f"rendered/{names[path]}/server.properties"] = (path, brokers[path])
        for path in beside(group, clients, brokers):
            files[f"rendered/{names[group[0]]}/{client_kind(path)}.properties"] = (path, clients.pop(path))
        files |= stored(group, names, properties)
        files |= taken(of_zookeeper, {path: brokers[path] for path in group}, alone=len(groups) == 1)
        if own is None or not all(own.has(settings(brokers[path])) for path in group):
            known = version(group, everywhere, brokers, own)
            yield World(repository=repository, name=group[0], version=known, files=files)
    for path, content in sorted(clients.items()):
        files = {f"rendered/node/{client_kind(path)}.properties": (path, content)}
        yield World(
            repository=repository, name=path, version=version([path], everywhere, {}, None), files=files
        )
    for ensemble in of_zookeeper:
        first, _ = next(iter(ensemble.values()))
        yield World(repository=repository, name=first, version=None, files=ensemble)


def beside(group: list[str], clients: Mapping[str, bytes], brokers: Iterable[str]) -> list[str]:
    """The clients' files beside a cluster's brokers, one of each kind; none where there are other brokers."""
    folders = {path.rpartition("/")[0] for path in group}
    others = {path for path in brokers if path.rpartition("/")[0] in folders} - set(group)
    alone = len(folders) == 1 and not others
    near = sorted(path for path in clients if path.rpartition("/")[0] in folders and alone)
    return list({client_kind(path): path for path in reversed(near)}.values())


def stored(
    group: list[str], names: Mapping[str, str], properties: Mapping[str, bytes]
) -> dict[str, tuple[str, bytes]]:
    """The `meta.properties` in folders that are called like a broker's log directory."""
    metas = [path for path in properties if Path(path).name == "meta.properties"]
    found: dict[str, tuple[str, bytes]] = {}
    for path in group:
        keys = settings(properties[path])
        directories = (keys.get("log.dirs") or keys.get("log.dir") or "").split(",")
        ends = {Path(each.strip()).name for each in directories if each.strip()}
        for meta in metas:
            if Path(meta).parent.name in ends and sum(Path(m).parent.name in ends for m in metas) == 1:
                found[f"rendered/{names[path]}/{Path(meta).parent.name}/meta.properties"] = (
                    meta,
                    properties[meta],
                )
    return found


def version(
    group: list[str], everywhere: set[str], brokers: Mapping[str, bytes], own: Stock | None
) -> str | None:
    """The release that the path names, else the only one that the repository names, if the files are not from
    a later one; else the one that they come from.
    """
    named = last_of_each_family(versions_in(" ".join(group))) or everywhere
    alike = [own.releases_like(brokers[path]) for path in group if own is not None and path in brokers]
    kraft = any("process.roles" in settings(brokers[path]) for path in group if path in brokers)
    earliest = max((each[0] for each in alike if each), default=parse_version("2.8" if kraft else "0.8"))
    if len(named) == 1:
        try:
            release = parse_version(next(iter(named)))
        except UsageError:
            return None
        return release.text if release.family >= earliest.family else None
    latest = {max(each) for each in alike if each}
    if len(latest) != 1 or named:
        return None
    release = latest.pop()
    keys = {key for path in group for key in settings(brokers[path])}
    of_later_ones = any((verdict := judge_key(key, release)).since and not verdict.until for key in keys)
    return None if of_later_ones else str(release)


def all_worlds(repository: Repository, own: Stock | None) -> list[World]:
    """The worlds of a repository as it is, then as it was."""
    states = (replace(repository, commit=commit) for commit in repository.states())
    found = [world for state in states for world in worlds(state, own)]
    return [*found, *chef_worlds(repository, repository.files())]


def main(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    seen = set[str]()
    repositories = [each for each in fetched(source) if each.name != KAFKA]
    with ProcessPoolExecutor(2) as pool:
        several = pool.map(partial(all_worlds, own=stock(source)), repositories, chunksize=4)
        for found in several:
            for number, world in enumerate(found):
                mark = world.fingerprint
                if mark not in seen:
                    seen.add(mark)
                    world.write(target / f"{world.repository.name.replace('/', '+')}+{number}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
