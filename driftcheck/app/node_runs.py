"""`attributes` and `render`: what a node would get, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from driftcheck.app.node_wish import NodeWish, open_repository, subject_for, with_settings
from driftcheck.app.places import with_lines
from driftcheck.chef.node_run.origins import location_of
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.ruby.plain import Plain, UnknownLeaf
from driftcheck.errors import UsageError
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.configuration.file import load_configuration

_FAULTS = (UnknownKind.FAULT, UnknownKind.DENIED)


@frozen
class ChefStop:
    """Where chef-client would stop: the exception's class and message (None if not known), and the place."""

    class_name: str
    message: str | None
    location: Location | None


@frozen
class UnknownAttribute:
    """A part of the attributes that is not known; `candidates` are values that it could have."""

    path: tuple[str | int, ...]
    kind: str
    reason: str
    location: Location | None
    candidates: tuple[Any, ...]


@frozen
class NodeAttributes:
    """`attributes`: what is Known, without the automatic level; None where Chef would stop.

    `gaps`: what could not be read or is not in the repository. `lost`: a fault, or a right that is
    missing, hides part of it.
    """

    node: str
    attributes: dict[str, Any] | None
    automatic: dict[str, Any]
    unknown: tuple[UnknownAttribute, ...]
    assumed: tuple[str, ...]
    gaps: tuple[str, ...]
    errors: tuple[ChefStop, ...]
    lost: bool = False


@frozen
class Line:
    """A line of a rendered file: None where it is not known; `sources` are what it was made of."""

    text: str | None
    maybe: bool
    sources: tuple[Location, ...]


@frozen
class File:
    """A file that the run would write; `template` is its source in the repository, None for a text."""

    path: str
    template: str | None
    maybe: bool
    ends_with_newline: bool
    lines: tuple[Line, ...]
    declared: Location | None
    reason: str | None


@frozen
class NodeFiles:
    """The files of a node's run, in the order in which they are written."""

    node: str
    files: tuple[File, ...]
    assumed: tuple[str, ...]
    gaps: tuple[str, ...]
    errors: tuple[ChefStop, ...]
    lost: bool = False


def run_for(wish: NodeWish, until: Phase, *, journal: bool = False) -> NodeRun:
    """The run that is asked for; with a `journal` it keeps all writes to the levels.

    Raises UsageError for a repository or node that is not there.
    """
    repository = open_repository(wish.repository)
    subject = subject_for(wish, repository)
    if wish.settings:
        before = NodeRun(repository, subject, chef_version=wish.chef_version).run(Phase.COMPILE)
        subject = with_settings(subject, wish.settings, before.merged().known or {})
    return NodeRun(repository, subject, chef_version=wish.chef_version, journal=journal).run(until)


def node_attributes(wish: NodeWish, *, phase: Phase = Phase.COMPILE, attribute: str = "") -> NodeAttributes:
    """A node's attributes after its attribute files, or after its recipes' writes too.

    `attribute` narrows them to what stands under a dotted path. Raises UsageError.
    """
    run = run_for(wish, phase)
    merged = run.merged()
    plain = Plain(run.evaluation.runtime)
    automatic = plain.value(run.evaluation.state.levels["automatic"])
    unknown = [*_leaves(run, merged.unknown), *_leaves(run, plain.unknown)]
    if run.lost is not None and all(each.path for each in unknown):
        unknown.insert(0, _unknown_attribute(run, UnknownLeaf(path=(), unknown=run.lost)))
    known = merged.known
    if known is not None:
        unknown += _pruned(known, unknown, ())
    if attribute and known is not None:
        path = attribute_path(known, unknown, attribute)
        known, automatic = _narrowed(known, path), _narrowed(automatic, path)
        unknown = [each for each in unknown if _overlaps(each.path, path)]
    answer = NodeAttributes(
        node=run.subject.name,
        attributes=known,
        automatic=automatic,
        unknown=tuple(unknown),
        assumed=tuple(run.assumed),
        gaps=gaps_of(run),
        errors=stops_of(run),
        lost=is_undetermined(run),
    )
    return with_lines(answer, [run.repository.tree])


def node_files(wish: NodeWish, *, file: str = "") -> NodeFiles:
    """The files that a node's run would write; `file` is a path, or the end of one. Raises UsageError."""
    run = run_for(wish, Phase.CONVERGE)
    files = chosen(files_of(run, wish.repository), file)
    if file and not files and run.stop is None and not is_undetermined(run):
        raise no_file(run, file)
    answer = NodeFiles(
        node=run.subject.name,
        files=tuple(_file(each) for each in files),
        assumed=tuple(run.assumed),
        gaps=gaps_of(run),
        errors=stops_of(run),
        lost=is_undetermined(run),
    )
    return with_lines(answer, [run.repository.tree])


def files_of(run: NodeRun, repository: str) -> list[RenderedFile]:
    """What the run writes, and what the repository's configuration says is rendered with Jinja2."""
    from driftcheck.chef.node_run.j2_files import j2_files

    return [*run.files, *j2_files(run, load_configuration((repository,)).j2)]


def no_file(run: NodeRun, file: str) -> UsageError:
    """The error of a file that the run does not write."""
    names = ", ".join(each.path for each in run.files[:5]) or "none"
    hint = f"It writes: {names}."
    gaps = gaps_of(run)
    if gaps:
        hint += f" Not read: {gaps[0]}" + (f", and {len(gaps) - 1} more." if len(gaps) > 1 else ".")
    return UsageError(f"the run of {run.subject.name} writes no file '{file}'", hint=hint)


def chosen(files: Sequence[RenderedFile], name: str) -> list[RenderedFile]:
    """The files of a path, or with this end of a path; all for an empty name."""
    return [each for each in files if not name or each.path == name or each.path.endswith(f"/{name}")]


def stops_of(run: NodeRun) -> tuple[ChefStop, ...]:
    """The error that would end the run, if there is one."""
    stop = run.stop
    if stop is None:
        return ()
    return (ChefStop(class_name=stop.class_name, message=stop.message, location=location_of(stop.place)),)


def is_undetermined(run: NodeRun) -> bool:
    """Whether a fault, or a right that is missing, hides all or part of what the run comes to."""
    return run.lost is not None or any(gap.kind in _FAULTS for gap in run.gaps)


def gaps_of(run: NodeRun) -> tuple[str, ...]:
    """What could not be read or is not in the repository, each once."""
    texts = (f"{gap.location}: {gap.reason}" if gap.location is not None else gap.reason for gap in run.gaps)
    return tuple(dict.fromkeys(texts))


def attribute_path(
    known: dict[str, Any], unknown: Iterable[UnknownAttribute], attribute: str
) -> tuple[str, ...]:
    """The keys that a dotted name means: words that the attributes write as one key are joined."""
    words = attribute.split(".")
    keys = {tuple(map(str, each.path)) for each in unknown}
    return _joined(known, words, keys, ()) or tuple(words)


def _joined(
    here: Any, words: list[str], keys: set[tuple[str, ...]], path: tuple[str, ...]
) -> tuple[str, ...] | None:
    if not words:
        return path
    for count in range(1, len(words) + 1):
        key = ".".join(words[:count])
        inner = here.get(key) if isinstance(here, dict) else None
        if (isinstance(here, dict) and key in here) or (*path, key) in keys:
            found = _joined(inner, words[count:], keys, (*path, key))
            if found is not None:
                return found
    return None


def _narrowed(value: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Only what stands under a path, with the hashes around it."""
    here: Any = value
    for key in path:
        if not isinstance(here, dict) or key not in here:
            return {}
        here = here[key]
    for key in reversed(path):
        here = {key: here}
    return here if isinstance(here, dict) else {}


def _pruned(
    here: dict[str, Any], unknown: Sequence[UnknownAttribute], path: tuple[str | int, ...]
) -> list[UnknownAttribute]:
    """Takes out hashes of which nothing is known; what is said of them instead."""
    added: list[UnknownAttribute] = []
    inside = [each for each in unknown if each.path[: len(path)] == path]
    for key in [key for key, value in here.items() if isinstance(value, dict)] if inside else []:
        own = (*path, key)
        about = [each for each in inside if each.path[: len(own)] == own]
        if about and here[key]:
            added += _pruned(here[key], about, own)
        if about and not here[key]:
            del here[key]
            if all(each.path != own for each in [*about, *added]):
                added.append(replace(about[0], path=own, candidates=()))
    return added


def _overlaps(path: tuple[str | int, ...], wanted: tuple[str, ...]) -> bool:
    common = min(len(path), len(wanted))
    return tuple(map(str, path[:common])) == wanted[:common]


def _leaves(run: NodeRun, leaves: Iterable[UnknownLeaf]) -> list[UnknownAttribute]:
    return [_unknown_attribute(run, leaf) for leaf in leaves]


def _unknown_attribute(run: NodeRun, leaf: UnknownLeaf) -> UnknownAttribute:
    plain = Plain(run.evaluation.runtime)
    unknown: Unknown = leaf.unknown
    values = [plain.value(each.value) for each in unknown.candidates]
    return UnknownAttribute(
        path=leaf.path,
        kind=unknown.kind.value,
        reason=unknown.reason,
        location=unknown.location,
        candidates=() if plain.unknown else tuple(values),
    )


def _file(file: RenderedFile) -> File:
    return File(
        path=file.path,
        template=file.source,
        maybe=file.maybe,
        ends_with_newline=file.ends_with_newline,
        lines=tuple(
            Line(
                text=line.text,
                maybe=line.maybe or file.maybe,
                sources=tuple(
                    location for place in line.places if (location := location_of(place)) is not None
                ),
            )
            for line in file.lines
        ),
        declared=location_of(file.declared),
        reason=file.gap.reason if file.gap is not None else None,
    )
