"""A `.j2` template rendered by Jinja2, with gaps where a variable is not known.

An Unknown may only be printed, or asked for an attribute or element: each leaves a gap. Where a template does
anything else with it (a condition, a loop, a filter), nothing after that is known.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from driftcheck.chef.erb.lines import rendered_text
from driftcheck.chef.ruby.output import Gap, Piece, Text
from driftcheck.chef.ruby.values import Place
from driftcheck.chef.templates import RenderedText, TemplateText
from driftcheck.model.facts import Unknown, UnknownKind

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

MAX_TURNS = 200_000
"""Turns of all loops of a template."""
MAX_TEXT = 4_000_000
"""Characters of a text that `*` may make, and of the output."""
_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}([DV?])(\\d*){_END}")
"""In what Jinja2 gives: the line of the text (D) or value (V) that follows, or a gap (?)."""
_NOT_GIVEN = Unknown(kind=UnknownKind.MISSING_INPUT, reason="a variable is not known")


class J2Error(Exception):
    """Jinja2 would stop: its message, and the template's line (None where it says none)."""

    def __init__(self, message: str, place: Place | None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


class _LostError(BaseException):
    """Why nothing is known of what follows. No Exception, which Jinja2's own filters and tests catch."""


def _met(self: object, *args: object, **options: object) -> NoReturn:
    raise _LostError("something is done with what is not known")


class _NotKnown:
    """A value that is not known; `sure` if it is there at all."""

    __slots__ = ("_sure",)

    def __init__(self, *, sure: bool) -> None:
        self._sure = sure

    def __getattr__(self, name: str) -> _NotKnown:
        if name.startswith("__"):
            raise AttributeError(name)
        return _MAY_BE

    def __getitem__(self, key: object) -> _NotKnown:
        return _MAY_BE


for _name in (
    "__bool__", "__iter__", "__len__", "__contains__", "__eq__", "__ne__", "__lt__", "__le__",
    "__gt__", "__ge__", "__hash__", "__str__", "__repr__", "__format__", "__int__", "__float__",
    "__index__", "__call__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__",
    "__truediv__", "__rtruediv__", "__mod__", "__rmod__", "__floordiv__", "__rfloordiv__", "__pow__",
    "__rpow__", "__neg__", "__pos__", "__html__", "__round__", "__abs__", "__reversed__",
):  # fmt: skip
    setattr(_NotKnown, _name, _met)

_NOT_KNOWN, _MAY_BE = _NotKnown(sure=True), _NotKnown(sure=False)


def render_j2(
    template: TemplateText, variables: Mapping[str, Any], *, trim_blocks: bool = True
) -> RenderedText:
    """The lines of a template with these variables: JSON, with an Unknown where a value is not known.

    `trim_blocks` is as Ansible has it. J2Error where Jinja2 stops: a syntax error, or a variable that is not
    there. A filter or test that Jinja2 itself lacks leaves the whole of it unknown, so does what is random.
    """
    written: list[str] = []
    lost: list[Piece] = []
    try:
        for text in _generated(template, variables, trim_blocks):
            written.append(text)
    except _LostError as error:
        lost.append(Gap(cause=Unknown(kind=UnknownKind.UNSUPPORTED, reason=str(error))))
    return rendered_text([*_pieces("".join(written), template.path), *lost])


def _pieces(written: str, path: str) -> Iterator[Piece]:
    """The texts between the marks, each with its line."""
    place, spreads, at = Place(path, 1, 1), True, 0
    for mark in _MARK.finditer(written):
        if mark.start() > at:
            yield Text(text=written[at : mark.start()], binary=False, places=(place,), spreads=spreads)
        at = mark.end()
        if mark[1] == "?":
            yield Gap(cause=_NOT_GIVEN, places=(place,))
        else:
            place, spreads = Place(path, int(mark[2]), 1), mark[1] == "D"
    if at < len(written):
        yield Text(text=written[at:], binary=False, places=(place,), spreads=spreads)


def _generated(template: TemplateText, variables: Mapping[str, Any], trim_blocks: bool) -> Iterator[str]:
    from jinja2 import TemplateAssertionError, TemplateError, TemplateSyntaxError, UndefinedError

    try:
        source = template.text.decode("utf-8")
        environment = _environment(trim_blocks)
        made = environment.from_string(_marked(environment.parse(source)))
        size = 0
        for text in made.generate({name: _plain(value) for name, value in variables.items()}):
            size += len(text)
            if size > MAX_TEXT:
                raise _LostError("the template writes too much")
            yield text
    except TemplateAssertionError as error:
        raise _LostError(error.message or "a filter that is not known") from None
    except TemplateSyntaxError as error:
        raise J2Error(error.message or "", Place(template.path, error.lineno, 1)) from None
    except UndefinedError as error:
        raise J2Error(error.message or "", None) from None
    except (TemplateError, RecursionError, MemoryError) as error:
        raise _LostError(str(error) or type(error).__name__) from None
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise _LostError(f"the template raises {type(error).__name__}") from None


def _marked(tree: nodes.Template) -> nodes.Template:
    """The template with a mark before each text and value that says its line.

    A text that is kept (`{% set %}`, macros, `{% filter %}`) has no marks, and nothing unknown may be in it.
    """
    from jinja2 import nodes

    kept = (nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.FilterBlock)
    stack: list[tuple[nodes.Node, bool]] = [(tree, False)]
    while stack:
        node, inside = stack.pop()
        inside = inside or isinstance(node, kept)
        stack.extend((child, inside) for child in node.iter_child_nodes())
        if isinstance(node, nodes.For):
            assert isinstance(node.iter, nodes.Expr)
            node.iter = _filtered(node.iter, "_bounded")
        elif isinstance(node, nodes.Output):
            node.nodes = [each for child in node.nodes for each in _with_mark(child, inside)]
    return tree


def _with_mark(child: nodes.Expr, inside: bool) -> list[nodes.Expr]:
    from jinja2 import nodes

    is_text = isinstance(child, nodes.TemplateData)
    if inside:
        return [child if is_text else _filtered(child, "_known")]
    mark = f"{_BEGIN}{'D' if is_text else 'V'}{child.lineno}{_END}"
    return [nodes.TemplateData(mark, lineno=child.lineno), child]


def _filtered(value: nodes.Expr, name: str) -> nodes.Expr:
    from jinja2 import nodes

    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return _NOT_KNOWN
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _environment(trim_blocks: bool) -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.filters import do_default
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    turns = 0

    def bounded(items: Any) -> Iterator[Any]:
        nonlocal turns
        for item in items:
            turns += 1
            if turns > MAX_TURNS:
                raise _LostError("the template takes too many turns")
            yield item

    class Bounded(ImmutableSandboxedEnvironment):
        """Also bounds what operators and methods make."""

        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            _bound_operator(operator, left, right)
            return super().call_binop(context, operator, left, right)

        def call(*args: Any, **options: Any) -> Any:
            _bound_arguments(args, options)
            text = getattr(args[2], "__self__", None)
            if isinstance(text, str) and _WIDE.search(text):
                raise _LostError("a text that is too long")
            return ImmutableSandboxedEnvironment.call(*args, **options)

    made = Bounded(
        undefined=StrictUndefined, trim_blocks=trim_blocks, keep_trailing_newline=True, finalize=_printed
    )
    tables: list[dict[str, Any]] = [made.filters, made.tests]
    for table in tables:
        for name in table.keys() - _HARMLESS:
            table[name] = _careful(table[name])
    made.filters.update(_bounded=bounded, _known=_known, default=do_default, d=do_default)
    made.tests.update(defined=_is_defined, undefined=lambda value: not _is_defined(value))
    del made.filters["random"], made.globals["lipsum"]
    return made


_HARMLESS = frozenset({"default", "d", "defined", "undefined"})
"""What may be asked of a value that is not known."""


def _careful(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that is not given what is not known: some ask for a value's class only."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        if any(isinstance(each, _NotKnown) for each in (*args, *options.values())):
            raise _LostError("something is done with what is not known")
        _bound_arguments(args[1:], options)
        return function(*args, **options)

    return run


_WIDE = re.compile(r"\d{6}")
MAX_BITS = 50_000


def _bound_operator(operator: str, left: Any, right: Any) -> None:
    """Nothing that takes long, or makes much, is calculated."""
    numbers = isinstance(left, int) and isinstance(right, int)
    sizes = [len(each) if isinstance(each, (str, list, tuple)) else each for each in (left, right)]
    if operator == "**":
        large = True
    elif operator == "%":
        large = isinstance(left, str) and _WIDE.search(left) is not None
    elif numbers:
        large = left.bit_length() + right.bit_length() > MAX_BITS
    else:
        large = all(isinstance(each, int) for each in sizes) and sizes[0] * sizes[1] > MAX_TEXT
    if large:
        raise _LostError("a value that is too large")


def _bound_arguments(args: Sequence[Any], options: Mapping[str, Any]) -> None:
    """No method or filter is given a number that could be the length of a text."""
    for each in (*args, *options.values()):
        if isinstance(each, int) and abs(each) >= 100_000:
            raise _LostError("a number that is too large")


def _is_defined(value: Any) -> bool:
    from jinja2 import Undefined

    if value is _MAY_BE:
        raise _LostError("whether a variable has this is not known")
    return not isinstance(value, Undefined)


def _printed(value: Any) -> Any:
    """What is printed; a mark for what is not known, and for None, which Ansible prints as nothing."""
    return f"{_BEGIN}?{_END}" if isinstance(value, _NotKnown) or value is None else _known(value)


def _known(value: Any) -> Any:
    from jinja2 import Undefined

    if isinstance(value, (str, int, float, list, dict, tuple, Undefined)):
        return value
    raise _LostError("a value whose text is not known")
