"""Hashes and arrays of which some elements may not be there: what is known of a file all the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.templates import RenderedLine
from driftcheck.sources.files.memory import MemoryTree
from tests.chef.node_run.runs import MACHINE

STRANGE = "strange"
"""The attribute of the machine of which nothing is known."""


def _run(attributes: str, recipe: str, template: str, strange: bool | None) -> NodeRun:
    """A node's run; None for `strange` where that is not known."""
    files = {
        "metadata.rb": "name 'a'",
        "attributes/default.rb": attributes,
        "recipes/default.rb": recipe,
        "templates/t.erb": template,
    }
    subject = RunSubject(
        name="n1",
        run_list=("recipe[a]",),
        normal={},
        automatic=MACHINE if strange is None else {**MACHINE, STRANGE: strange},
        unseen=(STRANGE,) if strange is None else (),
    )
    return NodeRun(ChefRepository(MemoryTree(files)), subject).run()


def _file(run: NodeRun) -> RenderedFile:
    (file,) = run.files
    return file


def _shown(lines: Sequence[RenderedLine]) -> list[str]:
    """Lines, with `?` for those that may not be there and `⟨?⟩` for what is not known."""
    return [
        ("? " if line.maybe else "")
        + (
            line.text
            if line.text is not None
            else "".join("⟨?⟩" if part is None else part for part in line.fragments or (None,))
        )
        for line in lines
    ]


ATTRIBUTES = """
default['h']['a'] = 1
default['h']['b'] = 2 if node['strange']
default['h']['c'] = node['strange']
default['h']['d'] = 4
"""
VARIABLES = "template '/t' do\n  source 't.erb'\n  variables h: node['h']\nend"
LOOPS = [
    ("<% @h.each do |k, v| %>\n<%= k %>=<%= v %>\n<% end %>\n", ["a=1", "? b=2", "c=⟨?⟩", "d=4"]),
    (
        "<% @h.each do |k, v| %>\n<% unless v.nil? %>\n<%= k %>=<%= v %>\n<% end %>\n<% end %>\n",
        ["a=1", "? b=2", "? c=⟨?⟩", "d=4"],
    ),
    (
        "<% node['h'].each do |k, v| %>\n<% next if v.nil? %>\n<%= k %>=<%= v %>\n<% end %>\n",
        ["a=1", "? b=2", "? c=⟨?⟩", "d=4"],
    ),
    (
        "<% @h.sort_by { |k, v| k }.reverse.each do |k, v| %>\n<%= k %>\n<% end %>\nend\n",
        ["d", "c", "? b", "a", "end"],
    ),
    (
        "<% @h.reject { |k, v| v.nil? }.sort.each do |k, v| %>\n<%= k %>=<%= v %>\n<% end %>\n",
        ["a=1", "? b=2", "? c=⟨?⟩", "d=4"],
    ),
    (
        "<% Array(@h).sort.each do |k, v| %>\n<%= k %>\n<% end %>\n",
        ["a", "? b", "c", "d"],
    ),
    ("<%= @h.map { |k, v| \"#{k}=#{v}\" }.join(\"\\n\") %>\n", ["a=1", "? b=2", "c=⟨?⟩", "d=4"]),
    ("<%= @h.keys.join(',') %>\nend\n", ["a,⟨?⟩c,d", "end"]),
    ("<% if @h.empty? %>\nno\n<% else %>\nyes\n<% end %>\n", ["yes"]),
]  # fmt: skip


@pytest.mark.parametrize(("template", "lines"), LOOPS)
def test_what_may_be_there_spoils_no_other_line(template: str, lines: list[str]) -> None:
    assert _shown(_file(_run(ATTRIBUTES, VARIABLES, template, None)).lines) == lines


def test_a_files_own_text_keeps_the_lines_that_are_known() -> None:
    recipe = (
        'file \'/f\' do\n  content "# head\\n#{node[\'h\'].map { |k, v| "#{k}=#{v}" }.join("\\n")}\\n"\nend'
    )
    lines = _shown(_file(_run(ATTRIBUTES, recipe, "", None)).lines)
    assert lines == ["# head", "a=1", "? b=2", "c=⟨?⟩", "d=4"]


def test_variables_may_be_missing_one_by_one() -> None:
    recipe = "template '/t' do\n  source 't.erb'\n  variables node['h']\nend"
    template = "a <%= @a %>\nb <%= @b %>\nd <%= @d %>\n"
    lines = _shown(_file(_run(ATTRIBUTES, recipe, template, None)).lines)
    assert lines == ["a 1", "b ⟨?⟩", "d 4"]


# -- Nothing that is said of a file may be wrong, whatever the strange attribute is.

_KEY = st.sampled_from("abcd")
_VALUE = st.sampled_from(["1", "2", "'x'", "nil", "true", "[1]", "{ 'q' => 1 }", "node['strange']"])
_GUARD = st.sampled_from(["", "", " if node['strange']", " unless node['strange']"])
_STATEMENT = st.one_of(
    st.builds("default['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("default['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("override['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("default['h'].delete('{}'){}".format, _KEY, _GUARD),
    st.builds("default['h'] = {{ '{}' => {}, 'z' => 0 }}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("default_unless['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("override_unless['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("node.rm('h', '{}'){}".format, _KEY, _GUARD),
    st.builds("force_default!['h']['{}'] = {}{}".format, _KEY, _VALUE, _GUARD),
    st.builds("default['h']['{}'] = node['h'].keys.join('+'){}".format, _KEY, _GUARD),
)
_STEP = st.sampled_from(
    [
        ".to_h", ".sort", ".to_a", ".sort_by { |k, v| k.to_s }", ".reject { |k, v| v.nil? }", ".compact",
        ".select { |k, v| v }", ".reject { |k, v| v == 1 }", ".map { |k, v| [k, v.to_s] }", ".reverse",
        ".map { |k, v| \"#{k}=#{v}\" }", ".uniq", ".first(2)", ".keys", ".values",
        ".select { |k, v| k != 'b' }",
        ".sort_by { |k, v| v.to_s }", ".dup", ".merge('b' => 9)", ".map { |k, v| v }", ".each { |k, v| v }",
    ]
)  # fmt: skip
_END = st.sampled_from(
    [
        "<% CHAIN.each do |k, v| %>\n<%= k %>=<%= v.inspect %>\n<% end %>\nend\n",
        "<% CHAIN.each do |k, v| %>\n<% next if v.nil? %>\n<%= k %>=<%= v %>\n<% end %>\nend\n",
        "<% CHAIN.each do |k, v| %>\n<% unless v.nil? %>\n<%= k %>\n<% end %>\n<% end %>\nend\n",
        "<% CHAIN.each do |k, v| %>\n<% break if v == 2 %>\n<%= k %>\n<% end %>\nend\n",
        "<% n = 0 %>\n<% CHAIN.each do |k, v| %>\n<% n += 1 %>\n<%= n %><%= k %>\n<% end %>\nend <%= n %>\n",
        "<%= CHAIN.join(\"\\n\") %>\nend\n",
        "a <%= CHAIN.join(',') %>\nend\n",
        "<%= CHAIN.inspect %>\nend\n",
        "<%= CHAIN.empty? %> <%= CHAIN.size %>\nend\n",
        "<% begin %>\n<% CHAIN.each do |k, v| %>\n<%= k %>\n<% raise 'x' if v == 1 %>\n<% end %>\n"
        "<% rescue %>\noh\n<% end %>\nend\n",
    ]
)  # fmt: skip


def _fits(lines: Sequence[RenderedLine], text: Sequence[str]) -> bool:
    """Whether a text is one of those that the lines allow: one that is not known is any number of lines."""
    places = {0}
    for line in lines:
        if line.text is None:
            after = set(range(min(places, default=len(text) + 1), len(text) + 1))
        else:
            after = {at + 1 for at in places if at < len(text) and text[at] == line.text}
            after |= places if line.maybe else set()
        places = after
    return len(text) in places


@given(st.lists(_STATEMENT, min_size=1, max_size=6), st.lists(_STEP, max_size=3), _END)
@example(
    ["default['h']['a'] = 1 if node['strange']", "default['h'] = { 'a' => 2 }"], [], "<%= CHAIN.size %>\n"
)
@example(
    [
        "default['h']['b'] = 2 unless node['strange']",
        "default['h']['a'] = 1 if node['strange']",
        "default['h']['b'] = 1 if node['strange']",
    ],
    [],
    "<% CHAIN.each do |k, v| %>\n<%= k %>=<%= v %>\n<% end %>\n",
)
def test_nothing_that_is_known_is_wrong(statements: list[str], steps: list[str], end: str) -> None:
    template = end.replace("CHAIN", f"node['h']{''.join(steps)}")
    attributes = "\n".join(["default['h'] = {}", *statements])
    open_run = _run(attributes, VARIABLES, template, None)
    for strange in (False, True):
        run = _run(attributes, VARIABLES, template, strange)
        if run.stop is not None or run.lost is not None:
            continue
        assert open_run.stop is None, (attributes, template, strange)
        assert open_run.lost is not None or _agrees(_file(open_run), _file(run)), (
            attributes,
            template,
            strange,
        )


def _agrees(file: RenderedFile, other: RenderedFile) -> bool:
    if file.gap is not None or any(line.text is None or line.maybe for line in other.lines):
        return True
    return _fits(file.lines, [line.text or "" for line in other.lines])
