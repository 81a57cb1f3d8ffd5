"""A Chef repository in memory, with a broker whose file its cookbook writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import IntendedFile, RunObservation, Snapshot
from driftcheck.sources.cookbooks import SOURCE
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request

ATTRIBUTES = "cookbooks/kafka/attributes/default.rb"
TEMPLATE = "cookbooks/kafka/templates/server.properties.erb"
RECIPE = "cookbooks/kafka/recipes/default.rb"


def node(name: str, **normal: Any) -> str:
    machine = {"fqdn": f"{name}.example.com", "ohai_time": 1427404000.0, "platform": "ubuntu"}
    return json.dumps(
        {
            "name": name,
            "chef_environment": "prod",
            "run_list": ["recipe[kafka]"],
            "normal": normal,
            "automatic": machine,
        }
    )


def files(template: str, attributes: str = "", recipe: str = "", **more: str) -> dict[str, str]:
    """The repository of one node, `n1`; `more` are files by their paths."""
    resource = "template '/etc/kafka/server.properties' do\n  source 'server.properties.erb'\nend\n"
    return {
        "cookbooks/kafka/metadata.rb": "name 'kafka'\n",
        ATTRIBUTES: attributes,
        RECIPE: recipe or resource,
        TEMPLATE: template,
        "environments/prod.json": json.dumps({"name": "prod"}),
        "nodes/n1.json": node("n1"),
        **more,
    }


def collected(given: Mapping[str, str], *, seconds: float = 60, name: str = "memory") -> Snapshot:
    request = Request(configuration=Configuration(), trees=(MemoryTree(given, name=name),))
    return SOURCE.collect(request, Deadline.after(seconds, per_operation=5))


def only_run(given: Mapping[str, str]) -> RunObservation:
    (run,) = collected(given).runs
    return run


def only_file(given: Mapping[str, str]) -> IntendedFile:
    (file,) = only_run(given).files
    return file
