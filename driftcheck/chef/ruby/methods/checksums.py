"""`Zlib`: the checksums of texts; ids are made of them."""

from __future__ import annotations

import zlib

from driftcheck.chef.ruby.methods.conversions import integer, to_string
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import encoded
from driftcheck.chef.ruby.values import Value, unsupported

ZLIB = MethodTable("Zlib", singleton=True)
TABLES = (ZLIB,)


@ZLIB.method("crc32", "adler32", arity=(0, 2))
def checksum(call: Call) -> Value:
    """Of a text's bytes, going on from another checksum if one is given."""
    first = 0 if call.name == "crc32" else 1
    if not call.args or call.args[0] is None:
        return first
    text = encoded(to_string(call.interpreter, call.args[0]))
    start = integer(call, 1, first) & 0xFFFFFFFF
    return zlib.crc32(text, start) if call.name == "crc32" else zlib.adler32(text, start)


@ZLIB.method(
    "deflate", "inflate", "gzip", "gunzip", "crc_table", "zlib_version", "crc32_combine", "adler32_combine",
    arity=(0, None),
)  # fmt: skip
def compression(call: Call) -> Value:
    """Not done."""
    raise unsupported(f"Zlib.{call.name} is not evaluated")
