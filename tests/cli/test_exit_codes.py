"""Every bad input that `docs/exit-codes.md` lists is met as it says there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.commands import driftcheck, invoked

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `((?:\w+=\w+ )?driftcheck.*?)` \| (.*?) \| (\d) \|$", DOCUMENT, re.MULTILINE)
MISSPELT = """\
rules:
  - id: OURS001
    name: a-name
    summary: It is an example.
    level: error
    scope: broker
    assert: broker.nam == 'kafka01'
    message: "{{ broker.name }} is another one"
    fix: Call it kafka01.
    why: It is an example.
"""
FILES = {
    "unknown-key.yaml": "strict: true\nfail_onn: error\n",
    "no-yaml.yaml": "strict: [\n}",
    "wrong-type.yaml": "rules: {a: b}\n",
    "kafka-9.9.yaml": "strict: true\nkafka_version: 9.9\n",
    "no-json.json": "{",
    "newer.json": '{"version": 99}',
    "wrong-type.json": '{"version": 1, "taken_at": 5}',
    "no-rule.yaml": "rule: []\n",
    "misspelt.yaml": MISSPELT,
    "own-rules.yaml": "rules: misspelt.yaml\n",
    "binary": "\0\1\2",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "fixtures/chef/kafkapocalypse/outage.snapshot.json", tmp_path / "outage.json")
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


def test_the_document_lists_bad_inputs() -> None:
    assert len(ROWS) > 20
    for name in FILES:
        assert any(name in command for command, _, _ in ROWS)


@pytest.mark.parametrize(("command", "said", "code"), ROWS, ids=[command for command, _, _ in ROWS])
def test_bad_input_is_met_as_documented(
    command: str, said: str, code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(command)
    environ = {}
    if "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environ[name] = value
    monkeypatch.chdir(folder)
    result = invoked(*words[1:], environ=environ)
    assert result.exit_code == int(code), result.stderr
    texts = re.findall(r"`(.*?)`", said)
    if texts:
        assert result.stdout == ""
        assert result.stderr.startswith("driftcheck: error: ")
    elif said.startswith("a report: "):
        assert said.removeprefix("a report: ").lower() in result.stdout.lower()
        assert result.stderr == ""
    assert all(text in result.stderr for text in texts)


def test_a_process_ends_with_the_same_code(folder: Path) -> None:
    for arguments, code in ((["lint", "empty"], 3), (["lint", "nowhere"], 2), (["check", "outage.json"], 1)):
        assert driftcheck(*arguments, cwd=folder).returncode == code
