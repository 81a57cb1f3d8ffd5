"""Which real servers a test run insists on, and what to say when one is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

HOW_TO_GET = {
    "zookeeper": "apt-get install zookeeper (it brings Java)",
    "kafka": "apt-get install default-jre-headless maven; the jars are fetched once with Maven",
    "dns": "apt-get install bind9",
    "ruby": "apt-get install ruby (3.1, as in Debian 12)",
}


def required(service: str) -> bool:
    """Whether `DRIFTCHECK_REQUIRE` (`zookeeper,dns,kafka,ruby,packages`) names this service."""
    return service in os.environ.get("DRIFTCHECK_REQUIRE", "").replace(" ", "").split(",")


def unavailable(service: str, reason: str) -> NoReturn:
    """Ends the test: a failure where the run insists on `service`, else a skip that says how to get it."""
    message = f"{service} cannot be started: {reason} ({HOW_TO_GET[service]})"
    if required(service):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
