"""What a template's code finds around it: `Chef::Mixin::Template::TemplateContext` (Chef 18.11), Erubis' own.

Erubis gives a template the methods of `Erubis::Context`, Chef adds `node` and `render`.
"""

from __future__ import annotations

import re
from typing import Protocol

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.values import (
    Place,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    Value,
    truthy,
    unsupported,
)
from driftcheck.model.facts import Unknown

ERUBIS_CONTEXT = MethodTable("Erubis::Context")
CONTEXT = MethodTable("Chef::Mixin::Template::TemplateContext")
OUTPUT = MethodTable("Erubis::Output")
XML_HELPER = MethodTable("Erubis::XmlHelper", singleton=True)
TABLES = (ERUBIS_CONTEXT, CONTEXT, OUTPUT, XML_HELPER)


class Template(Protocol):
    """What a context keeps as its `data`: the template that runs in it."""

    output: Output

    def places(self, place: Place | None) -> tuple[Place, ...]:
        """Where an append at this place of the program has its text from."""
        ...

    def is_text(self, place: Place | None) -> bool:
        """Whether it is the template's own text that is appended there."""
        ...

    def render(self, call: Call) -> Value:
        """The text of a partial."""
        ...


def _template(call: Call) -> Template:
    template: Template = call.receiver.data
    return template


NO_NODE = (
    "Could not find a value for node. If you are explicitly setting variables in a template, "
    "include a node variable if you plan to use it."
)


@CONTEXT.method("node")
def node(call: Call) -> Value:
    """`@node`, which has to be there: a partial with variables of its own has none."""
    found = call.receiver.variables.get("@node")
    if not truthy(found):
        raise RubyError("RuntimeError", NO_NODE)
    return found


@CONTEXT.method("render", arity=(1, 2), structural=True)
def render(call: Call) -> Value:
    """`render 'partial.erb', variables: { … }`."""
    return _template(call).render(call)


@CONTEXT.method("_erubis_output")
def output(call: Call) -> Value:
    """What `_buf` is set to."""
    return _template(call).output


_READERS = (
    "cookbook_name", "recipe_name", "recipe_line_string", "recipe_path", "recipe_line", "template_name",
    "template_path",
)  # fmt: skip


@CONTEXT.method(*_READERS)
def reader(call: Call) -> Value:
    """What Chef says of the resource that renders."""
    found = call.receiver.variables.get(f"@{call.name}")
    if isinstance(found, Unknown):
        call.interpreter.met_unknown = True
    return found


@CONTEXT.method(
    "_extension_modules", "_extend_modules", "_public_instance_variables", "_render_template",
    "render_template", "render_template_from_string", arity=(0, None),
)  # fmt: skip
def internal(call: Call) -> Value:
    """Chef's own business."""
    raise unsupported(f"{call.name} is not evaluated")


_VARIABLE_NAME = re.compile(r"[^\W\d]\w*\Z")


def set_variable(variables: dict[str, Value], name: str, value: Value) -> None:
    """`instance_variable_set "@name"`. NameError for what is no such name."""
    if _VARIABLE_NAME.match(name) is None:
        raise RubyError("NameError", f"'@{name}' is not allowed as an instance variable name")
    variables[f"@{name}"] = value


def variable_name(value: Value) -> str:
    """The text of a key of `variables`."""
    value = require_known(value)
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RubyString):
        return value.text
    raise unsupported("a template's variable whose name is no text")


@ERUBIS_CONTEXT.method("[]", arity=1)
def get(call: Call) -> Value:
    """A variable, without its `@`."""
    found = call.receiver.variables.get(f"@{variable_name(call.args[0])}")
    if isinstance(found, Unknown):
        call.interpreter.met_unknown = True
    return found


@ERUBIS_CONTEXT.method("[]=", arity=2, structural=True)
def put(call: Call) -> Value:
    """Sets a variable."""
    set_variable(call.receiver.variables, variable_name(call.args[0]), call.args[1])
    return call.args[1]


@ERUBIS_CONTEXT.method("keys", "each", "to_hash", "update", arity=(0, 1))
def whole(call: Call) -> Value:
    """All of the variables, Chef's own among them."""
    raise unsupported(f"{call.name} of a template's context is not evaluated")


@OUTPUT.method("<<", arity=1, structural=True)
def append(call: Call) -> Value:
    """Writes a text, or leaves a gap."""
    call.receiver.write(call.args[0], call.place)
    call.interpreter.spend(1)
    return call.receiver


@OUTPUT.method("to_s")
def whole_output(call: Call) -> Value:
    """The program's last word; what has been written is read of the output itself."""
    return call.receiver


_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


@XML_HELPER.method("escape_xml", "html_escape", "h", arity=1)
def escape_xml(call: Call) -> Value:
    """`value.to_s` with `&`, `<`, `>` and `"` escaped, an apostrophe not."""
    made = require_known(call.interpreter.send(call.args[0], "to_s"))
    if not isinstance(made, RubyString):
        raise unsupported("to_s gives no text")
    if made.unknown is not None:
        raise unsupported(made.unknown.reason)
    text = "".join(_ESCAPES.get(character, character) for character in made.text)
    call.interpreter.spend(len(text) // 16)
    return RubyString(text, binary=made.binary)


def template_variables(hash_: RubyHash) -> dict[str, Value]:
    """The instance variables of a context that is made of a hash. UnknownMetError, NameError."""
    variables: dict[str, Value] = {}
    for entry in hash_.entries.values():
        set_variable(variables, variable_name(entry.key), entry.value)
    return variables
