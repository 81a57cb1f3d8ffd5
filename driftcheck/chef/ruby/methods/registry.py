"""Finds the tables of this package and looks methods up in them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from driftcheck.chef.ruby import methods
from driftcheck.chef.ruby.classes import known_names
from driftcheck.chef.ruby.methods.interface import Method, MethodTable

NOT_TABLES = frozenset({"interface", "registry", "names"})


@cache
def tables() -> dict[tuple[str, bool], dict[str, Method]]:
    """The methods by class name and whether they are the class's own; a name in two tables is a fault."""
    found: dict[tuple[str, bool], dict[str, Method]] = {}
    for module in sorted(iter_modules(methods.__path__), key=lambda each: each.name):
        if module.name in NOT_TABLES:
            continue
        made = import_module(f"{methods.__name__}.{module.name}")
        for table in getattr(made, "TABLES", ()):
            _add(found.setdefault((table.class_name, table.singleton), {}), table)
    private = known_names()["Kernel private"]
    for name, method in found.get(("Kernel", False), {}).items():
        method.is_private = name in private
    return found


def _add(known: dict[str, Method], table: MethodTable) -> None:
    twice = known.keys() & table.methods.keys()
    if twice:
        raise ValueError(f"{table.class_name}: {', '.join(sorted(twice))} stands in two tables")
    known.update(table.methods)
