"""The report formats, found by module: each module of this package but this one and the interface is one.

A module is named like its format; `_report` may follow where the bare name is a standard module's
(`json_report` is the format `json`). What a format is made of stands in a package beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

import driftcheck.report
from driftcheck.report.interface import Format

_NOT_FORMATS = {"formats", "interface"}


def format_names() -> tuple[str, ...]:
    """What `--format` accepts, sorted; no format is imported for it."""
    return tuple(sorted(_modules()))


def load_format(name: str) -> Format:
    """The format of this name, its module alone imported; KeyError if there is none.

    RuntimeError if the module's `FORMAT` has another name than the module.
    """
    module = _modules()[name]
    found: Format = import_module(f"driftcheck.report.{module}").FORMAT
    if found.name != name:
        raise RuntimeError(f"driftcheck/report/{module}.py holds the format {found.name!r}, not {name!r}")
    return found


def formats() -> dict[str, Format]:
    """Every format by name, sorted; imports them all."""
    return {name: load_format(name) for name in format_names()}


def _modules() -> dict[str, str]:
    found = iter_modules(driftcheck.report.__path__)
    return modules_by_format(each.name for each in found if not each.ispkg and each.name not in _NOT_FORMATS)


def modules_by_format(modules: Iterable[str]) -> dict[str, str]:
    """Format name → module name; RuntimeError if two modules claim one name."""
    by_format: dict[str, str] = {}
    for module in modules:
        name = module.removesuffix("_report")
        if name in by_format:
            raise RuntimeError(f"two modules for the report format {name!r}: {by_format[name]} and {module}")
        by_format[name] = module
    return by_format
