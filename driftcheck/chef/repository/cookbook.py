"""A cookbook: its name, version and dependencies, and its files by what Chef takes them for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen


@frozen
class Cookbook:
    """`folder` is its path in the tree (\"\" for the tree itself), `files` are relative to it and sorted.

    `dependencies`: cookbook → version constraint; `problem` says why the metadata could not be read: then
    there may be more of them.
    """

    name: str
    folder: str
    version: str
    dependencies: Mapping[str, str]
    files: tuple[str, ...]
    problem: Unknown | None = None

    def path(self, file: str) -> str:
        """A file's path in the tree."""
        return f"{self.folder}/{file}" if self.folder else file

    def attribute_files(self) -> Mapping[str, str]:
        """Short name → file, in the order in which Chef loads them: `default`, then by path.

        `attributes.rb` in the root takes the place of `attributes/default.rb` (Chef 13 and later).
        """
        files = {_short(file): file for file in self._below("attributes", ".rb")}
        if "attributes.rb" in self.files:
            files["default"] = "attributes.rb"
        first = {"default": files["default"]} if "default" in files else {}
        return {**first, **files}

    def recipe_files(self) -> Mapping[str, str]:
        """Recipe → its Ruby file; `recipe.rb` in the root takes the place of `recipes/default.rb`."""
        files = {_short(file): file for file in self._below("recipes", ".rb")}
        if "recipe.rb" in self.files:
            files["default"] = "recipe.rb"
        return files

    def other_recipes(self) -> frozenset[str]:
        """Recipes that are written in YAML or JSON: they are not evaluated."""
        names = {
            _short(file) for suffix in (".yml", ".yaml", ".json") for file in self._below("recipes", suffix)
        }
        alone = {"recipe.yml", "recipe.yaml", "recipe.json"}
        return frozenset(names | ({"default"} if alone & set(self.files) else set()))

    def libraries(self) -> Sequence[str]:
        """The library files in the order in which Chef loads them."""
        return self._below("libraries", ".rb")

    def resource_files(self) -> Sequence[str]:
        """Custom resources, their providers, and definitions."""
        return [
            *self._below("resources", ".rb"),
            *self._below("providers", ".rb"),
            *self._below("definitions", ".rb"),
        ]

    def preferred(self, segment: str, name: str, machine: Callable[[str], str | None]) -> str | None:
        """The file of `templates` or `files` that a node gets: by host, platform, version, or the default.

        `machine` gives an automatic attribute; it is asked only where the cookbook has files that depend on
        it.
        """
        own, name = set(self.files), name.lstrip("/")
        choices = self._special(segment, name, machine)
        return next(
            (
                f"{segment}/{each}"
                for each in [*choices, f"default/{name}", name]
                if f"{segment}/{each}" in own
            ),
            None,
        )

    def _special(self, segment: str, name: str, machine: Callable[[str], str | None]) -> list[str]:
        """The choices above `default`."""
        folders = {
            file.removeprefix(f"{segment}/").removesuffix(f"/{name}")
            for file in self.files
            if file.startswith(f"{segment}/") and file.endswith(f"/{name}") and file != f"{segment}/{name}"
        }
        folders = {folder for folder in folders if "/" not in folder and folder != "default"}
        choices: list[str] = []
        if any(folder.startswith("host-") for folder in folders):
            choices.append(f"host-{machine('fqdn') or ''}/{name}")
        if any(not folder.startswith("host-") for folder in folders):
            platform, version = machine("platform"), machine("platform_version")
            parts = version.split(".") if version else []
            choices += [f"{platform}-{'.'.join(parts[:count])}/{name}" for count in range(len(parts), 0, -1)]
            choices += [f"{platform}/{name}"] if platform else []
        return choices

    def _below(self, folder: str, suffix: str) -> list[str]:
        return [file for file in self.files if file.startswith(f"{folder}/") and file.endswith(suffix)]


def _short(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]
