"""Small attribute files, evaluated on a small node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.chef.ruby.evaluation import AttributeEvaluation, AttributeFile, expanded, node_state
from driftcheck.chef.ruby.plain import Plain
from driftcheck.model.facts import Unknown, UnknownKind

AUTOMATIC: Mapping[str, Any] = {
    "fqdn": "kafka1.prod.example.com",
    "ipaddress": "10.20.30.41",
    "platform": "ubuntu",
    "platform_family": "debian",
    "platform_version": "18.04",
    "os": "linux",
    "memory": {"total": "16424844kB"},
    "kernel": {"os": "GNU/Linux", "machine": "x86_64"},
    "cpu": {"total": 4},
}

UNKNOWN = Unknown(kind=UnknownKind.MISSING_INPUT, reason="not given")


def evaluation(
    *texts: str, nil_wins: bool = True, steps: int = 200_000, **levels: Any
) -> AttributeEvaluation:
    """The texts as attribute files `a::f0`, `a::f1`, … on a node with these levels."""
    machine = expanded({**AUTOMATIC, **levels.pop("automatic", {})}, name="n", environment="prod", recipes=[])
    made = AttributeEvaluation(
        node_state(
            {**levels, "automatic": machine},
            name="n",
            environment="prod",
            nil_wins=nil_wins,
            run_list=["recipe[a]"],
        ),
        steps=steps,
    )
    made.run(
        [
            AttributeFile(
                cookbook="a", name=f"f{index}", text=text.encode(), path=f"a/attributes/f{index}.rb"
            )
            for index, text in enumerate(texts)
        ]
    )
    return made


def merged(*texts: str, **options: Any) -> tuple[dict[str, Any], set[tuple[str | int, ...]]]:
    """What the node has of what the texts set, and the paths that are not known."""
    made = evaluation(*texts, **options)
    assert made.stop is None, made.stop
    plain = Plain(made.runtime)
    strange = {entry.key.text for entry in made.state.levels["automatic"].entries.values()}
    found = plain.value(made.state.all())
    unknown = {leaf.path for leaf in plain.unknown if leaf.path[:1] not in {(key,) for key in strange}}
    return {key: value for key, value in found.items() if key not in strange}, unknown


def stop(*texts: str, **options: Any) -> tuple[str, str | None, int | None]:
    """Where Chef would stop: class, message, line."""
    found = evaluation(*texts, **options).stop
    assert found is not None
    return found.class_name, found.message, found.place and found.place.line
