"""Custom resources and definitions: what their code writes, and what is left where it cannot be run."""

from __future__ import annotations

import pytest

from tests.chef.node_run.runs import attributes, run_of, stop, texts, unknown

CALL = "a_thing 'one' do\n  x 'set'\nend"


def written(resource: str, call: str = CALL, **more: str) -> dict[str, str | None]:
    """The files that a recipe gets from `resources/thing.rb`."""
    return texts(run_of({"resources/thing.rb": resource, "recipes/default.rb": call, **more}))


@pytest.mark.parametrize(
    ("properties", "expression", "expected"),
    [
        ("property :x", "new_resource.x", "set"),
        ("attribute :x, kind_of: String", "new_resource.x", "set"),
        ("property :x\nproperty :y, String, default: 'd'", "new_resource.y", "d"),
        ("property :x\nproperty :y, default: lazy { x + '2' }", "new_resource.y", "set2"),
        ("property :x\nproperty :y, default: lazy { |r| r.x + '2' }", "new_resource.y", "set2"),
        ("property :x\nproperty :y, name_property: true", "new_resource.y", "one"),
        ("property :x\nproperty :y, name_attribute: true", "new_resource.name + new_resource.y", "oneone"),
        ("property :x, coerce: proc { |v| v.upcase }", "new_resource.x", "SET"),
        ("property :x, [String, nil]\nproperty :y", "new_resource.y.inspect", "nil"),
        ("property :x\ndef twice\n x * 2\nend", "new_resource.twice", "setset"),
        ("property :x\nproperty :h, Hash, default: { 'a' => 1 }", "new_resource.h.merge('b' => 2).to_s",
         '{"a"=>1, "b"=>2}'),
        ("property :x", "[property_is_set?(:x), new_resource.property_is_set?(:x)].first.to_s", "true"),
    ],
)  # fmt: skip
def test_what_a_property_holds(properties: str, expression: str, expected: str) -> None:
    action = f"action :create do\n  file '/f' do\n    content {expression}\n  end\nend"
    assert written(f"{properties}\n{action}") == {"/f": expected}


@pytest.mark.parametrize(("given", "expected"), [("nil", "d"), ("'v'", "v"), ("lazy { node['k'] }", "late")])
def test_what_a_property_makes_of_a_value(given: str, expected: str) -> None:
    resource = (
        "property :x\nproperty :y, String, default: 'd'\n"
        "action :create do\n  file('/f') { content new_resource.y }\nend"
    )
    call = f"a_thing 'one' do\n  y {given}\nend\nnode.default['k'] = 'late'"
    assert written(resource, call) == {"/f": expected}


ACTIONS = {
    "the first action is the default": (
        "property :x\naction :one do\n  file('/1') { content 'a' }\nend\n"
        "action :two do\n  file('/2') { content 'b' }\nend",
        CALL,
        {"/1": "a"},
    ),
    "default_action says another": (
        "property :x\ndefault_action :two\naction :one do\n  file('/1') { content 'a' }\nend\n"
        "action :two do\n  file('/2') { content 'b' }\nend",
        CALL,
        {"/2": "b"},
    ),
    "a recipe says which": (
        "property :x\naction :one do\n  file('/1') { content 'a' }\nend\n"
        "action :two do\n  file('/2') { content 'b' }\nend",
        "a_thing 'one' do\n action [:two, :one]\nend",
        {"/2": "b", "/1": "a"},
    ),
    "nothing is done of :nothing": (
        "property :x\naction :one do\n  file('/1') { content 'a' }\nend",
        "a_thing('one') { action :nothing }",
        {},
    ),
    "return leaves an action": (
        "property :x\naction :one do\n  file('/1') { content 'a' }\n  return if new_resource.x == 'set'\n"
        "  file('/2') { content 'b' }\nend",
        CALL,
        {"/1": "a"},
    ),
    "helpers of the action's class": (
        "property :x\naction_class do\n  def shown\n    new_resource.x + '!'\n  end\nend\n"
        "action :one do\n  file('/1') { content shown }\nend",
        CALL,
        {"/1": "set!"},
    ),
    "class_eval of the action's class": (
        "property :x\naction_class.class_eval do\n  def shown(v)\n    v + '!'\n  end\nend\n"
        "action :one do\n  file('/1') { content shown('a') }\nend",
        CALL,
        {"/1": "a!"},
    ),
    "another name": (
        "resource_name :other\nprovides :other\nproperty :x\n"
        "action :one do\n  file('/1') { content 'a' }\nend",
        "other('one') { x 1 }",
        {"/1": "a"},
    ),
    "converge_by runs its block": (
        "property :x\naction :one do\n  converge_by('it') do\n    file('/1') { content 'a' }\n  end\nend",
        CALL,
        {"/1": "a"},
    ),
    "a resource at once": (
        "property :x\naction :one do\n  file('/1') { content 'a' }.run_action(:create)\nend",
        CALL,
        {"/1": "a"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_what_actions_write(name: str) -> None:
    resource, call, expected = ACTIONS[name]
    assert written(resource, call) == expected


@pytest.mark.parametrize(("chef_version", "stops"), [(15, False), (18, True)])
def test_a_resource_is_declared_by_its_resource_name_up_to_chef_15(chef_version: int, stops: bool) -> None:
    files = {"resources/one.rb": "resource_name :other", "recipes/default.rb": "other 'x'"}
    run = run_of(files, chef_version=chef_version)
    assert (stop(run) is not None) is stops


def test_a_partial_stands_where_it_is_used() -> None:
    partial = {"resources/_partial/_common.rb": "property :y, default: 'p'"}
    resource = (
        "use '_partial/_common'\nproperty :x\naction :one do\n  file('/1') { content new_resource.y }\nend"
    )
    assert written(resource, **partial) == {"/1": "p"}


def test_a_resource_within_a_resource() -> None:
    inner = {
        "resources/inner.rb": "property :y\naction :create do\n  file('/1') { content new_resource.y }\nend"
    }
    resource = "property :x\naction :one do\n  a_inner 'i' do\n    y new_resource.x\n  end\nend"
    assert written(resource, **inner) == {"/1": "set"}


def test_a_template_of_an_action_is_looked_for_in_the_cookbook_that_calls() -> None:
    files = {
        "metadata.rb": "name 'a'\ndepends 'b'",
        "recipes/default.rb": "b_thing 'one'",
        "templates/t.erb": "a <%= @v %>\n",
        "cookbooks/b/metadata.rb": "name 'b'",
        "cookbooks/b/templates/t.erb": "b <%= @v %>\n",
        "cookbooks/b/resources/thing.rb": (
            "action :create do\n"
            "  template '/own' do\n    source 't.erb'\n    variables v: new_resource.name\n  end\n"
            "  template '/said' do\n    source 't.erb'\n    cookbook 'b'\n    variables v: 1\n  end\nend"
        ),
    }
    assert texts(run_of(files)) == {"/own": "a one\n", "/said": "b 1\n"}


def test_a_provider_of_its_own() -> None:
    provider = (
        "use_inline_resources\ndef whyrun_supported?\n  true\nend\n"
        "action :create do\n"
        "  template '/1' do\n    source 't.erb'\n    variables v: new_resource.x\n  end\nend"
    )
    more = {"providers/thing.rb": provider, "templates/t.erb": "<%= @v %>"}
    resource = "actions :create\ndefault_action :create\nattribute :x"
    assert written(resource, **more) == {"/1": "set"}


def test_a_provider_of_the_oldest_kind() -> None:
    provider = (
        "def initialize(new_resource, run_context)\n  super\n  @x = new_resource.x\n"
        "  @file = Chef::Resource::File.new('/1', run_context)\nend\n"
        "def action_create\n  @file.content(@x)\n  @file.run_action(:create)\n"
        "  new_resource.updated_by_last_action(@file.updated_by_last_action?)\nend"
    )
    resource = "def initialize(*args)\n  super\n  @action = :create\nend\nattribute :x"
    assert written(resource, **{"providers/thing.rb": provider}) == {"/1": "set"}


def test_a_definition_runs_where_it_stands() -> None:
    files = {
        "definitions/site.rb": (
            'define :site, port: 80, enable: true do\n  template "/#{params[:name]}" do\n'
            "    source 't.erb'\n    variables params: params\n  end\nend"
        ),
        "templates/t.erb": "<%= @params[:port] %> <%= @params[:enable] %> <%= @params[:x].inspect %>",
        "recipes/default.rb": "site 'one'\nsite 'two' do\n  port 81\n  x 1, 2\nend",
    }
    assert texts(run_of(files)) == {"/one": "80 true nil", "/two": "81 true [1, 2]"}


def test_attributes_that_an_action_writes() -> None:
    run = run_of(
        {
            "resources/thing.rb": (
                "property :x\naction :create do\n node.default['k']['a'] = new_resource.x\nend"
            ),
            "attributes/default.rb": "default['k'] = {'a' => 0, 'b' => 0}",
            "recipes/default.rb": CALL,
        }
    )
    assert (attributes(run), unknown(run)) == ({"k": {"a": "set", "b": 0}}, {})


@pytest.mark.parametrize("guard", ["only_if 'test -e /x'", "not_if { ::File.exist?('/x') }"])
def test_a_resource_that_may_run_leaves_what_it_writes_open(guard: str) -> None:
    resource = "property :x\naction :one do\n  file('/1') { content 'a' }\n  node.default['k'] = 1\nend"
    run = run_of({"resources/thing.rb": resource, "recipes/default.rb": f"a_thing('one') {{ {guard} }}"})
    assert [(file.path, file.maybe) for file in run.files] == [("/1", True)]
    assert ("k",) in unknown(run)


def test_converge_if_changed_may_run() -> None:
    resource = (
        "property :x\naction :one do\n  converge_if_changed do\n    file('/1') { content 'a' }\n  end\nend"
    )
    run = run_of({"resources/thing.rb": resource, "recipes/default.rb": CALL})
    assert [(file.path, file.maybe) for file in run.files] == [("/1", True)]


LEFT = {
    "an error": "property :x\naction :create do\n node.default['k']['a'] = 1\n raise 'no'\nend",
    "syntax that is not evaluated": (
        "property :x\naction :create do\n node.default['k']['a'] = 1\n BEGIN { 1 }\nend"
    ),
    "a class that is not evaluated": (
        "property :x\nnonsense_of_another :y\naction :create do\n node.default['k']['a'] = 1\nend"
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_code_that_cannot_be_run_costs_the_attributes_that_it_names(name: str) -> None:
    run = run_of(
        {
            "resources/thing.rb": LEFT[name],
            "attributes/default.rb": "default['k'] = {'a' => 0, 'b' => 0}",
            "recipes/default.rb": CALL,
        }
    )
    assert stop(run) is None
    assert attributes(run) == {"k": {"b": 0}}
    assert unknown(run) == {("k", "a"): "the custom resource in cookbooks/a/resources/thing.rb may set it"}
    assert any("a_thing" in gap.reason for gap in run.gaps)


def test_a_helper_that_is_not_here_is_no_property() -> None:
    files = {"recipes/default.rb": "file('/1') { content helper_of_another('a') }"}
    (file,) = run_of(files).files
    assert file.gap is not None


def test_a_resource_that_an_action_notifies_may_run() -> None:
    resource = "property :x\naction :one do\n  execute 'e' do\n    notifies :create, 'file[/1]'\n  end\nend"
    call = f"file('/1') {{ content 'a'\n action :nothing }}\n{CALL}"
    run = run_of({"resources/thing.rb": resource, "recipes/default.rb": call})
    assert [(file.path, file.maybe) for file in run.files] == [("/1", True)]
