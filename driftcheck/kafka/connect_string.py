"""ZooKeeper connect strings, as ZooKeeper's ConnectStringParser and PathUtils read them."""

from __future__ import annotations

import re

from driftcheck.formats.host_names import is_ip
from driftcheck.kafka import java_text
from driftcheck.model.frozen import frozen

DEFAULT_PORT = 2181
MAX_PORT = 65535
NO_SERVER = "A HostProvider may not be empty!"

_HOST = re.compile(r"[0-9A-Za-z._%:-]+")
_SERVER_AFTER_PATH = re.compile(r"/[^,]*,\s*[^/,\s]+")


@frozen
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

    The chroot goes from the first `/` to the end; the port defaults to 2181; blanks around entries and empty
    entries are dropped (ConnectStringParser of ZooKeeper 3.5 to 3.8; that of 3.4 keeps both, except after
    the last comma). A server without a usable host or port is left out.
    """
    hosts, slash, path = text.strip().partition("/")
    chroot = slash + path if path else ""
    problems = _chroot_problems(chroot) if chroot else []
    reason = path_error(chroot) if chroot else None
    errors = [f"IllegalArgumentException: {reason}"] if reason else []
    if ";" in hosts:
        problems.append("`;` does not separate servers: it becomes part of a host name; use `,`")
    entries = [entry.strip() for entry in hosts.split(",")]
    while len(entries) > 1 and not entries[-1]:
        entries.pop()
    servers: list[tuple[str, int]] = []
    for entry in filter(None, entries):
        try:
            host, port = _server(entry)
        except _BadServerError as bad:
            problems.append(bad.problem)
            errors.append(bad.error)
            continue
        if host:
            servers.append((host, port))
        if problem := _host_problem(host, entry):
            problems.append(problem)
    if not any(entries):
        problems.append("it names no server")
        errors.append(f"IllegalArgumentException: {NO_SERVER}")
    elif not all(entries):
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


def _host_problem(host: str, entry: str) -> str:
    """What is wrong with a host that the client takes all the same."""
    if not host:
        return f"`{entry}` has no host"
    if ";" in host:
        return ""
    if ":" in host and not is_ip(host):
        return f"`{entry}` is not host:port; an IPv6 address stands in brackets"
    return "" if _HOST.fullmatch(host) else f"`{host}` is no host name"


class _BadServerError(Exception):
    """A server that the client refuses: what is wrong in our words and in its own."""

    def __init__(self, problem: str, error: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.error = error


def _server(entry: str) -> tuple[str, int]:
    """Host and port of one entry."""
    host, text = _bracketed(entry) if entry.startswith("[") else _plain(entry)
    if text is None:
        return host, DEFAULT_PORT
    try:
        port = java_text.integer(text)
    except java_text.NotANumberError as error:
        problem = f"the port of `{entry}` is not a number"
        raise _BadServerError(problem, f"NumberFormatException: {error}") from None
    if not 0 <= port <= MAX_PORT:
        problem = f"the port of `{entry}` is out of range"
        raise _BadServerError(problem, f"IllegalArgumentException: port out of range:{port}")
    return host, port


def _plain(entry: str) -> tuple[str, str | None]:
    host, colon, port = entry.rpartition(":")
    return (host, port or None) if colon else (entry, None)


def _bracketed(entry: str) -> tuple[str, str | None]:
    """An IPv6 literal, as ZooKeeper's NetUtils.getIPV6HostAndPort takes it."""
    host, closing, rest = entry[1:].rpartition("]")
    why = ""
    if not closing:
        why = f"{entry} starts with '[' but has no matching ']'"
    elif not host:
        why = " is empty."
    elif rest and not rest.startswith(":"):
        why = f"{entry} does not have : after ]"
    elif rest == ":":
        why = f"{entry} doesn't have a port after colon."
    if why:
        raise _BadServerError(f"`{entry}` is not an address in brackets", f"IllegalArgumentException: {why}")
    return host, rest[1:] if rest else None
