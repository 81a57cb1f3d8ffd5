"""`sum`: integers exactly, floats with Kahan and Babuska's correction, anything else by `+`."""

from __future__ import annotations

import math

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.methods.numbers import float_of_integer
from driftcheck.chef.ruby.values import Value


class Sum:
    """A sum that grows."""

    def __init__(self, interpreter: Interpreter, start: Value) -> None:
        self.interpreter = interpreter
        self.total = require_known(start)
        self.correction = 0.0
        self.plain = self.total.__class__ in (int, float)
        """Whether all so far were integers and floats."""

    def add(self, value: Value) -> None:
        """Adds one. TypeError as `+` raises it."""
        require_known(value)
        if self.plain and value.__class__ is int and self.total.__class__ is int:
            self.total += value
        elif self.plain and value.__class__ in (int, float):
            self._add_float(float_of_integer(value) if value.__class__ is int else value)
        else:
            self.plain = False
            self.total = self.interpreter.send(self.total, "+", value)

    def _add_float(self, value: float) -> None:
        total = float_of_integer(self.total) if self.total.__class__ is int else self.total
        if math.isnan(total) or math.isnan(value):
            self.total = math.nan
        elif math.isinf(value):
            self.total = math.nan if math.isinf(total) and total != value else value
        elif math.isinf(total):
            self.total = total
        else:
            made = total + value
            if math.isinf(made):
                self.correction = 0.0
            elif abs(total) >= abs(value):
                self.correction += (total - made) + value
            else:
                self.correction += (value - made) + total
            self.total = made

    def result(self) -> Value:
        """The sum."""
        if self.plain and self.total.__class__ is float:
            return self.total + self.correction
        return self.total
