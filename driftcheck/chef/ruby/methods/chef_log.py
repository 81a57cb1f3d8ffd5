"""`Chef::Log`: writes nothing here."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import Value

LOG = MethodTable("Chef::Log", singleton=True)
TABLES = (LOG,)


@LOG.method(
    "trace", "debug", "info", "warn", "error", "fatal", "deprecation", arity=(0, None), structural=True
)
def log(call: Call) -> Value:
    """Runs the block that makes the message."""
    if call.block is not None:
        call.yield_()
    return None
