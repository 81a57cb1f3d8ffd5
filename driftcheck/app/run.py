"""`lint`, `live` and `check`: what is asked differs, the judge is the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from driftcheck.app.collection import collect
from driftcheck.app.judging import judged
from driftcheck.app.places import with_lines
from driftcheck.app.rule_packs import load_packs
from driftcheck.errors import ConfigurationError, UsageError
from driftcheck.join.scope import Scope
from driftcheck.kafka.connect_string import parse_connect_string
from driftcheck.model.configuration import Configuration, ZooKeeperAccess
from driftcheck.model.facts import Unknown
from driftcheck.model.report import Report
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.configuration.file import load_configuration
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.files.one_file import read_file
from driftcheck.sources.interface import Deadline, Progress, Request

Paths = Sequence[str | os.PathLike[str]]

LINT_SECONDS = 600.0
LIVE_SECONDS = 60.0
ASKING_SHARE = 5 / 6
"""Of the time for `live`, in which sources are asked: what they say has to be judged in time, too."""

OPERATION_SECONDS = 5.0
SYSTEM = "system"


def _silent(message: str) -> None:
    """Progress that nobody watches."""


def lint(
    paths: Paths = (".",),
    *,
    configuration: Configuration | None = None,
    resolvers: Sequence[str] = (),
    deadline: float = LINT_SECONDS,
    timeout: float = OPERATION_SECONDS,
    inline_ignores: bool = True,
    progress: Progress = _silent,
) -> Report:
    """Judges Chef repositories and folders of rendered files; opens no socket unless `resolvers` are given.

    `configuration`: None for the one that the command would find. `resolvers`: `IP[:port]` or "system".
    `deadline` and `timeout` are seconds for the run and for each operation. `inline_ignores`: whether
    `# driftcheck: ignore[...]` in files counts. Raises DriftcheckError.
    """
    paths = _texts(paths)
    configuration = load_configuration(paths) if configuration is None else configuration
    packs = load_packs(configuration)
    request = _request(paths, configuration, resolvers, progress)
    snapshot = collect(request, Deadline.after(deadline, per_operation=timeout))
    return judged(
        snapshot,
        configuration,
        packs,
        command="lint",
        trees=request.trees,
        inline_ignores=inline_ignores,
    )


def live(
    zk: str,
    paths: Paths = (),
    *,
    configuration: Configuration | None = None,
    cluster: str | None = None,
    brokers: Sequence[str] = (),
    expect_cluster_id: str | None = None,
    save: str | None = None,
    connect: bool = True,
    deadline: float = LIVE_SECONDS,
    timeout: float = OPERATION_SECONDS,
    inline_ignores: bool = True,
    progress: Progress = _silent,
) -> Report:
    """Judges what the brokers of one ZooKeeper registered, against DNS, what answers there and what `paths`
    hold; reads only.

    `zk` is a connect string (`h1:2181,h2:2181/chroot`). `cluster` names the one of the repository's clusters
    that this is, where the connect string does not tell; `brokers` (names or ids) narrow the findings.
    `connect`: whether the registered endpoints are connected to. `deadline`: seconds for everything; servers
    are asked in the first five sixths of it, and what is not judged at its end stays open. `save`: a file
    for the snapshot, read again by `check`. The rest is as for `lint`. Raises DriftcheckError.
    """
    paths = _texts(paths)
    configuration = load_configuration(paths) if configuration is None else configuration
    _check_connect_string(zk)
    _check_access(configuration.zookeeper)
    packs = load_packs(configuration)
    request = replace(
        _request(paths, configuration, configuration.dns.resolvers or (SYSTEM,), progress),
        zookeeper=zk,
        connect=connect,
    )
    whole = Deadline.after(deadline, per_operation=timeout)
    scope = Scope(
        zookeeper=zk, cluster=cluster, brokers=tuple(brokers), expected_cluster_id=expect_cluster_id
    )
    # No name is given to what was seen: whoever judges it can let go of it.
    return judged(
        _seen(request, Deadline.after(deadline * ASKING_SHARE, per_operation=timeout), save),
        configuration,
        packs,
        command="live",
        scope=scope,
        trees=request.trees,
        inline_ignores=inline_ignores,
        late=lambda: whole.remaining() <= 0,
    )


def _seen(request: Request, deadline: Deadline, save: str | None) -> Snapshot:
    """What the sources saw, saved if it is to be."""
    snapshot = collect(request, deadline)
    if save is not None:
        every_node = replace(snapshot, nodes=tuple(snapshot.nodes))
        _save(save, with_lines(every_node, request.trees))
    return snapshot


def check(
    snapshot: str | os.PathLike[str] | Snapshot,
    *,
    configuration: Configuration | None = None,
    cluster: str | None = None,
    brokers: Sequence[str] = (),
    expect_cluster_id: str | None = None,
    inline_ignores: bool = True,
) -> Report:
    """Judges a snapshot that `live --save` wrote, or one made in a program. Raises DriftcheckError."""
    if not isinstance(snapshot, Snapshot):
        snapshot = _read(os.fspath(snapshot))
    configuration = load_configuration() if configuration is None else configuration
    connect = snapshot.zookeepers[0].connect if snapshot.zookeepers else None
    scope = Scope(
        zookeeper=connect, cluster=cluster, brokers=tuple(brokers), expected_cluster_id=expect_cluster_id
    )
    packs = load_packs(configuration)
    return judged(snapshot, configuration, packs, command="check", scope=scope, inline_ignores=inline_ignores)


def _texts(paths: Paths) -> tuple[str, ...]:
    """The paths as texts; UsageError for one that is not there."""
    texts = tuple(os.fspath(path) for path in paths)
    for text in texts:
        if not os.path.lexists(text):
            raise UsageError("no such file or folder", where=text, hint="Give a Chef repository's folder.")
    return texts


def _request(
    paths: Sequence[str], configuration: Configuration, resolvers: Sequence[str], progress: Progress
) -> Request:
    """What every run asks."""
    return Request(
        configuration=configuration,
        trees=_trees(paths),
        configuration_tree=_configuration_tree(configuration),
        resolvers=tuple(resolvers),
        zones=configuration.dns.zones,
        progress=progress,
    )


def _trees(paths: Sequence[str]) -> tuple[FolderTree, ...]:
    return tuple(FolderTree(path) for path in paths)


def _configuration_tree(configuration: Configuration) -> FolderTree | None:
    return FolderTree(configuration.root) if configuration.location is not None else None


def _check_connect_string(zk: str) -> None:
    problems = parse_connect_string(zk).problems
    if problems:
        raise UsageError(
            f"the connect string {zk!r} cannot be used: {'; '.join(problems)}",
            hint="Write it as the brokers do: HOST:PORT,HOST:PORT/CHROOT.",
        )


def _check_access(wanted: ZooKeeperAccess) -> None:
    """What is wrong with credentials or certificates is said before any server is asked."""
    from driftcheck.sources.znodes.access import access_of

    access = access_of(wanted)
    if isinstance(access, Unknown):
        raise ConfigurationError(access.reason, where="ZooKeeper's credentials")


def _read(path: str) -> Snapshot:
    from driftcheck.formats.snapshot_json import MAX_BYTES, snapshot_from_json

    content = read_file(path, max_bytes=MAX_BYTES)
    if isinstance(content, Unknown):
        raise UsageError(f"the snapshot cannot be read: {content.reason}", where=path)
    return snapshot_from_json(content, name=path)


def _save(path: str, snapshot: Snapshot) -> None:
    # The codec of snapshots is slow to import: a run that neither saves nor reads one does without.
    from driftcheck.formats.snapshot_json import snapshot_to_json

    content = snapshot_to_json(snapshot)
    try:
        with open(path, "wb") as file:
            file.write(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the snapshot cannot be saved: {reason}", where=path) from None
