"""The node that attribute files see: its levels, what they merge to, and its name and environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driftcheck.chef.precedence import LEVELS, merged, merged_all
from driftcheck.chef.ruby.leaves import Keys
from driftcheck.chef.ruby.marks import Marks
from driftcheck.chef.ruby.mashes import DelayedEvaluator, ImmutableMash, VividMash
from driftcheck.chef.ruby.values import (
    Entry,
    RubyHash,
    RubyString,
    Value,
    VersionString,
    hash_key,
)

if TYPE_CHECKING:
    from driftcheck.chef.ruby.journal import Journal
    from driftcheck.chef.ruby.recordings import Recording


class NodeState:
    """`Chef::Node::Attribute`: ten levels and what has been merged of them (its `deep_merge_cache`)."""

    def __init__(self, *, name: str = "node", environment: str = "_default", nil_wins: bool = True) -> None:
        self.name = name
        self.environment = environment
        self.nil_wins = nil_wins
        self.run_list: list[str] = []
        self.roles: list[str] = []
        self.run_state = RubyHash()
        self.journal: Journal | None = None
        """Where all writes are kept, if they are."""
        self.levels: dict[str, VividMash] = {level: VividMash((), self) for level in LEVELS}
        self.marks = Marks(self.levels)
        self.cache = ImmutableMash()
        self.leaves: dict[str, dict[Keys, Entry]] = {}
        """What was read of single attributes and is not in `cache`, by the top-level key."""
        self.file: str | None = None
        """Where the saved node object stands."""
        self.recording: Recording | None = None
        """Of the attribute file that is evaluated: what it reads and writes."""
        self.aliased = False
        """Whether a hash or an array may stand at two places of the levels."""

    def reset(self, key: Value = None) -> None:
        """Forgets what is merged under a key; all of it for nil."""
        if key is None:
            self.marks.lose()
            self.cache.entries.clear()
            self.leaves.clear()
        elif self.cache.entries or self.leaves or self.marks.first is not None:
            text = _text_key(key)
            hashed = hash_key(text)
            self.marks.lose(text.text)
            self.cache.entries.pop(hashed, None)
            self.leaves.pop(hashed, None)  # type: ignore[call-overload]  # a key that is no text is not in it

    def reset_text(self, key: str) -> None:
        """Forgets what is merged under a text."""
        self.marks.lose(key)
        self.cache.entries.pop(key, None)
        self.leaves.pop(key, None)

    def fill(self, key: Value) -> RubyString:
        """Merges a top-level key if that has not been done; gives the key as a string."""
        text = _text_key(key)
        hashed = hash_key(text)
        if hashed not in self.cache.entries:
            self.leaves.pop(hashed, None)  # type: ignore[call-overload]  # as above
            self.cache.put(text, merged(self.levels, key, nil_wins=self.nil_wins))
        if self.recording is not None:
            self.recording.filled(text, self.cache.get(text))
        return text

    def keep_reads(self) -> None:
        """Merges what was read, as Chef did when it was read: a text is about to change in its place."""
        if self.recording is not None:
            self.recording.spoil()
        for reads in self.marks.passed_over.values():
            for read in reads:
                read.again(self, [])
        self.marks.lose()
        for key in list(self.leaves):
            self.fill(RubyString(key, frozen=True))

    def all(self, *, without: str = "") -> ImmutableMash:
        """Everything, merged anew."""
        if self.recording is not None:
            self.recording.spoil()
        return merged_all(self.levels, nil_wins=self.nil_wins, without=without)

    def set_level(self, level: str, data: RubyHash) -> None:
        """Replaces a level."""
        self.reset()
        if self.recording is not None:
            self.recording.spoil()
        self.aliased = self.aliased or isinstance(data, VividMash)
        self.levels[level] = data if isinstance(data, VividMash) else _as_level(data, self)

    def reachable(self) -> list[Any]:
        """What code can change of it; `automatic` is left to be what it is."""
        return [self.levels[level] for level in LEVELS if level != "automatic"] + [self.run_state]


def run_list_item(text: str) -> str:
    """An item of a run list as Chef writes it: a bare name is a recipe's."""
    return text if text.startswith(("recipe[", "role[")) else f"recipe[{text}]"


def _text_key(key: Value) -> RubyString:
    if isinstance(key, RubyString):
        return key
    if key is None:
        return RubyString("", frozen=True)
    name = getattr(key, "name", None)
    return RubyString(name if isinstance(name, str) else str(key), frozen=True)


def _as_level(data: RubyHash, state: NodeState) -> VividMash:
    from driftcheck.chef.ruby.mashes import vivid_value

    made = vivid_value(data, state)
    assert isinstance(made, VividMash)
    return made


def set_platform_version(state: NodeState) -> None:
    """`automatic['platform_version']` is a version, as Chef's `fix_automatic_attributes` makes it."""
    automatic = state.levels["automatic"]
    version = automatic.get(RubyString("platform_version"))
    if isinstance(version, RubyString):
        automatic.put(RubyString("platform_version"), VersionString(version.text))


def unevaluated(value: Value) -> bool:
    """Whether it is a `lazy { }`."""
    return isinstance(value, DelayedEvaluator)
