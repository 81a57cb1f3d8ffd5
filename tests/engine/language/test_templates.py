"""Templates print every sort of value, decide what they can, and stay within bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.values import Partial, Properties
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Known
from driftcheck.model.redaction import redacted
from tests.engine.inventories import advertised, broker, cluster, machine
from tests.engine.language.expressions import NOTHING, SECRET, U, open_, text, unknown

NAMES: dict[str, Any] = {
    "u": U,
    "endpoint": open_(fragments=("PLAINTEXT://", None, ":9092")),
    "nothing": NOTHING,
    "n": 3,
    "s": "abc",
    "l": ("a", "b"),
    "lu": ("a", U),
    "p": Partial(items=("a",), more=U),
    "yes": True,
    "no": False,
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("{{ s }} and {{ n }}", "abc and 3"),
        ("{{ yes }} {{ no }} {{ 0.5 }}", "true false 0.5"),
        ("{{ u }}", "⟨?⟩"),
        ("{{ endpoint }}", "PLAINTEXT://⟨?⟩:9092"),
        ("{{ nothing }}", "–"),
        ("{{ l }}", "a, b"),
        ("{{ lu }}", "a, ⟨?⟩"),
        ("{{ p }}", "a, ⟨?⟩"),
        ("{{ p | listed }}", "a and ⟨?⟩"),
        ("{{ s ~ u }}", "abc⟨?⟩"),
        ("{% if yes %}x{% else %}y{% endif %}", "x"),
        ("{% if no %}x{% elif yes %}y{% else %}z{% endif %}", "y"),
        ("{% if no %}x{% endif %}", ""),
        ("{% if nothing %}x{% else %}y{% endif %}", "y"),
        ("{% if l %}x{% endif %}", "x"),
        ("{% if u %}x{% else %}y{% endif %}", "⟨?⟩"),
        ("{% if u %}x{% else %}x{% endif %}", "x"),
        ("{% if u %}x{% elif yes %}x{% else %}y{% endif %}", "x"),
        ("{% if u %}x{% endif %}", "⟨?⟩"),
        ("{% for x in l %}[{{ x }}]{% endfor %}", "[a][b]"),
        ("{% for x in l %}{% for y in l %}{{ x }}{{ y }} {% endfor %}{% endfor %}", "aa ab ba bb "),
        ("{% for x in p %}[{{ x }}]{% endfor %}", "[a]⟨?⟩"),
        ("{% for x in u %}[{{ x }}]{% endfor %}", "⟨?⟩"),
        ("{% for x in nothing %}[{{ x }}]{% endfor %}", ""),
        ("{% for x in l %}{{ x }}{% endfor %}{% for x in l %}{{ x }}{% endfor %}", "abab"),
    ],
)
def test_what_is_printed(template: str, expected: str) -> None:
    assert text(template, **NAMES) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for x in n %}{% endfor %}", None),
        ("{% for x in 1 %}{% endfor %}", "a loop goes over a list, this is a number"),
        ("{% for l in l %}{% endfor %}", '"l" has a meaning already'),
        ("{% for x in l %}{% endfor %}{{ x }}", 'nothing is called "x" here'),
        ("{% if 1 %}{% endif %}", "a number is neither true nor false"),
    ],
)
def test_what_can_never_work_is_refused(template: str, message: str | None) -> None:
    if message is None:
        assert text(template, **NAMES) == ""
        return
    with pytest.raises(ExpressionProblem) as raised:
        text(template, **NAMES)
    assert raised.value.message == message


def test_output_and_loops_are_bounded() -> None:
    many = tuple(range(500))
    nested = "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}"
    assert text(nested, l=many) == "…"
    long = text("{% for a in l %}{{ s }}{% endfor %}", l=many, s="x" * 100)
    assert len(long) == 4_000
    assert long.endswith("…")
    assert len(text("{{ s }}", s="x" * 50_000)) == 4_000


def test_open_conditions_do_not_multiply_the_work() -> None:
    template = "{% if u %}a{% else %}b{% endif %}"
    for _ in range(15):
        template = f"{{% if u %}}{template}{{% else %}}c{{% endif %}}"
    looped = f"{{% for x in l %}}{template}{{% endfor %}}"
    assert "⟨?⟩" in text(looped, l=tuple(range(400)), u=U)


def test_a_secret_is_printed_redacted() -> None:
    names = {"secret": SECRET, "both": ("a", SECRET)}
    assert text("{{ secret }}", **names) == redacted("hunter2")
    assert text("{{ both }}", **names) == f"a, {redacted('hunter2')}"
    assert text("{{ 'password=' ~ secret }}", **names) == redacted("password=hunter2")


def test_nouns_and_mappings_are_called_by_name() -> None:
    one = broker("kafka01", 1)
    assert text_of(one) == "kafka01"
    assert text_of(cluster(one)) == "prod"
    assert text_of(advertised("kafka01", port=9092)) == "kafka01:9092"
    assert text_of(one.endpoints[0]) == "PLAINTEXT"
    assert text_of(machine("kafka01", "10.0.0.1")) == "MachineFace"
    assert text_of({"b": Known(value="x"), "a": unknown()}) == "a=⟨?⟩, b=x"
    properties = Properties(entries={"password": Known(value="x", secret=True)}, whole=True)
    assert text_of(properties) == f"password={redacted('x')}"


def test_times_are_printed_in_utc() -> None:
    plus_two = timezone(timedelta(hours=2))
    assert text_of(datetime(2015, 3, 26, 23, 14, 7, tzinfo=plus_two)) == "2015-03-26 21:14:07 UTC"
    assert text_of(datetime(1, 1, 1, tzinfo=plus_two)) == "0001-01-01 00:00:00+02:00"
    assert text_of(datetime(2015, 3, 26, tzinfo=UTC)) == "2015-03-26 00:00:00 UTC"
