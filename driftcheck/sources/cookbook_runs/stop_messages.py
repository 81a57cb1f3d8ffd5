"""What may be told of an error's message: a cookbook can put a password into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString
from driftcheck.kafka.secrets import is_secret, speaks_of_secrets

SHORTEST = 4
"""Characters of a text that is looked for: shorter ones stand in every message."""
MAX_DEPTH = 40
"""Of attributes: a hash can hold itself."""


def is_secret_message(run: NodeRun, message: str, *code: str) -> bool:
    """Whether an error's message must not be shown.

    That is where it, or the `code` that raises, speaks of passwords and the like, and where it holds a text
    of a data bag, or of an attribute that is called like a secret.
    """
    if any(map(speaks_of_secrets, (message, *code))):
        return True
    texts = [text for level in run.evaluation.state.levels.values() for text in _secrets(level)]
    texts += [text for item in run.repository.data_bag_items_read() for text in _leaves(item)]
    return any(len(text) >= SHORTEST and text in message for text in texts)


def _secrets(value: object, *, secret: bool = False, depth: int = 0) -> Iterator[str]:
    """The texts under keys that are called like secrets."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, RubyHash):
        for entry in value.entries.values():
            name = entry.key.text if isinstance(entry.key, RubyString) else str(entry.key)
            yield from _secrets(entry.value, secret=secret or is_secret(name), depth=depth + 1)
    elif isinstance(value, RubyArray):
        for item in value.items:
            yield from _secrets(item, secret=secret, depth=depth + 1)
    elif isinstance(value, RubyString) and secret:
        yield value.text


def _leaves(data: object) -> Iterator[str]:
    if isinstance(data, Mapping):
        for value in data.values():
            yield from _leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value)
    elif isinstance(data, str):
        yield data
