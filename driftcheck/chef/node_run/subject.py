"""Whose run it is: a saved node object, or a node that does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.chef.ruby.json_values import json_place
from driftcheck.chef.ruby.values import Place
from driftcheck.model.frozen import frozen

_RUN_KEYS = (
    "recipes", "roles", "expanded_run_list", "cookbooks", "policy_name", "policy_group", "policy_revision",
)  # fmt: skip
"""What the last run left among the automatic attributes, and the next one sets anew."""


@frozen
class RunSubject:
    """A node before its run. Only `normal` and `automatic` live on from one run to the next.

    `path` is the node object's file, None for a node that is made up. `automatic` is None if the node was
    never converged and nothing is said of its machine; `unseen` are keys of it that nobody knows although
    others are known. `run_list` is None where the policy has it.
    """

    name: str
    path: str | None = None
    environment: str = "_default"
    policy_name: str | None = None
    policy_group: str | None = None
    run_list: tuple[str, ...] | None = None
    normal: Mapping[str, Any]
    automatic: Mapping[str, Any] | None = None
    unseen: tuple[str, ...] = ()

    def machine(self) -> dict[str, Any] | None:
        """The automatic attributes that Ohai would collect again."""
        if self.automatic is None:
            return None
        return {key: value for key, value in self.automatic.items() if key not in _RUN_KEYS}

    def place(self, level: str, pointer: str) -> Place | None:
        """Where a saved attribute stands."""
        return json_place(self.path, f"/{level}{pointer}") if self.path is not None else None


def subject_of(name: str, path: str, document: Mapping[str, Any]) -> RunSubject:
    """A parsed node object as its next run finds it. Parts of another type than Chef writes are left out."""
    run_list = document.get("run_list")
    normal, automatic = document.get("normal"), document.get("automatic")
    return RunSubject(
        name=name,
        path=path,
        environment=_text(document.get("chef_environment")) or "_default",
        policy_name=_text(document.get("policy_name")),
        policy_group=_text(document.get("policy_group")),
        run_list=tuple(item for item in run_list if isinstance(item, str))
        if isinstance(run_list, list)
        else None,
        normal=normal if isinstance(normal, Mapping) else {},
        automatic=automatic if isinstance(automatic, Mapping) else None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
