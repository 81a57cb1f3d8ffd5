"""Kafka's tables of settings, as data that comes with the package."""

from __future__ import annotations

import json
from pkgutil import get_data
from typing import Any


def read_data(name: str) -> Any:
    """The JSON value of a file of this package; `importlib.resources` would cost a tenth of the start-up."""
    content = get_data(__name__, name)
    assert content is not None  # the loaders of files and of archives both give it
    return json.loads(content)
