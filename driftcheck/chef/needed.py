"""Which keys of a node object's attribute levels are read at all."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.chef.machine import MACHINE_PATHS
from driftcheck.chef.search_fields import ITEM_FIELDS
from driftcheck.model.configuration import AttributeMapping

MEMBERS = ("name", "chef_environment", "policy_name", "policy_group", "run_list")
"""The members of a node object that are read besides its levels."""

_RUN = ("recipes", "expanded_run_list", "roles", "chef_packages")
"""What the last run saved of itself."""


def needed_words(mapping: AttributeMapping) -> frozenset[str]:
    """The first words of the keys of a level that the mapping and the machine's facts may be read from.

    A key with dots stands for the path of its words, of which any beginning may be one key.
    """
    paths = [*mapping.prefixes, *mapping.kafka_version, *MACHINE_PATHS, *_RUN]
    paths += [path for spellings in mapping.settings.values() for path in spellings]
    return frozenset(path.partition(".")[0] for path in paths)


def needed_names(fields: Iterable[str]) -> frozenset[str]:
    """Of the fields that queries name those that are looked for among the attributes."""
    return frozenset(fields) - ITEM_FIELDS
