"""What Chef 18.11 was seen to render, and what stays of a template where something is not known."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.chef.erb.rendering import TemplateError
from tests.chef.erb.templates import origins, rendered, shown

MEASURED = [
    ("a\n   <% if true %>\nb\n   <% end %>\nc\n", "a\nb\nc\n"),
    ("a\n  <% if true -%>\nb\n  <% end -%>\nc\n", "a\nb\nc\n"),
    ("a\n  <%- if true -%>\nb\n  <%- end -%>\nc\n", "a\nb\nc\n"),
    ("a\n  <% x=1 %> tail\nc\n", "a\n   tail\nc\n"),
    ("a\nhead <% x=1 %>\nc\n", "a\nhead \nc\n"),
    ("a\nhead <% x=1 -%>\nc\n", "a\nhead \nc\n"),
    ("a\n<% x=1 %><% y=2 %>\nc\n", "a\n\nc\n"),
    ("v=<%= 1 %>\nw\n", "v=1\nw\n"),
    ("v=<%= 1 -%>\nw\n", "v=1w\n"),
    ("v=<%= 1 =%>\nw\n", "v=1w\n"),
    ("v=<%== '<&>' %>\n", "v=&lt;&amp;&gt;\n"),
    ("v=<%== %q{\"'} %>\n", "v=&quot;'\n"),
    ("v=<%= '<&>' %>\n", "v=<&>\n"),
    ("a\n  <%# c %>\nb\n", "a\nb\n"),
    ("a <%# c %> b\n", "a  b\n"),
    ("a\n<%# c -%>\nb\n", "a\nb\n"),
    ("a\n<% x = 1\n   y = 2 %>\nb<%= y %>\n", "a\nb2\n"),
    ("a <%% b %> c %%>\n", "a <% b %> c %%>\n"),
    ("% x=1\nb\n", "% x=1\nb\n"),
    (
        "<%= nil %>|<%= true %>|<%= node['k']['l'] %>|<%= node['k']['h'] %>|<%= 1.50 %>|<%= :s %>\n",
        '|true|[1, "b"]|{"b"=>1, "a"=>nil}|1.5|s\n',
    ),
    ("[<%= @nope %>]\n", "[]\n"),
    ("a\r\n  <% if true %>\r\nb\r\n  <% end %>\r\n", "a\nb\n"),
    ("a\n<% if true %>\nb\n<% end %>", "a\nb\n"),
    ("a\n<% x=1 %>   \nb", "a\nb"),
    ("<% [1,2].each do |i| %><%= i %>,<% end %>\n", "1,2,\n"),
    ("a<% print '' %>b\n", "ab\n"),
    ("<%= node.chef_environment %> <%= node.name %>\n", "prod n\n"),
    ("\t<% x=1 %>\nz\n", "z\n"),
    ("<% x=1 %> <%# c %>\nz\n", " \nz\n"),
    ("a\\n `x` 'q' #{1+1} \\\\\n", "a\\n `x` 'q' #{1+1} \\\\\n"),
    ("<%= [1,2].map do |x| x*2 end %>\n", "[2, 4]\n"),
    ("x <% if true -%> y\n<% end -%>\nz\n", "x  y\nz\n"),
]


@pytest.mark.parametrize(("template", "text"), MEASURED)
def test_a_template_is_rendered_as_chef_was_seen_to(template: str, text: str) -> None:
    assert rendered(template).text() == text


STOPS = [
    ("a\n<%= @nope['x'] %>", "NoMethodError", 2),
    ("<%= nope %>", "NameError", 1),
    ("<%= nope() %>", "NoMethodError", 1),
    ("<%= platform?('ubuntu') %>", "NoMethodError", 1),
    ("<%= 1 -%>\n<%= nil + 1 %>", "NoMethodError", 1),
    ("<% x = 1 %> a\n\n<%# a\nb %> c\n<%= raise ArgumentError, 'no' %>", "ArgumentError", 5),
    ("<% if true %>\nunclosed\n", "SyntaxError", 0),
    ("<% end %>\n", "SyntaxError", 0),
    ("<%== 'a' if true %>\n", "SyntaxError", 0),
    ("é\n<%= @u %>\n", "Encoding::CompatibilityError", 2),
]


@pytest.mark.parametrize(("template", "class_name", "line"), STOPS)
def test_a_template_stops_where_chef_says_it_does(template: str, class_name: str, line: int) -> None:
    with pytest.raises(TemplateError) as stopped:
        rendered(template, u="ü")
    assert (stopped.value.class_name, stopped.value.place and stopped.value.place.line) == (class_name, line)
    assert stopped.value.partial is None


def test_an_error_in_a_helper_stands_at_the_line_that_calls_it() -> None:
    library = "module H\n  def h(v)\n    v.nope\n  end\nend"
    with pytest.raises(TemplateError) as stopped:
        rendered("a\n<%= h(1) %>\n", library=library, helpers=("H",))
    assert stopped.value.place is not None
    assert (stopped.value.place.file, stopped.value.place.line) == ("t.erb", 2)


def test_an_error_in_a_partial_names_both_lines() -> None:
    with pytest.raises(TemplateError) as stopped:
        rendered("a\n<%= render 'p', variables: { x: 1 } %>\n", partials={"p": "\n<%= node.name %>"})
    error = stopped.value
    assert error.class_name == "RuntimeError"
    assert error.place is not None
    assert error.partial is not None
    assert (error.place.line, error.partial.file, error.partial.line) == (2, "p", 2)


def test_a_partial_has_the_variables_of_its_parent_or_only_those_it_is_given() -> None:
    partials = {"p": "<%= @x.inspect %> <%= @y.inspect %>\n"}
    assert rendered("<%= render 'p' %>", partials=partials, x=1, y=2).text() == "1 2\n"
    assert rendered("<%= render 'p', variables: { y: 3 } %>", partials=partials, x=1).text() == "nil 3\n"
    assert rendered("<% @y = 4 %>\n<%= render 'p' %>", partials=partials).text() == "nil 4\n"


def test_a_partial_has_the_helpers_too_and_each_template_its_own_variables() -> None:
    library = "module H\n  def n\n    @n = (@n || 0) + 1\n  end\nend"
    partials = {"p": "<%= n %><%= n %>"}
    text = rendered(
        "<%= n %><%= render 'p', variables: {} %><%= n %>", partials=partials, library=library, helpers=("H",)
    )
    assert text.text() == "1122"


def test_a_partial_that_is_missing_stops_the_template() -> None:
    with pytest.raises(TemplateError) as stopped:
        rendered("<%= render 'nope' %>")
    assert stopped.value.class_name == "Chef::Exceptions::FileNotFound"


def test_code_of_a_template_with_other_bytes_than_ascii_is_of_bytes() -> None:
    assert rendered("é <%= 'é'.size %> <%= 'é'.inspect %>\n").text() == 'é 2 "\\xC3\\xA9"\n'
    assert rendered("<%= @u.size %> <%= @u %>\n", u="é").text() == "1 é\n"


def test_a_template_left_early_gives_what_it_was_left_with() -> None:
    assert rendered("a\n<% next %>\nb\n").text() == ""
    assert rendered("a\n<% return 'x' if true %>\nb\n").text() == "x"


GAPS = [
    ("a\nb=<%= node['kafka']['unknown'] %>\nc\n", ["a", "…", "c"]),
    ("b=<%= node['kafka']['unknown'] -%>\nc\nd\n", ["…", "d"]),
    (
        "<% if node['kafka']['unknown'] == 'x' %>\na\nb\n<% else %>\na\nc\n<% end %>\nd\n",
        ["a", "?b", "?c", "d"],
    ),
    ("a<% if node['kafka']['unknown'] == 'x' %>b<% end %>\nd\n", ["…", "d"]),
    ("a<% if node['kafka']['unknown'] == 'x' %>b\n<% end %>\nc\nd\n", ["?…", "…", "d"]),
    ("<% node['kafka']['several'].each do |x| -%>\n<%= x %>\n<% end -%>\nc\n", ["?…", "?…", "c"]),
    ("a<% node['kafka']['several'].each do |x| %>,<%= x %><% end %>\nc\n", ["…", "c"]),
    ("a\n<% raise 'x' if node['kafka']['unknown'] == 'x' %>\nb\n", ["?a", "?b"]),
    ("a\n<% next if node['kafka']['unknown'] == 'x' %>\nb\n", ["…"]),
    (
        "<% [1, 2].each do |i| -%>\n<% next if node['kafka']['unknown'] == i -%>\n<%= i %>\n<% end -%>\nc\n",
        ["?1", "?2", "c"],
    ),
    ("a\n<%= nope rescue node['kafka']['unknown'] %>\nb\n", ["a", "…", "b"]),
    (
        "a\n<% begin %>\nb=<%= Integer(node['kafka']['unknown']) %>\n<% rescue %>\n<% end %>\nc\nd",
        ["a", "?…", "…", "d"],
    ),
    ("a\n<% _buf << 'x' %>\nb\n", ["…"]),
    ("a\n<% @x = node['kafka']['unknown'].map { |x| x } %>\nb<%= @x.to_s %>\nc", ["a", "…", "c"]),
]  # fmt: skip


@pytest.mark.parametrize(("template", "lines"), GAPS)
def test_what_is_not_known_leaves_a_gap(template: str, lines: list[str]) -> None:
    assert shown(rendered(template)) == lines


def test_a_partials_known_lines_are_known() -> None:
    partials = {"p": "a <%= @y %>\n<%= @x %>\nb\n"}
    template = "<%= render 'p', variables: { x: node['kafka']['unknown'], y: 5 } %>c\n"
    assert shown(rendered(template, partials=partials)) == ["a 5", "…", "b", "c"]


def test_a_line_knows_its_template_and_the_attributes_it_was_made_of() -> None:
    template = "a\nport=<%= node['kafka']['port'] %>\n"
    loops = (
        "<% node['kafka']['config'].each do |k, v| -%>\n<%= k %>=<%= v %>\n<% end -%>\n",
        "<% node['kafka']['config'].sort_by(&:first).each do |k, v| -%>\nx.<%= k %>=<%= v %>\n<% end -%>\n",
    )
    attributes = "a/attributes/f0.rb"
    assert origins(rendered(template)) == [["t.erb:1"], ["t.erb:2", f"{attributes}:2"]]
    assert origins(rendered(loops[0])) == [["t.erb:2", f"{attributes}:3"], ["t.erb:2", f"{attributes}:4"]]
    assert origins(rendered(loops[1])) == [["t.erb:2", f"{attributes}:4"], ["t.erb:2", f"{attributes}:3"]]


def test_lines_of_one_text_are_the_templates_own() -> None:
    assert origins(rendered("<%# c -%>\na\nb\n\nc")) == [["t.erb:2"], ["t.erb:3"], ["t.erb:4"], ["t.erb:5"]]


@pytest.mark.parametrize(
    "template",
    ["<% while true %>\nx\n<% end %>\n", "<%= 'x' * 3_000_000 %>" * 5, "<%= render 'p' %>", "<%" * 20_000],
)
def test_an_endless_template_ends(template: str) -> None:
    text = rendered(template, partials={"p": "<%= render 'p' %>"})
    assert sum(len(line.text or "") for line in text.lines) <= 5_000_000


def test_a_variable_of_no_name_stops_the_template() -> None:
    variables: dict[str, Any] = {"a-b": 1}
    with pytest.raises(TemplateError) as stopped:
        rendered("a", **variables)
    assert stopped.value.class_name == "NameError"
