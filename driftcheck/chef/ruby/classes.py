"""Ruby's and Chef's classes: who inherits from whom, and which class a value has."""

from __future__ import annotations

import math
import sys
from functools import cache
from importlib.resources import files
from json import loads

from driftcheck.chef.ruby.beginnings import AncestorList, BegunArray, BegunString
from driftcheck.chef.ruby.mashes import (
    AttrArray,
    DelayedEvaluator,
    ImmutableArray,
    ImmutableMash,
    Mash,
    VividMash,
)
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.output import WrittenString
from driftcheck.chef.ruby.sparse import SparseArray
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyHash,
    RubyMatch,
    RubyProc,
    RubyRange,
    RubyRegexp,
    RubyString,
    Symbol,
    Value,
    VersionString,
)
from driftcheck.model.facts import Unknown, UnknownKind

MODULES = (
    "Kernel",
    "Comparable",
    "Enumerable",
    "Math",
    "Poise",
    "Process",
    "GC",
    "JSON",
    "YAML",
    "Psych",
    "SecureRandom",
    "Shellwords",
    "FileUtils",
    "Etc",
    "URI",
    "Gem",
    "Digest",
    "Timeout",
    "Benchmark",
    "Marshal",
    "ObjectSpace",
    "Signal",
    "Zlib",
    "ChefUtils",
    "Chef::Node::CommonAPI",
    "Chef::Mixin",
    "Chef::DSL",
    "Chef::DSL::Universal",
    "Chef::DSL::Recipe",
    "Chef::Mixin::Template",
    "Chef::Mixin::Template::ChefContext",
    "Erubis",
    "Erubis::XmlHelper",
)

CLASSES = """
BasicObject
Object < BasicObject: Kernel
NilClass
TrueClass
FalseClass
Numeric: Comparable
Integer < Numeric
Float < Numeric
Rational < Numeric
Complex < Numeric
String: Comparable
Symbol: Comparable
Array: Enumerable
Hash: Enumerable
Range: Enumerable
Regexp
MatchData
Proc
Method
UnboundMethod
Enumerator: Enumerable
Enumerator::Lazy < Enumerator
Enumerator::Yielder
Module
Class < Module
Struct: Enumerable
Time: Comparable
Set: Enumerable
Random
IO: Enumerable
File < IO
Dir: Enumerable
ERB
Date: Comparable
DateTime < Date
IPAddr: Comparable
Digest::MD5
Digest::SHA1
Digest::SHA256
Digest::SHA384
Digest::SHA512
Logger
Pathname
OpenStruct
Socket
Resolv
Encoding
Thread
Gem::Version: Comparable
Gem::Requirement
Exception
NoMemoryError < Exception
ScriptError < Exception
LoadError < ScriptError
NotImplementedError < ScriptError
SyntaxError < ScriptError
SecurityError < Exception
SignalException < Exception
Interrupt < SignalException
SystemExit < Exception
SystemStackError < Exception
StandardError < Exception
ArgumentError < StandardError
UncaughtThrowError < ArgumentError
EncodingError < StandardError
Encoding::CompatibilityError < EncodingError
Encoding::UndefinedConversionError < EncodingError
Encoding::InvalidByteSequenceError < EncodingError
Encoding::ConverterNotFoundError < EncodingError
FiberError < StandardError
IOError < StandardError
EOFError < IOError
IndexError < StandardError
KeyError < IndexError
StopIteration < IndexError
ClosedQueueError < StopIteration
LocalJumpError < StandardError
Math::DomainError < ArgumentError
NameError < StandardError
NoMethodError < NameError
NoMatchingPatternError < StandardError
NoMatchingPatternKeyError < NoMatchingPatternError
RangeError < StandardError
FloatDomainError < RangeError
RegexpError < StandardError
RuntimeError < StandardError
FrozenError < RuntimeError
SystemCallError < StandardError
Errno::ENOENT < SystemCallError
Errno::EACCES < SystemCallError
Errno::EEXIST < SystemCallError
Errno::ENOTDIR < SystemCallError
Errno::EISDIR < SystemCallError
Errno::EPERM < SystemCallError
Errno::EINVAL < SystemCallError
Errno::ECONNREFUSED < SystemCallError
ThreadError < StandardError
TypeError < StandardError
Gem::Requirement::BadRequirementError < ArgumentError
ZeroDivisionError < StandardError
JSON::JSONError < StandardError
JSON::ParserError < JSON::JSONError
JSON::NestingError < JSON::ParserError
JSON::GeneratorError < JSON::JSONError
Timeout::Error < RuntimeError
SocketError < StandardError
ChefUtils::Mash < Hash
ChefUtils::VersionString < String
Chef
Chef::Node
Chef::Log
Chef::Config
Chef::Recipe: Chef::DSL::Recipe, Chef::DSL::Universal
Chef::Resource: Chef::DSL::Universal
Chef::Resource::LWRPBase < Chef::Resource
Chef::Provider < Chef::Recipe
Chef::Provider::LWRPBase < Chef::Provider
Chef::ResourceDefinition
Chef::DelayedEvaluator < Proc
Chef::Decorator
Chef::Decorator::Unchain
Chef::RunList
Chef::RunList::RunListItem
Chef::Node::VividMash < ChefUtils::Mash: Chef::Node::CommonAPI
Chef::Node::ImmutableMash < ChefUtils::Mash: Chef::Node::CommonAPI
Chef::Node::AttrArray < Array
Chef::Node::ImmutableArray < Array
Chef::Node::Attribute < ChefUtils::Mash
Erubis::Context: Enumerable
Erubis::Output
Chef::Mixin::Template::TemplateContext < Erubis::Context: Chef::Mixin::Template::ChefContext
Chef::Mixin::Template::TemplateError < RuntimeError
Chef::Exceptions
Chef::Exceptions::ImmutableAttributeModification < NoMethodError
Chef::Exceptions::NoSuchAttribute < RuntimeError
Chef::Exceptions::AttributeTypeMismatch < RuntimeError
Chef::Exceptions::ValidationFailed < ArgumentError
Chef::Exceptions::CookbookNotFound < RuntimeError
Chef::Exceptions::AttributeNotFound < RuntimeError
Chef::Exceptions::RecipeNotFound < ArgumentError
Chef::Exceptions::UnsupportedAction < RuntimeError
Chef::Exceptions::MissingRole < RuntimeError
Chef::Exceptions::MultipleConstraintMatches < RuntimeError
Chef::Exceptions::FileNotFound < RuntimeError
Chef::Exceptions::InvalidEnvironmentRunListSpecification < ArgumentError
Chef::Exceptions::ResourceNotFound < RuntimeError
Chef::Exceptions::InvalidResourceSpecification < ArgumentError
Chef::Exceptions::EnvironmentNotFound < RuntimeError
Chef::Role
Chef::Environment
Chef::Cookbook
Chef::Cookbook::Metadata
Chef::DataBagItem
Chef::Search
Chef::Search::Query
Chef::EncryptedDataBagItem
Net
Net::ProtocolError < StandardError
Net::ProtoServerError < Net::ProtocolError
Net::HTTPClientException < Net::ProtoServerError
Net::HTTPFatalError < Net::ProtocolError
"""
"""One class a line: name, superclass (Object where none is named), and the modules that it includes."""

ALIASES = {
    "Mash": "ChefUtils::Mash",
    "Chef::Mash": "ChefUtils::Mash",
    "Chef::VersionString": "ChefUtils::VersionString",
    "Fixnum": "Integer",
    "Net::HTTPServerException": "Net::HTTPClientException",
}
"""Other names of classes; Fixnum only up to Ruby 3.1."""

OF_KIND: dict[type, str] = {
    type(None): "NilClass",
    int: "Integer",
    float: "Float",
    RubyString: "String",
    VersionString: "ChefUtils::VersionString",
    Symbol: "Symbol",
    RubyArray: "Array",
    AncestorList: "Array",
    BegunArray: "Array",
    SparseArray: "Array",
    BegunString: "String",
    WrittenString: "String",
    RubyHash: "Hash",
    RubyRange: "Range",
    RubyRegexp: "Regexp",
    RubyMatch: "MatchData",
    Mash: "ChefUtils::Mash",
    VividMash: "Chef::Node::VividMash",
    ImmutableMash: "Chef::Node::ImmutableMash",
    AttrArray: "Chef::Node::AttrArray",
    ImmutableArray: "Chef::Node::ImmutableArray",
}


@cache
def _built_in() -> dict[str, tuple[str, tuple[str, ...]] | None]:
    """`CLASSES` by name: superclass ("" for none) and modules; None for a module."""
    found: dict[str, tuple[str, tuple[str, ...]] | None] = dict.fromkeys(MODULES)
    for line in filter(None, CLASSES.split("\n")):
        left, _, modules = line.partition(": ")
        name, _, superclass = left.partition(" < ")
        above = "" if name == "BasicObject" else superclass or "Object"
        found[name] = above, tuple(filter(None, modules.split(", ")))
    return found


class Classes:
    """The built-in classes and modules of one evaluation by their full names.

    Each is made anew when it is first asked for: Ruby code may reopen it.
    """

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[str, RubyClass] = {}

    def __contains__(self, name: object) -> bool:
        return name in _built_in() or name in ALIASES

    def __getitem__(self, name: str) -> RubyClass:
        found = self._made.get(name)
        return self._make(name) if found is None else found

    def get(self, name: str) -> RubyClass | None:
        """The class; None where Ruby has none of this name."""
        if name not in self:
            return None
        return self[name]

    def _make(self, name: str) -> RubyClass:
        real = ALIASES.get(name)
        if real is not None:
            made = self[real]
        else:
            parents = _built_in()[name]
            if parents is None:
                made = RubyClass(name, is_module=True)
            else:
                above, modules = parents
                made = RubyClass(name, self[above] if above else None)
                made.modules = [self[each] for each in modules]
        self._made[name] = made
        return made


def class_name(value: Value) -> str:
    """The full name of a built-in value's class."""
    name = OF_KIND.get(value.__class__)
    if name is not None:
        return name
    if value is True:
        return "TrueClass"
    if value is False:
        return "FalseClass"
    if isinstance(value, DelayedEvaluator):
        return "Chef::DelayedEvaluator"
    if isinstance(value, RubyProc):
        return "Method" if value.method_name is not None else "Proc"
    if isinstance(value, RubyEnumerator):
        return "Enumerator::Lazy" if value.lazy else "Enumerator"
    if isinstance(value, RubyClass):
        return "Module" if value.is_module else "Class"
    return str(value.cls.name)


_VALUES: dict[str, Value] = {
    "Float::INFINITY": math.inf,
    "Float::NAN": math.nan,
    "Float::EPSILON": sys.float_info.epsilon,
    "Float::MAX": sys.float_info.max,
    "Float::MIN": sys.float_info.min,
    "Float::DIG": 15,
    "Math::PI": math.pi,
    "Math::E": math.e,
    "File::SEPARATOR": RubyString("/", frozen=True),
    "File::Separator": RubyString("/", frozen=True),
    "File::PATH_SEPARATOR": RubyString(":", frozen=True),
    "Regexp::IGNORECASE": 1,
    "Regexp::EXTENDED": 2,
    "Regexp::MULTILINE": 4,
}


def known_constants(name: str) -> Value | None:
    """A constant that is no class of ours: its value, Unknown where it exists, None where Ruby has none."""
    if name in _VALUES:
        return _VALUES[name]
    elsewhere = known_names()["constants elsewhere"]
    first, _, rest = name.partition("::")
    scoped = rest and (first in elsewhere or not first.startswith(("Chef::Node", "#")))
    if first in elsewhere or scoped:
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the constant {name} is not evaluated")
    return None


@cache
def known_names() -> dict[str, frozenset[str]]:
    """Method names of Ruby 3.1 and its standard library by class, as Ruby itself lists them.

    `String` are the public methods of strings, `File.` those of the class itself, `Kernel private` private
    ones. `constants elsewhere` are constants of Ruby and the gems around Chef that are not evaluated;
    `harmless` are methods of any class that leave their receiver as it is.
    """
    text = (files("driftcheck.chef.ruby") / "data" / "method_names.json").read_text(encoding="utf-8")
    return {name: frozenset(methods) for name, methods in loads(text).items()}
