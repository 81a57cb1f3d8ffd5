"""An error in an expression is found in the file, however YAML writes the text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.problems import ExpressionError
from driftcheck.engine.program import check_rules
from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.engine.rule_files.places import placed
from driftcheck.model.rule import RuleFile
from tests.tiers import examples

HEAD = """rules:
  - id: OWN001
    name: a-rule
    summary: A rule.
    level: error
    scope: broker
    message: it fails
    fix: Mend it.
    why: Because.
"""


def place(text: str) -> str:
    file = RuleFile(name="ours.yaml", text=text)
    rules = read_rules([file])
    with pytest.raises(ExpressionError) as raised:
        check_rules(rules, TreeStore())
    return placed(raised.value, [file]).where


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("    assert: broker.idd == 1\n", "10:20"),
        ("    assert:   'broker.idd == 1'\n", "10:23"),
        ('    assert: "broker.idd == 1"\n', "10:21"),
        ("    assert: 'broker.name == ''a'' and broker.idd == 1'\n", "10:46"),
        ('    assert: "broker.name == \\"a\\" and\\tbroker.idd == 1"\n', "10:47"),
        ("    assert: \"broker.name == '\\u0061' and broker.idd == 1\"\n", "10:49"),
        ("    assert: |\n      broker.id == 1\n      and broker.idd == 1\n", "12:18"),
        ("    assert: >-\n      broker.id == 1\n        and\n\n      broker.idd == 1\n", "14:14"),
        ("    assert: broker.id == 1\n      and broker.idd == 1\n", "11:18"),
        ("    assert: 'broker.id == 1\n      and broker.idd == 1'\n", "11:18"),
        ("    assert: &a |2\n        broker.id == 1\n      and broker.idd == 1\n", "12:18"),
        ("    assert: broker.id ==\n", "10:23"),
    ],
)
def test_where_it_stands(written: str, expected: str) -> None:
    assert place(HEAD + written) == f"ours.yaml:{expected}"


def test_in_a_flow_mapping_and_in_a_template() -> None:
    flow = HEAD.replace("  - id", "  - {id").replace("\n    ", ",\n    ").rstrip()
    assert place(flow + ",\n    assert: broker.idd == 1}\n") == "ours.yaml:10:20"
    template = HEAD.replace("it fails", "it fails on {{ broker.nme }}") + "    assert: true\n"
    assert place(template) == "ours.yaml:7:36"


@examples(200)
@given(
    st.lists(st.sampled_from(["broker.id == 1 and", "'a' in 'b' or", "(true) and", "1 < 2 and"]), max_size=4),
    st.sampled_from(["'", '"', "|", ">", None]),
    st.integers(20, 120),
)
def test_the_place_is_where_the_word_is(parts: list[str], style: str | None, width: int) -> None:
    expression = " ".join([*parts, "broker.wrong"])
    written = yaml.dump({"assert": expression}, default_style=None, width=width)
    if style is not None:
        node = yaml.ScalarNode("tag:yaml.org,2002:str", expression, style=style)
        key = yaml.ScalarNode("tag:yaml.org,2002:str", "assert")
        written = yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [(key, node)]), width=width)
    text = HEAD + "".join(f"    {line}\n" for line in written.splitlines())
    _, line, column = place(text).split(":")
    assert text.splitlines()[int(line) - 1][int(column) - 1 :].startswith("wrong")
