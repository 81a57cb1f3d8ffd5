"""`attributes`, `render` and `explain`: their texts as agreed, their JSON, their exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import invoked
from tests.golden.agreed import agreed

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/chef"
INCIDENT = ("--repo", str(ROOT / "fixtures/chef/kafkapocalypse"))
NEW = ("kafka13", "--like", "kafka12", *INCIDENT)

FILES = {
    "metadata.rb": "name 'kafka'\ndepends 'java'",
    "attributes/default.rb": "default['kafka']['port'] = 9092\n"
    "default['kafka']['host'] = node['fqdn']\n"
    "default['kafka']['flags'] = [1]\n"
    "force_default['kafka']['flags'] = [2]\n"
    "override['kafka']['port'] = node['kafka']['port'] + 1\n"
    "default['kafka']['home'] = node['java']['home']\n",
    "recipes/default.rb": "template '/etc/kafka.properties' do\n  only_if 'test -e /etc'\nend\n"
    "file('/etc/id') { content '1' }\n",
    "templates/kafka.properties.erb": "port=<%= node['kafka']['port'] %>\n"
    "host=<%= node['kafka']['host'] %>\n",
    "recipes/broken.rb": "node.default['kafka']['a'] = 1\nnode['nothing']['there']\n",
}


@pytest.fixture
def cookbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cookbook of which not everything is known, as the working directory."""
    for name, text in FILES.items():
        path = tmp_path / "kafka" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "kafka"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("attributes", ("attributes", "kafka10", "kafka", *INCIDENT)),
        ("attributes-new", ("attributes", *NEW)),
        ("render", ("render", "kafka10", *INCIDENT)),
        ("render-new", ("render", "kafka13", "server.properties", "--like", "kafka12", *INCIDENT)),
        ("explain", ("explain", "kafka10", "kafka.broker.advertised.host.name", *INCIDENT)),
        ("explain-line", ("explain", "kafka10", "server.properties:advertised.host.name", *INCIDENT)),
        ("explain-unset", ("explain", "kafka10", "kafka.nothing", *INCIDENT)),
    ],
)
def test_the_incident(name: str, arguments: tuple[str, ...]) -> None:
    result = invoked(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == agreed(GOLDEN / f"{name}.txt", result.stdout)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("gaps-attributes", ("attributes", "n1"), 0),
        ("gaps-attribute", ("attributes", "n1", "kafka.home"), 0),
        (
            "gaps-phase",
            ("attributes", "n1", "--phase", "attributes", "--run-list", "recipe[kafka::broken]"),
            0,
        ),
        ("gaps-stop", ("attributes", "n1", "--run-list", "recipe[kafka::broken]"), 1),
        ("gaps-render", ("render", "n1"), 0),
        ("gaps-explain", ("explain", "n1", "kafka.port"), 0),
        ("gaps-merged", ("explain", "n1", "kafka.flags"), 0),
        ("gaps-unknown", ("explain", "n1", "kafka.host"), 0),
    ],
)
def test_a_cookbook_with_gaps(name: str, arguments: tuple[str, ...], code: int, cookbook: Path) -> None:
    result = invoked(*arguments, "--repo", "kafka")
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout == agreed(GOLDEN / f"{name}.txt", result.stdout)


def document(*arguments: str) -> Any:
    return json.loads(invoked(*arguments, "--json").stdout)


def test_attributes_as_json(cookbook: Path) -> None:
    found = document("attributes", "n1", "kafka", "--repo", "kafka")
    assert list(found) == ["node", "attributes", "automatic", "unknown", "assumed", "gaps", "errors"]
    assert found["attributes"] == {"kafka": {"port": 9093, "flags": [1, 2]}}
    assert [(each["path"], each["kind"]) for each in found["unknown"]] == [
        (["kafka", "host"], "missing_input"),
        (["kafka", "home"], "missing_input"),
    ]
    assert found["errors"] == []


def test_where_chef_would_stop_as_json(cookbook: Path) -> None:
    found = document("attributes", "n1", "--run-list", "recipe[kafka::broken]", "--repo", "kafka")
    assert found["attributes"] is None
    assert found["errors"] == [
        {
            "class": "NoMethodError",
            "file": "recipes/broken.rb",
            "line": 2,
            "message": "undefined method `[]' for nil:NilClass",
        }
    ]


def test_files_as_json(cookbook: Path) -> None:
    template, file = document("render", "n1", "--repo", "kafka")["files"]
    assert (template["path"], template["template"]) == (
        "/etc/kafka.properties",
        "templates/kafka.properties.erb",
    )
    port, host = template["lines"]
    assert (port["text"], port["known"], port["maybe"]) == ("port=9093", True, True)
    assert port["from"][0] == {"file": "templates/kafka.properties.erb", "line": 1, "column": 1}
    assert (host["text"], host["known"]) == (None, False)
    assert [line["text"] for line in file["lines"]] == ["1"]
    assert file["ends_with_newline"] is False


def test_an_explanation_as_json(cookbook: Path) -> None:
    found = document("explain", "n1", "kafka.port", "--repo", "kafka")["explanation"]
    assert (found["attribute"], found["value"]) == (["kafka", "port"], 9093)
    assert [(each["level"], each["value"], each["wins"]) for each in found["levels"]] == [
        ("override", 9093, True),
        ("default", 9092, False),
    ]


def test_a_number_names_a_line_too(cookbook: Path) -> None:
    (line,) = document("explain", "n1", "kafka.properties:1", "--repo", "kafka")["lines"]
    assert line["text"] == "port=9093"


def test_a_key_that_no_line_has(cookbook: Path) -> None:
    result = invoked("explain", "n1", "kafka.properties:nothing", "--repo", "kafka")
    assert result.exit_code == 2
    assert "there is no line with 'nothing' in /etc/kafka.properties" in result.stderr


@pytest.mark.parametrize("broken", ["roles/kafka.json", "environments/prod.json"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("attributes", "n1"),
        ("explain", "n1", "kafka.id"),
        ("render", "n1"),
        ("render", "n1", "server.properties"),
    ],
)
def test_what_cannot_be_read_is_told_and_is_no_clean_answer(
    arguments: tuple[str, ...], broken: str, tmp_path: Path
) -> None:
    documents = {
        "nodes/n1.json": {"name": "n1", "chef_environment": "prod", "run_list": ["role[kafka]"]},
        "roles/kafka.json": {"name": "kafka", "run_list": ["recipe[kafka]"]},
        "environments/prod.json": {"name": "prod"},
        "cookbooks/kafka/metadata.json": {"name": "kafka"},
        "cookbooks/kafka/recipes/default.rb": {},
    }
    for path, document in documents.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(document))
    (tmp_path / broken).write_text("{")
    for more in ((), ("--json",)):
        result = invoked(*arguments, "--repo", str(tmp_path), *more)
        assert f"{broken}:1:2: no valid JSON" in " ".join(result.stdout.split())
        assert (result.stderr, result.exit_code) == ("", 3)
