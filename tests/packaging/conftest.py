"""What is built and installed, once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.installation import Installation, build, export_to, install


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean export of the working tree."""
    return export_to(tmp_path_factory.mktemp("export") / "driftcheck")


@pytest.fixture(scope="session")
def wheel(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", export, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", export, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an environment of its own."""
    return install(tmp_path_factory.mktemp("installed"), str(wheel))


@pytest.fixture(scope="session")
def editable(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The export, installed to be edited, in an environment of its own."""
    return install(tmp_path_factory.mktemp("editable"), "--editable", str(export))
