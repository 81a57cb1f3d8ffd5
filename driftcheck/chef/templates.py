"""What is asked of a template's renderer, and what it gives: the lines, and what each was made of.

`driftcheck.chef.erb` renders; a node's run (`driftcheck.chef.node_run`) asks. They share the run's Runtime:
`render(runtime, request) -> RenderedText`; an error that the template raises is a RubyError whose place is
in the template (or the partial).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.values import Place, Value
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen


@frozen
class TemplateText:
    """A template file: its bytes, and the path that places name."""

    path: str
    text: bytes


FindPartial = Callable[[str, Mapping[str, Value]], TemplateText]
"""A partial by its name and the options of `render` by name; RubyError Chef::Exceptions::FileNotFound."""


@frozen
class TemplateRequest:
    """A template of a cookbook, rendered for a node.

    `variables` are the instance variables without `@`, `cookbook_name`, `recipe_name` and so on among them,
    all lazy ones evaluated; `origins` where each was written, in the recipe and in the attributes. `node` is
    the run's own Chef::Node. `modules` are mixed in, in this order.
    """

    template: TemplateText
    node: Value
    variables: Mapping[str, Value]
    modules: tuple[RubyClass, ...]
    find_partial: FindPartial
    origins: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


@frozen
class RenderedLine:
    """One line without its newline; `text` is None where it is not known, `maybe` where it may not be there.

    `places` are the template's line and those of the attributes that its values were read from. Where it is
    not known, `fragments` are what is known of it, with None for a gap; none of it if there are none. `cause`
    says why it is not known, or not known to be there.
    """

    text: str | None
    maybe: bool = False
    places: tuple[Place, ...] = ()
    fragments: tuple[str | None, ...] = ()
    cause: Unknown | None = None


@frozen
class RenderedText:
    """A rendered file. `ends_with_newline`: whether its last line does."""

    lines: tuple[RenderedLine, ...]
    ends_with_newline: bool = True

    def text(self) -> str | None:
        """The whole text; None where a line is not known."""
        if any(line.text is None or line.maybe for line in self.lines):
            return None
        end = "\n" if self.lines and self.ends_with_newline else ""
        return "\n".join(line.text or "" for line in self.lines) + end
