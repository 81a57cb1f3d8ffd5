"""A template as the Ruby program that Erubis 2.7 makes of it: `Erubis::Eruby`'s converter and generator.

The program is Erubis' own, so that its lines are those that Chef reports: they are not always the template's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from driftcheck.model.frozen import frozen

PREAMBLE = "_buf = _erubis_output;"
"""Erubis writes `_buf = '';`: here the context gives a buffer that keeps where each piece comes from."""

_TAG = re.compile(r"<%(=+|-|#|%)?(.*?)([-=])?%>([ \t]*\r?\n)?", re.DOTALL)
_BLANK = re.compile(r"[ \t]*\Z")
_ESCAPED = re.compile(r"['\\]")
_OWN = re.compile(r"\b(?:_buf|_erubis_output|_context)\b|\bbinding\b|local_variables")
_MODIFIER = re.compile(r"\s(?:if|unless|rescue|and|or|while|until)\s")
_VARIABLE = re.compile(r"(?<![@\w])@([A-Za-z_]\w*)", re.ASCII)


@frozen
class Piece:
    """What an append to the output was made of: the template's line, and the tag's variables (no `@`).

    `is_text`: the template's own text, not a tag's value; `ends_line`: it has a newline.
    """

    line: int
    is_text: bool = False
    ends_line: bool = False
    variables: tuple[str, ...] = ()


@frozen
class ErubisProgram:
    """The Ruby of a template. `pieces` by line and column of the `<<` that appends them, both from 1.

    `binary`: the template has bytes above 127, so its source is ASCII-8BIT to Ruby; then each character of
    `text` is one of its bytes. `uses_buffer`: a tag speaks of the variables that Erubis keeps for itself.
    """

    text: str
    binary: bool
    uses_buffer: bool
    pieces: dict[tuple[int, int], Piece]


@lru_cache(maxsize=1024)
def converted(template: bytes) -> ErubisProgram:
    """The program of a template's bytes, which Chef reads with `IO.binread`."""
    return _Converter(template.decode("latin-1")).program()


def with_modifiers_allowed(template: bytes) -> str:
    """The program, were `<%== a if b %>` Ruby: it is written as an argument, where no modifier may stand."""
    return _Converter(template.decode("latin-1"), lenient=True).program().text


class _Converter:
    """One template on its way. Names are those of `Erubis::Basic::Converter`."""

    def __init__(self, template: str, *, lenient: bool = False) -> None:
        self.template = template
        self.lenient = lenient
        self.out: list[str] = []
        self.line, self.column = 1, 1
        """Where the program's next character stands."""
        self.pieces: dict[tuple[int, int], Piece] = {}
        self.template_line = 1
        self.uses_buffer = False

    def program(self) -> ErubisProgram:
        self._write(PREAMBLE)
        position, line_start = 0, True
        last_end = self.template.rfind("%>")
        while position <= last_end:
            tag = _TAG.search(self.template, position)
            if tag is None:
                break
            line_start = self._tag(tag, self.template[position : tag.start()], line_start)
            position = tag.end()
        self._text(self.template[position:])
        if self.out[-1][-1:] != "\n":
            self._write("\n")
        self._write("_buf.to_s\n")
        binary = not self.template.isascii()
        text = "".join(self.out)
        return ErubisProgram(text=text, binary=binary, uses_buffer=self.uses_buffer, pieces=self.pieces)

    def _tag(self, tag: re.Match[str], text: str, line_start: bool) -> bool:
        """One tag and the text before it; whether what follows begins a line."""
        indicator, code, tail, right = tag[1] or "", tag[2], tag[3] or "", tag[4] or ""
        kind = indicator[:1]
        if kind not in ("#", "%") and _OWN.search(code):
            self.uses_buffer = True
        left = None if kind == "=" else _spaces_at_line_start(text, line_start)
        self._text(text[: len(text) - len(left or "")])
        if kind == "=":
            self._expression(code, indicator)
            self._text("" if tail else right)
            self.template_line += right.count("\n") if tail else 0
        elif kind == "%":
            self._text(f"{left or ''}<%{code}{tail}%>{right}")
        else:
            self._statement(kind, left, code, right)
        return bool(right)

    def _statement(self, kind: str, left: str | None, code: str, right: str) -> None:
        alone = left is not None and right != ""
        newlines = code.count("\n")
        if kind == "#":
            code = "\n" * (newlines + (1 if right else 0))
        elif alone:
            code = f"{left}{code}{right}"
        if not alone and left:
            self._text(left)
        self._write(code)
        if code[-1:] != "\n":
            self._write(";")
        self.template_line += newlines
        if alone:
            self.template_line += 1
        else:
            self._text(right)

    def _text(self, text: str) -> None:
        if not text:
            return
        self._mark(Piece(line=self.template_line, is_text=True, ends_line="\n" in text))
        quoted = _ESCAPED.sub(r"\\\g<0>", text)
        self._write(f" _buf << '{quoted}';")
        self.template_line += text.count("\n")

    def _expression(self, code: str, indicator: str) -> None:
        self._mark(Piece(line=self.template_line, variables=tuple(dict.fromkeys(_VARIABLE.findall(code)))))
        if indicator == "=":
            self._write(f" _buf << ({code}).to_s;")
        elif indicator == "==" and self.lenient and _MODIFIER.search(code):
            self._write(f" _buf << Erubis::XmlHelper.escape_xml(({code}));")
        elif indicator == "==":
            self._write(f" _buf << Erubis::XmlHelper.escape_xml({code});")
        elif indicator == "===":
            self._write(f' $stderr.puts("#{{({code.strip()}).inspect}}");')
        self.template_line += code.count("\n")

    def _mark(self, piece: Piece) -> None:
        self.pieces[self.line, self.column + len(" _buf ")] = piece

    def _write(self, text: str) -> None:
        """Ruby reads a carriage return before a newline as nothing, in texts too."""
        text = text.replace("\r\n", "\n")
        self.out.append(text)
        lines = text.count("\n")
        if lines:
            self.line += lines
            self.column = 1
        self.column += len(text[text.rfind("\n") + 1 :].encode())


def _spaces_at_line_start(text: str, line_start: bool) -> str | None:
    """`detect_spaces_at_bol`: what is to go with the tag if nothing but spaces is before it in its line."""
    if not text:
        return "" if line_start else None
    if text.endswith("\n"):
        return ""
    last = text.rfind("\n") + 1
    if last == 0 and not line_start:
        return None
    spaces = text[last:]
    return spaces if _BLANK.match(spaces) else None
