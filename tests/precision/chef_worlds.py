"""Makes worlds out of public Chef repositories and cookbooks.

A folder with `nodes/*.json` is a world as it is, with the cookbooks, roles, environments and data bags beside
it. A cookbook with a template of `server.properties` and without node objects gets one node, made here, that
runs the cookbook's default recipe: `kafka1.example.com`, with the repository's other cookbooks at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tests.precision.repositories import Repository
from tests.precision.world import World

READ = (
    "nodes",
    "cookbooks",
    "site-cookbooks",
    "vendor/cookbooks",
    "berks-cookbooks",
    "roles",
    "environments",
)
"""What driftcheck reads beside data bags and policies."""

NODE_OBJECT = re.compile(r"(?P<base>(?:.*/)?)nodes/[^/]+\.json")
MOST_NODES = 500
"""A folder with more node objects is a load test's."""
TEMPLATE = re.compile(r"(?P<cookbook>(?:.*/)?)templates/(?:[^/]+/)*server[^/]*\.properties\.erb")
METADATA = re.compile(r"(?P<folder>(?:.*/)?)metadata\.(?:rb|json)")
NAME = re.compile(rb"^\s*(?:name\s+|\"name\":\s*)['\"]([^'\"]+)['\"]", re.MULTILINE)


def chef_worlds(repository: Repository, paths: list[str]) -> Iterator[World]:
    """The worlds of a repository's node objects, else those of its cookbooks."""
    bases: dict[str, int] = {}
    for path in paths:
        if found := NODE_OBJECT.fullmatch(path):
            bases[found["base"]] = bases.get(found["base"], 0) + 1
    for base in sorted(base for base, count in bases.items() if count <= MOST_NODES):
        yield with_nodes(repository, paths, base)
    if not bases:
        yield from with_a_node_of_ours(repository, paths)


def with_nodes(repository: Repository, paths: list[str], base: str) -> World:
    folders = tuple(f"{base}{folder}/" for folder in (*READ, "data_bags", "policyfiles"))
    read = repository.read(path for path in paths if path.startswith(folders) or _is_a_policy(path, base))
    files = {path.removeprefix(base): (path, content) for path, content in read}
    return World(repository=repository, name=f"{base}nodes", version=None, files=files)


def _is_a_policy(path: str, base: str) -> bool:
    return re.fullmatch(re.escape(base) + r"[^/]+\.lock\.json", path) is not None


def with_a_node_of_ours(repository: Repository, paths: list[str]) -> Iterator[World]:
    folders = {found["folder"] for path in paths if (found := METADATA.fullmatch(path))}
    rendering = {found["cookbook"] for path in paths if (found := TEMPLATE.fullmatch(path))} & folders
    names = {folder: cookbook_name(repository, folder) for folder in sorted(folders)}
    for folder in sorted(rendering):
        if f"{folder}recipes/default.rb" not in paths:
            continue
        files: dict[str, tuple[str, bytes]] = {}
        for path, content in repository.read(paths):
            home = max((each for each in folders if path.startswith(each)), key=len, default=None)
            if home is not None and _inside(path, home):
                files[f"cookbooks/{names[home]}/{path.removeprefix(home)}"] = (path, content)
        files["nodes/kafka1.json"] = ("(node of ours)", json.dumps(node(names[folder])).encode())
        yield World(repository=repository, name=folder, version=None, files=files)


def _inside(path: str, home: str) -> bool:
    """Whether the path is a file that a cookbook in `home` consists of."""
    inner = path.removeprefix(home)
    folder, slash, _ = inner.partition("/")
    parts = (
        "attributes",
        "recipes",
        "templates",
        "files",
        "libraries",
        "resources",
        "providers",
        "definitions",
    )
    return folder in parts if slash else inner in ("metadata.rb", "metadata.json")


def cookbook_name(repository: Repository, folder: str) -> str:
    """The name in the metadata, else that of the folder."""
    for _, content in repository.read((f"{folder}metadata.rb", f"{folder}metadata.json")):
        if found := NAME.search(content):
            return found[1].decode("utf-8", "replace")
    return folder.rstrip("/").rpartition("/")[2] or repository.name.rpartition("/")[2]


def node(cookbook: str) -> dict[str, object]:
    """A node object as chef-zero saves it, of a machine that runs `cookbook`."""
    address = {"10.0.0.11": {"family": "inet", "prefixlen": "24", "scope": "Global"}}
    interfaces = {"eth0": {"encapsulation": "Ethernet", "state": "up", "addresses": address}}
    automatic = {
        "platform": "ubuntu",
        "platform_family": "debian",
        "platform_version": "14.04",
        "os": "linux",
        "hostname": "kafka1",
        "machinename": "kafka1",
        "domain": "example.com",
        "fqdn": "kafka1.example.com",
        "ipaddress": "10.0.0.11",
        "network": {"default_interface": "eth0", "interfaces": interfaces},
        "memory": {"total": "16432228kB"},
        "cpu": {"total": 4},
        "kernel": {"name": "Linux", "machine": "x86_64", "release": "3.13.0-46-generic"},
        "init_package": "init",
    }
    return {
        "name": "kafka1",
        "chef_environment": "_default",
        "run_list": [f"recipe[{cookbook}]"],
        "normal": {},
        "default": {},
        "override": {},
        "automatic": automatic,
    }
