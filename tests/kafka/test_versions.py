"""Version texts become releases; keys never decide the version, and a bad text is the user's error."""

from __future__ import annotations

import pytest

from driftcheck.errors import UsageError
from driftcheck.kafka.versions import families, parse_version


@pytest.mark.parametrize(
    ("text", "family", "patch"),
    [
        ("0.8", (0, 8, 0), 0),
        ("0.8.2", (0, 8, 2), 2),
        ("0.8.1.1", (0, 8, 1), 1),
        ("0.9", (0, 9, 0), 1),
        ("0.10", (0, 10, 2), 2),
        ("0.10.2", (0, 10, 2), 2),
        ("0.11", (0, 11, 0), 3),
        ("2.8", (2, 8), 2),
        ("3.9.0", (3, 9), 0),
        ("3.9.1", (3, 9), 1),
        (" v2.8.2-ccs ", (2, 8), 2),
        ("2.13-3.9.1", (3, 9), 1),
        ("4.1", (4, 1), 1),
        ("4.7", (4, 1), 1),
    ],
)
def test_a_text_names_a_release(text: str, family: tuple[int, ...], patch: int) -> None:
    release = parse_version(text)
    assert (release.family, release.patch) == (family, patch)


@pytest.mark.parametrize(
    "text", ["", "x", "3", "2.9", "5.0", "0.7.2", "0.12", "3.9.1.1", "3..9", "1,1", "9" * 5000]
)
def test_what_is_no_release_is_a_usage_error_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_version(text)
    assert "0.8" in caught.value.hint


def test_releases_are_ordered_as_kafka_released_them() -> None:
    ordered = families()
    assert list(ordered) == sorted(ordered)
    assert parse_version("0.11") < parse_version("1.0") < parse_version("2.8") < parse_version("3.0")
    assert [release.family_name for release in ordered][:4] == ["0.8.0", "0.8.1", "0.8.2", "0.9.0"]
