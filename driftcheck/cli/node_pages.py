"""A node's attributes and files as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from driftcheck.app.node_runs import ChefStop, File, NodeAttributes, NodeFiles, UnknownAttribute
from driftcheck.errors import ExitCode
from driftcheck.model.locations import Location
from driftcheck.report.layout.lines import shown, wrapped

UNKNOWN_TEXT = "⟨?⟩"
MOST_GAPS = 10


def exit_code(answer: NodeAttributes | NodeFiles) -> int:
    """1 where Chef would stop, 3 where a fault hides part of it, else 0."""
    if answer.errors:
        return ExitCode.FINDINGS
    return ExitCode.UNDETERMINED if answer.lost else ExitCode.CLEAN


def attributes_json(answer: NodeAttributes) -> str:
    """`node`, `attributes`, `automatic`, `unknown`, `assumed`, `gaps` and `errors`; ASCII."""
    unknown = [
        {
            "path": list(each.path),
            "kind": each.kind,
            "reason": each.reason,
            "location": location_json(each.location),
            "candidates": list(each.candidates),
        }
        for each in answer.unknown
    ]
    return as_json(
        {
            "node": answer.node,
            "attributes": answer.attributes,
            "automatic": answer.automatic,
            "unknown": unknown,
            "assumed": list(answer.assumed),
            "gaps": list(answer.gaps),
            "errors": errors_json(answer.errors),
        }
    )


def files_json(answer: NodeFiles) -> str:
    """`node`, `files` with their lines, `assumed`, `gaps` and `errors`; ASCII."""
    return as_json(
        {
            "node": answer.node,
            "files": [_file_json(file) for file in answer.files],
            "assumed": list(answer.assumed),
            "gaps": list(answer.gaps),
            "errors": errors_json(answer.errors),
        }
    )


def _file_json(file: File) -> dict[str, Any]:
    lines = [
        {
            "text": line.text,
            "known": line.text is not None,
            "maybe": line.maybe,
            "from": [location_json(source) for source in line.sources],
        }
        for line in file.lines
    ]
    return {
        "path": file.path,
        "template": file.template,
        "maybe": file.maybe,
        "ends_with_newline": file.ends_with_newline,
        "declared": location_json(file.declared),
        "lines": lines,
    }


def as_json(document: object) -> str:
    """A document for programs. What is no Unicode (a file's odd bytes) stays escaped."""
    return json.dumps(document, indent=2) + "\n"


def location_json(location: Location | None) -> dict[str, Any] | None:
    """A place as `file`, `line` and `column`."""
    if location is None:
        return None
    return {"file": location.name, "line": location.line, "column": location.column}


def errors_json(errors: Sequence[ChefStop]) -> list[dict[str, Any]]:
    """Where chef-client would stop."""
    return [
        {
            "class": each.class_name,
            "file": each.location.name if each.location is not None else None,
            "line": each.location.line if each.location is not None else None,
            "message": each.message,
        }
        for each in errors
    ]


def attributes_text(answer: NodeAttributes, width: int, attribute: str = "") -> str:
    """One attribute a line, sorted as Chef has them; then what is not known, and what Chef would stop at."""
    lines = stop_lines(answer.errors, width)
    if answer.attributes is not None:
        lines += [f"{path} = {value}" for path, value in _flat(answer.attributes, "")]
        if attribute:
            lines += [f"{path} = {value}  (automatic)" for path, value in _flat(answer.automatic, "")]
        if attribute and not lines and not answer.unknown:
            lines.append(f"{shown(attribute)} is not set on {shown(answer.node)}")
    own = [each for each in answer.unknown if attribute or not _is_machine(each)]
    lines += [line for each in own for line in _unknown_lines(each, width)]
    return _page(lines, answer, width)


def _is_machine(unknown: UnknownAttribute) -> bool:
    """Whether it is a key that Ohai would fill."""
    return len(unknown.path) == 1 and unknown.reason.startswith("nothing is known of the machine's ")


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{shown(key)}" if path else shown(key))
    elif path:
        yield path, value_text(value)


def value_text(value: Any) -> str:
    """A value as JSON, in which nil is nil."""
    return "nil" if value is None else shown(json.dumps(value, ensure_ascii=False))


def _unknown_lines(unknown: UnknownAttribute, width: int) -> list[str]:
    path = ".".join(map(str, unknown.path)) or "everything"
    where = f" ({unknown.location})" if unknown.location is not None else ""
    return wrapped(f"{shown(path)} = {UNKNOWN_TEXT}  {shown(unknown.reason)}{where}", width, rest="    ")


def files_text(answer: NodeFiles, width: int) -> str:
    """The files one after the other, under their paths; a single one as it is."""
    lines = stop_lines(answer.errors, width)
    for number, file in enumerate(answer.files):
        if number or lines:
            lines.append("")
        lines += _file_lines(file, width)
    if not answer.files and not answer.errors:
        run = f"the run of {shown(answer.node)}"
        lines.append(f"it is not known which files {run} writes" if answer.lost else f"{run} writes no files")
    return _page(lines, answer, width)


def _file_lines(file: File, width: int) -> list[str]:
    source = f"  from {shown(file.template)}" if file.template is not None else ""
    maybe = "  (may not be written)" if file.maybe else ""
    lines = [f"==> {shown(file.path)}{source}{maybe}"]
    if file.reason is not None:
        return [*lines, *wrapped(f"{UNKNOWN_TEXT}  {shown(file.reason)}", width, rest="    ")]
    for line in file.lines:
        text = UNKNOWN_TEXT if line.text is None else shown(line.text)
        lines.append(f"{text}  (may not be there)" if line.maybe and not file.maybe and line.text else text)
    return lines


def stop_lines(errors: Sequence[ChefStop], width: int) -> list[str]:
    """What chef-client would stop at."""
    lines = []
    for each in errors:
        where = f" at {shown(str(each.location))}" if each.location is not None else ""
        message = f": {shown(each.message)}" if each.message else ""
        text = f"chef-client would stop{where}: {shown(each.class_name)}{message}"
        lines += wrapped(text, width, rest="    ")
    return lines


def _page(lines: list[str], answer: NodeAttributes | NodeFiles, width: int) -> str:
    lines = [*lines, *note_lines(bool(lines), answer.gaps, answer.assumed, width)]
    return "".join(f"{line}\n" for line in lines)


def note_lines(below: bool, gaps: Sequence[str], assumed: Sequence[str], width: int) -> list[str]:
    """What could not be read and what was assumed, `below` something else."""
    notes = [*(f"not read: {gap}" for gap in gaps), *(f"assumed: {text}" for text in assumed)]
    more = len(notes) - MOST_GAPS
    lines = [""] if notes and below else []
    for note in notes[:MOST_GAPS]:
        lines += wrapped(shown(note), width, rest="    ")
    if more > 0:
        lines.append(f"and {more} more; --json has all of them")
    return lines
