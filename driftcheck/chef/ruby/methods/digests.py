"""Digest::MD5, SHA1, SHA256 and so on, of texts."""

from __future__ import annotations

import base64
import hashlib

from driftcheck.chef.ruby.methods.conversions import to_string
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import encoded
from driftcheck.chef.ruby.values import RubyString, Value

NAMES = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}
TABLES = tuple(MethodTable(f"Digest::{name}", singleton=True) for name in NAMES)


def digest_of(call: Call) -> Value:
    """The digest of a text: `hexdigest`, `digest`, `base64digest`."""
    algorithm = NAMES[call.receiver.name.removeprefix("Digest::")]
    data = encoded(to_string(call.interpreter, call.args[0]))
    made = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    if call.name == "hexdigest":
        return RubyString(made.hex())
    if call.name == "base64digest":
        return RubyString(base64.b64encode(made).decode())
    return RubyString(made.decode("latin-1"), binary=True)


for _table in TABLES:
    _table.method("hexdigest", "digest", "base64digest", arity=1)(digest_of)
