"""Lines that a run would write, as settings: what is known, what could be, what any key may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.templates import RenderedLine
from driftcheck.formats.properties import parse_properties
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.sources.cookbook_runs.intended_files import intended_file
from driftcheck.sources.cookbook_runs.line_trails import LineTrails
from driftcheck.sources.files.memory import MemoryTree
from tests.sources.cookbook_runs.repository import ATTRIBUTES, TEMPLATE, files, only_file

DATE = "default['kafka']['date'] = `date`\n"


def shown(template: str, attributes: str = DATE) -> dict[str, object]:
    """Each key with its text; a tuple of what it could be where it is not known."""
    settings = only_file(files(template, attributes)).settings
    return {
        key: fact.value
        if isinstance(fact, Known)
        else tuple(each.value for each in fact.candidates)
        if isinstance(fact, Unknown)
        else None
        for key, fact in settings.items()
    }


@pytest.mark.parametrize(
    ("template", "settings"),
    [
        ("a=1\nb = 2\n# c=3\n", {"a": "1", "b": "2"}),
        ("a=1\na=2\n", {"a": "2"}),
        ("a=1,\\\n  2\n", {"a": "1,2"}),
        ("a=<%= node['kafka']['date'] %>\nb=2\n", {"a": (), "b": "2"}),
        ("a=1,\\\n  <%= node['kafka']['date'] %>\nb=2\n", {"a": (), "b": "2"}),
        ("a=1\n# <%= node['kafka']['date'] %>\n", {"a": "1"}),
        ("<% if node['kafka']['date'] == '' %>\na=1\n<% end %>\nb=2\n", {"a": ("1",), "b": "2"}),
        (
            "<% if node['kafka']['date'] == '' %>\na=1\n<% else %>\na=2\n<% end %>\n",
            {"a": ("1", "2")},
        ),
        ("a=0\n<% if node['kafka']['date'] == '' %>\na=1\n<% end %>\n", {"a": ("0", "1")}),
        ("<% if node['kafka']['date'] == '' %>\na=1\n<% end %>\na=0\n", {"a": "0"}),
    ],
)
def test_the_settings_are_those_that_java_would_read(template: str, settings: dict[str, object]) -> None:
    assert shown(template) == settings


@pytest.mark.parametrize(
    ("template", "whole"),
    [
        ("a=1\n", True),
        ("a=<%= node['kafka']['date'] %>\n", True),
        ("# <%= node['kafka']['date'] %>\n", True),
        ("<%= node['kafka']['date'] %>=1\n", False),
        ("a<%= node['kafka']['date'] %>\n", False),
        ("<% node['kafka']['date'].each_line do |line| %>\n<%= line %>\n<% end %>\n", False),
    ],
)
def test_a_line_whose_key_is_not_known_may_set_any(template: str, whole: bool) -> None:
    file = only_file(files(template, DATE))
    assert (file.doubt is None) is whole
    if file.doubt is not None:
        assert file.doubt.kind is UnknownKind.UNSUPPORTED
        assert file.doubt.location is not None


def test_what_is_known_of_a_value_is_kept() -> None:
    template = "listeners=PLAINTEXT://<%= node['kafka']['date'] %>:9092\n"
    fact = only_file(files(template, DATE)).settings["listeners"]
    assert isinstance(fact, Unknown)
    assert fact.fragments == ("PLAINTEXT://", None, ":9092")


def test_a_secret_is_one_and_so_is_all_that_it_was_made_of() -> None:
    attributes = "default['kafka']['ssl.keystore.password'] = 'hunter2'\n"
    template = "ssl.keystore.password=<%= node['kafka']['ssl.keystore.password'] %>\n"
    fact = only_file(files(template, attributes)).settings["ssl.keystore.password"]
    assert isinstance(fact, Known)
    assert fact.secret
    assert [each.secret for each in fact.derived_from if isinstance(each, Known)] == [True, True]


def test_a_part_of_a_secret_is_not_kept() -> None:
    template = "ssl.keystore.password=hunter2<%= node['kafka']['date'] %>\n"
    fact = only_file(files(template, DATE)).settings["ssl.keystore.password"]
    assert isinstance(fact, Unknown)
    assert (fact.fragments, fact.candidates) == ((), ())


def test_the_trail_leads_over_the_attributes_to_the_template() -> None:
    attributes = "default['kafka']['name'] = 'k1'\ndefault['kafka']['told'] = node['kafka']['name'] || 'x'\n"
    fact = only_file(files("a=1\nhost.name=<%= node['kafka']['told'] %>\n", attributes)).settings["host.name"]
    assert isinstance(fact, Known)
    assert str(fact.location) == f"{ATTRIBUTES}:2:1"
    code, template = fact.derived_from
    assert isinstance(code, Known)
    assert isinstance(template, Known)
    assert (str(template.location), template.value) == (
        f"{TEMPLATE}:2:1",
        "host.name=<%= node['kafka']['told'] %>",
    )
    (read,) = code.derived_from
    assert isinstance(read, Known)
    assert (str(read.location), read.value) == (f"{ATTRIBUTES}:1:1", "default['kafka']['name'] = 'k1'")


def test_what_the_machine_alone_decides_is_the_templates_line() -> None:
    fact = only_file(files("host.name=<%= node['fqdn'] %>\n")).settings["host.name"]
    assert isinstance(fact, Known)
    assert (str(fact.location), fact.value) == (f"{TEMPLATE}:1:1", "n1.example.com")


@pytest.fixture(scope="module")
def trails() -> LineTrails:
    """Those of a run without anything."""
    subject = RunSubject(name="n1", run_list=(), normal={}, automatic={})
    return LineTrails(NodeRun(ChefRepository(MemoryTree({})), subject).run(Phase.CONVERGE))


def written(lines: list[RenderedLine]) -> RenderedFile:
    return RenderedFile(
        path="/etc/a.properties",
        is_path_known=True,
        kind="template",
        source=None,
        declared=None,
        lines=tuple(lines),
    )


LINES = st.lists(st.text(alphabet="ab=: \\#!\tuü", max_size=12), max_size=8)


@given(texts=LINES)
def test_what_is_known_is_what_a_file_of_these_lines_holds(trails: LineTrails, texts: list[str]) -> None:
    file = intended_file(written([RenderedLine(text=text) for text in texts]), "a.properties", trails)
    parsed = parse_properties("\n".join(texts).encode())
    assert file.doubt is None
    found = {key: fact.value for key, fact in file.settings.items() if isinstance(fact, Known)}
    assert found == {key: entry.value for key, entry in parsed.last().items()}
    values: dict[str, set[str]] = {}
    for entry in parsed.entries:
        values.setdefault(entry.key, set()).add(entry.value.strip())
    assert set(file.duplicates) == {key for key, several in values.items() if len(several) > 1}


@given(texts=LINES, hidden=st.sets(st.integers(0, 7)), unsure=st.sets(st.integers(0, 7)))
def test_what_is_still_known_with_gaps_is_what_the_whole_file_holds(
    trails: LineTrails, texts: list[str], hidden: set[int], unsure: set[int]
) -> None:
    """Lines that do not go on, as is taken for granted of a gap."""
    texts = [f"{text}." for text in texts]
    lines = [
        RenderedLine(text=None) if number in hidden else RenderedLine(text=text, maybe=number in unsure)
        for number, text in enumerate(texts)
    ]
    file = intended_file(written(lines), "a.properties", trails)
    shown = [text for number, text in enumerate(texts) if number not in hidden]
    whole = parse_properties("\n".join(shown).encode()).last()
    for key, fact in file.settings.items():
        assert not isinstance(fact, Known) or fact.value == whole[key].value
    assert (file.doubt is None) == (not hidden & set(range(len(texts))))
