"""Whatever a template is, rendering it ends, and claims nothing that is not known."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from driftcheck.chef.erb.rendering import TemplateError
from driftcheck.model.facts import Unknown, UnknownKind
from tests.chef.erb.templates import rendered
from tests.conformance import chef
from tests.tiers import examples

CASES = chef.read_cases(chef.DATA / "chef_erb_cases.jsonl")
TEMPLATES = [case["template"] for case in CASES[:200]]
PIECES = [
    "<%", "%>", "<%=", "-%>", "=%>", "<%%", "<%#", "<%==", "\r\n", "\n", "end", "do", "(", ")", "é", "'",
    "{", "}", "|x|", "next", "return", "break", "yield", "_buf", "@a", "rescue", "while true", "<<A",
]  # fmt: skip
UNKNOWN = Unknown(kind=UnknownKind.MISSING_INPUT, reason="not given")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Real templates with pieces cut out, doubled or put in."""
    text: str = draw(st.sampled_from(TEMPLATES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(""), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@examples(100, suppress_health_check=list(HealthCheck))
@given(template=mutated(), known=st.booleans())
def test_a_mutated_template_is_rendered_or_stops(template: str, known: bool) -> None:
    value = {"a": [1, "b"]} if known else UNKNOWN
    try:
        text = rendered(template, opts=value, servers=value, enabled=UNKNOWN)
    except TemplateError:
        return
    assert sum(len(line.text or "") for line in text.lines) < 5_000_000


def test_nothing_is_wrong_where_variables_and_attributes_are_not_known() -> None:
    """Chef's answers with parts of what went in taken away."""
    chance = random.Random(1)
    found: Counter[str] = Counter()
    for case in CASES[::3]:
        names = [name for name in case["variables"] if chance.random() < 0.3]
        attributes = [name for name in case["node"] if chance.random() < 0.3]
        answer = chef.erb_answer(case, unknown_variables=names, unknown_attributes=attributes)
        found[chef.verdict(case, answer)] += 1
    assert not {"wrong", "error_wrong", "error_false"} & found.keys(), found
    assert found["unknown"] > 20
