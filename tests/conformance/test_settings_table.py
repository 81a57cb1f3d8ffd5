"""The table of settings is made from what Kafka's own definitions say."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conformance.settings_table import read, render


def test_a_setting_is_listed_once_for_as_long_as_it_does_not_change(tmp_path: Path) -> None:
    for family, lines in {
        "2.7": ["zookeeper.connect\tSTRING\t!\t", "port\tINT\t=9092\t"],
        "2.8": ["port\tINT\t=9092\t", "zookeeper.connect\tSTRING\t-\t"],
        "3.0": ["zookeeper.connect\tSTRING\t-\t", "node.id\tINT\t=-1\trange 0 null"],
    }.items():
        (tmp_path / f"{family}.tsv").write_text("\n".join(lines))
    table = json.loads(render({family: read(tmp_path / f"{family}.tsv") for family in ("2.7", "2.8", "3.0")}))
    assert table["settings"] == {
        "node.id": [["3.0", "3.0", "INT", "-1", "range 0 null"]],
        "port": [["2.7", "2.8", "INT", "9092", ""]],
        "zookeeper.connect": [
            ["2.7", "2.7", "STRING", {"required": True}, ""],
            ["2.8", "3.0", "STRING", None, ""],
        ],
    }
    assert table["order"] == {"2.7": [2, 1], "2.8": [1, 2], "3.0": [2, 0]}
