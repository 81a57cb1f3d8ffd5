"""Kafka's version as a finished run has it among its attributes."""

from __future__ import annotations

from driftcheck.chef.node_run.origins import location_of
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.precedence import merged, setters, text_key
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.values import RubyHash
from driftcheck.chef.values import ruby_text
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.sources.cookbook_runs.line_trails import LineTrails


def version_attribute(run: NodeRun, paths: tuple[str, ...], trails: LineTrails) -> Fact[str]:
    """The text of the first of these dotted attributes that is set."""
    if run.stop is not None:
        return Absent(evidence="chef-client would stop before the end of its run")
    for path in paths:
        words = tuple(path.split("."))
        here = _merged(run, words[0])
        for word in words[1:]:
            entry = here.entries.get(word) if isinstance(here, RubyHash) else None
            here = entry.value if entry is not None else here if isinstance(here, Unknown) else None
        if isinstance(here, Unknown):
            return Unknown(kind=here.kind, reason=here.reason, location=here.location)
        plain = Plain(run.evaluation.runtime)
        text = ruby_text(plain.value(here)) if here is not None else None
        if text:
            winner = next(iter(setters(run.evaluation.state.levels, tuple(map(text_key, words)))), None)
            place = location_of(winner.place) if winner is not None else None
            made_of = trails.of_place(winner.place) if winner is not None else ()
            return Known(value=text, location=place, derived_from=made_of)
    return Absent(evidence=f"none of the attributes is set: {', '.join(paths) or '(none)'}")


def _merged(run: NodeRun, key: str) -> object:
    """What all levels have under a top-level key; None where none has it."""
    levels = run.evaluation.state.levels
    if not any(key in level.entries for level in levels.values()):
        return None
    return merged(levels, text_key(key), nil_wins=run.nil_wins)
