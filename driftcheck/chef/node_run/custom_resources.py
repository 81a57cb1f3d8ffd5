"""Which names are custom resources or definitions, by the files of the cookbooks that are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.recipes import chef_names

_NAMES = re.compile(rb"^\s*(resource_name|provides|define)[ (]+:?['\"]?(\w+)", re.MULTILINE)
_CLASS_NAMES = re.compile(rb"\b(resource_name|provides)[ (]+:?['\"]?(\w+)")
PROVIDES_ALONE_SINCE = 16
"""Since Chef 16 `resource_name` gives a resource no name to be declared by: `provides` and its file do."""


def custom_resources(
    repository: ChefRepository, cookbooks: Iterable[Cookbook], *, chef_version: int = 18
) -> dict[str, tuple[str, ...]]:
    """The names of custom resources and definitions, each with the files whose code it may run."""
    older = chef_version < PROVIDES_ALONE_SINCE
    found: dict[str, list[str]] = {}
    for cookbook in cookbooks:
        for file in [*cookbook.resource_files(), *cookbook.libraries()]:
            path = cookbook.path(file)
            content = repository.text(path)
            library = file.startswith("libraries/")
            names = (
                (_CLASS_NAMES if library else _NAMES).findall(content) if isinstance(content, bytes) else []
            )
            words = {name.decode() for method, name in names if older or method != b"resource_name"}
            if not library:
                short = file.rpartition("/")[2].removesuffix(".rb")
                words.add(short if file.startswith("definitions/") else _resource_name(cookbook.name, short))
            for word in words:
                found.setdefault(word, []).append(path)
    own = set(chef_names()["resources"])
    return {name: tuple(paths) for name, paths in found.items() if name not in own}


def _resource_name(cookbook: str, short: str) -> str:
    name = cookbook.replace("-", "_")
    return name if short == "default" else f"{name}_{short}"
