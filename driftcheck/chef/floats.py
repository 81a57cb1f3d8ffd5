"""How Ruby prints a Float (Ruby 3.1)."""

from __future__ import annotations

import math

MOST_DIGITS = 15
"""Figures before the point up to which a float prints without an exponent, 16 if there are some after it."""
LEAST_POWER = -4


def float_text(value: float) -> str:
    """A float as Ruby prints it: `100.0`, `1.0e+15`, `1.0e-05`, `Infinity`, `NaN`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if math.copysign(1, value) < 0 else ""
    figures, point = _figures(abs(value))
    if LEAST_POWER < point <= MOST_DIGITS or MOST_DIGITS < point < len(figures):
        padded = "0" * -point + figures + "0" * (point - len(figures))
        point = max(point, 0)
        return f"{sign}{padded[:point] or '0'}.{padded[point:] or '0'}"
    return f"{sign}{figures[0]}.{figures[1:] or '0'}e{point - 1:+03d}"


def _figures(value: float) -> tuple[str, int]:
    """The shortest decimal figures of a float, and where the point stands in them: 0.05 is ("5", -1)."""
    if value == 0:
        return "0", 1
    digits, _, power = repr(value).partition("e")
    whole, _, rest = digits.partition(".")
    figures = whole + rest
    leading = len(figures) - len(figures.lstrip("0"))
    return figures.strip("0"), len(whole) - leading + int(power or 0)
