"""Templates of Jinja2: as Jinja2 renders them, and gaps where something is not known."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from driftcheck.chef.j2 import J2Error, render_j2
from driftcheck.chef.templates import RenderedText, TemplateText
from driftcheck.model.facts import Unknown, UnknownKind

UNKNOWN = Unknown(kind=UnknownKind.MISSING_INPUT, reason="not given")
VARIABLES: dict[str, Any] = {"port": 9092, "hosts": ["a", "b"], "config": {"x.y": 1, "z": "é"}, "ssl": True}


def rendered(template: str, **variables: Any) -> RenderedText:
    return render_j2(TemplateText(path="t.j2", text=template.encode()), {**VARIABLES, **variables})


def shown(text: RenderedText) -> list[str]:
    return ["…" if line.text is None else line.text for line in text.lines]


@pytest.mark.parametrize(
    "template",
    [
        "",
        "port={{ port }}\n",
        "{% for k, v in config.items() %}\n{{ k }}={{ v }}\n{% endfor %}\nend",
        "{% if ssl -%}\n  a\n{%- endif %}\nb\n",
        "{{ hosts | join(',') }}:{{ hosts | length }} {# c #}\n",
        "{% set x %}a{{ port }}{% endset %}{{ x | length }}{{ x }}\n",
        "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(port) }}\n",
        "{% for h in hosts %}{{ loop.index }}.{{ h }}{{ ',' if not loop.last }}{% endfor %}\n",
        "{% filter upper %}a{{ port }}b{% endfilter %}\n{{ 3 * 'ab' }} {{ hosts }}\n",
        "{% for h in hosts if h != 'a' %}{{ h }}{% else %}none{% endfor %}\n",
    ],
)
def test_a_template_is_rendered_as_jinja2_does(template: str) -> None:
    environment = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True)
    assert rendered(template).text() == environment.from_string(template).render(VARIABLES)


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ("a\nb={{ u }}\nc\n", ["a", "…", "c"]),
        ("a\nb={{ u.x['y'] }}\nc\n", ["a", "…", "c"]),
        ("a\nb={{ none }}\nc\n", ["a", "…", "c"]),
        ("a\n{% if u %}\nb\n{% endif %}\nc\n", ["a", "…"]),
        ("a\n{% for x in u %}\nb\n{% endfor %}\nc\n", ["a", "…"]),
        ("a\n{{ u | int }}\nc\n", ["a", "…"]),
        ("a\n{{ (u ~ 'x') | length }}\nc\n", ["a", "…"]),
        ("a\n{% set x %}{{ u }}{% endset %}{{ x | length }}\nc\n", ["a", "…"]),
        ("a\n{{ u is none }}\nc\n", ["a", "…"]),
        ("a\n{{ u is sequence }}\nc\n", ["a", "…"]),
        ("a\n{{ u is defined }}\nc\n", ["a", "True", "c"]),
        ("a\n{{ u.x is defined }}\nc\n", ["a", "…"]),
        ("a\n{{ u | default(1) }} {{ nope | default(1) }}\n{{ nope | d(2) }}\n", ["a", "…", "2"]),
        ("a\n{{ hosts | random }}\n", ["…"]),
        ("a\n{{ hosts | ipaddr }}\n", ["…"]),
        ("a\n{{ hosts | map('upper') }}\n", ["a", "…"]),
        ("a\n{{ 'x' * 10000000 }}\n", ["a", "…"]),
        ("a\n{{ 'x'.ljust(10000000) }}\n", ["a", "…"]),
        ("a\n{{ hosts[0] | center(10000000) }}\n", ["a", "…"]),
        ("a\n{{ '{:>10000000}'.format(1) }}\n", ["a", "…"]),
        ("a\n{{ '%10000000d' % 1 }}\n", ["a", "…"]),
        ("a\n{% set n = namespace(x=9) %}{% for a in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}b\n",
         ["a", "…"]),
        ("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", ["…"]),
    ],
)  # fmt: skip
def test_what_is_not_known_leaves_a_gap(template: str, lines: list[str]) -> None:
    assert shown(rendered(template, u=UNKNOWN, none=None)) == lines


def test_each_line_knows_its_line_in_the_template() -> None:
    text = rendered("a\n{% for h in hosts %}\nb\n{{ h }}\n{% endfor %}\nc")
    assert [[place.line for place in line.places] for line in text.lines] == [[1], [3], [4], [3], [4], [6]]


@pytest.mark.parametrize(("template", "line"), [("a\n{% if %}", 2), ("a\n{{ nope }}", None)])
def test_jinja2_stops(template: str, line: int | None) -> None:
    with pytest.raises(J2Error) as stopped:
        rendered(template)
    assert (stopped.value.place.line if stopped.value.place else None) == line
