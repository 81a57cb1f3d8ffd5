"""The nodes of one repository whose runs write files of Kafka's, and what these runs come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from driftcheck.chef.machine import machine_observation
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.node_run.j2_files import j2_files
from driftcheck.chef.node_run.preparation import Preparation
from driftcheck.chef.node_run.rendered_file import UNKNOWN_PART, RenderedFile
from driftcheck.chef.node_run.run import NIL_WINS_SINCE, NodeRun, Phase
from driftcheck.chef.node_run.subject import RunSubject, subject_of
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import Stop
from driftcheck.chef.run_list import cookbook_of, saved_recipes
from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.model.configuration import J2Template
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ChefStop, Gap, RunObservation
from driftcheck.model.tree import Tree
from driftcheck.sources.cookbook_runs.evaluated import EvaluatedRun
from driftcheck.sources.cookbook_runs.intended_files import intended_file
from driftcheck.sources.cookbook_runs.kinds import base_name
from driftcheck.sources.cookbook_runs.line_trails import LineTrails
from driftcheck.sources.cookbook_runs.partly_nil import partly_nil
from driftcheck.sources.cookbook_runs.stop_messages import is_secret_message
from driftcheck.sources.cookbook_runs.versions import version_attribute

SOURCE = "cookbooks"
_NO_COOKBOOK = "the repository does not hold the cookbook "
MOST_NAMES = 6
_CODE = ("recipes", "resources", "providers", "definitions", "libraries")
_HELD = ("templates", "files")

_ENDS = Absent(evidence="chef-client would come to the end of its run")


@dataclass(slots=True, kw_only=True)
class Repository:
    """A repository whose nodes are evaluated one after the other.

    `kinds`: the names of the files that are looked for, with their kinds. `version_paths`: the attributes
    that may hold Kafka's version, `prefixes` those under which settings are spelt. `j2`: what is rendered
    with Jinja2. `chef_version`: None for that of each node's last run, else 18.
    """

    tree: Tree
    kinds: Mapping[str, str]
    version_paths: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    j2: tuple[J2Template, ...] = ()
    chef_version: int | None = None
    chef: ChefRepository = field(init=False)
    _writers: frozenset[str] | None = None
    _verdicts: dict[object, tuple[bool, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chef = ChefRepository(self.tree)

    def run(self, path: str, content: bytes) -> EvaluatedRun | None:
        """The next run of the node whose object this is; None if it writes none of the files."""
        try:
            document = parse_json(content)
        except JsonError:
            return None
        node = read_node_object(document, file=path)
        if not isinstance(node, NodeObject) or not isinstance(document, Mapping):
            return None
        subject = subject_of(node.name, path, document)
        known = self.chef_version
        nil_wins = node.attributes.nil_wins if known is None else known >= NIL_WINS_SINCE
        if not self._concerns(subject, node, nil_wins=nil_wins):
            return None
        version = NIL_WINS_SINCE if nil_wins else NIL_WINS_SINCE - 1
        run = NodeRun(self.chef, subject, chef_version=version).run(Phase.CONVERGE)
        return self._evaluated(run, node)

    def _concerns(self, subject: RunSubject, node: NodeObject, *, nil_wins: bool) -> bool:
        """Whether a cookbook of its run list, or one that these depend on, may write such a file.

        Where the run list cannot be expanded (a role is not there, or cannot be read), that of the last run
        says which cookbooks they are; a node that never ran may have any.
        """
        key = (subject.run_list, subject.environment, subject.policy_name, subject.policy_group, nil_wins)
        if key not in self._verdicts:
            made = Preparation(self.chef, subject, nil_wins=nil_wins)
            doubtful = bool(made.expansion.problems or made.expansion.missing_roles or made.expansion.stop)
            self._verdicts[key] = (not self._rendering.isdisjoint(made.order.names), doubtful)
        concerns, doubtful = self._verdicts[key]
        return concerns or (doubtful and self._may_concern(node))

    def _may_concern(self, node: NodeObject) -> bool:
        """By the recipes of the node's last run."""
        saved = node.automatic.child("recipes")
        if not isinstance(saved, Known) or not isinstance(saved.value, list):
            return bool(self._rendering)
        return not self._rendering.isdisjoint(map(cookbook_of, saved_recipes(saved.value)))

    @property
    def _rendering(self) -> frozenset[str]:
        return self.writers.union(each.cookbook for each in self.j2)

    @property
    def writers(self) -> frozenset[str]:
        """The cookbooks that hold such a file's template, or whose code names one."""
        if self._writers is None:
            self._writers = frozenset(
                name for name, cookbook in self.chef.cookbooks.items() if self._writes(cookbook)
            )
        return self._writers

    def _writes(self, cookbook: Cookbook) -> bool:
        names = tuple(self.kinds)
        if any(file.startswith(_HELD) and base_name(file).startswith(names) for file in cookbook.files):
            return True
        wanted = [name.encode() for name in names]
        for file in cookbook.files:
            if file.startswith(_CODE) and file.endswith(".rb"):
                content = self.chef.text(cookbook.path(file))
                if isinstance(content, bytes) and any(name in content for name in wanted):
                    return True
        return False

    def _evaluated(self, run: NodeRun, node: NodeObject) -> EvaluatedRun:
        trails = LineTrails(run)
        files = [
            (file, intended_file(file, kind, trails))
            for file in (*run.files, *j2_files(run, self.j2))
            if (kind := self._kind(file)) is not None
        ]
        stop = _stop(run, trails, old=not node.attributes.nil_wins)
        assumed = [*run.assumed, *(_assumption(file) for file, _ in files if file.maybe)]
        observation = RunObservation(
            node=node.name,
            location=Location(source="chef", name=node.file),
            observed_at=machine_observation(node.automatic).observed_at,
            files=tuple(sorted((each for _, each in files), key=lambda each: (each.kind, each.path))),
            stop=stop,
            kafka_version=version_attribute(run, self.version_paths, trails),
            assumed=tuple(dict.fromkeys(assumed)),
            partly_nil=partly_nil(run, self.prefixes, trails),
        )
        return EvaluatedRun(observation=observation, hidden=tuple(_hidden(run, observation)))

    def _kind(self, file: RenderedFile) -> str | None:
        name = base_name(file.path)
        if UNKNOWN_PART in name and file.source is not None:
            name = base_name(file.source).removesuffix(".erb").removesuffix(".j2")
        return self.kinds.get(name)


def _assumption(file: RenderedFile) -> str:
    return f"{file.path} is written, which its resource's guards decide"


def _stop(run: NodeRun, trails: LineTrails, *, old: bool) -> Fact[ChefStop]:
    """Where the run would end. `old`: the node's own Chef is known to be older than 15."""
    if run.stop is None:
        return _ENDS if run.lost is None else run.lost
    stop = run.stop
    place = trails.place(stop.place)
    doubt = _doubted(run, stop, old=old)
    if doubt is not None:
        return replace(doubt, location=place)
    code = trails.of_place(stop.place)
    message: Fact[str] = Unknown(kind=UnknownKind.UNSUPPORTED, reason="the end of the message is Ruby's own")
    if stop.message is not None:
        secret = is_secret_message(run, stop.message, *(line.value for line in code))
        message = Known(value=stop.message, secret=secret)
    return Known(
        value=ChefStop(
            class_name=Known(value=stop.class_name, location=place, derived_from=code),
            message=message,
            cause=f"{stop.class_name} at {place}" if place is not None else stop.class_name,
        ),
        location=place,
    )


def _doubted(run: NodeRun, stop: Stop, *, old: bool) -> Unknown | None:
    """Why it is not known whether the run ends there: a cookbook that is not there may set what is nil, and
    what Chef 18 has no more (`node.set`) an older one still has.
    """
    of_nil = stop.class_name == "NoMethodError" and " for nil" in (stop.message or "")
    if of_nil:
        absent = next(
            (gap for gap in _without_cookbooks(run.gaps) if _NO_COOKBOOK.rstrip() in gap.reason), None
        )
        return missing(f"{absent.reason}, which may set what is nil") if absent else None
    if old and stop.class_name in ("NoMethodError", "FrozenError"):
        return Unknown(
            kind=UnknownKind.UNSUPPORTED,
            reason=f"the node's Chef is older than 18, which would stop here with {stop.class_name}",
        )
    return None


def _hidden(run: NodeRun, seen: RunObservation) -> Iterator[Gap]:
    """Why not all of the run's files is known: a gap that hides nothing of them is none."""
    told: dict[tuple[str, str], Gap] = {}
    for file in seen.files:
        for key, fact in file.settings.items():
            if isinstance(fact, Unknown):
                _add(told, fact, f"{key} in the {base_name(file.path)}")
        if file.doubt is not None:
            _add(told, file.doubt, f"further keys in the {base_name(file.path)}")
    whole = seen.files and not told
    if run.lost is not None:
        _add(told, run.lost, "the files")
    elif isinstance(seen.stop, Unknown):
        _add(told, seen.stop, "the files")
    elif not whole and isinstance(seen.stop, Absent):
        reasons = {reason for reason, _ in told}
        for gap in _without_cookbooks(run.gaps):
            if gap.reason not in reasons:
                _add(told, gap, "the files")
    yield from told.values()


def _without_cookbooks(gaps: Sequence[Unknown]) -> Iterator[Unknown]:
    """The gaps, all cookbooks that are not there as one; what follows from one of them is left out."""
    absent = sorted(
        {gap.reason.removeprefix(_NO_COOKBOOK) for gap in gaps if gap.reason.startswith(_NO_COOKBOOK)}
    )
    if len(absent) > 1:
        more = f" and {len(absent) - MOST_NAMES} more" if len(absent) > MOST_NAMES else ""
        yield missing(f"{_NO_COOKBOOK.rstrip()}s {', '.join(absent[:MOST_NAMES])}{more}")
    for gap in gaps:
        if _NO_COOKBOOK not in gap.reason or (len(absent) == 1 and gap.reason.startswith(_NO_COOKBOOK)):
            yield gap


def _add(told: dict[tuple[str, str], Gap], why: Unknown, hides: str) -> None:
    key = (why.reason, hides)
    told.setdefault(
        key, Gap(source=SOURCE, kind=why.kind, reason=why.reason, location=why.location, hides=hides)
    )
