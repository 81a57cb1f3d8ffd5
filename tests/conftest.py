"""Fixtures for all tests: real servers, started once and only if a test asks for them."""

from __future__ import annotations

pytest_plugins = ["tests.services.zookeeper", "tests.services.kafka", "tests.services.dns"]
