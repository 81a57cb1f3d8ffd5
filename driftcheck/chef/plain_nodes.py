"""Node objects of the usual form, read in one step: most of a large repository's nodes are no brokers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from driftcheck.chef.attributes import LEVELS
from driftcheck.chef.kafka_settings import first_words, no_settings, none_set
from driftcheck.chef.machine import plain_machine
from driftcheck.chef.node_object import member_text, one_of_all, saved_run_list
from driftcheck.chef.run_list import saved_recipes
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Fact, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import NodeObservation

_NOTHING: dict[str, object] = {}
_NO_TEXTS: Mapping[str, Any] = {}
"""What nearly all nodes have of settings, as one object."""


@frozen
class PlainNodes:
    """Reads node objects that say nothing of Kafka and all else as Chef writes it.

    What comes of them is what `read_node_object` and what asks it come to; of any other object nothing comes.
    `mapping`: where Kafka's attributes would stand; `words`: what the paths to them begin with. `renders`:
    whether recipes render `server.properties`.
    """

    mapping: AttributeMapping
    words: frozenset[str]
    renders: Callable[[Fact[tuple[str, ...]]], Fact[bool]]

    @classmethod
    def of(
        cls, mapping: AttributeMapping, renders: Callable[[Fact[tuple[str, ...]]], Fact[bool]]
    ) -> PlainNodes:
        words = first_words((mapping.prefixes, mapping.kafka_version, *mapping.settings.values()))
        return cls(mapping=mapping, words=words, renders=renders)

    def observation(self, document: object, file: str) -> NodeObservation | None:
        """The node, without search fields; None if the object is not plain. `file`: its path."""
        if not isinstance(document, dict) or not self._is_silent(document):
            return None
        automatic, name, policy = document["automatic"], document.get("name"), document.get("policy_name")
        machine, saved = plain_machine(automatic, file), automatic.get("recipes")
        if machine is None or not isinstance(name, str) or not name or not isinstance(saved, list):
            return None
        environment, group = (
            member_text(document, key, file) for key in ("chef_environment", "policy_group")
        )
        run_list = saved_run_list(document, file)
        wrong = (
            isinstance(environment, Unknown) or isinstance(group, Unknown) or isinstance(run_list, Unknown)
        )
        if wrong or not (policy is None or isinstance(policy, str)):
            return None
        place = Location(source="chef", name=file, pointer="/automatic/recipes")
        recipes = Known(value=one_of_all(saved_recipes(saved)), location=place)
        return NodeObservation(
            name=name,
            location=Location(source="chef", name=file),
            environment=environment,
            policy_group=group,
            run_list=run_list,
            recipes=recipes,
            renders_kafka=self.renders(recipes),
            settings=_NO_TEXTS,
            settings_from=no_settings(self.mapping.prefixes),
            kafka_version=none_set(self.mapping.kafka_version),
            machine=machine,
            search_fields=_NO_TEXTS,
        )

    def _is_silent(self, document: Mapping[str, object]) -> bool:
        """Whether its levels are hashes that can say nothing of Kafka."""
        words = self.words
        if not isinstance(document.get("automatic"), dict):
            return False
        for level in LEVELS:
            hash_ = document.get(level, _NOTHING)
            if not isinstance(hash_, dict) or not words.isdisjoint(hash_) or "." in "".join(hash_):
                return False
        return True
