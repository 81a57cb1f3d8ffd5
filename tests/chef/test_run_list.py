"""A run list leads to recipes, a recipe to a cookbook that renders Kafka's configuration or not."""

from __future__ import annotations

from typing import Any

from driftcheck.chef.cookbooks import Cookbooks, find_cookbooks, joined
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.run_list import expanded_recipes, role_of_json
from driftcheck.chef.search_fields import search_fields
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind, missing

ROLES: dict[str, dict[str, Any]] = {
    "kafka": {"run_list": ["role[base]", "recipe[kafka::broker@1.2.0]", "role[kafka]"]},
    "base": {"run_list": ["ntp"], "env_run_lists": {"beta": ["recipe[chrony]"]}},
}


def role(name: str, environment: str) -> Fact[tuple[str, ...]]:
    if name not in ROLES:
        return missing(f"role[{name}] is not in the repository")
    return role_of_json(ROLES[name], name, environment)


def node(**parts: Any) -> NodeObject:
    found = read_node_object({"name": "k1", **parts}, file="nodes/k1.json")
    assert isinstance(found, NodeObject)
    return found


def recipes(**parts: Any) -> Fact[tuple[str, ...]]:
    return expanded_recipes(node(**parts), role)


def test_the_last_runs_recipes_come_first() -> None:
    found = recipes(run_list=["role[nowhere]"], automatic={"recipes": ["kafka", "kafka::default"]})
    assert isinstance(found, Known)
    assert found.value == ("kafka", "kafka::default")


def test_json_roles_are_expanded_depth_first_and_once() -> None:
    found = recipes(run_list=["role[kafka]", "recipe[app]"])
    assert isinstance(found, Known)
    assert found.value == ("ntp", "kafka::broker", "app")


def test_a_role_may_have_another_run_list_in_the_nodes_environment() -> None:
    found = recipes(run_list=["role[base]"], chef_environment="beta")
    assert isinstance(found, Known)
    assert found.value == ("chrony",)


def test_a_role_that_cannot_be_read_leaves_the_recipes_unknown() -> None:
    found = recipes(run_list=["recipe[ntp]", "role[old]"])
    assert isinstance(found, Unknown)
    assert (found.kind, found.reason) == (UnknownKind.MISSING_INPUT, "role[old] is not in the repository")


def test_a_cookbook_with_the_template_renders_kafka_wherever_the_repository_lies() -> None:
    cookbooks = joined(
        [
            find_cookbooks(["cookbooks/kafka/templates/default/server.properties.erb", "cookbooks/ntp/x.rb"]),
            find_cookbooks(["repo/site-cookbooks/k2/templates/server.properties.conf.erb"]),
            find_cookbooks(["metadata.rb", "templates/x/server.properties.erb"], own_name="own"),
            find_cookbooks(["cookbooks/app/files/server.properties", "roles/kafka.json"]),
        ]
    )
    assert cookbooks.names == {"kafka", "ntp", "k2", "own", "app"}
    assert cookbooks.rendering == {"kafka", "k2", "own"}
    assert renders(["kafka::broker"], cookbooks) is True
    assert renders(["ntp"], cookbooks) is False


def renders(names: list[str], cookbooks: Cookbooks) -> object:
    fact = cookbooks.render_kafka(Known(value=tuple(names)))
    return fact.value if isinstance(fact, Known) else fact


def test_a_cookbook_that_is_not_in_sight_could_render_kafka() -> None:
    found = renders(["ntp", "kafka::broker"], find_cookbooks(["cookbooks/ntp/recipes/default.rb"]))
    assert isinstance(found, Unknown)
    assert found.kind is UnknownKind.MISSING_INPUT
    assert found.reason.endswith(": kafka")
    assert renders(["ntp"], find_cookbooks(["cookbooks/ntp/recipes/default.rb"])) is False


def test_search_fields_are_those_of_chefs_index() -> None:
    found = node(
        chef_environment="prod",
        run_list=["role[kafka]", "recipe[ntp]"],
        normal={"tags": ["blue", "green"]},
        default={"kafka": {"broker": {"id": 7}}, "nested": {"deep": {"flag": True}}},
        automatic={"platform": "ubuntu", "roles": ["kafka", "base"]},
    )
    wanted = "name chef_environment role roles recipe recipes tags platform kafka_broker_id nested.deep.flag"
    fields = [*wanted.split(), "id", "kafka_broker", "missing"]
    assert search_fields(found, Known(value=("ntp", "kafka::broker")), fields) == {
        "name": ("k1",),
        "chef_environment": ("prod",),
        "role": ("kafka",),
        "roles": ("kafka", "base"),
        "recipe": ("ntp",),
        "recipes": ("ntp", "kafka::broker"),
        "tags": ("blue", "green"),
        "platform": ("ubuntu",),
        "kafka_broker_id": ("7",),
        "kafka_broker": ("id",),
        "nested.deep.flag": ("true",),
        "id": ("7",),
    }
