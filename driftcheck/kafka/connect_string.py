"""ZooKeeper connect strings, as ZooKeeper's ConnectStringParser and PathUtils read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_PORT = 2181
MAX_PORT = 65535

_NUMBER = re.compile(r"[+-]?[0-9]+")
_SERVER_AFTER_PATH = re.compile(r"/[^,]*,\s*[^/,\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectString:
    """The servers in order, the chroot ("" for none, else it starts with `/`) and what is wrong.

    `problems` are sentences; without any the ZooKeeper client accepts the text as it was meant.
    `error` is the client's own exception, None where it takes the text (a problem need not be an error).
    """

    servers: tuple[tuple[str, int], ...]
    chroot: str
    problems: tuple[str, ...]
    error: str | None = None

    @property
    def normalised(self) -> tuple[frozenset[tuple[str, int]], str]:
        """Equal for two strings that name the same servers and the same chroot, whatever the order."""
        return frozenset((host.lower().rstrip("."), port) for host, port in self.servers), self.chroot


def parse_connect_string(text: str) -> ConnectString:
    """Parses `host:port,host:port/chroot`; never raises.

    The chroot goes from the first `/` to the end; the port defaults to 2181; empty entries are dropped
    (ZooKeeper 3.4 to 3.8 ConnectStringParser). A server whose port is no number is left out.
    """
    hosts, slash, path = text.strip().partition("/")
    chroot = slash + path if path else ""
    problems: list[str] = []
    errors: list[str] = []
    if chroot:
        problems += _chroot_problems(chroot)
        if reason := path_error(chroot):
            errors.append(f"IllegalArgumentException: {reason}")
    if ";" in hosts:
        problems.append("`;` does not separate servers: it becomes part of a host name; use `,`")
    servers: list[tuple[str, int]] = []
    for entry in hosts.split(","):
        if not entry.strip():
            continue
        host, port, wrong = _server(entry.strip())
        if wrong:
            problems.append(wrong[0])
            errors.append(wrong[1])
        if port is not None and host:
            servers.append((host, port))
    if not hosts.strip(" ,\t"):
        problems.append("it names no server")
        errors.append("IllegalArgumentException: A HostProvider may not be empty!")
    elif any(not entry.strip() for entry in hosts.split(",")):
        problems.append("an entry between two commas is empty")
    return ConnectString(
        servers=tuple(servers), chroot=chroot, problems=tuple(problems), error=errors[0] if errors else None
    )


def path_error(path: str) -> str | None:
    """Why ZooKeeper's PathUtils.validatePath refuses a path that starts with `/`, or None."""
    if len(path) == 1:
        return None
    if path.endswith("/"):
        return "Path must not end with / character"
    at = 1
    for part in path[1:].split("/"):
        if at > 1 and part == "":
            return f'Invalid path string "{path}" caused by empty node name specified @{at}'
        if part == "" and at == 1:
            return f'Invalid path string "{path}" caused by empty node name specified @1'
        if part in (".", ".."):
            where = at + len(part) - 1
            return f'Invalid path string "{path}" caused by relative paths not allowed @{where}'
        for offset, char in enumerate(part):
            if char == "\0":
                return f'Invalid path string "{path}" caused by null character not allowed @{at + offset}'
            if _is_invalid(char):
                return f'Invalid path string "{path}" caused by invalid character @{at + offset}'
        at += len(part) + 1
    return None


def _is_invalid(char: str) -> bool:
    return "\x01" <= char <= "\x1f" or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\uf8ff"


def _chroot_problems(chroot: str) -> list[str]:
    if _SERVER_AFTER_PATH.search(chroot):
        return [
            f"the chroot goes from the first `/` to the end: it is `{chroot}`, and the servers after it are"
            " part of its name; write it once, after the last server"
        ]
    problems = []
    if "," in chroot:
        problems.append(f"the chroot `{chroot}` contains a comma")
    if "//" in chroot:
        problems.append(f"the chroot `{chroot}` contains `//`")
    if chroot.endswith("/"):
        problems.append(f"the chroot `{chroot}` ends with `/`")
    if not problems and (reason := path_error(chroot)):
        problems.append(reason)
    return problems


def _server(entry: str) -> tuple[str, int | None, tuple[str, str] | None]:
    """Host, port (None if it is unusable) and what is wrong: a sentence and the client's exception."""
    host, port_text = _split_port(entry)
    if port_text is None:
        return host, DEFAULT_PORT, None
    if not _NUMBER.fullmatch(port_text):
        return (
            host,
            None,
            (
                f"the port of `{entry}` is not a number",
                f'NumberFormatException: For input string: "{port_text}"',
            ),
        )
    port = int(port_text[:20])
    if not 0 <= port <= MAX_PORT:
        return (
            host,
            None,
            (
                f"the port of `{entry}` is out of range",
                f"IllegalArgumentException: port out of range:{port}",
            ),
        )
    if not host:
        return host, None, (f"`{entry}` has no host", "IllegalArgumentException: hostname can't be null")
    return host, port, None


def _split_port(entry: str) -> tuple[str, str | None]:
    if entry.startswith("[") and "]" in entry:
        host, _, rest = entry[1:].partition("]")
        return host, rest[1:] if rest.startswith(":") and len(rest) > 1 else None
    host, colon, port = entry.rpartition(":")
    return (host, port) if colon and port else (host if colon else entry, None)
