"""Hashes of attributes that one nil takes out of a file, as public cookbooks write them."""

from __future__ import annotations

import json

import pytest

from driftcheck.join.dropped import dropped_hashes
from driftcheck.join.settings import intended_settings
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.snapshot import PartlyNil, RunObservation
from tests.sources.cookbook_runs.repository import ATTRIBUTES, files, node, only_run

WHOLE = (
    "<% node['kafka']['broker'].each do |key, value| %>\n<% if writes?(value) %>\n<%= line(key, value) %>\n"
)
WHOLE += "<% end %>\n<% end %>\n"
LIBRARY = """
module Kafka
  def writes?(value)
    value.is_a?(Hash) ? value.values.all? { |each| writes?(each) } : !value.nil?
  end

  def line(key, value)
    value.is_a?(Hash) ? "#{key}=#{value.map { |k, v| "#{k}:#{v}" }.join(',')}" : "#{key}=#{value}"
  end
end
"""
RECIPE = """
template '/etc/kafka/server.properties' do
  source 'server.properties.erb'
  helpers(Kafka)
end
"""
MAP = "default['kafka']['broker']['listener.security.protocol.map'] = {'CLIENT' => 'SSL', 'INNER' => %s}\n"


def run_of(attributes: str, template: str = WHOLE, **more: str) -> RunObservation:
    extra = {"cookbooks/kafka/libraries/kafka.rb": LIBRARY, **more}
    return only_run(
        files(template, f"default['kafka']['broker']['broker.id'] = 1\n{attributes}", RECIPE, **extra)
    )


def dropped(run: RunObservation) -> Fact[tuple[PartlyNil, ...]]:
    (file,) = run.files
    return dropped_hashes(Known(value=run.partly_nil), intended_settings(file))


def names(fact: Fact[tuple[PartlyNil, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    assert isinstance(fact, Known)
    return [(each.leaf, each.settings) for each in fact.value]


def test_a_map_with_a_nil_is_missing_from_the_file_and_its_line_is_told() -> None:
    run = run_of(MAP % "nil")
    (file,) = run.files
    assert list(file.settings) == ["broker.id"]
    found = dropped(run)
    assert names(found) == [("listener.security.protocol.map.INNER", ("listener.security.protocol.map",))]
    assert isinstance(found, Known)
    (nil,) = (each.nil for each in found.value)
    assert nil.location is not None
    assert (nil.location.name, nil.location.line) == (ATTRIBUTES, 2)
    assert isinstance(nil, Known)
    (code,) = nil.derived_from
    assert isinstance(code, Known)
    assert code.value == (MAP % "nil").strip()


def test_without_a_nil_nothing_is_dropped() -> None:
    run = run_of(MAP % "'PLAINTEXT'")
    assert list(run.files[0].settings) == ["broker.id", "listener.security.protocol.map"]
    assert (run.partly_nil, names(dropped(run))) == ((), [])


def test_the_nil_of_a_stronger_level_is_told_where_it_stands() -> None:
    role = {"name": "kafka", "json_class": "Chef::Role", "run_list": ["recipe[kafka]"]}
    nil = {"kafka": {"broker": {"listener.security.protocol.map": {"INNER": None}}}}
    more = {
        "roles/kafka.json": json.dumps({**role, "override_attributes": nil}),
        "nodes/n1.json": node("n1").replace("recipe[kafka]", "role[kafka]"),
    }
    run = run_of(MAP % "'PLAINTEXT'", **more)
    (found,) = run.partly_nil
    assert found.nil.location is not None
    assert (found.nil.location.name, found.nil.location.pointer) == (
        "roles/kafka.json",
        "/override_attributes/kafka/broker/listener.security.protocol.map/INNER",
    )
    assert [leaf for leaf, _ in names(dropped(run))] == ["listener.security.protocol.map.INNER"]


LEAVES = """default['kafka']['broker']['log'] = {
  'dirs' => '/data', 'flush' => {'interval' => {'ms' => nil, 'messages' => 9}}
}
"""
FLAT = "broker.id=1\n<% if node['kafka']['broker']['log'] %>\n%s<% end %>\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("log.dirs=/data\nlog.flush.interval.messages=9\n", []),
        ("log.dirs=/data\n", [("log.flush.interval.ms", ("log.flush.interval.messages",))]),
        ("", [("log.flush.interval.ms", ("log.dirs", "log.flush.interval.messages"))]),
    ],
)
def test_the_outermost_hash_of_which_nothing_is_written_counts(
    written: str, found: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert names(dropped(run_of(LEAVES, FLAT.replace("%s", written)))) == found


def test_what_a_template_may_write_is_not_dropped() -> None:
    assert isinstance(dropped(run_of(MAP % "nil", "<%= `date` %>\n")), Unknown)
    assert isinstance(dropped_hashes(Known(value=()), None), Absent)


def test_a_nil_that_may_not_be_there_leaves_it_open() -> None:
    guarded = MAP % "'PLAINTEXT'"
    guarded += (
        "if `date` == ''\n  default['kafka']['broker']['listener.security.protocol.map']['INNER'] = nil\n"
    )
    guarded += "end\n"
    run = run_of(guarded)
    assert [isinstance(each.nil, Unknown) for each in run.partly_nil] == [True]
    assert isinstance(dropped(run), Unknown)
