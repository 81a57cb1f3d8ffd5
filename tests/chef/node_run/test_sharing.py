"""Nodes of one repository share what their runs have in common: each gets exactly what it gets alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import RunSubject, subject_of
from driftcheck.chef.precedence import LEVELS
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.json_values import JsonPlace
from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import Place, RubyArray, RubyHash, RubyString, Symbol
from driftcheck.model.facts import Unknown
from driftcheck.sources.files.memory import MemoryTree
from tests.tiers import examples

DATA = Path(__file__).parents[2] / "conformance/data"
MACHINES = [
    json.loads((DATA / f"chef_automatic_{name}.json").read_text(encoding="utf-8"))
    for name in ("ubuntu", "centos")
]


def _cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


REPOSITORIES = _cases("chef_repos.jsonl")
PROGRAMS = _cases("chef_programs.jsonl")


def outcome(run: NodeRun) -> Any:
    """All that can be asked of a run, with the place of everything."""
    merged = run.merged()
    leaves = [(leaf.path, leaf.whole, _unknown(leaf.unknown)) for leaf in merged.unknown]
    levels = {name: _shown(run.evaluation.state.levels[name]) for name in LEVELS}
    files = [
        (
            (file.path, file.kind, file.source, file.maybe, file.ends_with_newline, _unknown(file.gap)),
            [(line.text, line.maybe, tuple(map(_place, line.places))) for line in file.lines],
        )
        for file in run.files
    ]
    own = (run.stop, run.lost, list(run.gaps), list(run.assumed), run.expansion.names())
    return json.dumps(merged.known, indent=1), leaves, levels, files, str(own)


def _unknown(unknown: Unknown | None, depth: int = 0) -> Any:
    if unknown is None:
        return None
    candidates = [_shown(each.value, depth + 1) for each in unknown.candidates]
    return unknown.kind, unknown.reason, unknown.location, unknown.fragments, candidates


def _place(place: Place | None) -> Any:
    return place and (*place, getattr(place, "pointer", "") if isinstance(place, JsonPlace) else "")


def _shown(value: Any, depth: int = 0) -> Any:
    """A value of a level, class by class."""
    kind = type(value).__name__
    if depth > 40:
        return "a hash holds itself"
    if isinstance(value, RubyHash):
        entries = [
            (str(key), _place(entry.place), _shown(entry.maybe, depth + 1), _shown(entry.value, depth + 1))
            for key, entry in value.entries.items()
        ]
        return kind, _unknown(value.unknown), _unknown(value.doubt), value.in_order, value.frozen, entries
    if isinstance(value, Perhaps):
        return kind, _shown(value.value, depth + 1)
    if isinstance(value, RubyArray):
        return kind, _unknown(value.unknown), value.frozen, [_shown(item, depth + 1) for item in value.items]
    if isinstance(value, Unknown):
        return _unknown(value, depth)
    if isinstance(value, RubyString):
        return kind, value.text, value.frozen, value.binary, _unknown(value.unknown)
    if value is None or isinstance(value, (bool, int, float, Symbol)):
        return kind, repr(value)
    return kind


def compare(files: Mapping[str, str], subjects: Sequence[RunSubject], *, local_mode: bool) -> None:
    """The subjects' runs on one repository, in order, against each on a repository of its own."""
    shared = ChefRepository(MemoryTree(files), local_mode=local_mode)
    for subject in subjects:
        alone = ChefRepository(MemoryTree(files), local_mode=local_mode)
        expected = outcome(NodeRun(alone, subject).run())
        assert outcome(NodeRun(shared, subject).run()) == expected, subject


@st.composite
def alike(draw: st.DrawFn, subject: RunSubject) -> RunSubject:
    """A node like another: some of its machine's attributes are others, or not known."""
    machine = draw(st.sampled_from([subject.machine() or {}, *MACHINES]))
    names = st.sampled_from(["fqdn", "hostname", "ipaddress", "platform_family", "platform", "memory", "cpu"])
    changes = {
        name: draw(st.sampled_from(["x", "debian", 7, None])) for name in draw(st.sets(names, max_size=2))
    }
    automatic = {**machine, **changes}
    unseen = tuple(sorted(draw(st.sets(names, max_size=1))))
    known = {key: value for key, value in automatic.items() if key not in unseen}
    normal = draw(st.sampled_from([subject.normal, {}, {"a": {"b": "saved"}, "app": {"port": 1}}]))
    environment = draw(st.sampled_from([subject.environment, subject.environment, "_default"]))
    return replace(subject, automatic=known, unseen=unseen, normal=normal, environment=environment)


@examples(30)
@given(data=st.data())
def test_repositories(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(REPOSITORIES))
    repository = ChefRepository(MemoryTree(case["files"]))
    path = repository.layout.nodes[case["node"]]
    subject = subject_of(case["node"], path, repository.json(path))
    kinds = data.draw(st.lists(alike(subject), min_size=1, max_size=3))
    order = data.draw(st.lists(st.sampled_from([subject, *kinds]), min_size=2, max_size=5))
    compare(case["files"], order, local_mode=data.draw(st.booleans()))


@examples(60)
@given(data=st.data())
def test_attribute_files(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(PROGRAMS))
    names = list(dict.fromkeys(file["cookbook"] for file in case["files"]))
    files = {f"cookbooks/{name}/metadata.rb": f"name '{name}'" for name in names}
    files |= {f"cookbooks/{name}/recipes/default.rb": "" for name in names}
    files |= {f"cookbooks/{f['cookbook']}/attributes/{f['name']}.rb": f["text"] for f in case["files"]}
    subject = RunSubject(
        name="n", run_list=tuple(f"recipe[{name}]" for name in names), normal=case.get("normal") or {},
        automatic=MACHINES[case["automatic"] == "centos"],
    )  # fmt: skip
    kinds = data.draw(st.lists(alike(subject), min_size=1, max_size=3))
    order = data.draw(st.lists(st.sampled_from([subject, *kinds]), min_size=2, max_size=5))
    compare(files, order, local_mode=True)


FILES = {
    "its own writes": "default['a']['b'] = 1\ndefault['a']['c'] = \"#{node['a']['b']}/#{node['fqdn']}\"",
    "a hash on the way": "default['a']['b'] = node['a']\ndefault['a']['c'] = [node['hostname'], {'x' => :y}]",
    "a platform": "default['a'] = node['platform_family'] == 'debian' ? 1 : 2\nnormal['b'] = 2 if rhel?",
    "a text in place": "s = 'x'\ndefault['a'] = s\nnode['a']\ns << node['fqdn']\ndefault['b'] = node['a']",
    "another file's constant": "PORT = node['fqdn'].size\ndefault['p'] = PORT",
    "an instance variable": "@seen = (@seen || 0) + node['hostname'].size\ndefault['n'] = @seen",
    "a level as an object": "default['a'].merge!('x' => node['fqdn'])\ndefault['c'] = node['a']['x']",
    "texts in US-ASCII": "default['a']['b'] = '4'.to_i.to_s\ndefault['a']['c'] = [:x.to_s, 1.5.to_s]",
    "the environment": "default['e'] = node.chef_environment + node.name",
    "a lazy value": "default['l'] = lazy { node['fqdn'] }\ndefault['m'] = node['l']",
    "an error": "default['z'] = 1\nraise 'no' if node['hostname'] == 'b'",
    "an included file": "include_attribute 'a::other'\ndefault['i'] = node['o']",
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_reads_decides(name: str) -> None:
    files = {
        "cookbooks/a/metadata.rb": "name 'a'",
        "cookbooks/a/attributes/default.rb": FILES[name],
        "cookbooks/a/attributes/other.rb": "default['o'] = node['fqdn']",
        "cookbooks/a/attributes/zlast.rb": "default['last'] = [node['a'], node['p'], defined?(PORT), @seen]",
        "cookbooks/a/recipes/default.rb": "",
        "roles/r.json": json.dumps({"name": "r", "default_attributes": {"a": {"b": "role"}}}),
    }
    machine = {"platform_family": "debian", "fqdn": "a.example.com", "hostname": "a"}
    first = RunSubject(name="n", run_list=("recipe[a]",), normal={}, automatic=machine)
    others = [
        first,
        replace(first, name="m", automatic={**machine, "fqdn": "b.example.com"}),
        replace(first, automatic={**machine, "hostname": "b"}),
        replace(first, automatic={**machine, "platform_family": "rhel"}),
        replace(first, normal={"a": {"b": 5}}),
        replace(first, normal={"a": "text"}),
        replace(first, run_list=("role[r]", "recipe[a]")),
        replace(first, environment="prod"),
        replace(first, automatic={"hostname": "a"}, unseen=("fqdn", "platform_family")),
    ]
    compare(files, [first, *others, *reversed(others)], local_mode=False)


TEMPLATES = {
    "variables": "<%= @port %><%= @list %>\n<% @config.sort.each do |k, v| %>\n<%= k %>=<%= v %>\n<% end %>",
    "the node": "<%= node['platform_family'] %>\n<%= node['a']['b'] %>\n<%= node['a'].keys.sort.join %>",
    "the machine": "<%= node['fqdn'] %> <%= node.name %>",
    "a helper": "<%= home %> <%= A::Helpers.size %>",
    "a variable that it sets": "<% @port = @port.to_i + 1 %><%= @port %>",
    "what it changes": "<% @config.delete('b'); @list << 'z' %><%= @config.to_a.inspect %><%= @list.size %>",
    "a partial": "<%= render 'part.erb', variables: { port: @port, name: node['hostname'] } %>",
    "an error": "<%= raise 'no' if node['hostname'] == 'b' %>x",
    "where the template lies": "<%= @template_path %>\n<%= @recipe_line %> <%= @cookbook_name %>",
    "what is not there": "<%= node['a']['nothing'].nil? %> <%= @nothing.inspect %>",
    "an attribute it writes": "<% node.default['w'] = @port %><%= node['w'] %>",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_template_reads_decides(name: str) -> None:
    recipe = """
      A::Helpers.count(node['hostname'])
      template '/etc/a.conf' do
        variables(port: node['a']['port'], list: %w(x y), config: node['a'], where: node['fqdn'])
        helpers(A::Helpers)
      end
      file('/etc/b') { content lazy { node['w'].inspect } }
    """
    files = {
        "cookbooks/a/metadata.rb": "name 'a'",
        "cookbooks/a/attributes/default.rb": "default['a'] = { 'port' => 1, 'b' => node['platform_family'] }",
        "cookbooks/a/libraries/helpers.rb": """module A; module Helpers
            def home; "/opt/#{node['a']['b']}"; end
            def self.count(name); @size = name.size; end
            def self.size; @size; end
          end; end""",
        "cookbooks/a/recipes/default.rb": recipe,
        "cookbooks/a/templates/default/a.conf.erb": TEMPLATES[name],
        "cookbooks/a/templates/default/part.erb": "<%= @port %> for <%= @name %>",
    }
    automatic = {"platform_family": "debian", "fqdn": "a.example.com", "hostname": "a"}
    nodes: list[dict[str, Any]] = [
        {"automatic": automatic},
        {"automatic": {**automatic, "fqdn": "c.example.com"}},
        {"automatic": {**automatic, "hostname": "long"}},
        {"automatic": {**automatic, "hostname": "b"}},
        {"automatic": {**automatic, "platform_family": "rhel"}},
        {"automatic": automatic, "normal": {"a": {"port": 1}}},
        {"automatic": automatic, "normal": {"a": {"port": 2}}},
    ]
    saved = {
        f"nodes/n{number}.json": {"run_list": ["recipe[a]"], **node} for number, node in enumerate(nodes)
    }
    subjects = [subject_of("n", path, document) for path, document in saved.items()]
    compare(files, [*subjects, *subjects, *reversed(subjects)], local_mode=False)


STATEMENTS = {
    "a platform": """
        package(node['platform_family'] == 'debian' ? 'x' : 'y')
        node.default['w'] = node['a']['b']
    """,
    "its own write": """
        node.default['w'] = node['a']['port']
        file('/etc/w') { content node['w'].to_s }
    """,
    "a write of the machine": """
        node.default['w'] = node['fqdn']
    """,
    "a hash with its places": """
        node.default['w']['net'] = node['network']
    """,
    "a text in place": """
        s = 'x'
        node.default['w'] = s
        node['w']
        s << node['hostname']
    """,
    "another text in place": """
        'x'.dup << node['hostname']
        node.default['w'] = node['a']['b']
    """,
    "a condition": """
        include_recipe 'a::inner' if node['hostname'] == 'b'
    """,
    "an included recipe": """
        include_recipe 'a::inner'
        include_recipe 'a::inner'
    """,
    "the recipes that are included": """
        include_recipe 'a::inner'
        file('/etc/x') { content node['recipes'].join(',') }
        node.default['w'] = [node.recipe?('a::inner'), *node['recipes']]
    """,
    "a local variable": """
        where = node['fqdn']
        file('/etc/x') { content where }
    """,
    "a block": """
        %w(a b).each { |each| file("/etc/#{each}") { content node['hostname'] + each } }
    """,
    "a resource that is asked for": """
        resources('template[/etc/a.conf]').source('b.erb') if node['hostname'] == 'b'
    """,
    "a resource that is edited": """
        edit_resource(:template, '/etc/a.conf') do
          source 'b.erb' if node['hostname'] == 'b'
        end
    """,
    "a resource that is not there": """
        find_resource(:file, '/etc/none') { content node['fqdn'] }
    """,
    "a file that is removed": """
        file('/etc/a.conf') { action :delete }
        file('/etc/x') { content node['a']['b'] }
    """,
    "a file that may be written": """
        file('/etc/a.conf') { content 'x'; only_if 'test' }
    """,
    "a guard": """
        file('/etc/x') { content 'x'; only_if { node['platform_family'] == 'debian' } }
    """,
    "a guard of the machine": """
        file('/etc/x') { content 'x'; not_if { node['hostname'] == 'b' } }
    """,
    "what is notified": """
        file('/etc/x') { content 'x'; action :nothing }
        log('l') { notifies :create, 'file[/etc/x]' if node['hostname'] == 'b' }
    """,
    "what subscribes": """
        template('/etc/x') do
          source 'b.erb'
          action :nothing
          subscribes :create, 'log[l]'
        end
    """,
    "a ruby_block": """
        ruby_block('r') do
          block { node.default['w'] = node['hostname'] }
        end
        file('/etc/x') { content lazy { node['w'] } }
    """,
    "what is lazy": """
        file('/etc/x') { content lazy { node['w'].to_s + node['hostname'] } }
        node.default['w'] = 1
    """,
    "the run's state": """
        node.run_state['x'] = node['hostname']
        file('/etc/x') { content node.run_state['x'] }
    """,
    "a path that is not known": """
        remote_file "#{Chef::Config[:file_cache_path]}/x"
        file('/etc/x') { content 'x' }
    """,
    "a missing recipe": """
        include_recipe 'none::x'
        file('/etc/x') { content node['a']['b'].to_s }
    """,
    "a missing resource": """
        none_thing('x') { path '/y' }
        file('/etc/x') { content 'x' }
    """,
    "a method of its own": """
        def own; node['hostname']; end
        file('/etc/x') { content own }
    """,
    "a mixed in library": """
        Chef::Recipe.include(A::Helpers)
        file('/etc/x') { content home }
    """,
    "a library's hash": """
        template('/etc/x') do
          source 'b.erb'
          variables A::Helpers.all(node, node['hostname'])
        end
    """,
    "a level": """
        node.default['w'].merge!('x' => node['hostname'])
        node.default['w']['y'] = 1
    """,
    "a level kept": """
        $w = node.default['w']
        node.default['v'] = 2
        $w['z'] = node['hostname']
    """,
    "a forced level": """
        node.force_default['w']['x'] = node['a']['b']
        node.default_unless['w']['y'] = 1
    """,
    "what is removed": """
        node.rm('a', 'b')
        file('/etc/x') { content node['a'].to_s }
    """,
    "a tag": """
        tag('x') if node['hostname'] == 'b'
        file('/etc/x') { content tagged?('x').to_s }
    """,
    "the environment": """
        file('/etc/x') { content node.chef_environment }
    """,
    "the node's name": """
        file('/etc/x') { content node.name }
    """,
    "an error": """
        raise 'no' if node['hostname'] == 'b'
    """,
    "an error that is rescued": """
        begin
          raise 'no' if node['hostname'] == 'b'
          node.default['w'] = 1
        rescue => e
          node.default['w'] = 2
        end
    """,
    "what is not known": """
        file('/etc/x') { content node['dunno'].to_s } if ::File.exist?('/x')
    """,
    "an included attribute file": """
        include_attribute 'a::later'
        file('/etc/x') { content node['later'].to_s }
    """,
    "a search": """
        file('/etc/x') { content search(:node, '*:*').map(&:name).sort.join }
    """,
    "a constant": """
        X = node['hostname'] unless defined?(X)
        file('/etc/x') { content X }
    """,
}
RENDERED = {
    "nothing of the node": "x\n",
    "the machine": "<%= node['fqdn'] %>\n",
    "its variables": "<%= @port %> <%= @config['b'] %> <%= @where %>\n",
    "what the recipe wrote": "<%= node['w'].inspect %>\n",
    "an error": "<%= raise 'no' if node['hostname'] == 'b' %>\n",
    "bytes": "é <%= node['a']['b'] %>\n",
}


def recipe_files(statements: str, template: str, *, first: bool) -> dict[str, str]:
    """A cookbook whose default recipe has a template of its own before or behind these statements."""
    own = """
      template '/etc/a.conf' do
        variables(
          port: node['a']['port'], config: node['a'], where: [node['platform_family'], { x: node['a']['b'] }]
        )
        notifies :run, 'execute[x]'
      end
    """
    includes = [f"include_recipe '{name}'" for name in ("a::base", "a::changing", "b")]
    inner = "file('/etc/inner') { content node['fqdn'] }\nnode.default['w'] = 'inner'"
    return {
        "cookbooks/a/metadata.rb": "name 'a'",
        "cookbooks/a/attributes/default.rb": "default['a'] = { 'port' => 1, 'b' => node['platform_family'] }",
        "cookbooks/a/attributes/later.rb": "default['later'] = node['hostname']",
        "cookbooks/a/libraries/helpers.rb": """module A; module Helpers
            def home; "/opt/#{node['a']['b']}"; end
            def self.all(node, more); { port: node['a']['port'], where: more, config: node['a'] }; end
          end; end""",
        "cookbooks/a/recipes/default.rb": "\n".join(includes if first else reversed(includes)),
        "cookbooks/a/recipes/base.rb": own,
        "cookbooks/a/recipes/changing.rb": statements,
        "cookbooks/a/recipes/inner.rb": inner,
        "cookbooks/a/templates/default/a.conf.erb": template,
        "cookbooks/a/templates/default/b.erb": "b <%= @port %> <%= @where %>\n",
        "cookbooks/b/metadata.rb": "name 'b'",
        "cookbooks/b/recipes/default.rb": """
          file('/etc/b') { content "#{node['w'].inspect} #{node['platform_family']}" }
          node.default['w2'] = node['w']
        """,
    }


def saved_nodes() -> list[RunSubject]:
    """Nodes that differ in one thing each, saved."""
    automatic = {
        "platform_family": "debian", "fqdn": "a.example.com", "hostname": "a",
        "network": {"interfaces": {"eth0": {"mtu": 1500}}},
    }  # fmt: skip
    nodes: list[dict[str, Any]] = [
        {"automatic": automatic},
        {"automatic": {**automatic, "fqdn": "c.example.com"}},
        {"automatic": {**automatic, "hostname": "b"}},
        {"automatic": {**automatic, "platform_family": "rhel"}},
        {"automatic": automatic, "normal": {"a": {"port": 2}}},
        {"automatic": automatic, "normal": {"w": {"q": 2}}},
        {"automatic": automatic, "chef_environment": "prod"},
        {"automatic": {**automatic, "hostname": "d"}},
    ]
    return [
        subject_of(f"n{number}", f"nodes/n{number}.json", {"run_list": ["recipe[a]"], **node})
        for number, node in enumerate(nodes)
    ]


@pytest.mark.parametrize("statements", STATEMENTS)
def test_what_a_recipe_reads_decides(statements: str) -> None:
    subjects = saved_nodes()
    for template, first in (("the machine", True), ("what the recipe wrote", False)):
        files = recipe_files(STATEMENTS[statements], RENDERED[template], first=first)
        compare(files, [*subjects, *reversed(subjects)], local_mode=False)


@pytest.mark.parametrize("template", RENDERED)
def test_what_is_rendered_for_a_recipe_that_is_shared(template: str) -> None:
    files = recipe_files(STATEMENTS["a platform"], RENDERED[template], first=False)
    subjects = saved_nodes()
    compare(files, [*subjects, *subjects], local_mode=False)


@examples(60)
@given(data=st.data())
def test_recipes(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(STATEMENTS)), min_size=1, max_size=4))
    files = recipe_files(
        "\n".join(STATEMENTS[name] for name in chosen),
        "".join(
            RENDERED[name] for name in data.draw(st.lists(st.sampled_from(sorted(RENDERED)), max_size=3))
        ),
        first=data.draw(st.booleans()),
    )
    order = data.draw(st.lists(st.sampled_from(saved_nodes()), min_size=3, max_size=7))
    compare(files, order, local_mode=data.draw(st.booleans()))
