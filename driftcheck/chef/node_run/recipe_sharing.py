"""What a recipe did on one node, resources and files included, done again on the next one like it.

A recipe is kept with all that it includes: what it read and wrote while it was loaded, which recipes that
loaded, and what its resources read, wrote and came to when they were put to work. On another node its reads
are done again in their order; where each gives the same, from the same places, nothing of it is evaluated. In
the collection a `SharedRecipe` stands for its resources then. Where nodes differ in a recipe, its statements
are kept, each like a recipe of its own.

That its resources do the same is found out when all recipes are loaded. Where one does not, or another recipe
asks for one of them, the run begins anew (`SharedInVainError`), and evaluates that recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from driftcheck.chef.node_run.rendered_file import file_of_any_node, file_of_node
from driftcheck.chef.ruby.evaluation import AUTOMATIC
from driftcheck.chef.ruby.kept_steps import Kept
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.reads import Behind
from driftcheck.chef.ruby.recordings import FileRecordings, Recording, Recordings
from driftcheck.chef.ruby.signatures import any_node, place_signature, this_node
from driftcheck.chef.ruby.values import Place, RubyString, RunAgainError
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.node_run.converging import Converging, Outcome
    from driftcheck.chef.node_run.recipe_loading import RecipeLoading


class SharedInVainError(RunAgainError):
    """What recipes did on another node is not what they do on this one; they are not shared any more."""


class SharedRecipe:
    """A recipe with those that it includes, as one node loaded it, and as its resources were put to work."""

    def __init__(self, path: str, loading: RecipeLoading) -> None:
        runtime = loading.runtime
        self.path = path
        self.is_reached = False
        """Whether another recipe has asked for one of its resources."""
        self.loaded: list[str] = []
        """The recipes that it has loaded, itself but for."""
        self.known: list[str] = []
        """The recipes that it includes and that had been loaded."""
        self.texts: list[bytes] = []
        self.absent: dict[str, Unknown] = {}
        self.behind: list[Behind] = []
        self.first = self.last = loading.serial
        self.resources: list[tuple[str, str | None]] = []
        """Type and name of its resources; a name of None is not known."""
        self.notified: set[str] = set()
        self.doubtful = runtime.doubtful
        self.met_unknown = False
        self.work: Kept | None = None
        """What its resources read and wrote; None without any."""
        self.outcomes: list[Outcome] = []
        self.asked: list[tuple[Place, tuple[Hashable, ...]]] = []
        """What else they were made of: what was read for the pairs of hashes that are their variables."""

    def fits(self, loading: RecipeLoading) -> bool:
        """Whether it would load what it has loaded."""
        entries = loading.loaded.entries
        return all(name in entries for name in self.known) and not any(
            name in entries for name in self.loaded
        )

    def has(self, kind: str, name: str) -> bool:
        """Whether one of its resources may be the one of this type and name."""
        return any(each == kind and (own is None or own == name) for each, own in self.resources)


class _Recorded:
    """A recipe that was recorded while it was loaded, until its resources are put to work."""

    __slots__ = ("asked", "behind", "kept", "recordings")

    def __init__(self, recordings: FileRecordings, kept: Kept) -> None:
        self.recordings = recordings
        self.kept = kept
        self.asked: list[Behind] = []
        self.behind: list[Behind] = []
        """What its resources asked `Reads` for, and what they put there."""

    @property
    def shared(self) -> SharedRecipe:
        found: SharedRecipe = self.kept.result
        return found


class RecipeSharing:
    """What the recipes of one run have in common with those of other nodes.

    `kept`: what they did there; None where each has to be evaluated.
    """

    def __init__(self, loading: RecipeLoading, kept: Recordings | None) -> None:
        self.loading = loading
        self.evaluation = loading.evaluation
        self.runtime = loading.runtime
        self.kept = kept
        self.current: SharedRecipe | None = None
        """The recipe that is recorded while it is loaded."""
        self._waiting: dict[int, _Recorded] = {}
        """Recipes that were recorded, by the number of their first resource, until these are put to work."""
        self._working: tuple[_Recorded, Recording, int] | None = None

    def load(self, path: str, work: Callable[[], object]) -> None:
        """What a recipe or statement did on another node, or the work, recorded for others where that can be.

        `path`: of the recipe, with the number of the statement.
        """
        if self.kept is None or not self._may_share(path):
            work()
            return
        kept, loading = self.kept.template(path), self.loading
        if kept.is_open:
            found = kept.done_again(
                self.evaluation.state, self.runtime.steps, fits=lambda each: each.fits(loading)
            )
            if found is not None:
                self._loaded(found)
                return
        if kept.is_open:
            self._record(path, kept, work)
        else:
            work()

    def _may_share(self, path: str) -> bool:
        state, runtime = self.evaluation.state, self.runtime
        if self.evaluation.guards(path) or not self.evaluation.is_sharing or state.recording is not None:
            return False
        return not runtime.worlds.forks and not runtime.worlds.pending and not runtime.bytes

    def _loaded(self, found: Kept) -> None:
        """Leaves behind what the recipe would."""
        loading, runtime, shared = self.loading, self.runtime, found.result
        assert isinstance(shared, SharedRecipe)
        runtime.steps -= found.cost
        runtime.met_unknown = runtime.met_unknown or shared.met_unknown
        runtime.doubtful += shared.doubtful
        for name in shared.loaded:
            loading.loaded.put(RubyString(name, frozen=True), True)
            loading.note(RubyString(name, frozen=True))
        loading.begun += shared.texts
        loading.absent.update(shared.absent)
        state = self.evaluation.state
        for pair, places in shared.behind:
            runtime.reads.put_behind(pair, tuple(this_node(place, state.file) for place in places))
        loading.serial += shared.last - shared.first
        if shared.resources:
            loading.resources.put(loading.serial, shared)

    def _record(self, path: str, kept: FileRecordings, work: Callable[[], object]) -> None:
        runtime, loading, state = self.runtime, self.loading, self.evaluation.state
        shared = SharedRecipe(path, loading)
        steps, begun, absent = runtime.steps, len(loading.begun), dict(loading.absent)
        recording = state.recording = Recording(state, has_places=True)
        self.current, runtime.reads.behind = shared, shared.behind
        try:
            work()
        finally:
            state.recording = None
            self.current, runtime.reads.behind = None, None
        shared.texts = loading.begun[begun:]
        if recording.is_spoilt or runtime.worlds.pending or not self.evaluation.is_sharing:
            kept.spoilt()
            return
        if any(AUTOMATIC.search(text) for text in shared.texts):
            kept.spoilt()  # whoever evaluates it watches the machine's attributes from then on
            return
        shared.absent = {key: cause for key, cause in loading.absent.items() if key not in absent}
        shared.behind = [
            (pair, tuple(any_node(place, state.file) for place in places)) for pair, places in shared.behind
        ]
        shared.met_unknown, shared.doubtful = runtime.met_unknown, runtime.doubtful - shared.doubtful
        shared.last = loading.serial
        for number in range(shared.first + 1, shared.last + 1):
            self._note_resource(shared, loading.resources.entries[number].value)
        made = recording.kept(steps - runtime.steps, None, shared)
        if shared.resources:
            self._waiting[shared.first + 1] = _Recorded(kept, made)
        else:
            kept.add(made)

    def _note_resource(self, shared: SharedRecipe, resource: RubyObject) -> None:
        name = resource.data.name
        is_known = isinstance(name, RubyString) and name.unknown is None
        shared.resources.append((resource.data.kind, name.text if is_known else None))
        shared.notified |= self.loading.converging.notified_by([resource])

    def includes(self, name: str, *, is_loaded: bool) -> None:
        """The recipe that is recorded includes another one."""
        if self.current is not None:
            if not is_loaded:
                self.current.loaded.append(name)
            elif name not in self.current.loaded:
                self.current.known.append(name)

    def asked_for(self, number: int) -> None:
        """A resource of the collection is handed out: it may be changed, by a recipe that is not its own."""
        for recorded in self._waiting.values():
            shared = recorded.shared
            shared.is_reached = shared.is_reached or shared.first < number <= shared.last

    # -- putting the resources to work

    def reaches(self, number: int | None, converging: Converging) -> None:
        """The resource with this number is about to be put to work; None after the last one."""
        if self._working is not None and (number is None or number > self._working[0].shared.last):
            self._end(converging)
        waiting = self._waiting.pop(number, None) if number is not None else None
        state, runtime = self.evaluation.state, self.runtime
        if waiting is None or not self.evaluation.is_sharing or runtime.bytes or state.recording is not None:
            return
        recording = state.recording = Recording(state, has_places=True)
        self._working = waiting, recording, runtime.steps
        converging.outcomes = waiting.shared.outcomes
        runtime.reads.asked, runtime.reads.behind = waiting.asked, waiting.behind

    def _end(self, converging: Converging) -> None:
        assert self._working is not None
        recorded, recording, steps = self._working
        self.stop_recording(converging)
        runtime, shared = self.runtime, recorded.shared
        is_whole = not recording.is_spoilt and self.evaluation.is_sharing and not runtime.bytes
        if not is_whole or shared.is_reached or recorded.behind or runtime.worlds.pending:
            recorded.recordings.spoilt()
            return
        shared.met_unknown = runtime.met_unknown
        shared.work = recording.kept(steps - runtime.steps)
        file = self.evaluation.state.file
        shared.outcomes = [(path, made and file_of_any_node(made, file)) for path, made in shared.outcomes]
        shared.asked = [(pair, self._for_any_node(places)) for pair, places in recorded.asked]
        recorded.recordings.add(recorded.kept)

    def stop_recording(self, converging: Converging) -> None:
        """Ends what is recorded, which may have been left by an error."""
        if self._working is not None:
            self._working = None
            self.evaluation.state.recording = None
            converging.outcomes = self.runtime.reads.asked = self.runtime.reads.behind = None

    def converge(self, shared: SharedRecipe, converging: Converging) -> None:
        """The resources of a recipe that was not evaluated. SharedInVainError where they do other things."""
        if not self._does_the_same(shared):
            entries = self.loading.resources.entries.values()
            others = [entry.value for entry in entries if isinstance(entry.value, SharedRecipe)]
            self.in_vain(*(each for each in others if each is shared or not self._does_the_same(each)))
        for path, made in shared.outcomes:
            converging.settle(path, made and file_of_node(made, self.evaluation.state.file))

    def _does_the_same(self, shared: SharedRecipe) -> bool:
        """Whether a recipe's resources read what they read on the other node; then all is written, too."""
        runtime = self.runtime
        work = shared.work
        if work is None or not self.evaluation.is_sharing or runtime.bytes or work.cost > runtime.steps:
            return False
        if any(self._for_any_node(runtime.reads.places_behind(pair)) != at for pair, at in shared.asked):
            return False
        if work.done_again(self.evaluation.state) is not None:
            return False
        runtime.steps -= work.cost
        return True

    def _for_any_node(self, places: tuple[Place, ...]) -> tuple[Hashable, ...]:
        return tuple(place_signature(place, self.evaluation.state) for place in places)

    def in_vain(self, *recipes: SharedRecipe) -> None:
        """Raises SharedInVainError; these recipes, as wholes, are not shared any more."""
        for shared in recipes:
            if self.kept is not None:
                self.kept.template(shared.path).close()
        raise SharedInVainError
