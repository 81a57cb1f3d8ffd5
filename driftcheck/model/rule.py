"""A rule as it stands in a rule file, before its expressions are compiled."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location


class Level(enum.StrEnum):
    """SARIF's levels, from the least to the most severe."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return ("note", "warning", "error").index(self.value)


class Scope(enum.StrEnum):
    """What a rule is evaluated for: each of these, with its parents in reach by name.

    `endpoint` binds endpoint, broker, cluster; `broker` binds broker, cluster; `client` client, cluster;
    `cluster` cluster; `ambiguity` ambiguity, cluster; `setting` setting, cluster; `server` server (one
    of the cluster's ZooKeeper servers), cluster. `inventory` is always bound.
    """

    CLUSTER = "cluster"
    BROKER = "broker"
    ENDPOINT = "endpoint"
    CLIENT = "client"
    AMBIGUITY = "ambiguity"
    SETTING = "setting"
    SERVER = "server"


@frozen
class Expression:
    """An expression's or template's text and where it stands in its rule file."""

    text: str
    location: Location


@frozen
class RuleFile:
    """A rule file's text under the name that errors call it; `builtin` if it came with driftcheck."""

    name: str
    text: str
    builtin: bool = False


@frozen
class Rule:
    """A rule. `needs` are sources without which it does not apply ("chef", "rendered", "client_files",
    "dns", "zookeeper"); `chef|rendered` is met by either.

    `variables`: named sub-expressions for the others and the templates. `group`: failures of one cluster
    with the same key become one finding. `about`: the values at issue (host names, ids): a consequence of
    another finding has to share one where both name any. `affects`: names of further subjects it reaches.
    `faces`: which faces the finding shows side by side. `property`, `message`, `effect` and `fix` are
    templates, the other Expressions are expressions. `builtin`: it came with driftcheck.
    """

    id: str
    name: str
    summary: str
    level: Level
    scope: Scope
    needs: tuple[str, ...]
    variables: Mapping[str, Expression]
    when: Expression | None
    assertion: Expression
    group: Expression | None
    property: Expression | None
    about: Expression | None
    affects: Expression | None
    message: Expression
    effect: Expression | None
    fix: Expression
    why: str
    explains: tuple[str, ...]
    faces: tuple[str, ...]
    references: tuple[str, ...]
    location: Location
    builtin: bool = False
