"""Resources as far as files and attributes are concerned."""

from __future__ import annotations

import pytest

from tests.chef.node_run.runs import attributes, run_of, stop, texts, unknown

TEMPLATE = {"templates/t.erb": "<%= @v %> <%= node['k'] %>\n"}


def recipe(text: str, **more: str) -> dict[str, str]:
    return {"recipes/default.rb": text, **TEMPLATE, **more}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("template '/x' do\n source 't.erb'\n variables v: 1\nend", "1 \n"),
        ("template '/x' do\n source 't.erb'\n variables(v: lazy { 2 })\nend", "2 \n"),
        ("template '/x' do\n source 't.erb'\n variables(lazy { { v: 3 } })\nend", "3 \n"),
        ("template 'name' do\n path '/x'\n source 't.erb'\n variables 'v' => [1, nil]\nend", "[1, nil] \n"),
        ("template '/x' do\n source 't.erb'\nend\nnode.default['k'] = 'late'", " late\n"),
        ("r = template '/x' do\n source 't.erb'\nend\nr.variables(v: 4)", "4 \n"),
        ("template '/x' do\n source 't.erb'\nend\nresources('template[/x]').variables(v: 5)", "5 \n"),
        ("declare_resource(:template, '/x') { source 't.erb' }", " \n"),
        ("file '/x' do\n content 'a'\nend", "a"),
        ("file '/x' do\n content lazy { node['k'] }\nend\nnode.default['k'] = 'b'", "b"),
        ("cookbook_file '/x' do\n source 'f'\nend", "as it is\n"),
        ("%w(/x /y).each { |p| file(p) { content p } }", "/x"),
        ("file('/x') { content 'old' }\nfile('/x') { content 'new' }", "new"),
    ],
)
def test_what_a_file_holds(resource: str, expected: str) -> None:
    assert texts(run_of(recipe(resource, **{"files/f": "as it is\n"})))["/x"] == expected


@pytest.mark.parametrize(
    ("inside", "written"),
    [
        ("only_if { true }", True),
        ("only_if { node['nothing'] }", False),
        ("not_if { 1 == 1 }", False),
        ("not_if { false }\n only_if { nil }", False),
        ("action :nothing", False),
        ("action :delete", False),
        ("action [:create]", True),
        ("only_if 'test -e /etc/x'", None),
        ("action node['kernel']['x'] ? :create : :delete", None),
    ],
)
def test_whether_a_file_is_written(inside: str, written: bool | None) -> None:
    run = run_of(recipe(f"file '/x' do\n content 'a'\n {inside}\nend"), automatic=None)
    maybe = [file.maybe for file in run.files]
    assert maybe == ([] if written is False else [written is None])


def test_a_file_that_is_notified_may_be_written() -> None:
    text = "file('/x') { action :nothing }\nexecute('b') { notifies :create, 'file[/x]' }"
    assert [file.maybe for file in run_of(recipe(text)).files] == [True]


def test_a_resource_under_an_unknown_condition_may_be_there() -> None:
    run = run_of(recipe("file('/x') { content 'a' } if node['fqdn'] == 'n'"), automatic=None)
    assert [(file.path, file.maybe) for file in run.files] == [("/x", True)]


def test_helpers_of_a_template() -> None:
    run = run_of(
        {
            "libraries/h.rb": "module H\n def three; 3; end\nend",
            "templates/h.erb": "<%= one %><%= two('b') %><%= three %>",
            "recipes/default.rb": "template '/x' do\n source 'h.erb'\n helper(:one) { 1 }\n"
            " helpers do\n  def two(x) x.upcase end\n end\n helpers(H)\nend",
        }
    )
    assert texts(run) == {"/x": "1B3"}


def test_a_partial_is_looked_up_in_the_recipes_own_cookbook() -> None:
    run = run_of(
        {
            "recipes/default.rb": "template '/x' do\n source 'o.erb'\n cookbook 'b'\nend",
            "metadata.rb": "depends 'b'",
            "cookbooks/b/templates/o.erb": "<%= render 'p.erb' %>",
            "cookbooks/b/templates/p.erb": "b",
            "templates/p.erb": "a",
        }
    )
    assert texts(run) == {"/x": "a"}


def test_a_template_that_is_not_there_stops_chef() -> None:
    run = run_of(recipe("template '/x' do\n source 'nope.erb'\nend"))
    found = stop(run)
    assert found is not None
    assert found[0] == "Chef::Exceptions::FileNotFound"


def test_an_error_in_a_template_has_its_line() -> None:
    run = run_of({"recipes/default.rb": "template '/t'", "templates/t.erb": "a\n<%= @x['y'] %>\n"})
    assert stop(run) == ("NoMethodError", "cookbooks/a/templates/t.erb", 2)


def test_a_ruby_block_runs_at_the_end() -> None:
    text = "ruby_block 'x' do\n block { node.default['k'] = node['j'] }\nend\nnode.default['j'] = 1"
    assert attributes(run_of(recipe(text))) == {"j": 1, "k": 1}


def test_a_ruby_block_that_may_run_leaves_both_values() -> None:
    text = "ruby_block 'x' do\n block { node.default['k'] = 2 }\n only_if 'true'\nend\nnode.default['k'] = 1"
    run = run_of(recipe(text))
    (leaf,) = run.merged().unknown
    assert leaf.path == ("k",)
    assert {known.value for known in leaf.unknown.candidates} == {1, 2}


def test_a_path_that_is_not_known_shows_what_is() -> None:
    run = run_of(recipe("file(\"/etc/#{node['fqdn']}.conf\") { content 'a' }"), automatic=None)
    assert [(file.path, file.is_path_known) for file in run.files] == [("/etc/⟨?⟩.conf", False)]


def test_the_block_of_a_resource_that_is_not_here_declares_nothing_of_its_own() -> None:
    files = {
        "metadata.rb": "depends 'logrotate'",
        "recipes/default.rb": (
            "logrotate_app 'x' do\n template 't.erb'\n path '/x'\nend\nfile('/y') { content 'y' }"
        ),
    }
    assert texts(run_of(files)) == {"/y": "y"}


def test_an_error_of_a_class_that_is_not_here_is_one_all_the_same() -> None:
    files = {
        "metadata.rb": "depends 'b'",
        "attributes/default.rb": "default['k'] = {'a' => 0, 'b' => 0}",
        "recipes/default.rb": "raise Other::Error, 'no' unless node['z']\nnode.default['k']['a'] = 1",
    }
    run = run_of(files)
    assert attributes(run) == {"b": {}, "k": {"b": 0}}
    assert ("k", "a") in unknown(run)
