"""Kafka's tables of settings, read from the files that come with the package."""

from __future__ import annotations

import json
from pkgutil import get_data
from typing import Any


def read_table(name: str) -> Any:
    """The JSON value of a file of `kafka/data`; `importlib.resources` would cost a tenth of the start-up."""
    content = get_data("driftcheck.kafka.data", name)
    assert content is not None  # the loaders of files and of archives both give it
    return json.loads(content)
