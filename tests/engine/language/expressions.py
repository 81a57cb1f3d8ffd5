"""How tests evaluate an expression or a template over a few values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.engine.language.compiling import Compiler
from driftcheck.engine.language.names import Names
from driftcheck.engine.language.shapes import ANY, Shape
from driftcheck.engine.language.templates import TemplateCompiler
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.values import Open, Secret, value_of
from driftcheck.model.facts import Absent, Unknown, UnknownKind

TREES = TreeStore()

NOTHING = Absent(evidence="it is not there")


def unknown(reason: str = "nobody knows", fragments: tuple[str | None, ...] = ()) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason, fragments=fragments)


def open_(reason: str = "nobody knows", fragments: tuple[str | None, ...] = ()) -> Open:
    """An Unknown as expressions see it."""
    found = value_of(unknown(reason, fragments))
    assert isinstance(found, Open)
    return found


U = open_()
SECRET = Secret(value="hunter2")


def value(text: str, shapes: Mapping[str, Shape] | None = None, **values: Any) -> object:
    """What an expression comes to over these names; lists as tuples. Raises ExpressionProblem."""
    names = Names.of({name: (shapes or {}).get(name, ANY) for name in values})
    part = Compiler(names).part(TREES.expression(text))
    return part.run(names.frame(names.shared_frame(), *values.values()))


def text(template: str, **values: Any) -> str:
    """What a template comes to. Raises ExpressionProblem."""
    names = Names.of(dict.fromkeys(values, ANY))
    render = TemplateCompiler(Compiler(names)).render(TREES.template(template))
    return render(names.frame(names.shared_frame(), *values.values()))


def reasons(result: object) -> list[str]:
    """Why a result is open."""
    assert isinstance(result, Open), result
    return [each.reason for each in result.unknowns]
