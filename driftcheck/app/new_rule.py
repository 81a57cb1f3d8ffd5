"""A rule of one's own to start from: a file with a rule that works, and its cases."""

from __future__ import annotations

import os
from pathlib import Path

from driftcheck.app.rule_packs import check_packs, load_packs, packs_of
from driftcheck.engine.rule_files.keys import id_problem
from driftcheck.errors import RuleError, UsageError
from driftcheck.model.configuration import Configuration
from driftcheck.model.rule import RuleFile
from driftcheck.sources.configuration.file import PACKS_NAME, find_packs

STARTER = """\
# A rule of your own, to start from; docs/rules.md has the language.
#   driftcheck rules test {id}
rules:
  - id: {id}
    name: {name}-short-retention
    summary: A broker keeps its log for less than three days.
    level: warning    # note, warning or error
    scope: broker     # cluster, broker, endpoint, client, ambiguity, setting or server
    needs: [chef|rendered]
    vars:
      hours: broker.config.properties['log.retention.hours']
    # Where this is false, the rule does not apply.
    when: hours is not absent
    # What has to hold. A value that is not known leaves the rule open.
    assert: (hours | int) >= 72
    property: log.retention.hours
    message: "{{{{ broker.name }}}} keeps its log for {{{{ hours }}}} hours"
    effect: Consumers that stand still over a weekend lose messages.
    fix: log.retention.hours=72 or more.
    why: >
      Say here what happened, or who asked for it: who reads the finding at night wants to know.
    faces: [intended, rendered]
---
cases:
  {id}:
    - name: a week
      expect: pass
      world:
        nodes:
          kafka01: {{settings: {{broker.id: 1, log.retention.hours: 168}}}}
    - name: one broker of two keeps a day
      expect: fail
      subjects: [kafka02]
      message: kafka02 keeps its log for 24 hours
      world:
        nodes:
          kafka01: {{settings: {{broker.id: 1, log.retention.hours: 168}}}}
          kafka02: {{settings: {{broker.id: 2, log.retention.hours: 24}}}}
    - name: the file could not be read
      expect: open
      world:
        nodes:
          kafka01: {{server.properties: {{unknown: permission denied, kind: denied}}}}
    - name: Kafka's own default
      expect: notApplicable
      world:
        nodes:
          kafka01: {{settings: {{broker.id: 1}}}}
"""


def starter(rule: str) -> str:
    """The text of a rule file with one rule of this id and its cases."""
    return STARTER.format(id=rule, name=rule.lower())


def new_rule(rule: str, configuration: Configuration, *, output: str | None = None) -> str:
    """Writes a rule file to start from, and returns its path.

    `output`: the file; None for `ID.yaml` in small letters, in the nearest `.driftcheck/rules` or a new one
    in the configuration's folder. A file that is there is never written over. Raises UsageError, and
    RuleError if the rules that are there do not load.
    """
    problem = id_problem(rule)
    if problem is not None:
        raise UsageError(problem[0], hint=problem[1])
    path = _default(rule, configuration) if output is None else output
    _check_beside(RuleFile(name=path, text=starter(rule)), configuration)
    try:
        if output is None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with Path(path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter(rule))
    except FileExistsError:
        raise UsageError("it is there already, and is not written over", where=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the rule cannot be written: {reason.lower()}", where=path) from None
    return path


def _default(rule: str, configuration: Configuration) -> str:
    folder = find_packs(()) or os.path.normpath(os.path.join(configuration.root, PACKS_NAME))
    return os.path.join(folder, f"{rule.lower()}.yaml")


def _check_beside(file: RuleFile, configuration: Configuration) -> None:
    """UsageError if the id is taken."""
    there = load_packs(configuration)
    try:
        check_packs(packs_of((*there.files, file)), ())
    except RuleError as error:
        raise UsageError(error.message, hint=error.hint) from None
