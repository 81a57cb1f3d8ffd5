"""Settings that are maps: `key:value,key:value`."""

from __future__ import annotations

from driftcheck.kafka import java_text
from driftcheck.kafka.refusals import refuse


def configured_map(name: str, text: str) -> dict[str, str]:
    """Kafka's getMap: an entry without a colon is refused with the text of Java's `substring`."""
    try:
        return java_text.csv_map(text)
    except java_text.NotAMapError as error:
        refuse(f"Error parsing configuration property '{name}': {error}")


def configured_numbers(name: str, text: str) -> dict[str, int]:
    """A map whose values are integers."""
    try:
        return {key: java_text.integer(value) for key, value in configured_map(name, text).items()}
    except java_text.NotANumberError as error:
        refuse(str(error))
