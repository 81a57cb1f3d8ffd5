"""`driftcheck settings`, as a process and as its texts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from driftcheck.app.setting_list import find_settings
from driftcheck.cli.setting_pages import setting_table, settings_json, settings_text
from tests.cli.commands import driftcheck

DOCUMENT = (Path(__file__).parents[2] / "docs/settings.md").read_text(encoding="utf-8")


def test_json_has_the_keys_that_are_documented(tmp_path: Path) -> None:
    result = driftcheck("settings", "broker.rack", "--kafka-version", "2.8", "--json", cwd=tmp_path)
    (entry,) = json.loads(result.stdout)
    documented = re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT, re.MULTILINE)
    assert list(entry) == documented
    assert (entry["name"], entry["type"], entry["default"], entry["since"]) == (
        "broker.rack",
        "string",
        None,
        "0.10.0",
    )


@pytest.mark.parametrize("arguments", [("--for", "connect"), ("--for", "connect-distributed")])
def test_connect_is_the_distributed_worker(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = driftcheck("settings", "group.id", *arguments, "--json", cwd=tmp_path)
    assert [entry["name"] for entry in json.loads(result.stdout)] == ["group.id"]


def test_what_replaced_a_setting_goes_below_where_there_is_no_room() -> None:
    found = find_settings("log.message.timestamp", version="3.9")
    wide, narrow = (setting_table(found, width).splitlines() for width in (200, 60))
    assert wide[3].endswith(
        "(deprecated) log.message.timestamp.before.max.ms, log.message.timestamp.after.max.ms"
    )
    assert narrow[4].startswith("    → (deprecated) log.message")


def test_one_setting_is_a_page() -> None:
    shown = settings_text(find_settings("log.cleaner.enable"), "log.cleaner.enable", 100)
    assert shown.startswith("log.cleaner.enable\n  type         boolean\n")
    both = settings_text(find_settings("listeners"), "listeners", 100)
    assert both.startswith("listeners\n")
    assert "\nadvertised.listeners   string  " in both


def test_a_required_setting_says_so() -> None:
    text = settings_text(find_settings("zookeeper.connect", version="1.1"), "zookeeper.connect", 100)
    assert "default      has to be set" in text
    (entry,) = (
        each
        for each in json.loads(settings_json(find_settings("zookeeper.connect", version="1.1")))
        if each["name"] == "zookeeper.connect"
    )
    assert (entry["required"], entry["default"]) == (True, None)
