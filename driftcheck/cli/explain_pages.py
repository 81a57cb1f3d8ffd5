"""Where an attribute comes from, as text for people and as JSON for programs."""

from __future__ import annotations

from typing import Any

from driftcheck.app.explaining import Explanation, FileLine, LevelValue, LevelWrite, NodeExplanation
from driftcheck.cli.node_pages import (
    UNKNOWN_TEXT,
    as_json,
    errors_json,
    location_json,
    note_lines,
    stop_lines,
    value_text,
)
from driftcheck.errors import ExitCode
from driftcheck.report.layout.lines import shown, wrapped

WINS, MERGED = "◄ wins", "◄ part of it"
LONGEST_VALUE = 60


def explanation_code(answer: NodeExplanation) -> int:
    """1 where Chef would stop, 3 where a fault hides part of it, else 0."""
    if answer.errors:
        return ExitCode.FINDINGS
    return ExitCode.UNDETERMINED if answer.lost else ExitCode.CLEAN


def explanation_json(answer: NodeExplanation) -> str:
    """`node`, `explanation` of an attribute or None, `lines` of a file, `gaps` and `errors`; ASCII."""
    return as_json(
        {
            "node": answer.node,
            "explanation": _explanation_json(answer.attribute) if answer.attribute is not None else None,
            "lines": [_line_json(each) for each in answer.lines],
            "gaps": list(answer.gaps),
            "errors": errors_json(answer.errors),
        }
    )


def _explanation_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "attribute": list(explanation.attribute),
        "set": explanation.is_set,
        "value": explanation.value,
        "known": explanation.known,
        "reason": explanation.reason,
        "levels": [_level_json(each) for each in explanation.levels if each.is_set or each.writes],
        "source": explanation.source,
        "reads": [_explanation_json(each) for each in explanation.reads],
    }


def _level_json(level: LevelValue) -> dict[str, Any]:
    return {
        "level": level.level,
        "value": level.value,
        "known": level.known,
        "wins": level.wins,
        "merged": level.merged,
        "writes": [_write_json(each) for each in level.writes],
        "location": location_json(level.location),
    }


def _write_json(write: LevelWrite) -> dict[str, Any]:
    return {
        "value": write.value,
        "known": write.known,
        "location": location_json(write.location),
        "maybe": write.maybe,
        "became": write.became,
        "by": location_json(write.by),
    }


def _line_json(line: FileLine) -> dict[str, Any]:
    return {
        "path": line.path,
        "number": line.number,
        "text": line.line.text,
        "known": line.line.text is not None,
        "maybe": line.line.maybe,
        "from": [location_json(each) for each in line.line.sources],
        "attributes": [_explanation_json(each) for each in line.attributes],
    }


def explanation_text(answer: NodeExplanation, width: int) -> str:
    """The precedence table, the strongest level first, and the chain behind the winner."""
    lines = stop_lines(answer.errors, width)
    if answer.attribute is not None:
        lines += _page(answer.attribute, width)
    for each in answer.lines:
        lines += [*([""] if lines else []), *_line_page(each, width)]
    lines += note_lines(bool(lines), answer.gaps, (), width)
    return "".join(f"{line}\n" for line in lines)


def _line_page(line: FileLine, width: int) -> list[str]:
    text = UNKNOWN_TEXT if line.line.text is None else shown(line.line.text)
    maybe = "  (may not be there)" if line.line.maybe else ""
    lines = [f"{shown(line.path)}:{line.number}{maybe}", f"  {text}"]
    for source in line.line.sources:
        lines += wrapped(shown(str(source)), width, first="  from  ", rest="        ")
    for each in line.attributes:
        lines += ["", *_page(each, width)]
    return lines


def _page(explanation: Explanation, width: int) -> list[str]:
    name = shown(".".join(explanation.attribute))
    if not explanation.is_set:
        written = tuple(level for level in explanation.levels if level.writes)
        table = _table(written, "  ", with_unset=False)
        return [
            f"{name} is not set at any level{' any more' if table else ''}",
            *([""] if table else []),
            *table,
        ]
    value = value_text(explanation.value) if explanation.known else UNKNOWN_TEXT
    lines = wrapped(f"{name} = {value}", width, rest="  ")
    if explanation.reason is not None:
        lines += wrapped(shown(explanation.reason), width, first="  not known: ", rest="    ")
    return [*lines, "", *_table(explanation.levels, "  ", with_unset=True), *_chain(explanation, width, "  ")]


def _table(levels: tuple[LevelValue, ...], margin: str, *, with_unset: bool) -> list[str]:
    """The levels that have it, each with its earlier writes above; `with_unset` also those that have not."""
    rows = [row for level in levels if level.is_set or level.writes or with_unset for row in _rows(level)]
    names = max((len(row[0]) for row in rows), default=0)
    values = max((len(row[1]) for row in rows), default=0)
    places = max((len(row[2]) for row in rows), default=0)
    return [
        f"{margin}{name.ljust(names)}  {value.ljust(values)}  {shown(place).ljust(places)}  {mark}".rstrip()
        for name, value, place, mark in rows
    ]


def _rows(level: LevelValue) -> list[tuple[str, str, str, str]]:
    """A level's writes in order, what is in force as the last."""
    earlier = [write for write in level.writes if write.became != "kept"]
    rows = [("", _short(write), str(write.location or ""), _fate(write)) for write in earlier]
    last = level.writes[-1] if level.writes else None
    if level.is_set:
        kept = last if last is not None and last.became == "kept" else None
        place = kept.location if kept is not None else level.location
        maybe = ", perhaps" if kept is not None and kept.maybe else ""
        rows.append(("", _short(level), str(place or ""), f"{_mark(level)}{maybe}".lstrip(", ")))
    elif not rows:
        rows.append(("", "–", "", ""))
    return [(level.level.replace("_", " "), *rows[0][1:]), *rows[1:]]


def _fate(write: LevelWrite) -> str:
    fate = {"merged": "merged with what is below"}.get(write.became, write.became)
    by = f" by {write.by}" if write.by is not None else ""
    return f"{fate}{by}" + (", if written" if write.maybe else "")


def _short(level: LevelValue | LevelWrite) -> str:
    text = value_text(level.value) if level.known else UNKNOWN_TEXT
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _mark(level: LevelValue) -> str:
    return WINS if level.wins else MERGED if level.merged else ""


def _chain(explanation: Explanation, width: int, margin: str) -> list[str]:
    """The winner's own line, and the attributes that it reads, each with its levels."""
    if explanation.source is None:
        return []
    lines = [
        "",
        *wrapped(shown(explanation.source), width, first=f"{margin}because  ", rest=f"{margin}         "),
    ]
    for each in explanation.reads:
        inner = f"{margin}  "
        name = ".".join(each.attribute)
        value = "not set" if not each.is_set else value_text(each.value) if each.known else UNKNOWN_TEXT
        lines += wrapped(shown(f"{name} = {value}"), width, first=inner, rest=f"{inner}  ")
        lines += _table(each.levels, f"{inner}  ", with_unset=False)
        lines += _chain(each, width, f"{inner}  ")[1:]
    return lines
