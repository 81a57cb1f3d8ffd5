"""Rule files are found wherever driftcheck is installed, and wherever the configuration says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import driftcheck
from driftcheck.errors import RuleError
from driftcheck.sources.rules.files import builtin_files, own_files

ROOT = Path(__file__).parents[3]

FIND = """
from driftcheck.sources.rules.files import builtin_files
for file in builtin_files():
    print(file.name, file.builtin, len(file.text))
"""


def found_by(python_path: Path, folder: Path) -> list[str]:
    """What the package in this folder finds, in a process that has nothing of the checkout."""
    environ = {**os.environ, "PYTHONPATH": str(python_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", FIND],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture(name="checkout", scope="module")
def _checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is made of, with one rule pack."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "driftcheck", folder / "driftcheck", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("rules", "fixtures/chef/kafkapocalypse", "fixtures/chef/healthy"):
        (folder / name).mkdir(parents=True)
        (folder / name / "some.yaml").write_text("rules: []\n")
    return folder


def test_a_checkout_has_them_beside_the_package(checkout: Path, tmp_path: Path) -> None:
    assert found_by(checkout, tmp_path) == ["driftcheck/rules/some.yaml True 10"]


def test_an_installation_that_can_be_edited_has_those_of_its_checkout() -> None:
    assert Path(driftcheck.__file__).parents[1] == ROOT
    names = {f"driftcheck/rules/{path.name}" for path in (ROOT / "rules").glob("*.yaml")}
    assert {file.name for file in builtin_files()} == names
    assert all(file.builtin for file in builtin_files())


def test_a_wheel_brings_them_along(checkout: Path, tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(tmp_path),
            str(checkout),
        ],
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert (site / "driftcheck/_rules/some.yaml").is_file()
    assert (site / "driftcheck/schemas/rules.schema.json").is_file()
    assert found_by(site, tmp_path) == ["driftcheck/rules/some.yaml True 10"]


def test_an_installation_without_them_is_broken(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "driftcheck", tmp_path / "driftcheck")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        found_by(tmp_path, tmp_path)
    assert "the built-in rules are missing" in raised.value.stderr


def write(path: Path, text: str = "rules: []\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_ones_own_are_files_and_folders_relative_to_the_configuration(tmp_path: Path) -> None:
    write(tmp_path / "ours.yaml", "rules: []  # ours\n")
    write(tmp_path / "more/b.yml")
    write(tmp_path / "more/a.yaml")
    write(tmp_path / "more/deeper/c.yaml")
    write(tmp_path / "more/README.md")
    found = own_files(["more", "ours.yaml", "./ours.yaml"], str(tmp_path))
    names = ["more/a.yaml", "more/b.yml", "more/deeper/c.yaml", "ours.yaml"]
    assert [file.name for file in found] == [str(tmp_path / name) for name in names]
    assert not any(file.builtin for file in found)
    assert found[-1].text == "rules: []  # ours\n"


def test_names_are_shown_as_the_user_would_write_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "repository/rules/ours.yaml")
    write(tmp_path / "shared.yaml")
    monkeypatch.chdir(tmp_path / "repository")
    found = own_files(["rules", "../shared.yaml"], ".")
    assert [file.name for file in found] == ["rules/ours.yaml", "../shared.yaml"]


def test_a_folder_that_is_not_entered_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "more/a.yaml")
    (tmp_path / "more/deeper").symlink_to(tmp_path)
    with pytest.raises(RuleError) as raised:
        own_files(["more"], str(tmp_path))
    assert raised.value.where == str(tmp_path / "more/deeper")
    assert raised.value.message == "the rule file cannot be read: it is a link that leads outside the folder"


def test_they_are_bounded_together(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path / f"more/{number}.yaml", "#" * (1024 * 1024))
    with pytest.raises(RuleError, match="the rule files are larger than 4096 KiB together"):
        own_files(["more"], str(tmp_path))


@pytest.mark.parametrize(
    ("content", "message", "where"),
    [
        (None, "the rule file cannot be read: no such file or directory", "ours.yaml"),
        (b"rules: []\n\xff", "the rule file is not UTF-8 text", "ours.yaml:2:1"),
        (b"#" * (1024 * 1024 + 1), "the rule file is larger than 1024 KiB", "ours.yaml"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(
    tmp_path: Path, content: bytes | None, message: str, where: str
) -> None:
    if content is not None:
        (tmp_path / "ours.yaml").write_bytes(content)
    with pytest.raises(RuleError) as raised:
        own_files(["ours.yaml"], str(tmp_path))
    assert raised.value.message == message
    assert raised.value.where == str(tmp_path / where)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_bytes(b"\xef\xbb\xbfrules: []\n")
    assert own_files(["ours.yaml"], str(tmp_path))[0].text == "rules: []\n"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ours.yaml")
    with pytest.raises(RuleError, match="not a regular file"):
        own_files(["ours.yaml"], str(tmp_path))
