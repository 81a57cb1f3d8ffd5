"""The table of settings is made from what Kafka's own definitions say."""

from __future__ import annotations

import json

from tests.conformance.settings_table import read, render, without_gaps

HEAD = "# broker\n"


def line(name: str, kind: str, default: str, validator: str = "", mode: str = "", words: str = "") -> str:
    return "\t".join((name, kind, default, validator, "HIGH", mode, "", "", words))


def test_a_setting_is_listed_once_for_as_long_as_it_does_not_change() -> None:
    said = {
        "2.7.2": [line("zookeeper.connect", "STRING", "!"), line("port", "INT", "=9092")],
        "2.8.2": [line("port", "INT", "=9092"), line("zookeeper.connect", "STRING", "-")],
        "3.0.0": [line("zookeeper.connect", "STRING", "-"), line("node.id", "INT", "=-1", "range 0 null")],
    }
    groups = {release: read(HEAD + "\n".join(lines))["broker"] for release, lines in said.items()}
    table = json.loads(render(groups, ordered=True))
    assert table["releases"] == list(said)
    assert table["settings"] == {
        "node.id": [[2, 2, "INT", "-1", "range 0 null", "H"]],
        "port": [[0, 1, "INT", "9092", "", "H"]],
        "zookeeper.connect": [[0, 0, "STRING", {}, "", "H"], [1, 2, "STRING", None, "", "H"]],
    }
    assert table["order"] == {"0": [2, 1], "1": [1, 2], "2": [2, 0]}


def test_the_order_is_listed_where_it_changes_and_where_it_counts() -> None:
    groups = dict.fromkeys(("2.7.2", "2.8.2"), read(HEAD + line("port", "INT", "=9092"))["broker"])
    assert json.loads(render(groups, ordered=True))["order"] == {"0": [0]}
    assert json.loads(render(groups))["order"] == {}


def test_marks_and_modes() -> None:
    lines = (
        line("port", "INT", "=9092", words="DEPRECATED: only used when listeners is not set."),
        line("num.io.threads", "INT", "=8", "range 1 null", "cluster-wide"),
        line("remote.log.reader.threads", "INT", "=10", "other [1,...,9] or -1", "per-broker"),
    )
    assert read(HEAD + "\n".join(lines))["broker"] == {
        "port": ("INT", "9092", "", "H", "", "d"),
        "num.io.threads": ("INT", "8", "range 1 null", "H", "c", ""),
        "remote.log.reader.threads": ("INT", "10", "gzip-level", "H", "b", ""),
    }


def test_what_an_old_client_asks_for_has_less_to_say() -> None:
    text = "# old-consumer\nconsumer.id\tSTRING\t-\t\nclient.id\tSTRING\t=g\t"
    assert read(text)["old-consumer"] == {
        "consumer.id": ("STRING", None, "", "", "", ""),
        "client.id": ("STRING", None, "", "", "", ""),
    }


def test_a_release_that_could_not_be_asked_has_the_settings_of_the_one_before() -> None:
    first = read(HEAD + line("port", "INT", "=9092"))["broker"]
    last = read(HEAD + line("port", "INT", "=9093"))["broker"]
    assert without_gaps({"4.0.0": first, "4.1.0": last}) == {"4.0.0": first, "4.0.1": first, "4.1.0": last}
