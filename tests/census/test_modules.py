"""How the code is laid out: small files and functions, a sentence for each module, no drawers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.census.sources import PACKAGE, ROOT, python_files, shown, tree

MODULES = python_files("driftcheck")
EVERYWHERE = python_files("driftcheck", "tests", "benchmarks", "docs", "fixtures")

MOST_LINES, MOST_FUNCTION_LINES = 400, 50
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
MORE_THAN_A_SENTENCE = {"driftcheck/__init__.py": "it is the public interface, loaded on first use"}
BESIDE_THE_PACKAGE = {
    "census",
    "conformance",
    "documentation",
    "faults",
    "fixtures",
    "fuzzing",
    "golden",
    "packaging",
    "precision",
    "services",
}
"""Folders of tests that are about more than one room; CONTRIBUTING.md says what each is for."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_every_module_says_what_it_is_for() -> None:
    begins = re.compile(r'(?:#.*\n)*r?"""?[^"\s]')
    assert [shown(path) for path in EVERYWHERE if not begins.match(path.read_text(encoding="utf-8"))] == []


def test_a_packages_init_is_one_sentence() -> None:
    for path in MODULES:
        if path.name == "__init__.py" and shown(path) not in MORE_THAN_A_SENTENCE:
            assert len(tree(path).body) == 1, shown(path)
            sentence = ast.get_docstring(tree(path)) or ""
            assert re.fullmatch(r"[^\n]+[.!?]", sentence), shown(path)


def test_no_file_is_long() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_long() -> None:
    lengths = {
        f"{shown(path)}:{function.lineno} {function.name}": length(function)
        for path in MODULES
        for function in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES} == {}


def test_no_module_is_a_drawer() -> None:
    names = {shown(path): {*path.relative_to(ROOT).with_suffix("").parts} for path in EVERYWHERE}
    assert {path for path, words in names.items() if words & DRAWERS} == set()


def test_no_public_function_is_named_like_a_package() -> None:
    packages = {path.parent.name for path in MODULES if path.name == "__init__.py"}
    import driftcheck

    assert packages & set(driftcheck.__all__) == set()


def test_every_ignored_check_has_its_reason() -> None:
    """`# noqa: N818 (why)`, `# type: ignore[arg-type]  # why`."""
    mark = re.compile(r"# (?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[^\]]*\])?)(.*)")
    bare = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in EVERYWHERE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := mark.search(line)) and not re.search(r"[a-z]{3}", found[1])
    ]
    assert bare == []


def test_the_tests_mirror_the_package() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in python_files("tests")} - {Path(".")}
    beside = {folder for folder in folders if folder.parts[0] in BESIDE_THE_PACKAGE}
    assert {str(folder) for folder in folders - beside if not (PACKAGE / folder).is_dir()} == set()
    rooms = {path.parent.relative_to(PACKAGE).parts[0] for path in MODULES if path.parent != PACKAGE}
    assert {room for room in rooms if Path(room) not in folders} == set()


def test_what_stands_beside_the_mirror_is_documented() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {name for name in BESIDE_THE_PACKAGE if f"`{name}/`" not in contributing} == set()
    assert {name for name in BESIDE_THE_PACKAGE if not (ROOT / "tests" / name).is_dir()} == set()
