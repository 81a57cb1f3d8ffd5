"""The Ruby that Erubis makes of a template, line for line."""

from __future__ import annotations

import pytest

from driftcheck.chef.erb.converter import PREAMBLE, converted

PROGRAMS = [
    ("", "\n_buf.to_s\n"),
    ("a", " _buf << 'a';\n_buf.to_s\n"),
    ("it's \\ x\n", " _buf << 'it\\'s \\\\ x\n';\n_buf.to_s\n"),
    ("<% a %>\n", " a \n_buf.to_s\n"),
    ("<% a %>", " a ;\n_buf.to_s\n"),
    ("x<% a %>\n", " _buf << 'x'; a ; _buf << '\n';\n_buf.to_s\n"),
    ("<%= a %>\n", " _buf << ( a ).to_s; _buf << '\n';\n_buf.to_s\n"),
    ("<%= a -%>\n", " _buf << ( a ).to_s;\n_buf.to_s\n"),
    ("  <%= a =%>\n", " _buf << '  '; _buf << ( a ).to_s;\n_buf.to_s\n"),
    ("<%== a %>", " _buf << Erubis::XmlHelper.escape_xml( a );\n_buf.to_s\n"),
    ("<%# a\nb %>\n", "\n\n_buf.to_s\n"),
    (" <%# a %> b", " _buf << ' ';; _buf << ' b';\n_buf.to_s\n"),
    ("<%% a %>", " _buf << '<% a %>';\n_buf.to_s\n"),
    ("<%- a -%>\n", " a \n_buf.to_s\n"),
    ("a\r\n<% b %>\r\n", " _buf << 'a\n'; b \n_buf.to_s\n"),
    ("<% a", " _buf << '<% a';\n_buf.to_s\n"),
]


@pytest.mark.parametrize(("template", "program"), PROGRAMS)
def test_the_program_is_erubis_own(template: str, program: str) -> None:
    assert converted(template.encode()).text == PREAMBLE + program


def test_each_piece_knows_its_line_in_the_template() -> None:
    program = converted(b"a\nb <%= @x + @y -%>\n<%# c\n%>\n<%= @z %>\n")
    lines = sorted((piece.line, piece.variables) for piece in program.pieces.values())
    assert lines == [(1, ()), (2, ("x", "y")), (5, ()), (5, ("z",))]
    text = program.text.split("\n")
    assert {text[line - 1][column - 1 : column + 1] for line, column in program.pieces} == {"<<"}


def test_a_tag_that_uses_erubis_own_variables_is_seen() -> None:
    assert converted(b"<% _buf << 'a' %>").uses_buffer
    assert not converted(b"_buf <%# _buf %> <%% _buf %>").uses_buffer
