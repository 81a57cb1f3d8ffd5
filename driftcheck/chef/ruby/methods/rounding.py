"""Rounding as Ruby 3.1 computes it: floats by doubles, integers by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Callable

from driftcheck.chef.ruby.methods.numbers import whole_of_float
from driftcheck.chef.ruby.values import unsupported

FLOAT_DIGITS = 17
BY_DOUBLE = 14
"""Digits up to which Ruby rounds with doubles."""
MOST_PLACES = 400

Half = Callable[[float, float], float]


def _away(value: float) -> float:
    """C's round(): halves away from zero."""
    whole = math.floor(abs(value))
    return math.copysign(whole + (abs(value) - whole >= 0.5), value)


def half_up(value: float, scale: float) -> float:
    """Halves away from zero, as `round_half_up` of numeric.c."""
    found = _away(value * scale)
    if scale == 1.0:
        return found
    if value > 0:
        return found + 1 if (found + 0.5) / scale <= value else found
    return found - 1 if (found - 0.5) / scale >= value else found


def half_down(value: float, scale: float) -> float:
    """Halves towards zero."""
    found = _away(value * scale)
    if value > 0:
        return found - 1 if (found - 0.5) / scale >= value else found
    return found + 1 if (found + 0.5) / scale <= value else found


def half_even(value: float, scale: float) -> float:
    """Halves to the even neighbour."""
    scaled = abs(value) * scale
    found = math.floor(scaled)
    apart = scaled - found
    if apart > 0.5:
        found += 1
    elif apart == 0.5 or (found + 0.5) / scale <= abs(value):
        found += found % 2
    return math.copysign(found, value)


HALVES: dict[str, Half] = {"up": half_up, "down": half_down, "even": half_even}


def _exponent_part(exponent: int, by: int) -> int:
    """C's division, which cuts off."""
    return int(exponent / by)


def exact_already(value: float, digits: int) -> bool:
    """Whether the float has no more than these digits behind the point."""
    _, exponent = math.frexp(value)
    part = _exponent_part(exponent, 4) if exponent > 0 else _exponent_part(exponent, 3) - 1
    return digits >= FLOAT_DIGITS - part


def vanishes(value: float, digits: int) -> bool:
    """Whether nothing is left of the float at these digits."""
    _, exponent = math.frexp(value)
    part = _exponent_part(exponent, 3) + 1 if exponent > 0 else _exponent_part(exponent, 4)
    return digits < -part


def round_float(value: float, digits: int, half: str) -> int | float:
    """`value.round(digits, half: …)`. FloatDomainError for what is not finite and becomes an integer."""
    if digits > 0:
        return _round_places(value, digits, half)
    whole_of_float(value)
    if digits == 0:
        return int(HALVES[half](value, 1.0))
    return round_integer(int(value), digits, half)


def _round_places(value: float, digits: int, half: str) -> float:
    if not math.isfinite(value) or value == 0 or exact_already(value, digits):
        return value
    if vanishes(value, digits):
        return 0.0
    if digits > BY_DOUBLE:
        raise unsupported("a float rounded to so many places")
    scale = 10.0**digits
    return HALVES[half](value, scale) / scale


def floor_float(value: float, digits: int, *, up: bool) -> int | float:
    """`value.floor(digits)`, or `ceil` with `up`."""
    cut = math.ceil if up else math.floor
    if digits <= 0:
        whole_of_float(value)
        return cut(value) if digits == 0 else floor_integer(cut(value), digits, up=up)
    if not math.isfinite(value) or value == 0 or exact_already(value, digits):
        return value
    if vanishes(value, digits) and (value > 0) != up:
        return 0.0
    if digits > BY_DOUBLE:
        raise unsupported("a float rounded to so many places")
    scale = 10.0**digits
    return cut(value * scale) / scale


def round_integer(value: int, digits: int, half: str) -> int:
    """`value.round(digits)`, which only changes it for negative digits."""
    if digits >= 0:
        return value
    if -digits > MOST_PLACES:
        return 0
    scale: int = 10**-digits
    size, half_scale = abs(value), scale // 2
    if half == "up":
        found = (size + half_scale) // scale * scale
    elif half == "down":
        found = (size + half_scale - 1) // scale * scale
    else:
        count = (size + half_scale) // scale
        found = (count - (count % 2 if (count * scale - size) * 2 == scale else 0)) * scale
    return found if value >= 0 else -found


def floor_integer(value: int, digits: int, *, up: bool) -> int:
    """`value.floor(digits)`, or `ceil` with `up`."""
    if digits >= 0:
        return value
    if -digits > MOST_PLACES:
        raise unsupported("an integer rounded to so many places")
    scale: int = 10**-digits
    return -(-value // scale * scale) if up else value // scale * scale
