"""Files that are rendered with Jinja2 from a node's attributes: as Jinja2 does, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
import pytest

from driftcheck.chef.node_run.j2_files import j2_files
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.model.configuration import J2Template
from driftcheck.sources.files.memory import MemoryTree

PATH = "cookbooks/kafka/templates/server.properties.j2"
ATTRIBUTES = """\
default['kafka']['broker']['port'] = 9092
default['kafka']['broker']['host.name'] = node['fqdn']
default['kafka']['disks'] = ['/a', '/b']
default['kafka']['ssl'] = true
default['kafka']['date'] = `date`
"""
VARIABLES = {"broker": "kafka.broker", "disks": "kafka.disks", "ssl": "kafka.ssl", "date": "kafka.date"}


def rendered(
    template: str, *, attributes: str = ATTRIBUTES, variables: Mapping[str, str] = VARIABLES
) -> tuple[RenderedFile, NodeRun]:
    tree = MemoryTree(
        {
            "cookbooks/kafka/metadata.rb": "name 'kafka'\n",
            "cookbooks/kafka/attributes/default.rb": attributes,
            "cookbooks/kafka/recipes/default.rb": "",
            PATH: template,
        }
    )
    subject = RunSubject(
        name="n1", run_list=("recipe[kafka]",), normal={}, automatic={"fqdn": "n1.example.com"}
    )
    run = NodeRun(ChefRepository(tree), subject).run(Phase.CONVERGE)
    wanted = J2Template(
        path="/etc/kafka/server.properties", template=PATH, cookbook="kafka", variables=variables
    )
    (file,) = j2_files(run, [wanted])
    return file, run


@pytest.mark.parametrize(
    "template",
    [
        "port={{ broker.port }}\n",
        "{% for key, value in broker | dictsort %}\n{{ key }}={{ value }}\n{% endfor %}\n",
        "log.dirs={{ disks | join(',') }}\n",
        "{% if ssl %}\nlisteners=SSL://{{ broker['host.name'] }}:9093\n{% endif %}\n",
        "auto.create.topics.enable={{ ssl }}\nend",
    ],
)
def test_it_is_what_jinja2_makes_of_the_attributes(template: str) -> None:
    file, run = rendered(template)
    kafka: Any = (run.merged().known or {})["kafka"]
    environment = jinja2.Environment(
        trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    given = {name: kafka[path.removeprefix("kafka.")] for name, path in VARIABLES.items() if name != "date"}
    assert file.text() == environment.from_string(template).render(given)
    assert (file.path, file.source) == ("/etc/kafka/server.properties", PATH)


def test_what_is_not_known_leaves_a_gap_and_the_rest_of_its_line() -> None:
    file, _ = rendered("a={{ date }}x\nb=1\n")
    assert [(line.text, line.fragments) for line in file.lines] == [(None, ("a=", None, "x")), ("b=1", ())]


def test_a_line_leads_to_the_attribute_that_it_names() -> None:
    file, _ = rendered("a=1\nport={{ broker.port }}\nhost={{ broker['host.name'] }} {{ ssl }}\n")
    places = [[f"{place.file}:{place.line}" for place in line.places] for line in file.lines]
    attributes = "cookbooks/kafka/attributes/default.rb"
    assert places == [
        [f"{PATH}:1"],
        [f"{PATH}:2", f"{attributes}:1"],
        [f"{PATH}:3", f"{attributes}:2", f"{attributes}:4"],
    ]


@pytest.mark.parametrize(
    ("template", "variables", "reason"),
    [
        ("{{ nothing }}\n", VARIABLES, "Jinja2 would stop: 'nothing' is undefined"),
        ("{% if %}\n", VARIABLES, "Jinja2 would stop: "),
        ("a={{ x }}\n", {"x": "kafka.none.such"}, "a variable is not known"),
    ],
)
def test_what_jinja2_refuses_is_not_known(template: str, variables: Mapping[str, str], reason: str) -> None:
    file, _ = rendered(template, variables=variables)
    assert file.text() is None
    assert file.lines[0].cause is not None
    assert file.lines[0].cause.reason.startswith(reason)


def test_where_chef_would_stop_nothing_is_known_of_it() -> None:
    file, run = rendered("a=1\n", attributes="raise 'no'\n")
    assert run.stop is not None
    assert file.gap is not None


def test_nodes_without_the_cookbook_do_not_have_the_file() -> None:
    _, run = rendered("a=1\n")
    other = J2Template(path="/x", template=PATH, cookbook="web", variables={})
    assert j2_files(run, [other]) == []


def test_a_template_that_is_not_there_is_a_gap() -> None:
    _, run = rendered("a=1\n")
    (file,) = j2_files(run, [J2Template(path="/x", template="none.j2", cookbook="kafka", variables={})])
    assert file.gap is not None
