"""Protocol versions: which texts a release knows, and which message format comes with them."""

from __future__ import annotations

import pytest

from driftcheck.kafka.protocol_versions import named, protocol_version
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.versions import parse_version


@pytest.mark.parametrize(
    ("release", "text", "name"),
    [
        ("0.9", "0.9.0.X", "0.9.0"),
        ("0.10.0", "0.10.0", "0.10.0-IV1"),
        ("0.10.2", "0.10.2.1", "0.10.2-IV0"),
        ("1.1", "1.0.2", "1.0-IV0"),
        ("2.8", "2.8", "2.8-IV1"),
        ("2.8", "2.4.", "2.4-IV1"),
        ("3.9", "4.0-IV0", "4.0-IV0"),
    ],
)
def test_texts(release: str, text: str, name: str) -> None:
    assert protocol_version(text, parse_version(release)) == named(name)


@pytest.mark.parametrize(
    ("release", "text", "reason"),
    [
        ("0.9", "0.10.0", "key not found: 0.10.0"),
        ("0.10.0", "0.10.1", "Version `0.10.1` is not a valid version"),
        ("2.8", "", "Version `` is not a valid version"),
        ("2.8", "2", "Version `2` is not a valid version"),
        ("3.3", "3.4", "Version 3.4 is not a valid version"),
        ("3.3", "2.4.", "Version 2.4. is not a valid version"),
        ("3.9", "4.0", "Version 4.0 is not a valid version"),
    ],
)
def test_unknown_texts(release: str, text: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol_version(text, parse_version(release))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "format_version"),
    [("0.9.0", 0), ("0.10.0-IV0", 1), ("0.10.2-IV0", 1), ("0.11.0-IV0", 2), ("3.9-IV0", 2)],
)
def test_message_formats(name: str, format_version: int) -> None:
    assert named(name).record_version == format_version
