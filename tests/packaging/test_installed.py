"""What is installed works anywhere: as a wheel, as an editable installation, and from a checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.packaging.installation import ROOT, Installation

pytestmark = pytest.mark.packaging

FOUND = """
from driftcheck.app.demo import acts
from driftcheck.sources.rules.files import builtin_files
print(*sorted(file.name for file in builtin_files()))
print(*(act.report.exit_code().value for act in acts()))
"""
RULES = " ".join(sorted(f"driftcheck/rules/{path.name}" for path in (ROOT / "rules").glob("*.yaml")))


@pytest.fixture(params=["installed", "editable"])
def anywhere(request: pytest.FixtureRequest) -> Installation:
    """driftcheck in both kinds of installation."""
    found: Installation = request.getfixturevalue(request.param)
    return found


def test_the_command_says_its_version(anywhere: Installation) -> None:
    import driftcheck

    done = anywhere.driftcheck("--version")
    assert (done.stdout, done.stderr, done.returncode) == (f"driftcheck {driftcheck.__version__}\n", "", 0)


def test_the_demo_replays_the_incident(anywhere: Installation) -> None:
    done = anywhere.driftcheck("demo")
    assert (done.stderr, done.returncode) == ("", 0)
    assert "error ADV016  kafka10, kafka11 and kafka12" in done.stdout


def test_the_rules_keep_to_their_cases(anywhere: Installation) -> None:
    done = anywhere.driftcheck("rules", "test")
    assert (done.stderr, done.returncode) == ("", 0), done.stdout


def test_a_repository_is_judged(anywhere: Installation) -> None:
    repository = anywhere.folder / "repository"
    shutil.copytree(ROOT / "fixtures/chef/kafkapocalypse", repository, dirs_exist_ok=True)
    done = anywhere.driftcheck("lint", "repository")
    assert (done.stderr, done.returncode) == ("", 1)
    assert "cookbooks/parsely_kafka/attributes/default.rb:14:1" in done.stdout


def test_rules_and_demo_are_found(anywhere: Installation) -> None:
    assert anywhere.evaluated(FOUND).splitlines() == [RULES, "1 1 1 0"]


def test_rules_and_demo_are_found_in_a_checkout(export: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(export), "PYTHONDONTWRITEBYTECODE": "1"}
    code = f"import driftcheck; assert driftcheck.__file__.startswith({str(export)!r})\n{FOUND}"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [RULES, "1 1 1 0"]


def test_nothing_comes_from_the_checkout(installed: Installation) -> None:
    place = installed.evaluated("import driftcheck; print(driftcheck.__file__)").strip()
    assert Path(place).is_relative_to(installed.environment)
    packages = installed.evaluated("import sys; print(*sys.path)")
    assert str(ROOT) not in packages


def test_only_what_is_documented_is_installed_with_it(installed: Installation) -> None:
    code = "from importlib.metadata import distributions; print(*(each.name for each in distributions()))"
    found = set(installed.evaluated(code).lower().split()) - {"pip", "setuptools"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in project["dependencies"]}
    assert found == {"driftcheck", *wanted, "markupsafe"}  # the last one is Jinja2's own
