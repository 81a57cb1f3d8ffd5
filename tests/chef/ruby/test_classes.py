"""Classes and modules written in Ruby: what Ruby 3.1 answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chef.ruby.programs import merged

_LAYERS = """
class K; def foo(x); "K#{x}"; end; end
module M; def foo(x); "M" + super; end; end
module N; def foo(x); "N" + super(x + 1); end; end
K.prepend M
class K; prepend N; end
class L < K; def foo(x); "L" + super; end; end
"""
_MADE = """
class K
  define_method(:a) { |x, y = 2| return x if y == 5; [x, y, @z] }
  define_method('b=') { |v| @z = v }
  %w(c d).each { |word| define_method("get_#{word}") { word } }
end
k = K.new
k.b = 7
"""

ANSWERS = {
    "prepended modules are asked first": (f"{_LAYERS}default['x'] = K.new.foo(1)", "NMK2"),
    "below a class with prepended modules": (f"{_LAYERS}default['x'] = L.new.foo(5)", "LNMK6"),
    "a prepended module is an ancestor": (f"{_LAYERS}default['x'] = K.new.is_a?(M)", True),
    "define_method with defaults and return": (f"{_MADE}default['x'] = [k.a(1), k.a(1, 5)]", [[1, 2, 7], 1]),
    "define_method in a loop": (f"{_MADE}default['x'] = [k.get_c, k.get_d]", ["c", "d"]),
    "define_method counts arguments": (
        f"{_MADE}begin; k.a; rescue ArgumentError => e; default['x'] = e.message; end",
        "wrong number of arguments (given 0, expected 1..2)",
    ),
    "the library English": (
        "require 'English'\ndefault['x'] = %w(a b).join($INPUT_RECORD_SEPARATOR)",
        "a\nb",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_classes_do_what_ruby_does(name: str) -> None:
    program, expected = ANSWERS[name]
    found: tuple[dict[str, Any], set[Any]] = merged(program)
    assert found == ({"x": expected}, set())
