"""Whether ZooKeeper takes a server's files, asked of its own classes (`ZooKeeperFiles.java`).

`python -m tests.conformance.zookeeper_files RELEASE=CLASSPATH…` writes the answers of these releases to
`data/zookeeper_files.jsonl`: one object a line, `zookeeper`, `case`, and `refusal` or null.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE / "data" / "zookeeper_files.jsonl"
SECONDS = 120
FOLDER = "@FOLDER@"
"""Stands for the folder that a case is written to."""

THREE = {f"server.{number}": f"127.0.0.{number}:2888:3888" for number in (1, 2, 3)}
LIMITS = {"tickTime": "2000", "initLimit": "10", "syncLimit": "5"}
BASE = {"dataDir": FOLDER, "clientPort": "2181", **LIMITS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What stands in zoo.cfg, in the dynamic file (None: there is none) and in myid (None likewise)."""

    settings: Mapping[str, str]
    dynamic: Mapping[str, str] | None = None
    myid: str | None = "1"
    base: Mapping[str, str] = field(default_factory=lambda: dict(BASE))

    @property
    def all_settings(self) -> dict[str, str]:
        """With `""` for what the base has and the case has not."""
        found = {**self.base, **self.settings}
        return {key: value for key, value in found.items() if value != "-"}


def _listed(**servers: str) -> Case:
    """A list of its own; `s1` is server.1."""
    return Case(settings={key.replace("s", "server.", 1): value for key, value in servers.items()})


def _three(**settings: str) -> Case:
    return Case(settings={**THREE, **{key.replace("_", "."): value for key, value in settings.items()}})


_DYNAMIC = {"dynamicConfigFile": f"{FOLDER}/zoo.cfg.dynamic"}
_MODERN = {f"server.{number}": f"127.0.0.{number}:2888:3888:participant;2181" for number in (1, 2, 3)}

CASES: Mapping[str, Case] = {
    "three": _three(),
    "alone": Case(settings={}, myid=None),
    "alone with a bad myid": Case(settings={}, myid="x"),
    "no dataDir": Case(settings={"dataDir": "-"}),
    "no clientPort": _three(clientPort="-"),
    "clientPortAddress alone": Case(settings={"clientPort": "-", "clientPortAddress": "127.0.0.1"}),
    "secureClientPortAddress alone": Case(settings={"secureClientPortAddress": "127.0.0.1"}),
    "a port that is no number": _three(clientPort="2181x"),
    "blanks around a number": _three(clientPort=" 2181 "),
    "no tickTime": _three(tickTime="0"),
    "a tickTime that is no number": _three(tickTime="2s"),
    "no initLimit": _three(initLimit="-"),
    "no syncLimit": _three(syncLimit="-"),
    "no limits, alone": Case(settings={"initLimit": "-", "syncLimit": "-"}, myid=None),
    "sessions": _three(minSessionTimeout="9000", maxSessionTimeout="8000"),
    "a shortest session alone": _three(minSessionTimeout="9000"),
    "no myid": Case(settings=THREE, myid=None),
    "an empty myid": Case(settings=THREE, myid=""),
    "a myid with a blank": Case(settings=THREE, myid="1 "),
    "a myid with a second line": Case(settings=THREE, myid="1\nx"),
    "a myid that is no number": Case(settings=THREE, myid="zk1"),
    "one server": _listed(s1="127.0.0.1:2888:3888"),
    "one server, no limits": Case(settings={"server.1": "127.0.0.1:2888:3888", "initLimit": "-"}, myid=None),
    "one server, not alone": Case(
        settings={"server.1": "127.0.0.1:2888:3888", "standaloneEnabled": "false"}, myid=None
    ),
    "two servers": _listed(s1="127.0.0.1:2888:3888", s2="127.0.0.2:2888:3888"),
    "no election port": _listed(s1="127.0.0.1:2888", s2="127.0.0.2:2888"),
    "one election port": _listed(s1="127.0.0.1:2888:3888", s2="127.0.0.2:2888"),
    "no port": _listed(s1="127.0.0.1", s2="127.0.0.2:2888:3888"),
    "equal ports": _listed(s1="127.0.0.1:2888:2888", s2="127.0.0.2:2888:3888"),
    "a port out of range": _listed(s1="127.0.0.1:2888:70000", s2="127.0.0.2:2888:3888"),
    "a port with letters": _listed(s1="127.0.0.1:2888:38x", s2="127.0.0.2:2888:3888"),
    "an observer": _three(server_4="127.0.0.4:2888:3888:observer"),
    "capitals": _three(server_4="127.0.0.4:2888:3888:OBSERVER"),
    "another role": _three(server_4="127.0.0.4:2888:3888:witness"),
    "one field more": _three(server_4="127.0.0.4:2888:3888:observer:x"),
    "observers alone": _listed(s1="127.0.0.1:2888:3888:observer"),
    "an observer beside one": _listed(s1="127.0.0.1:2888:3888", s2="127.0.0.2:2888:3888:observer"),
    "a client port": Case(settings=_MODERN),
    "another client port": Case(settings={**_MODERN, "clientPort": "2182"}),
    "a client port of its own alone": Case(settings={**_MODERN, "clientPort": "-"}),
    "a client address": _listed(s1="127.0.0.1:2888:3888;127.0.0.1:2181", s2="127.0.0.2:2888:3888"),
    "a client port that is no number": _listed(s1="127.0.0.1:2888:3888;x", s2="127.0.0.2:2888:3888"),
    "a client's address too long": _listed(s1="127.0.0.1:2888:3888;a:b:1", s2="127.0.0.2:2888:3888"),
    "a secure client port": _listed(s1="127.0.0.1:2888:3888;2181;2281", s2="127.0.0.2:2888:3888"),
    "IPv6": _listed(s1="[::1]:2888:3888", s2="[::2]:2888:3888"),
    "IPv6 without the bracket": _listed(s1="[::1:2888:3888", s2="[::2]:2888:3888"),
    "IPv6 without ports": _listed(s1="[::1]", s2="[::2]:2888:3888"),
    "a number that is none": Case(settings={"server.one": "127.0.0.1:2888:3888"}),
    "a trailing blank": _listed(s1="127.0.0.1:2888:3888 ", s2="127.0.0.2:2888:3888"),
    "peerType": _three(peerType="observer"),
    "another peerType": _three(peerType="voter"),
    "electionAlg": _three(electionAlg="0"),
    "standaloneEnabled": _three(standaloneEnabled="no"),
    "reconfigEnabled": _three(reconfigEnabled="yes"),
    "capital truth": _three(standaloneEnabled="TRUE"),
    "quorumListenOnAllIPs": _three(quorumListenOnAllIPs="1"),
    "SASL of servers": _three(quorum_auth_serverRequireSasl="true"),
    "SASL of learners": _three(quorum_auth_learnerRequireSasl="true"),
    "SASL of servers alone": _three(quorum_auth_enableSasl="true", quorum_auth_serverRequireSasl="true"),
    "a dynamic file": Case(settings=_DYNAMIC, dynamic=_MODERN),
    "a list beside a dynamic file": Case(settings={**_DYNAMIC, **THREE}, dynamic=_MODERN),
    "another setting in it": Case(settings=_DYNAMIC, dynamic={**_MODERN, "tickTime": "1"}),
    "a version in it": Case(settings=_DYNAMIC, dynamic={**_MODERN, "version": "1"}),
    "an unknown setting": _three(nonsense="1"),
    "nobody listed, not alone": Case(settings={"standaloneEnabled": "false"}),
}


def ask(classpath: str, cases: Mapping[str, Case] = CASES) -> dict[str, str | None]:
    """ZooKeeper's own refusals by case; None where it takes the files."""
    with tempfile.TemporaryDirectory() as root:
        folders = [_written(Path(root) / str(number), case) for number, case in enumerate(cases.values())]
        done = subprocess.run(
            ["java", "-cp", classpath, str(HERE / "ZooKeeperFiles.java"), *map(str, folders)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    answers = [line for line in done.stdout.splitlines() if line == "ok" or line.startswith("refused\t")]
    assert len(answers) == len(cases), done.stdout[-2000:] + done.stderr[-2000:]
    return {
        name: None if answer == "ok" else answer.partition("\t")[2]
        for name, answer in zip(cases, answers, strict=True)
    }


def _written(folder: Path, case: Case) -> Path:
    folder.mkdir()
    (folder / "zoo.cfg").write_text(_lines(case.all_settings, folder))
    if case.dynamic is not None:
        (folder / "zoo.cfg.dynamic").write_text(_lines(case.dynamic, folder))
    if case.myid is not None:
        (folder / "myid").write_text(f"{case.myid}\n" if case.myid else "")
    return folder


def _lines(settings: Mapping[str, str], folder: Path) -> str:
    return "".join(f"{key}={value}\n".replace(FOLDER, str(folder)) for key, value in settings.items())


def main(arguments: Sequence[str]) -> None:
    """Asks each release, and writes what they say."""
    with DATA.open("w", encoding="utf-8") as file:
        for argument in arguments:
            release, _, classpath = argument.partition("=")
            for name, refusal in ask(classpath).items():
                json.dump({"zookeeper": release, "case": name, "refusal": refusal}, file)
                file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
