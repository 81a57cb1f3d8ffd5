"""The settings that brokers have to agree on, side by side."""

from __future__ import annotations

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.inventory import Inventory
from driftcheck.model.inventory_parts import ClusterSetting
from tests.join.worlds import joined, only_cluster


def setting(inventory: Inventory, name: str) -> ClusterSetting:
    (found,) = (each for each in only_cluster(inventory).settings if each.name == name)
    return found


def values(found: ClusterSetting) -> dict[tuple[str, ...], str]:
    """Brokers → the value that they have; `?` for an unknown one, "" for none."""
    texts = {}
    for choice in found.choices:
        known = choice.value.value if isinstance(choice.value, Known) else ""
        texts[choice.brokers] = "?" if isinstance(choice.value, Unknown) else known
    return texts


def fleet(*texts: str, version: str = "") -> Inventory:
    lines = [f"  k{number}: {{settings: {{{text}}}}}" for number, text in enumerate(texts, 1)]
    return joined("nodes:\n" + "\n".join(lines), kafka_version=version or None)


def test_the_most_frequent_value_comes_first_and_the_others_are_odd() -> None:
    found = setting(fleet("num.partitions: 3", "num.partitions: 8", "num.partitions: '8 '"), "num.partitions")
    assert values(found) == {("k2", "k3"): "8", ("k1",): "3"}
    assert found.usual == Known(value="8", location=found.choices[0].value.location)
    assert [choice.brokers for choice in found.odd] == [("k1",)]
    assert found.choices[0].number == Known(value=8)


def test_without_a_majority_all_are_odd() -> None:
    found = setting(fleet("num.partitions: 3", "num.partitions: 8"), "num.partitions")
    assert isinstance(found.usual, Absent)
    assert [choice.brokers for choice in found.odd] == [("k1",), ("k2",)]


def test_unknown_values_can_keep_the_usual_one_from_being_known() -> None:
    open_one = "num.partitions: {unknown: made by Ruby}"
    found = setting(fleet("num.partitions: 3", "num.partitions: 3", open_one, open_one), "num.partitions")
    assert values(found) == {("k1", "k2"): "3", ("k3", "k4"): "?"}
    assert isinstance(found.usual, Unknown)
    assert found.odd == ()
    found = setting(fleet(*["num.partitions: 3"] * 3, open_one), "num.partitions")
    assert isinstance(found.usual, Known)


def test_what_nobody_writes_is_the_default_of_all() -> None:
    found = setting(fleet("broker.id: 1", "broker.id: 2"), "num.partitions")
    assert values(found) == {("k1", "k2"): "1"}
    assert found.choices[0].default
    found = setting(fleet("broker.id: 1", "broker.id: 2"), "delete.topic.enable")
    assert values(found) == {("k1", "k2"): ""}
    assert isinstance(found.usual, Absent)


def test_a_default_that_differs_by_release_is_unknown_beside_a_written_value() -> None:
    found = setting(fleet("delete.topic.enable: true", "broker.id: 2"), "delete.topic.enable")
    assert values(found) == {("k1",): "true", ("k2",): "?"}
    found = setting(fleet("delete.topic.enable: true", "broker.id: 2", version="2.8"), "delete.topic.enable")
    assert values(found) == {("k1", "k2"): "true"}


def test_a_template_may_write_what_no_attribute_says() -> None:
    inventory = joined("nodes: {k1: {settings: {num.partitions: 3}, whole: false}}")
    assert values(setting(inventory, "num.partitions")) == {("k1",): "3"}
    assert values(setting(inventory, "min.insync.replicas")) == {("k1",): "?"}


def test_brokers_whose_release_lacks_a_setting_are_not_compared() -> None:
    inventory = joined(
        """
        nodes:
          old: {settings: {broker.id: 1}, kafka_version: 0.10.2}
          new: {settings: {broker.id: 2}, kafka_version: 0.11.0}
        """
    )
    assert setting(inventory, "transaction.state.log.min.isr").brokers == ("new",)


def test_registrations_alone_have_no_settings() -> None:
    assert only_cluster(joined("zookeeper: {brokers: {1: 'PLAINTEXT://k1:9092'}}")).settings == ()
