"""File: what it does with paths. Nothing here looks at a disk."""

from __future__ import annotations

import posixpath

from driftcheck.chef.ruby.methods.conversions import integer, require_known, text, to_string
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, unsupported

FILE = MethodTable("File", singleton=True)
TABLES = (FILE,)


@FILE.method("join", arity=(0, None))
def join(call: Call) -> Value:
    """Parts of a path with one slash between, arrays opened."""
    return RubyString(_joined(call, call.args, ()))


def _joined(call: Call, parts: list[Value], within: tuple[RubyArray, ...]) -> str:
    path = ""
    for at, part in enumerate(parts):
        piece = _piece(call, part, within)
        if not at:
            path = piece
        elif piece.startswith("/"):
            path = path.rstrip("/") + piece
        else:
            path += piece if path.endswith("/") else "/" + piece
    return path


def _piece(call: Call, part: Value, within: tuple[RubyArray, ...]) -> str:
    if isinstance(require_known(part), RubyArray):
        if any(part is each for each in within):
            raise RubyError("ArgumentError", "recursive array")
        return _joined(call, part.items, (*within, part))
    found = to_string(call.interpreter, part).text
    if "\0" in found:
        raise RubyError("ArgumentError", "string contains null byte")
    return found


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


@FILE.method("basename", arity=(1, 2))
def basename(call: Call) -> Value:
    """The last part of a path, without a suffix if one is given (`.*`: any)."""
    path = text(call, 0)
    if path and not path.strip("/"):
        return RubyString("/")
    name = _last(path)
    if len(call.args) > 1:
        suffix = text(call, 1)
        if suffix == ".*":
            at = name.rfind(".")
            name = name[:at] if at > 0 else name
        elif name != suffix:
            name = name.removesuffix(suffix) if suffix else name
    return RubyString(name)


@FILE.method("dirname", arity=(1, 2))
def dirname(call: Call) -> Value:
    """A path without its last part."""
    path, levels = text(call, 0), integer(call, 1, 1)
    if levels < 0:
        raise RubyError("ArgumentError", f"negative level: {levels}")
    if path.startswith("//"):
        raise unsupported("a path that begins with two slashes")
    if not path:
        return RubyString(".")
    for _ in range(min(levels, len(path))):
        path = _without_last(path)
    return RubyString(path)


def _without_last(path: str) -> str:
    head = path.rstrip("/").rpartition("/")[0].rstrip("/")
    return head or ("/" if path.startswith("/") else ".")


@FILE.method("extname", arity=1)
def extname(call: Call) -> Value:
    """The last part's ending with its dot."""
    name = _last(text(call, 0)).lstrip(".")
    at = name.rfind(".")
    return RubyString(name[at:] if at > 0 else "")


@FILE.method("split", arity=1)
def split(call: Call) -> Value:
    """dirname and basename."""
    send = call.interpreter.send
    return RubyArray(
        [send(call.receiver, "dirname", *call.args), send(call.receiver, "basename", *call.args)]
    )


@FILE.method("expand_path", "absolute_path", arity=(1, 2))
def expand_path(call: Call) -> Value:
    """An absolute path without `.` and `..`; one that needs the working folder or a home is not known."""
    path = text(call, 0)
    if not path.startswith("/") and len(call.args) > 1:
        path = f"{text(call, 1)}/{path}"
    if not path.startswith("/") or "~" in path.split("/")[0]:
        raise unsupported("a path in the working folder")
    return RubyString("/" + posixpath.normpath(path).lstrip("/"))


@FILE.method("absolute_path?", arity=1)
def is_absolute(call: Call) -> Value:
    """Whether a path begins with a slash."""
    return text(call, 0).startswith("/")


@FILE.method("exist?", "exists?", "file?", "directory?", "read", "readlines", "open", "size", arity=(0, None))
@FILE.method("readable?", "writable?", "executable?", "symlink?", "mtime", "stat", "zero?", arity=(0, None))
def on_disk(call: Call) -> Value:
    """Depends on the machine."""
    raise unsupported(f"File.{call.name} looks at the machine's disk")
