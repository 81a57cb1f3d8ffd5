"""What a Chef repository holds, by its names."""

from __future__ import annotations

import json

import pytest

from driftcheck.chef.repository.constraints import satisfies
from driftcheck.chef.repository.layout import layout_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.sources.files.memory import MemoryTree


def repository(files: dict[str, str], *, name: str = "repo") -> ChefRepository:
    return ChefRepository(MemoryTree(files, name=name))


@pytest.mark.parametrize(
    ("version", "constraint", "expected"),
    [
        ("1.2.3", "~> 1.2", True),
        ("2.0.0", "~> 1.2", False),
        ("1.9.0", "~> 1.2.3", False),
        ("1.2.9", "~> 1.2.3", True),
        ("1.2.3", "= 1.2.3", True),
        ("1.2.3", "1.2", False),
        ("1.2.0", "1.2", True),
        ("0.9.9", ">= 1", False),
        ("1.0.0", "< 1.0", False),
        ("1.0.0", "<= 1.0", True),
        ("1.0.0", "about 1", None),
        ("1.0.0-rc1", ">= 1", None),
    ],
)
def test_version_constraints(version: str, constraint: str, expected: bool | None) -> None:
    assert satisfies(version, constraint) is expected


def test_site_cookbooks_win_over_cookbooks() -> None:
    found = repository(
        {
            "cookbooks/kafka/metadata.rb": "name 'kafka'\nversion '1.0.0'",
            "site-cookbooks/kafka/metadata.rb": "name 'kafka'\nversion '2.0.0'",
        }
    )
    assert found.cookbooks["kafka"].folder == "site-cookbooks/kafka"


def test_a_repository_may_lie_one_folder_down() -> None:
    found = repository({"chef/cookbooks/kafka/attributes/default.rb": "", "chef/roles/a.json": "{}"})
    assert list(found.cookbooks) == ["kafka"]
    assert found.layout.roles == {"a": "chef/roles/a.json"}


def test_a_single_cookbook_is_the_tree_itself() -> None:
    files = {
        "metadata.rb": "name 'apache_kafka'",
        "recipes/default.rb": "",
        "test/cookbooks/x/metadata.rb": "",
    }
    found = repository(files)
    assert list(found.cookbooks) == ["apache_kafka"]
    assert found.own_cookbook is not None
    assert found.own_cookbook.path("a") == "a"


def test_a_cookbook_without_a_name_has_its_folders() -> None:
    assert list(repository({"metadata.rb": "version '1.0.0'"}, name="/srv/kafka/").cookbooks) == ["kafka"]


def test_metadata_is_ruby_that_is_evaluated() -> None:
    text = (
        "name 'kafka'\n%w(java runit).each { |c| depends c }\ndepends 'apt', '~> 2.0'\nlicense IO.read('x')"
    )
    cookbook = repository({"cookbooks/kafka/metadata.rb": text}).cookbooks["kafka"]
    assert cookbook.dependencies == {"java": ">= 0.0.0", "runit": ">= 0.0.0", "apt": "~> 2.0"}


def test_metadata_json_counts_before_metadata_rb() -> None:
    files = {
        "cookbooks/kafka/metadata.json": json.dumps(
            {"name": "kafka", "version": "3.0.0", "dependencies": {"java": ">= 1"}}
        ),
        "cookbooks/kafka/metadata.rb": "name 'kafka'\nversion '1.0.0'",
    }
    cookbook = repository(files).cookbooks["kafka"]
    assert (cookbook.version, cookbook.dependencies) == ("3.0.0", {"java": ">= 1"})


def test_attribute_files_come_default_first_then_by_path() -> None:
    names = ("zz.rb", "default.rb", "aa.rb", "notes.txt")
    cookbook = repository({f"cookbooks/kafka/attributes/{name}": "" for name in names}).cookbooks["kafka"]
    assert list(cookbook.attribute_files()) == ["default", "aa", "zz"]


def test_root_files_are_a_cookbooks_default_files() -> None:
    files = ("attributes.rb", "attributes/default.rb", "recipe.rb", "recipes/other.rb")
    cookbook = repository({f"cookbooks/kafka/{name}": "" for name in files}).cookbooks["kafka"]
    assert cookbook.attribute_files() == {"default": "attributes.rb"}
    assert cookbook.recipe_files() == {"other": "recipes/other.rb", "default": "recipe.rb"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("default/a.erb",), "templates/default/a.erb"),
        (("a.erb",), "templates/a.erb"),
        (("default/a.erb", "a.erb", "ubuntu/a.erb"), "templates/ubuntu/a.erb"),
        (("ubuntu/a.erb", "ubuntu-18/a.erb"), "templates/ubuntu-18/a.erb"),
        (("ubuntu-18/a.erb", "ubuntu-18.04/a.erb"), "templates/ubuntu-18.04/a.erb"),
        (("ubuntu-18.04/a.erb", "host-n1/a.erb"), "templates/host-n1/a.erb"),
        (("centos/a.erb", "host-n2/a.erb"), None),
    ],
)
def test_the_most_special_template_is_taken(files: tuple[str, ...], expected: str | None) -> None:
    machine = {"fqdn": "n1", "platform": "ubuntu", "platform_version": "18.04"}
    cookbook = repository({f"cookbooks/k/templates/{file}": "" for file in files}).cookbooks["k"]
    assert cookbook.preferred("templates", "a.erb", machine.get) == expected


@pytest.mark.parametrize("file", ["default/a.erb", "a.erb"])
def test_the_machine_is_asked_only_where_a_file_depends_on_it(file: str) -> None:
    def nobody_knows(key: str) -> str:
        raise AssertionError(key)

    cookbook = repository({f"cookbooks/k/templates/{file}": ""}).cookbooks["k"]
    assert cookbook.preferred("templates", "a.erb", nobody_knows) == f"templates/{file}"


def test_a_source_may_begin_with_a_slash() -> None:
    cookbook = repository({"cookbooks/k/files/default/apps/x.conf": ""}).cookbooks["k"]
    assert cookbook.preferred("files", "/apps/x.conf", lambda key: None) == "files/default/apps/x.conf"


def test_data_bags_and_policies_are_found() -> None:
    layout = layout_of(["data_bags/kafka/prod.json", "data_bags/kafka/deep/x.json", "Policyfile.lock.json"])
    assert layout.data_bags == {"kafka": {"prod": "data_bags/kafka/prod.json"}}
    assert layout.policy == "Policyfile.lock.json"
