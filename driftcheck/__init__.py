"""driftcheck: is each Kafka broker who it says it is? The public API, loaded on first use (PEP 562)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from driftcheck.app.run import check, lint, live
    from driftcheck.model.finding import Finding
    from driftcheck.model.inventory import Inventory
    from driftcheck.model.report import Report
    from driftcheck.model.rule import Rule
    from driftcheck.model.snapshot import Snapshot

_HOMES = {
    "lint": "driftcheck.app.run",
    "live": "driftcheck.app.run",
    "check": "driftcheck.app.run",
    "Finding": "driftcheck.model.finding",
    "Inventory": "driftcheck.model.inventory",
    "Report": "driftcheck.model.report",
    "Rule": "driftcheck.model.rule",
    "Snapshot": "driftcheck.model.snapshot",
}

__all__ = ["Finding", "Inventory", "Report", "Rule", "Snapshot", "__version__", "check", "lint", "live"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'driftcheck' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
