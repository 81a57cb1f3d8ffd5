"""Node objects of the usual form, read in one step: most of a large repository's nodes are no brokers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from driftcheck.chef.attributes import LEVELS, Attributes
from driftcheck.chef.kafka_settings import first_words
from driftcheck.chef.machine import PlainMachine, plain_machine
from driftcheck.chef.needed import needed_names
from driftcheck.chef.node_object import member_text, nil_wins, read_node_object, saved_run_list
from driftcheck.chef.packed_nodes import NodeForm, PackedNodes, packed_row
from driftcheck.chef.run_list import saved_recipes
from driftcheck.chef.search_fields import ITEM_FIELDS, attribute_values, search_fields
from driftcheck.formats.json_members import NeededMembers
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Fact, Known, Unknown

_NOTHING: dict[str, object] = {}
_NO_TEXTS: Mapping[str, tuple[str, ...]] = {}
_MEMBERS = ("chef_environment", "policy_name", "policy_group")
_KEPT = ("chef_environment", "policy_group", "run_list")


class PlainNodes:
    """Reads node objects that say nothing of Kafka and all else as Chef writes it, and keeps them packed.

    What comes of them is what `read_node_object` and what asks it come to; any other object is not taken.
    `mapping`: where Kafka's attributes would stand. `fields`: what queries name. `renders`: whether recipes
    render `server.properties`.
    """

    def __init__(
        self,
        mapping: AttributeMapping,
        fields: Iterable[str],
        renders: Callable[[Fact[tuple[str, ...]]], Fact[bool]],
    ) -> None:
        self._words = first_words((mapping.prefixes, mapping.kafka_version, *mapping.settings.values()))
        self._mapping = mapping
        self._renders = renders
        self._own_fields = frozenset(fields) & {"name", "node"}
        self._shared_fields = frozenset(fields) & ITEM_FIELDS - self._own_fields
        self._attribute_fields = sorted(needed_names(fields))
        self._forms: dict[Any, int] = {}
        self._made: list[NodeForm] = []
        self._rows: list[str] = []
        self._numbers = array("L")
        self._seconds = array("d")
        self._values: list[Mapping[str, tuple[str, ...]]] = []
        self._same_values: dict[Any, Mapping[str, tuple[str, ...]]] = {}

    def take(self, document: object, file: str) -> bool:
        """Whether the object is plain, and so is kept. `file`: its path."""
        if not isinstance(document, dict) or not self._is_silent(document):
            return False
        name, automatic = document.get("name"), document["automatic"]
        machine = plain_machine(automatic)
        if machine is None or not isinstance(name, str) or not name:
            return False
        row = packed_row(name, file, machine)
        form = None if row is None else self._form(document, automatic, machine)
        if row is None or form is None:
            return False
        if self._attribute_fields:
            self._values.append(self._searched(document, file))
        self._rows.append(row)
        self._numbers.append(form)
        self._seconds.append(machine.seconds)
        return True

    def packed(self) -> PackedNodes:
        """All that were taken."""
        return PackedNodes(
            forms=self._made,
            rows=self._rows,
            numbers=self._numbers,
            seconds=self._seconds,
            own_fields=self._own_fields,
            values=self._values,
        )

    def _is_silent(self, document: Mapping[str, object]) -> bool:
        """Whether its levels are hashes that can say nothing of Kafka."""
        words = self._words
        if not isinstance(document.get("automatic"), dict):
            return False
        for level in LEVELS:
            hash_ = document.get(level, _NOTHING)
            if not isinstance(hash_, dict) or not words.isdisjoint(hash_) or "." in "".join(hash_):
                return False
        return True

    def _form(
        self, document: Mapping[str, object], automatic: Mapping[str, Any], machine: PlainMachine
    ) -> int | None:
        """The number of what the node has in common with others; None where that is not of the usual form."""
        run_list, recipes, roles = document.get("run_list"), automatic.get("recipes"), automatic.get("roles")
        if not isinstance(recipes, list):
            return None
        key = (
            *map(document.get, _MEMBERS),
            tuple(run_list) if isinstance(run_list, list) else run_list,
            tuple(recipes),
            tuple(roles) if isinstance(roles, list) and self._shared_fields else None,
            machine.instance[1:],
        )
        try:
            number = self._forms.get(key)
        except TypeError:  # something in it is a hash or a list
            return None
        if number is None and self._is_usual(document):
            number = self._forms[key] = len(self._made)
            self._made.append(self._new_form(document, recipes, machine))
        return number

    def _is_usual(self, document: Mapping[str, object]) -> bool:
        facts = [member_text(document, key, "") for key in _MEMBERS]
        return not any(isinstance(fact, Unknown) for fact in (*facts, saved_run_list(document, "")))

    def _new_form(
        self, document: Mapping[str, object], recipes: list[object], machine: PlainMachine
    ) -> NodeForm:
        saved = saved_recipes(recipes)
        node = read_node_object(document, file="")
        return NodeForm(
            members={key: document.get(key) for key in _KEPT},
            recipes=saved,
            renders=self._renders,
            mapping=self._mapping,
            instance=machine.instance[1:],
            search_fields=_NO_TEXTS
            if isinstance(node, Unknown)
            else search_fields(node, Known(value=saved), self._shared_fields),
        )

    def _searched(self, document: Mapping[str, Any], file: str) -> Mapping[str, tuple[str, ...]]:
        """The values of the attributes that queries name; one mapping for all nodes that have the same."""
        levels = {level: document.get(level, _NOTHING) for level in LEVELS}
        if isinstance(document, NeededMembers):
            if not document.named:
                return _NO_TEXTS
            named = document.named
            levels = {
                level: {key: value for key, value in hash_.items() if key in named}
                for level, hash_ in levels.items()
            }
        automatic = Attributes(file=file, layers=(("", document["automatic"]),), dotted=False)
        merged = Attributes(
            file=file, layers=tuple(levels.items()), nil_wins=nil_wins(automatic), dotted=False
        )
        found = attribute_values(merged, self._attribute_fields)
        return self._same_values.setdefault(tuple(found.items()), found) if found else _NO_TEXTS
