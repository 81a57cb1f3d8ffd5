"""Texts as Java reads and splits them; where Python does otherwise, brokers would be misjudged."""

from __future__ import annotations

import re
from collections.abc import Iterable

INT = (-(2**31), 2**31 - 1)
SHORT = (-(2**15), 2**15 - 1)
LONG = (-(2**63), 2**63 - 1)

_BLANKS = "".join(map(chr, range(0x21)))
_COMMA = re.compile(r"[ \t\n\x0b\f\r]*,[ \t\n\x0b\f\r]*")
_DIGITS = re.compile(r"[+-]?\d{1,400}")
_DOUBLE = (
    r"[+-]?(?:NaN|Infinity|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)[fFdD]?)"
)


class NotANumberError(ValueError):
    """java.lang.NumberFormatException; its text is Java 17's."""


class NotAMapError(ValueError):
    """An entry without a colon; its text is that of Java 17's `substring`."""


def trim(text: str) -> str:
    """`String.trim`: cuts every character up to and including the blank, and no other space."""
    return text.strip(_BLANKS)


def integer(text: str, limits: tuple[int, int] = INT) -> int:
    """`Integer.parseInt` and its kin. Raises NotANumberError."""
    if _DIGITS.fullmatch(text):
        number = int(text)
        if limits[0] <= number <= limits[1]:
            return number
        if limits == SHORT and INT[0] <= number <= INT[1]:
            raise NotANumberError(f'Value out of range. Value:"{text}" Radix:10')
    raise NotANumberError(f'For input string: "{text}"')


def double(text: str) -> float:
    """`Double.parseDouble`, which trims. Raises NotANumberError."""
    bare = trim(text)
    if not bare:
        raise NotANumberError("empty String")
    if not re.fullmatch(_DOUBLE, bare):
        raise NotANumberError(f'For input string: "{bare}"')
    if "x" in bare.lower():
        return float.fromhex(bare.rstrip("fFdD"))
    return float(bare.replace("Infinity", "inf") if "Inf" in bare else bare.rstrip("fFdD"))


def split_commas(text: str) -> list[str]:
    """`split("\\s*,\\s*")`: blanks around commas go, and so do empty parts at the end."""
    parts = _COMMA.split(text)
    while len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return [] if parts == [""] and text else parts


def split_all_commas(text: str) -> list[str]:
    """`split("\\s*,\\s*", -1)`: as `split_commas`, with the empty parts at the end."""
    return _COMMA.split(text)


def csv_list(text: str) -> list[str]:
    """Kafka's `parseCsvList`."""
    return [part for part in split_commas(text) if part] if text else []


def csv_map(text: str) -> dict[str, str]:
    """Kafka's `parseCsvMap`: split at the last colon; a name given twice keeps its last value.

    Raises NotAMapError.
    """
    found: dict[str, str] = {}
    for part in split_commas(text) if text else []:
        colon = part.rfind(":")
        if colon < 0:
            raise NotAMapError(f"begin 0, end -1, length {len(part)}")
        found[trim(part[:colon])] = trim(part[colon + 1 :])
    return found


def double_text(number: float) -> str:
    """`Double.toString` for the numbers that settings have."""
    if number != number or number in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    mantissa, exponent = f"{number:.17g}", 0
    digits = repr(number).lower()
    if "e" in digits:
        mantissa, power = digits.split("e")
        exponent = int(power)
        return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{exponent}"
    sign = "-" if number < 0 else ""
    bare = digits.lstrip("-").rstrip("0").rstrip(".") if "." in digits else digits.lstrip("-")
    whole, _, fraction = bare.partition(".")
    all_digits = (whole + fraction).lstrip("0")
    exponent = len(whole) - 1 if whole.strip("0") else -(len(fraction) - len(fraction.lstrip("0")) + 1)
    rest = all_digits[1:].rstrip("0") or "0"
    return f"{sign}{all_digits[0]}.{rest}E{exponent}"


def split_plain(text: str) -> list[str]:
    """`split(",")`: empty parts at the end go, blanks stay; an empty text is one empty part."""
    parts = text.split(",")
    while len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return [] if parts == [""] and text else parts


def hash_code(text: str) -> int:
    """`String.hashCode`, unsigned."""
    code = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for at in range(0, len(units), 2):
        code = (31 * code + int.from_bytes(units[at : at + 2])) % 2**32
    return code


def hash_order(names: Iterable[str]) -> list[str]:
    """Texts in the order in which a java.util.HashMap lists them."""
    known = list(names)
    size = 16
    while size * 3 < len(known) * 4:
        size *= 2

    def bucket(name: str) -> int:
        code = hash_code(name)
        return (code ^ code >> 16) & (size - 1)

    return sorted(known, key=bucket)
