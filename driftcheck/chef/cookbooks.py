"""Where a Chef repository keeps its cookbooks, and which of them render `server.properties`."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.chef.run_list import cookbook_of
from driftcheck.model.facts import Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen

FOLDERS = ("cookbooks", "site-cookbooks", "berks-cookbooks", "vendor/cookbooks")
TEMPLATE = "server.properties"


@frozen
class Cookbooks:
    """`names`: all cookbooks in sight; `rendering`: those with a template for server.properties."""

    names: frozenset[str]
    rendering: frozenset[str]

    def render_kafka(self, recipes: Fact[tuple[str, ...]]) -> Fact[bool]:
        """Whether one of these recipes' cookbooks renders `server.properties`.

        Without any such cookbook in sight a recipe of a cookbook that is not in sight makes it Unknown.
        """
        if isinstance(recipes, Unknown):
            return recipes
        if not isinstance(recipes, Known):
            return Known(value=False, location=recipes.location)
        used = dict.fromkeys(cookbook_of(recipe) for recipe in recipes.value)
        if any(name in self.rendering for name in used):
            return Known(value=True, location=recipes.location, derived_from=(recipes,))
        absent = [name for name in used if name not in self.names]
        if absent and not self.rendering:
            names = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
            reason = f"the repository does not hold the cookbooks that may render {TEMPLATE}: {names}"
            return missing(reason, recipes.location)
        return Known(value=False, location=recipes.location, derived_from=(recipes,))


def find_cookbooks(paths: Iterable[str], *, own_name: str | None = None) -> Cookbooks:
    """The cookbooks among a tree's paths; `own_name` is the tree's own, where the tree is one cookbook."""
    names: set[str] = set()
    rendering: set[str] = set()
    for path in paths:
        cookbook, inner = _split(path, own_name)
        if cookbook is None:
            continue
        names.add(cookbook)
        parts = inner.split("/")
        if parts[0] == "templates" and parts[-1].startswith(TEMPLATE):
            rendering.add(cookbook)
    return Cookbooks(names=frozenset(names), rendering=frozenset(rendering))


def joined(repositories: Iterable[Cookbooks]) -> Cookbooks:
    """The cookbooks of several repositories together."""
    every = tuple(repositories)
    return Cookbooks(
        names=frozenset().union(*(one.names for one in every)),
        rendering=frozenset().union(*(one.rendering for one in every)),
    )


def _split(path: str, own_name: str | None) -> tuple[str | None, str]:
    """A path as its cookbook's name and the path within; repositories may lie one folder down."""
    if "cookbooks/" not in path:
        return own_name, path  # most files of a large repository are nodes'
    parts = path.split("/")
    for folder in FOLDERS:
        words = folder.split("/")
        for start in (0, 1):
            if parts[start : start + len(words)] == words and len(parts) > start + len(words) + 1:
                inner = start + len(words)
                return parts[inner], "/".join(parts[inner + 1 :])
    return own_name, path
