"""Formats are found by module: one new file is one new format."""

from __future__ import annotations

import subprocess
import sys

import pytest

from driftcheck.report.formats import format_names, formats, load_format, modules_by_format


def test_every_module_of_the_package_is_a_format_under_its_own_name() -> None:
    found = formats()
    assert list(found) == sorted(found)
    assert {"json", "text"} <= set(found)
    assert all(found[name].name == name and found[name].summary for name in found)
    assert tuple(found) == format_names()


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_format("layout")


def test_two_modules_for_one_format_are_fatal() -> None:
    with pytest.raises(RuntimeError, match="two modules for the report format 'sarif'"):
        modules_by_format(["sarif", "sarif_report"])


def test_one_format_is_loaded_without_the_others() -> None:
    code = (
        "import sys; from driftcheck.report.formats import load_format; load_format('text');"
        "print([name for name in sys.modules if name.startswith('driftcheck.report.json')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
