"""Fixtures for all tests: real servers, started once and only if a test asks for them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from tests.tiers import FULL, QUICK

# A test says what is true, not how fast a busy machine is; and the same commit has the same result each time.
for name, count in (("full", FULL), ("quick", QUICK)):
    settings.register_profile(
        name,
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("full")

pytest_plugins = ["tests.services.zookeeper", "tests.services.kafka", "tests.services.dns"]


def pytest_configure(config: pytest.Config) -> None:
    """Control-C ends what tests start; the session has a cache that is not the user's, pip keeps its own."""
    # A shell that starts the tests in the background has them ignore it, and so all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    before = {name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "PIP_CACHE_DIR")}
    folder = TemporaryDirectory(prefix="driftcheck-tests-")
    caches = Path(before["XDG_CACHE_HOME"] or Path.home() / ".cache")
    os.environ["XDG_CACHE_HOME"] = folder.name
    os.environ["PIP_CACHE_DIR"] = before["PIP_CACHE_DIR"] or str(caches / "pip")

    def restore() -> None:
        folder.cleanup()
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})

    config.add_cleanup(restore)
