"""A generated Chef repository whose cookbooks look like public ones: what benchmarks/cookbooks.py measures.

Of 500 public cookbooks a median one has one or two attribute files with 24 assignments in all; nine in ten of
those give a literal to literal keys of `default`, the others read the node, ask for its platform, join texts,
or set an array or a hash. One in six names the machine in its attributes, one in six in its templates. The
recipes install packages, make users and folders, write one or two templates and have a service to notify; a
third of the cookbooks bring a library of helpers. These are made in that image.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

COOKBOOKS = 100
IN_RUN_LIST = 20
ROLES = 10
NODE_BYTES = 50_000

_WORDS = (
    "dir", "user", "group", "port", "version", "enabled", "log_level", "heap", "timeout", "retries", "url",
    "checksum", "owner", "mode", "package", "service", "threads", "backlog", "interval", "path",
)  # fmt: skip
_VALUES = ("'/opt/{0}'", "'{0}'", "{1}", "true", "false", "nil", "'https://{0}.example.com/{1}'", "'0755'")


def cookbook_files(name: str, below: list[str]) -> dict[str, str]:
    """A cookbook's files, relative to it; it depends on some of those `below`."""
    made = random.Random(name)
    depends = made.sample(below, min(len(below), made.choice((0, 0, 0, 1))))
    metadata = [f"name '{name}'", "maintainer 'Example'", "license 'Apache-2.0'", "version '1.2.3'"]
    metadata += [f"depends '{each}', '>= 1.0'" for each in depends]
    metadata += ["supports 'ubuntu'", "supports 'centos'"]
    files = {
        "metadata.rb": "\n".join(metadata) + "\n",
        "README.md": f"# {name}\n",
        "attributes/default.rb": _attributes(name, made),
        "recipes/default.rb": f"include_recipe '{name}::install'\ninclude_recipe '{name}::configure'\n",
        "recipes/install.rb": _install(name, made),
        "recipes/configure.rb": _configure(name),
        f"templates/default/{name}.conf.erb": _template(name, with_name=made.random() < 0.16),
        f"templates/default/{name}.env.erb": f"<%= @name %>_HOME=<%= node['{name}']['dir'] %>\n",
    }
    if made.random() < 0.5:
        files["attributes/settings.rb"] = _settings(name, made)
    if made.random() < 0.33:
        files["libraries/helpers.rb"] = _library(name)
    return files


def _attributes(name: str, made: random.Random) -> str:
    """Two dozen statements, as many lines of comments."""
    lines = ["#", f"# Cookbook:: {name}", "# Attributes:: default", "#", ""]
    for word in made.sample(_WORDS, 14):
        value = made.choice(_VALUES).format(name, made.randint(1, 9999))
        lines += [f"# The {word} of {name}.", f"default['{name}']['{word}'] = {value}"]
    lines += [
        f"default['{name}']['user'] = '{name}'",
        f"default['{name}']['dir'] = '/opt/{name}'",
        f"default['{name}']['packages'] = %w({name} {name}-common lib{name})",
        f"default['{name}']['conf_dir'] = \"#{{node['{name}']['dir']}}/conf\"",
        f"default['{name}']['log_dir'] = ::File.join('/var/log', node['{name}']['user'])",
        "",
        "case node['platform_family']",
        "when 'debian'",
        f"  default['{name}']['service'] = '{name}'",
        f"  default['{name}']['defaults_file'] = '/etc/default/{name}'",
        "when 'rhel', 'fedora', 'amazon'",
        f"  default['{name}']['service'] = '{name}d'",
        f"  default['{name}']['defaults_file'] = '/etc/sysconfig/{name}'",
        "else",
        f"  default['{name}']['service'] = '{name}'",
        "end",
    ]
    if made.random() < 0.17:
        lines.append(f"default['{name}']['bind'] = node['ipaddress']")
    if made.random() < 0.2:
        lines.append(f"default['{name}']['workers'] = [node['cpu']['total'].to_i * 2, 32].min")
    return "\n".join(lines) + "\n"


def _settings(name: str, made: random.Random) -> str:
    lines = [
        f"default['{name}']['settings']['{word}.{number}'] = {made.choice(_VALUES).format(name, number)}"
        for number, word in enumerate(made.sample(_WORDS, 12))
    ]
    return "\n".join([*lines, f"default['{name}']['settings']['home'] = node['{name}']['dir']"]) + "\n"


def _install(name: str, made: random.Random) -> str:
    upstream = made.choice(("package", "remote_file"))
    fetched = f"""
remote_file "#{{Chef::Config[:file_cache_path]}}/{name}.tgz" do
  source "https://{name}.example.com/{name}-#{{node['{name}']['dir']}}.tgz"
  mode '0644'
  not_if {{ ::File.exist?(node['{name}']['dir']) }}
end
"""
    return f"""group node['{name}']['user']

user node['{name}']['user'] do
  gid node['{name}']['user']
  shell '/bin/false'
  system true
end

node['{name}']['packages'].each do |each|
  package each
end
{fetched if upstream == "remote_file" else ""}
[node['{name}']['dir'], node['{name}']['conf_dir'], node['{name}']['log_dir']].each do |path|
  directory path do
    owner node['{name}']['user']
    mode '0755'
    recursive true
  end
end
"""


def _configure(name: str) -> str:
    return f"""service node['{name}']['service'] do
  supports status: true, restart: true
  action [:enable, :start]
end

template "#{{node['{name}']['conf_dir']}}/{name}.conf" do
  source '{name}.conf.erb'
  owner node['{name}']['user']
  mode '0644'
  variables(config: node['{name}'], settings: node['{name}']['settings'] || {{}})
  notifies :restart, "service[#{{node['{name}']['service']}}]", :delayed
end

template node['{name}']['defaults_file'] do
  source '{name}.env.erb'
  variables name: '{name.upper()}'
  only_if {{ node['{name}']['defaults_file'] }}
end
"""


def _template(name: str, *, with_name: bool) -> str:
    """One in six names the machine."""
    return f"""# Written by Chef{" for <%= node['fqdn'] %>" if with_name else ""}.
user = <%= @config['user'] %>
dir = <%= @config['dir'] %>
<% if node['{name}']['bind'] -%>
bind = <%= node['{name}']['bind'] %>
<% end -%>
log = <%= node['{name}']['log_dir'] %>/{name}.log
<% @settings.sort.each do |key, value| -%>
<% unless value.nil? -%>
<%= key %> = <%= value %>
<% end -%>
<% end -%>
"""


def _library(name: str) -> str:
    constant = "".join(word.capitalize() for word in name.split("_"))
    return f"""module {constant}
  module Helpers
    DEFAULT_PORT = 8080

    def {name}_home
      node['{name}']['dir']
    end

    def {name}_url(host, port = DEFAULT_PORT)
      "http://#{{host}}:#{{port}}/{name}"
    end
  end
end
"""


_KAFKA = {
    "metadata.rb": "name 'kafka'\nversion '2.0.0'\n",
    "attributes/default.rb": """default['kafka']['version'] = '2.8.2'
default['kafka']['user'] = 'kafka'
default['kafka']['config_dir'] = '/etc/kafka'
default['kafka']['broker']['num.network.threads'] = 8
default['kafka']['broker']['log.dirs'] = %w(/data/1 /data/2)
default['kafka']['broker']['num.partitions'] = 8
default['kafka']['broker']['default.replication.factor'] = 3
default['kafka']['broker']['listeners'] = 'PLAINTEXT://:9092'
default['kafka']['broker']['advertised.listeners'] = "PLAINTEXT://#{node['fqdn']}:9092"
default['kafka']['broker']['broker.id'] = node['hostname'][/\\d+/].to_i
default['kafka']['broker']['zookeeper.connect'] =
  (1..3).map { |number| "zk#{number}.#{node.chef_environment}.example.com:2181" }.join(',') + '/kafka'
""",
    "recipes/default.rb": """directory node['kafka']['config_dir']

template ::File.join(node['kafka']['config_dir'], 'server.properties') do
  source 'server.properties.erb'
  owner node['kafka']['user']
  variables(config: node['kafka']['broker'].sort_by(&:first))
end
""",
    "templates/default/server.properties.erb": """# Written by Chef.
host.name=<%= node['ipaddress'] %>
<% @config.each do |key, value| -%>
<% unless value.nil? -%>
<%= key %>=<%= value.respond_to?(:join) ? value.join(',') : value %>
<% end -%>
<% end -%>
""",
}


def node_object(number: int, automatic: Mapping[str, object], roles: int = ROLES) -> dict[str, object]:
    """A node as its last run saved it: one machine of many alike, with one of so many roles."""
    name, address = f"node{number:04}", f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    own = {
        "fqdn": f"{name}.example.com",
        "hostname": name,
        "machinename": name,
        "ipaddress": address,
        "ohai_time": 1790000000.5 + number,
        "uptime_seconds": 1000 + number,
        "network": {
            "default_interface": "eth0",
            "interfaces": {
                "lo": {"addresses": {"127.0.0.1": {"family": "inet"}}},
                "eth0": {"addresses": {address: {"family": "inet", "prefixlen": "16"}}},
            },
        },
    }
    return {
        "name": name,
        "chef_environment": f"prod{number % 5}",
        "run_list": [f"role[role{number % roles}]"],
        "normal": {"tags": []},
        "default": {},
        "override": {},
        "automatic": {**automatic, **own},
    }


def write_repository(root: Path, nodes: int, automatic: Mapping[str, object], roles: int = ROLES) -> None:
    """100 cookbooks, ten roles with 20 of them each (`kafka` in the first), five environments, the nodes.

    `roles`: how many of the roles the nodes have; with 1 each node is a broker.
    """
    names = [f"cookbook_{number:02}" for number in range(COOKBOOKS - 1)]
    for number, name in enumerate(names):
        _write(root / "cookbooks" / name, cookbook_files(name, names[max(0, number - 5) : number]))
    _write(root / "cookbooks/kafka", _KAFKA)
    for number in range(ROLES):
        made = random.Random(number)
        chosen = [*made.sample(names, IN_RUN_LIST - 1), "kafka" if number == 0 else "cookbook_00"]
        role = {
            "name": f"role{number}",
            "run_list": [f"recipe[{name}]" for name in chosen],
            "default_attributes": {name: {"timeout": number} for name in chosen[:3]},
            "override_attributes": {"kafka": {"broker": {"num.io.threads": 8 + number}}},
        }
        _write(root / "roles", {f"role{number}.json": json.dumps(role, indent=1)})
    for number in range(5):
        document = {"name": f"prod{number}", "default_attributes": {"kafka": {"rack": number}}}
        _write(root / "environments", {f"prod{number}.json": json.dumps(document, indent=1)})
    packages = _padding(len(json.dumps(node_object(0, automatic), indent=1)))
    for number in range(nodes):
        text = json.dumps(node_object(number, {**automatic, "packages": packages}, roles), indent=1)
        _write(root / "nodes", {f"node{number:04}.json": text})
    _write(root, {".driftcheck.yaml": "kafka_version: 2.8.2\nmax_age: 99999d\n"})


def _padding(size: int) -> dict[str, object]:
    """What Ohai says of packages: as many as fill a node object up."""
    made: dict[str, object] = {}
    while size < NODE_BYTES:
        made[f"package-{len(made)}"] = {"version": f"1.{len(made)}.0-1ubuntu2", "arch": "amd64"}
        size += 95
    return made


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
