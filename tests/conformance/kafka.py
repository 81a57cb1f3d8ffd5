"""Compares driftcheck's effective endpoints with Kafka's own answers.

`python tests/conformance/kafka.py FILE…` prints every disagreement and the counts, and exits with 1 if
there is any. A file is a JSON list of cases or has one case a line: `kafka` (the release), `properties`,
`hostname`, `endpoints` or null with `error`, and optionally `broker_id`, `roles`, `registers_broker`,
`inter_broker_listener`, `listener_protocols`, `znode`, `zk_error`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from driftcheck.kafka.endpoints import EffectiveEndpoints, effective_endpoints


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One field of one case in which we differ from Kafka; `grave` if endpoints or the refusal do."""

    case: Mapping[str, Any]
    field: str
    expected: object
    found: object

    @property
    def grave(self) -> bool:
        return self.field in ("endpoints", "refusal")

    def __str__(self) -> str:
        where = f"{self.case['kafka']} {json.dumps(self.case['properties'], ensure_ascii=False)}"
        ours = f"{' ' * len(self.field)}  ours  {self.found!r}"
        return f"{where}\n  {self.field}: Kafka {self.expected!r}\n  {ours}"


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file: a JSON list, or one object a line."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        cases: list[dict[str, Any]] = json.loads(text)
        return cases
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def disagreements(case: Mapping[str, Any]) -> Iterable[Disagreement]:
    """Every field in which we differ from one case."""
    ours = effective_endpoints(case["properties"], version=case["kafka"], hostname=case["hostname"])
    if (case["endpoints"] is None) != (ours.endpoints is None):
        refusal = case.get("error") if case["endpoints"] is None else case["endpoints"]
        yield Disagreement(case, "refusal", refusal, ours.error or list(map(str, ours.endpoints or ())))
        return
    if case["endpoints"] is None:
        # An answer of KafkaConfig is a whole text; a case taken from Kafka's tests a part of one.
        whole = "source" not in case
        equal = case["error"] == ours.error if whole else case["error"] in (ours.error or "")
        if not equal:
            yield Disagreement(case, "error", case["error"], ours.error)
        return
    yield from (
        Disagreement(case, field, expected, found)
        for field, (expected, found) in _fields(case, ours).items()
        if expected != found
    )


def _fields(case: Mapping[str, Any], ours: EffectiveEndpoints) -> dict[str, tuple[object, object]]:
    """What a case says, beside what we say."""
    # A case that does not tell brokers from controllers lists what the node tells others.
    endpoints = ours.endpoints if "registers_broker" in case else ours.advertised
    fields: dict[str, tuple[object, object]] = {
        "endpoints": (case["endpoints"], [str(endpoint) for endpoint in endpoints or ()])
    }
    for name in ("broker_id", "registers_broker", "inter_broker_listener", "listener_protocols", "zk_error"):
        if name in case:
            fields[name] = (case[name], getattr(ours, name))
    if "roles" in case:
        fields["roles"] = (sorted(case["roles"]), sorted(ours.roles))
    pair = case.get("znode") or (case.get("legacy") if ours.registers_broker else None)
    if pair:
        fields["host"] = (pair["host"], ours.host)
        fields["port"] = (pair["port"], ours.port)
    if "endpoints" in case.get("znode", {}):
        fields["znode"] = (case["znode"]["endpoints"], fields["endpoints"][1])
    return fields


def main(arguments: list[str]) -> int:
    """Compares the files and prints what differs."""
    failed = False
    for argument in arguments:
        cases = read_cases(Path(argument))
        found = [list(disagreements(case)) for case in cases]
        for disagreement in (each for several in found for each in several):
            print(disagreement)
        wrong = sum(any(each.grave for each in several) for several in found)
        texts = sum(any(each.field == "error" for each in several) for several in found)
        print(
            f"{argument}: {len(cases)} cases, {sum(not several for several in found)} equal,"
            f" {wrong} endpoints or refusals wrong, {texts} texts differing"
        )
        failed = failed or any(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
