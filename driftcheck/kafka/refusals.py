"""How Kafka says that it will not start with a configuration."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):  # noqa: N818  (Kafka refuses: it is an answer, not an error of ours)
    """Kafka's own reason: the message of the innermost cause of the exception that ends its start."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refuse(reason: str) -> NoReturn:
    """Ends the reading of a configuration with Kafka's reason."""
    raise Refused(reason)


def require(holds: bool, reason: str) -> None:
    """Scala's `require`."""
    if not holds:
        refuse(f"requirement failed: {reason}")


def invalid_value(name: str, value: object, why: str) -> NoReturn:
    """Kafka's ConfigException(name, value, why)."""
    refuse(f"Invalid value {value} for configuration {name}: {why}")
