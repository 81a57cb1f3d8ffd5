"""The text of a Chef search query to a Query (Lucene's syntax as Chef's server reads it)."""

from __future__ import annotations

from driftcheck.chef.query_terms import Clauses, Everything, Query, Range, Term
from driftcheck.formats.wildcard import Part, Wildcard

__all__ = ["Query", "QueryError", "parse_query"]

MAX_LENGTH = 4096
MAX_NESTING = 50

_BLANKS = " \t\r\n"
_ENDS_WORD = _BLANKS + "()"


class QueryError(ValueError):
    """The query cannot be read; `column` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column


def parse_query(text: str) -> Query:
    """Read `field:value` terms with `*`, `?`, quotes, ranges, AND/OR/NOT (`&&`, `||`, `!`, `+`, `-`) and ( ).

    AND binds more tightly than OR; terms side by side are joined by OR, as in Chef, except that one with
    NOT, `-` or `+` in front is prohibited or required. At most 4,096 characters and 50 parentheses deep.
    Raises QueryError.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    parser = _Parser(text)
    query = parser.alternatives(None)
    if not parser.at_end():
        raise parser.error("there is a `)` without its `(`")
    return query


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._nesting = 0

    def error(self, message: str) -> QueryError:
        return QueryError(message, self._position + 1)

    def at_end(self) -> bool:
        while self._position < len(self._text) and self._text[self._position] in _BLANKS:
            self._position += 1
        return self._position == len(self._text)

    def alternatives(self, field: str | None) -> Query:
        """Sequences joined by OR. `field` is set inside `field:( … )`."""
        sequences = [self._sequence(field)]
        while self._operator("OR", "||"):
            sequences.append(self._sequence(field))
        return sequences[0] if len(sequences) == 1 else Clauses(optional=tuple(sequences))

    def _sequence(self, field: str | None) -> Query:
        """Conjunctions side by side without an operator between them."""
        required: list[Query] = []
        prohibited: list[Query] = []
        optional: list[Query] = []
        while True:
            sign, clause = self._conjunction(field)
            {"+": required, "-": prohibited, "": optional}[sign].append(clause)
            if self.at_end() or self._text[self._position] == ")" or self._sees("OR", "||"):
                break
        if len(optional) == 1 and not required and not prohibited:
            return optional[0]
        return Clauses(required=tuple(required), prohibited=tuple(prohibited), optional=tuple(optional))

    def _conjunction(self, field: str | None) -> tuple[str, Query]:
        """Clauses joined by AND, and the sign of a clause that stands alone."""
        clauses = [self._signed(field)]
        while self._operator("AND", "&&"):
            clauses.append(self._signed(field))
        if len(clauses) == 1:
            return clauses[0]
        return "", Clauses(
            required=tuple(clause for sign, clause in clauses if sign != "-"),
            prohibited=tuple(clause for sign, clause in clauses if sign == "-"),
        )

    def _signed(self, field: str | None) -> tuple[str, Query]:
        sign = ""
        while not self.at_end():
            if self._operator("NOT", "!") or self._take("-"):
                sign = "" if sign == "-" else "-"
            elif self._take("+"):
                sign = sign or "+"
            else:
                break
        return sign, self._primary(field)

    def _primary(self, field: str | None) -> Query:
        if self.at_end():
            raise self.error("a term `field:value` is missing here")
        if self._text[self._position] == "(":
            return self._group(field)
        if self._text[self._position] == ")" or self._sees("AND", "&&") or self._sees("OR", "||"):
            raise self.error("a term `field:value` is missing here")
        if field is None:
            start = self._position
            field = self._field()
            if field == "*":
                if not self._text.startswith("*", self._position):
                    self._position = start
                    raise self.error("`*` as a field stands only in `*:*`")
                self._position += 1
                return Everything()
            if self._position < len(self._text) and self._text[self._position] == "(":
                return self._group(field)
        return self._value(field)

    def _group(self, field: str | None) -> Query:
        opened = self._position
        self._position += 1
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise self.error(f"parentheses are nested more than {MAX_NESTING} deep")
        query = self.alternatives(field)
        if self.at_end():
            self._position = opened
            raise self.error("this `(` has no `)`")
        self._position += 1
        self._nesting -= 1
        return query

    def _field(self) -> str:
        """The field's name up to its first unescaped colon, `*` for `*:*`."""
        start = self._position
        name: list[str] = []
        while self._position < len(self._text) and self._text[self._position] not in _ENDS_WORD:
            character, escaped = self._character()
            if character == ":" and not escaped:
                break
            if character in "*?" and not escaped and not self._text.startswith("*:", start):
                raise QueryError("wildcards in the names of fields are not supported", self._position)
            name.append(character)
        else:
            self._position = start
            raise self.error("a term needs its field: `field:value`")
        if not name:
            raise QueryError("the field's name before `:` is missing", start + 1)
        return "".join(name)

    def _value(self, field: str) -> Query:
        opening = self._text[self._position : self._position + 1]
        if opening == '"':
            return Term(field, Wildcard((tuple(self._quoted()),)))
        if opening in ("[", "{"):
            return self._range(field)
        start = self._position
        parts: list[Part] = []
        part: list[str | None] = []
        while self._position < len(self._text) and self._text[self._position] not in _ENDS_WORD:
            character, escaped = self._character()
            if character in "~^" and not escaped:
                raise QueryError(f"`{character}` is not supported; write `\\{character}`", self._position)
            if character == "*" and not escaped:
                parts.append(tuple(part))
                part = []
            else:
                part.append(None if character == "?" and not escaped else character)
        if self._position == start:
            raise self.error(f"the value of `{field}:` is missing")
        return Term(field, Wildcard((*parts, tuple(part))))

    def _range(self, field: str) -> Range:
        opened = self._position
        with_low = self._text[self._position] == "["
        self._position += 1
        low = self._end_of_range(opened)
        if self.at_end() or not self._operator("TO", None):
            raise self.error("a range is written `[low TO high]`")
        high = self._end_of_range(opened)
        if self.at_end() or self._text[self._position] not in "]}":
            self._position = opened
            raise self.error("this range has no `]` or `}`")
        with_high = self._text[self._position] == "]"
        self._position += 1
        return Range(field, low, high, with_low, with_high)

    def _end_of_range(self, opened: int) -> str | None:
        """One end of a range, None for an open one."""
        if self.at_end():
            raise QueryError("this range has no end", opened + 1)
        if self._text[self._position] == '"':
            return self._quoted()
        start = self._position
        word: list[str] = []
        while self._position < len(self._text) and self._text[self._position] not in _BLANKS + "]}":
            word.append(self._character()[0])
        if self._position == start:
            raise self.error("a range is written `[low TO high]`")
        return None if self._text[start : self._position] == "*" else "".join(word)

    def _quoted(self) -> str:
        opened = self._position
        self._position += 1
        text: list[str] = []
        while self._position < len(self._text):
            character, escaped = self._character()
            if character == '"' and not escaped:
                return "".join(text)
            text.append(character)
        raise QueryError('this `"` is not closed', opened + 1)

    def _character(self) -> tuple[str, bool]:
        """The next character, and whether a backslash stood before it."""
        character = self._text[self._position]
        self._position += 1
        if character != "\\":
            return character, False
        if self._position == len(self._text):
            raise QueryError("a backslash ends the query", self._position)
        self._position += 1
        return self._text[self._position - 1], True

    def _take(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._position)
        self._position += len(sign) if found else 0
        return found

    def _sees(self, word: str, sign: str | None) -> str | None:
        """The operator that stands here, as it is written."""
        if sign is not None and self._text.startswith(sign, self._position):
            return sign
        after = self._text[self._position + len(word) : self._position + len(word) + 1]
        if self._text.startswith(word, self._position) and (after == "" or after in _ENDS_WORD):
            return word
        return None

    def _operator(self, word: str, sign: str | None) -> bool:
        found = None if self.at_end() else self._sees(word, sign)
        self._position += len(found or "")
        return found is not None
