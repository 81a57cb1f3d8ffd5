"""Rules as people write them, and how a test makes rules of a text."""

from __future__ import annotations

from textwrap import dedent, indent

from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.model.rule import Rule, RuleFile

INCIDENT = """
rules:
  - id: ADV016
    name: advertised-name-of-another-broker
    summary: The advertised host is another machine's name or address.
    level: error
    scope: endpoint
    needs: [chef|rendered]
    vars:
      told: endpoint.current
    when: not told.declared and told.named is not absent
    assert: broker.node in told.named
    group: host_key(told.host)
    property: "{{ told.host_from | default('advertised.listeners') }}"
    about: "[told.host]"
    affects: told.named + [cluster.name]
    message: >-
      {{ brokers | map('name') | listed }} would advertise
      {{ told.named | listed }}'s name
    effect: Clients that are told to write to {{ broker.name }} reach {{ told.named | first }}.
    fix: default['kafka']['broker']['advertised.host.name'] = node['fqdn']
    why: A broker under another's name is reached by nobody.
    explains: [REG006, CLI001]
    faces: [intended, rendered, registered, resolves, machine]

  - id: REG006
    name: shared-endpoint
    summary: Several brokers register one endpoint.
    level: error
    scope: cluster
    needs: [zookeeper]
    vars:
      hosts: cluster.brokers | map('endpoints') | flatten | map('registered.host') | known
    assert: hosts | unique
    about: hosts | duplicates
    message: several ids share the endpoint {{ hosts | duplicates | listed }}
    fix: Give every broker its own name.
    why: Only one of them can be reached.

  - id: CLI001
    name: bootstrap-leads-elsewhere
    summary: A bootstrap entry is no broker's endpoint.
    level: warning
    scope: client
    vars:
      hosts: cluster.brokers | map('endpoints') | flatten | map('current.host')
      entries: client.bootstrap
    assert: entries | first | split(':') | first in hosts
    about: "[entries | first | split(':') | first]"
    message: the bootstrap list of {{ client.name }} names {{ entries | first }}
    fix: Name a broker.
    why: The client cannot start.
    property: bootstrap.servers
    faces: [rendered]
"""

OTHERS = """
rules:
  - id: IDN008
    name: rack-on-some-only
    summary: Some brokers have another rack setting than most.
    level: warning
    scope: cluster
    vars:
      racks: cluster.brokers | map('config.rack')
      usual: racks | majority
    assert: racks | agree
    property: broker.rack
    message: >-
      {{ cluster.brokers | odd_ones('config.rack', usual) | map('name') | listed }}
      {{ 'has' if cluster.brokers | odd_ones('config.rack', usual) | count == 1 else 'have' }}
      another rack than the others ({{ usual }})
    fix: Set broker.rack.
    why: Topics cannot be created.
    faces: [rendered, registered]

  - id: DNS001
    name: name-does-not-resolve
    summary: The advertised name does not resolve.
    level: error
    scope: endpoint
    needs: [dns]
    when: not is_ip(endpoint.current.host)
    assert: endpoint.current.addresses is not absent and endpoint.current.addresses | count > 0
    property: advertised.host.name
    message: "{{ broker.name }} advertises {{ endpoint.current.host }}, which does not resolve"
    fix: Add the name to DNS.
    why: Nobody can reach it.
    faces: [registered, resolves, machine]

  - id: JON001
    name: ambiguous-join
    summary: It cannot be told which node is which broker.
    level: warning
    scope: ambiguity
    assert: ambiguity.kind == 'many_clusters'
    message: "{{ ambiguity.subject }}: {{ ambiguity.reason }} ({{ ambiguity.candidates | listed }})"
    fix: Say it in `.driftcheck.yaml`.
    why: What is joined wrongly is judged wrongly.

  - id: IDN003
    name: stored-id-differs
    summary: A log directory holds another broker's id.
    level: error
    scope: broker
    assert: broker.meta | where_not('broker_id', broker.id) | count == 0
    property: broker.id
    message: "{{ broker.name }} has the id {{ broker.id }}, on disk {{ broker.meta | map('broker_id') }}"
    fix: Set broker.id to what the disk says.
    why: Kafka does not start.
    faces: [intended, rendered, registered, machine]
"""


def rules_of(text: str, *, name: str = "rules/test.yaml", builtin: bool = False) -> tuple[Rule, ...]:
    return read_rules([RuleFile(name=name, text=text, builtin=builtin)])


def rule(assertion: str, *, scope: str = "broker", **more: str) -> Rule:
    """A rule with one assertion; `more` are further keys with their YAML."""
    keys = {
        "id": "TST001",
        "name": more.get("id", "TST001").lower(),
        "summary": "A test.",
        "level": "error",
        "scope": scope,
        "assert": f"|-\n{indent(dedent(assertion), '        ')}",
        "message": "it fails",
        "fix": "Mend it.",
        "why": "Tests.",
    }
    keys |= {"assert" if key == "assertion" else key: value for key, value in more.items()}
    lines = "\n".join(f"    {key}: {value}" for key, value in keys.items())
    (found,) = rules_of(f"rules:\n  -\n{lines}\n")
    return found
