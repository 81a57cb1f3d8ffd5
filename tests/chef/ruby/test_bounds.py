"""Whatever the text is, an evaluation ends, raises nothing, and claims nothing that an Unknown decides."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.ruby.plain import Plain
from tests.chef.ruby.programs import UNKNOWN, evaluation
from tests.conformance import chef
from tests.tiers import examples

CASES = chef.read_cases(chef.DATA / "chef_programs.jsonl")
TEXTS = [file["text"] for case in CASES[:300] for file in case["files"]]
PIECES = [
    "(", ")", "[", "]", "{", "}", "end", "do", "if", "nil", "'", "\"", "#{", "|x|", "&", "*", "=", ".",
    ",", "<<~A\n", "/", "%w(", "->", "begin", "rescue", "yield", "super", "return", "next", "break",
    "retry", "@a", "$1", "X", "::", "1..", "while true", "def f",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Real attribute files with pieces cut out, doubled or put in, and ends of one before another."""
    text: str = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        other = draw(st.sampled_from(TEXTS))
        at = draw(st.integers(0, len(other)))
        piece = draw(
            st.one_of(
                st.sampled_from(PIECES),
                st.just(""),
                st.just(other[at : at + 40]),
                st.just(text[start:end] * 2),
            )
        )
        text = text[:start] + piece + text[end:]
    return text


@examples(150)
@given(mutated())
def test_nothing_is_raised_and_bounds_hold(text: str) -> None:
    made = evaluation(text, steps=20_000)
    Plain(made.runtime).value(made.state.all())


BLANKS: tuple[tuple[str, ...], ...] = (
    ("platform",), ("platform_family",), ("platform_version",), ("cpu",), ("memory", "total"), ("ipaddress",),
    ("fqdn",), ("kernel",), ("kernel", "machine"), ("hostname",), ("network",), ("etc",), ("ec2",),
)  # fmt: skip


def blanked(data: Any, path: tuple[str, ...]) -> Any:
    """The attributes with an Unknown under a path."""
    if not path:
        return UNKNOWN
    if not isinstance(data, dict) or path[0] not in data:
        return data
    return {**data, path[0]: blanked(data[path[0]], path[1:])}


@examples(120)
@given(st.sampled_from(CASES), st.sets(st.sampled_from(BLANKS), min_size=1, max_size=4))
def test_what_is_not_known_never_makes_a_wrong_answer(
    case: dict[str, Any], paths: set[tuple[str, ...]]
) -> None:
    def automatic(name: str) -> dict[str, Any]:
        data: dict[str, Any] = chef.automatic(name)
        for path in sorted(paths):
            data = blanked(data, path)
        return data

    answer = chef.programs_answer(case, machine_of=automatic)
    assert chef.verdict(case, answer) in {"equal", "unknown", "error_equal", "error_unknown", "error_missed"}
