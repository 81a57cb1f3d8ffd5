"""What a rule says of a subject: an evaluation's outcome, and the finding that is shown for a failure."""

from __future__ import annotations

import builtins
import enum

from driftcheck.model.facts import UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.rule import Level


class Outcome(enum.StrEnum):
    """SARIF's words for the result of one rule on one subject."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"
    NOT_APPLICABLE = "notApplicable"


@frozen(order=True)
class Subject:
    """Whom a finding is about. `kind` is the rule's scope; `id` the broker's id where it is known.

    An endpoint's subject is its broker, with the listener's name in `detail`.
    """

    kind: str
    name: str
    cluster: str
    id: int | None = None
    detail: str = ""


@frozen
class FaceLine:
    """One face of one subject, side by side with the others.

    `face`: "intended", "rendered", "registered", "resolves", "machine". `text`: its value as one line.
    `note`: what to say of it ("since 2015-03-26 21:14:07 UTC"). `odd`: whether it is the one that differs.
    """

    face: str
    text: str
    location: Location | None = None
    note: str = ""
    odd: bool = False


@frozen
class Comparison:
    """The faces of one subject; `verdict` is what they come to ("ok", "not its own address")."""

    subject: str
    faces: tuple[FaceLine, ...]
    verdict: str = ""


@frozen
class Because:
    """One step of the way from the finding back to what caused it: a place and what stands there."""

    location: Location
    text: str


@frozen
class Finding:
    """A failure of a rule, for one subject or for several that have the same cause.

    `locations`: the place that caused it first, then related ones. `fingerprints`: one per subject, made
    of rule, subject and property, never of line numbers. `consequences` are other rules' findings that
    this one explains.
    """

    rule: str
    rule_name: str
    level: Level
    subjects: tuple[Subject, ...]
    property: str
    message: str
    effect: str
    fix: str
    locations: tuple[Location, ...]
    because: tuple[Because, ...]
    comparisons: tuple[Comparison, ...]
    consequences: tuple[Finding, ...]
    fingerprints: tuple[str, ...]
    about: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()

    @builtins.property
    def subject(self) -> Subject:
        """The first subject; JSON's `subject`."""
        return self.subjects[0]

    @builtins.property
    def fingerprint(self) -> str:
        return self.fingerprints[0]


@frozen
class NotChecked:
    """A rule that stayed open on a subject, once for each reason."""

    rule: str
    subject: Subject | None
    kind: UnknownKind
    source: str
    location: Location | None
    reason: str


@frozen
class Suppressed:
    """A finding that an inline ignore silenced."""

    finding: Finding
    reason: str
    location: Location
