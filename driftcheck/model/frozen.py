"""`@frozen`: what every noun is, a frozen, slotted, keyword-only dataclass, made in a quarter of the time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import (  # type: ignore[attr-defined]  # _FIELD: what `fields` and `replace` look for
    _FIELD,
    MISSING,
    Field,
    FrozenInstanceError,
    field,
)
from functools import cache
from itertools import repeat
from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, kw_only: bool = True, order: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def frozen(cls: type | None = None, /, *, kw_only: bool = True, order: bool = False) -> Any:
    """The class as `@dataclass(frozen=True, slots=True, kw_only=…, order=…)` would make it.

    That writes and compiles the source of seven methods, which for the nouns of a run takes as long as all
    else that is done before the first file is read; here it is done for `__init__` alone, when the first of
    the class is made. The other methods are shared; those that a class has are left as they are. Every
    annotation is a field, every field is a parameter.
    """
    if cls is None:
        return lambda cls: _made(cls, kw_only=kw_only, order=order)
    return _made(cls, kw_only=kw_only, order=order)


def _made(cls: type, *, kw_only: bool, order: bool) -> type:
    own = _own_fields(cls, kw_only=kw_only)
    fields: dict[str, Field[Any]] = {}
    for base in reversed(cls.__mro__[1:]):
        fields.update(base.__dict__.get("__dataclass_fields__", {}))
    slots = tuple(name for name in own if name not in fields)
    fields.update(own)
    values = _values_of([name for name, each in fields.items() if each.compare])
    namespace = {
        **_SHARED,
        "__eq__": _equality(values),
        "__hash__": lambda self: hash(values(self)),
        **({f"__{each.__name__}__": _comparison(values, each) for each in (lt, le, gt, ge)} if order else {}),
        **{name: value for name, value in cls.__dict__.items() if name not in own and name not in _UNSLOTTED},
        "__slots__": slots,
        "__dataclass_fields__": fields,
        "__match_args__": tuple(name for name, each in fields.items() if not each.kw_only),
    }
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    if "__init__" not in cls.__dict__:
        setattr(made, "__init__", _Initialiser(made, kw_only=kw_only))  # noqa: B010 - mypy forbids the other way
    return made


_UNSLOTTED = frozenset({"__dict__", "__weakref__"})
"""What a class has that was made without slots."""


def _own_fields(cls: type, *, kw_only: bool) -> dict[str, Field[Any]]:
    """What the class's own annotations declare, as the standard library keeps it."""
    found: dict[str, Field[Any]] = {}
    for name, hint in cls.__annotations__.items():
        default = cls.__dict__.get(name, MISSING)
        each: Any = default if isinstance(default, Field) else field(default=default)
        each.name, each.type, each.kw_only, each._field_type = name, hint, kw_only, _FIELD
        found[name] = each
    return found


class _Initialiser:
    """A class's `__init__` until it is first asked for: a run makes no object of half its classes."""

    def __init__(self, made: type, *, kw_only: bool) -> None:
        self._made = made
        self._kw_only = kw_only

    def __get__(self, instance: object, owner: type) -> Any:
        method: Any = _initialiser(
            self._made, self._made.__dict__["__dataclass_fields__"], kw_only=self._kw_only
        )
        setattr(self._made, "__init__", method)  # noqa: B010 - mypy forbids the other way
        return method.__get__(instance, owner)


def from_columns(cls: type[T], /, **columns: Sequence[Any]) -> list[T]:
    """What the class makes of each row, in a third of the time; fields without a column have their default.

    For thousands of a class that `frozen` made, whose fields have no factories. ValueError if the columns
    are not of one length, TypeError if a field that has no default has none.
    """
    fields: Mapping[str, Field[Any]] = cls.__dict__["__dataclass_fields__"]
    lengths = set(map(len, columns.values()))
    if len(lengths) != 1:
        raise ValueError(f"columns of {len(lengths)} lengths")
    made: list[T] = [cls.__new__(cls) for _ in range(lengths.pop())]
    missing = [name for name, each in fields.items() if name not in columns and each.default is MISSING]
    if missing or not columns.keys() <= fields.keys():
        raise TypeError(f"{cls.__qualname__} needs a column for each of {', '.join(fields)}")
    for name, each in fields.items():
        column = columns.get(name)
        deque(map(getattr(cls, name).__set__, made, repeat(each.default) if column is None else column), 0)
    return made


Values = Callable[[Any], tuple[Any, ...]]


def _values_of(names: list[str]) -> Values:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _equality(values: Values) -> Callable[[Any, object], bool]:
    def equal(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _comparison(values: Values, holds: Callable[[Any, Any], bool]) -> Callable[[Any, object], bool]:
    def compare(self: Any, other: object) -> bool:
        return holds(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

    return compare


def _initialiser(made: type, fields: Mapping[str, Field[Any]], *, kw_only: bool) -> object:
    """`__init__`, with a parameter for each field; it fills the slots, as nothing else can."""
    names: dict[str, Any] = {"MISSING": MISSING}
    defaults: dict[str, object] = {}
    for number, (name, each) in enumerate(fields.items()):
        names[f"set_{number}"] = getattr(made, name).__set__
        names[f"make_{number}"] = each.default_factory
        if each.default_factory is not MISSING or each.default is not MISSING:
            defaults[name] = each.default
    code = _code_of(tuple(each.default_factory is not MISSING for each in fields.values()), kw_only)
    made_init: Any = FunctionType(code.replace(co_varnames=("self", *fields)), names, "__init__")
    if kw_only:
        made_init.__kwdefaults__ = defaults
    else:
        made_init.__defaults__ = tuple(defaults.values())
    made_init.__qualname__ = f"{made.__qualname__}.__init__"
    made_init.__annotations__ = {**{name: each.type for name, each in fields.items()}, "return": None}
    return made_init


@cache
def _code_of(factories: tuple[bool, ...], kw_only: bool) -> CodeType:
    """The code of an `__init__` whose parameters have no names yet: classes of one form share it.

    `factories`: whether the default of each parameter has to be made.
    """
    names: dict[str, Any] = {}
    parameters = [f"value_{number}" for number in range(len(factories))]
    body = [
        f" set_{number}(self, make_{number}() if {name} is MISSING else {name})"
        if factories[number]
        else f" set_{number}(self, {name})"
        for number, name in enumerate(parameters)
    ]
    star = ["*"] if factories and kw_only else []
    exec("\n".join([f"def __init__({', '.join(['self', *star, *parameters])}):", *body, " return"]), names)
    code: CodeType = names["__init__"].__code__
    return code


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_assignment(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _restore(self: Any, state: list[object]) -> None:
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, value)


_SHARED = {
    "__repr__": _repr,
    "__setattr__": _refuse_assignment,
    "__delattr__": _refuse_deletion,
    "__getstate__": _state,
    "__setstate__": _restore,
}
"""`__getstate__` and `__setstate__` are for copies, which are filled otherwise than by `__init__`."""
