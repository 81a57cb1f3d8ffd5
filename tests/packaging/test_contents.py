"""The wheel and the sdist hold what belongs in them, and nothing else."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

from tests.packaging.installation import build, project_files

pytestmark = pytest.mark.packaging

TAKEN_ALONG = {
    "rules/": "driftcheck/_rules/",
    "fixtures/chef/kafkapocalypse/": "driftcheck/_demo/kafkapocalypse/",
    "fixtures/chef/healthy/": "driftcheck/_demo/healthy/",
}


def names(archive: Path) -> set[str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            return {name for name in file.namelist() if ".dist-info/" not in name}
    with tarfile.open(archive) as file:
        return {name.partition("/")[2] for name in file.getnames()}


def expected_in_wheel() -> Iterator[str]:
    for path in project_files():
        if path.startswith("driftcheck/"):
            yield path
        for source, target in TAKEN_ALONG.items():
            if path.startswith(source):
                yield target + path.removeprefix(source)


def test_the_wheel_is_the_package_its_rules_and_the_demo(wheel: Path) -> None:
    assert names(wheel) == set(expected_in_wheel())


def test_what_the_package_reads_is_in_the_wheel(wheel: Path) -> None:
    assert names(wheel) >= {
        "driftcheck/py.typed",
        "driftcheck/kafka/data/broker_settings.json",
        "driftcheck/chef/ruby/data/method_names.json",
        "driftcheck/schemas/driftcheck.schema.json",
        "driftcheck/schemas/report.schema.json",
        "driftcheck/schemas/rules.schema.json",
        "driftcheck/_rules/adv.yaml",
        "driftcheck/_demo/kafkapocalypse/.driftcheck.yaml",
        "driftcheck/_demo/healthy/.driftcheck.yaml",
    }


def test_the_sdist_is_the_project(sdist: Path) -> None:
    assert names(sdist) == {*project_files(), "PKG-INFO"}


def test_no_cache_or_other_leftover_is_in_either(wheel: Path, sdist: Path) -> None:
    leftovers = ("__pycache__", ".pyc", ".hypothesis", ".mypy_cache", ".coverage", ".venv", "egg-info")
    assert [name for name in names(wheel) | names(sdist) if any(each in name for each in leftovers)] == []


def test_the_sdist_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    (tmp_path / "wheel").mkdir()
    assert names(build("wheel", source, tmp_path / "wheel")) == names(wheel)


def test_the_metadata_has_the_readme_the_licence_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        info = next(name.partition("/")[0] for name in file.namelist() if ".dist-info/" in name)
        metadata = Parser().parsestr(file.read(f"{info}/METADATA").decode())
        commands = file.read(f"{info}/entry_points.txt").decode()
        licences = [name for name in file.namelist() if name.startswith(f"{info}/") and "LICENSE" in name]
    assert metadata["Name"] == "driftcheck"
    assert metadata["License"] == "Apache-2.0"
    assert str(metadata.get_payload()).startswith("# driftcheck\n")
    assert commands.split() == ["[console_scripts]", "driftcheck", "=", "driftcheck.cli.main:main"]
    assert len(licences) == 1
