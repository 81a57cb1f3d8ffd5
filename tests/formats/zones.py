"""Reading a zone file's text in tests."""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.formats.domain_names import host_domain
from driftcheck.formats.zone import ZoneFile, parse_zone

ORIGIN = host_domain("example.com")
SOA = "@ 300 IN SOA ns1 hostmaster 1 3600 600 86400 60\n"


def read(
    text: str | bytes, *, files: Mapping[str, str] | None = None, origin: str | None = "example.com"
) -> ZoneFile:
    def include(name: str, file: str) -> tuple[str, bytes] | str:
        text = (files or {}).get(name)
        return "no such file" if text is None else (name, text.encode())

    data = text if isinstance(text, bytes) else text.encode()
    return parse_zone("z", data, origin=None if origin is None else host_domain(origin), include=include)
