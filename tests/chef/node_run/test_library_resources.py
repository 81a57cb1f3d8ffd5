"""Resources that are classes in `libraries/`, old and new: the files that they write."""

from __future__ import annotations

import pytest

from tests.chef.node_run.runs import run_of, texts

LWRP = """
class Chef
  class Resource
    class Zcfg < Chef::Resource::LWRPBase
      provides :zcfg
      self.resource_name = :zcfg
      actions :create, :delete
      default_action :create
      attribute :path, kind_of: String, name_attribute: true
      attribute :port, kind_of: Integer, default: 2181
      attribute :servers, kind_of: Array, default: []
    end
  end
  class Provider
    class Zcfg < Chef::Provider::LWRPBase
      provides :zcfg
      use_inline_resources
      def whyrun_supported?; true; end
      action :create do
        file new_resource.path do
          content lines.join("\\n")
        end
        template '/t' do
          source 't.erb'
          variables port: new_resource.port
        end
      end
      def lines
        servers = new_resource.servers.each_with_index.map { |s, i| "server.#{i}=#{s}" }
        ["clientPort=#{new_resource.port}"] + servers
      end
    end
  end
end
"""
PROPERTIES = """
module My
  class Cfg < Chef::Resource
    provides :my_cfg
    property :path, String, name_property: true
    property :opts, Hash, default: lazy { { 'a' => node['platform'] } }
    default_action :create
    def text
      opts.map { |k, v| "#{k}=#{v}" }.join("\\n")
    end
    action :create do
      file new_resource.path do
        content new_resource.text
      end
    end
    action_class do
      def x; 1; end
    end
  end
  class Sub < Cfg
    provides :my_sub
    def text; "sub #{super}"; end
  end
end
"""
OLDEST = """
class Chef::Resource::Old < Chef::Resource
  provides :old
  def initialize(name, run_context=nil)
    super
    @resource_name = :old
    @provider = Chef::Provider::Old
    @action = :create
    @allowed_actions.push(:create)
    @port = 1
  end
  def port(arg=nil)
    set_or_return(:port, arg, kind_of: Integer)
  end
end
class Chef::Provider::Old < Chef::Provider
  def load_current_resource; end
  def action_create
    file "/old" do
      content "port #{new_resource.port}"
    end
  end
end
"""
POISE = """
require 'poise'
module KC
  module Resource
    class KafkaConfig < Chef::Resource
      include Poise(fused: true)
      provides(:kafka_config)
      attribute(:path, kind_of: String, name_attribute: true)
      attribute(:properties, option_collector: true, default: {'d' => 1})
      def to_s
        p = properties.merge({}) do |_k, _o, n|
          n
        end
        p.map { |kv| kv.join('=') }.join("\\n")
      end
      action(:create) do
        notifying_block do
          file new_resource.path do
            content new_resource.to_s
          end
        end
      end
    end
  end
end
"""

WRITTEN = [
    (
        LWRP,
        "zcfg '/z' do\n  servers %w(a b)\n  port 3\nend",
        {"/z": "clientPort=3\nserver.0=a\nserver.1=b", "/t": "p 3\n"},
    ),
    (
        PROPERTIES,
        "my_cfg '/z'\nmy_sub '/s' do\n  opts('q' => 1)\nend",
        {"/z": "a=ubuntu", "/s": "sub q=1"},
    ),
    (OLDEST, "old 'z' do\n  port 5\nend\n", {"/old": "port 5"}),
    (OLDEST, "old 'z'", {"/old": "port 1"}),
    (
        POISE,
        "kafka_config 'z' do |r|\n  { path: '/x', properties: { a: 1 } }.each { |k, v| r.send(k, v) }\nend",
        {"/x": "d=1\na=1"},
    ),
    (POISE, "kafka_config '/y' do\n  properties(d: 2)\n  properties 'e' => 3\nend", {"/y": "d=2\ne=3"}),
]  # fmt: skip


@pytest.mark.parametrize(("library", "recipe", "files"), WRITTEN)
def test_a_class_of_a_library_writes_its_files(library: str, recipe: str, files: dict[str, str]) -> None:
    run = run_of(
        {"libraries/z.rb": library, "recipes/default.rb": recipe, "templates/t.erb": "p <%= @port %>\n"}
    )
    assert (run.stop, run.lost, run.gaps) == (None, None, [])
    assert texts(run) == files


NOT_KNOWN = [
    (LWRP.replace("provides :zcfg", "provides :zcfg, platform: 'ubuntu'", 1), "zcfg '/z'"),
    (LWRP + LWRP.replace("class Zcfg", "class Other"), "zcfg '/z'"),
    (POISE.replace("option_collector: true", "template: true"), "kafka_config '/x'"),
    (POISE.replace("fused: true", "parent: :other"), "kafka_config '/x'"),
    (POISE, "kafka_config '/x' do\n  properties do\n    a 1\n  end\nend"),
]


@pytest.mark.parametrize(("library", "recipe"), NOT_KNOWN)
def test_what_depends_on_more_than_the_class_is_a_gap(library: str, recipe: str) -> None:
    run = run_of({"libraries/z.rb": library, "recipes/default.rb": recipe, "templates/t.erb": ""})
    assert run.stop is None
    assert all(text is None for text in texts(run).values())
    assert run.gaps or run.files
