"""The closed table: everything that an expression can call. `docs/rules.md` describes each entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from driftcheck.engine.language.functions import decisions, lists, mappings, releases, settings, texts
from driftcheck.engine.language.functions.entry import (
    MISSING,
    Call,
    Entry,
    Gives,
    Parameter,
    one,
    over_list,
    total,
)
from driftcheck.engine.language.shapes import ANY, NUMBER, TEXT, TRUTH, Shape, common, list_of
from driftcheck.engine.language.values import Secret, is_open, unsupported
from driftcheck.formats import host_names
from driftcheck.model.facts import Absent

NO_ADDRESS = Absent(evidence="the name spells no address")

_LIST = Parameter(name="list", kind="list")
_PATH = Parameter(name="path", kind="path")
_VALUE = Parameter(name="value")


def _same(shapes: Sequence[Shape]) -> Shape:
    return shapes[0]


def _element(shapes: Sequence[Shape]) -> Shape:
    return shapes[0].of or ANY


def _flattened(shapes: Sequence[Shape]) -> Shape:
    element = _element(shapes)
    return element if element.kind == "list" else list_of(ANY)


def _list_of_paths(shapes: Sequence[Shape]) -> Shape:
    return list_of(shapes[1])


def _either(shapes: Sequence[Shape]) -> Shape:
    return common(shapes)


def _text(name: str) -> Parameter:
    return Parameter(name=name, kind="text")


def _over(name: str, decide: Callable[..., object], gives: Gives, *takes: Parameter) -> Entry:
    """A filter of a list."""
    return Entry(name=name, takes=(_LIST, *takes), gives=gives, call=over_list(decide))


def _plain(name: str, call: Call, gives: Shape, *takes: Parameter, absent: bool | None = None) -> Entry:
    """A filter or function of plain values."""
    return Entry(name=name, takes=takes, gives=one(gives), call=total(call, takes, absent=absent))


def _asks(name: str, call: Call, *takes: Parameter) -> Entry:
    """A question about a text: what is absent answers no."""
    return _plain(name, call, TRUTH, *takes, absent=False)


def _raw(name: str, call: Call, gives: Gives, *takes: Parameter) -> Entry:
    return Entry(name=name, takes=takes, gives=gives, call=call)


def _test(name: str, call: Callable[[object], bool]) -> Entry:
    return Entry(name=name, takes=(_VALUE,), gives=one(TRUTH), call=call)


def _keys(name: str, call: Call) -> Entry:
    """A filter of settings: which of their keys a release would not take as they are."""
    takes = (Parameter(name="settings", kind="mapping"), Parameter(name="version"))
    return _raw(name, call, one(list_of(TEXT)), *takes)


def _by_name(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    return {entry.name: entry for entry in entries}


def _minutes_since(later: datetime, earlier: datetime) -> object:
    try:
        return int((later - earlier).total_seconds() // 60)
    except TypeError:
        return unsupported("of two times one has no zone")


def _encoded_address(host: str) -> object:
    return host_names.encoded_address(host) or NO_ADDRESS


def _is_secret(value: object) -> bool:
    return isinstance(value, Secret) or (isinstance(value, tuple) and any(_is_secret(item) for item in value))


_IS_IPV4 = _asks("is_ipv4", host_names.is_ipv4, _text("host"))
_IS_PUBLIC = _asks("is_public_address", host_names.is_public_address, _text("address"))
_IS_LOOPBACK = _asks("is_loopback", host_names.is_loopback, _text("host"))
_HOST_KEY = _plain("host_key", host_names.host_key, TEXT, _text("host"))
_IS_OLDER = _asks("is_older", releases.is_older, _text("version"), _text("other"))
_UNDOTTED = _plain("undotted", texts.undotted, TEXT, _text("text"))


FILTERS: Mapping[str, Entry] = _by_name(
    [
        _over("map", lists.mapped, _list_of_paths, _PATH),
        _over("where", lists.where, _same, _PATH, Parameter(name="value", default=MISSING)),
        _over("where_not", lists.where_not, _same, _PATH, Parameter(name="value", default=MISSING)),
        _over("where_in", lists.where_in, _same, _PATH, Parameter(name="values", kind="list")),
        _over("where_not_in", lists.where_not_in, _same, _PATH, Parameter(name="values", kind="list")),
        _over("where_known", lists.where_known, _same, _PATH),
        _over("where_absent", lists.where_absent, _same, _PATH),
        _over("odd_ones", lists.odd_ones, _same, _PATH, _VALUE),
        _over("known", lists.known, _same),
        _over("present", lists.that(lists.there_is), _same),
        _over("shared", lists.shared, _same, Parameter(name="values", kind="list")),
        _over("without", lists.without, _same, Parameter(name="values", kind="list")),
        _over("ipv4", lists.that(_IS_IPV4.call), _same),
        _over("public", lists.that(_IS_PUBLIC.call), _same),
        _over("loopback", lists.that(_IS_LOOPBACK.call), _same),
        _over("older_than", releases.older_than(_IS_OLDER.call), _same, _text("version")),
        _over("host_keys", lists.each(_HOST_KEY.call), _same),
        _over("undotted", lists.each(_UNDOTTED.call), _same),
        _over("duplicates", lists.duplicates, _same),
        _over("distinct", lists.distinct, _same),
        _over("flatten", lists.flatten, _flattened),
        _over("sort", lists.in_order, _same, Parameter(name="path", kind="path", default=MISSING)),
        _over("reversed", lists.reversed_order, _same),
        _over("first", lists.first, _element),
        _over("last", lists.last, _element),
        _raw("count", lists.count, one(NUMBER), _LIST),
        _over("all", decisions.all_true, one(TRUTH)),
        _over("any", decisions.any_true, one(TRUTH)),
        _over("none_of", decisions.none_true, one(TRUTH)),
        _over(
            "agree",
            decisions.agree,
            one(TRUTH),
            Parameter(name="ignore_absent", kind="truth", default=False),
        ),
        _over("unique", decisions.unique, one(TRUTH)),
        _over("majority", decisions.majority, _element),
        _over("join", texts.joined, one(TEXT), Parameter(name="separator", kind="text", default=", ")),
        _over(
            "listed",
            texts.listed,
            one(TEXT),
            Parameter(name="most", kind="number", default=texts.MOST_LISTED),
        ),
        _over("one_or_more", texts.one_or_more, one(TEXT), _text("one"), _text("several")),
        _raw(
            "plural",
            texts.plural,
            one(TEXT),
            Parameter(name="number", kind="countable"),
            _text("noun"),
            Parameter(name="nouns", kind="text", default=None),
        ),
        _raw("default", mappings.default, _either, _VALUE, Parameter(name="otherwise")),
        _raw("keys", mappings.keys, one(list_of(TEXT)), Parameter(name="mapping", kind="mapping")),
        _keys("misspelt_keys", settings.misspelt_keys),
        _keys("unknown_keys", settings.unknown_keys),
        _keys("foreign_keys", settings.foreign_keys),
        _keys("deprecated_keys", settings.deprecated_keys),
        _keys("refused_keys", settings.refused_keys),
        _keys("flawed_keys", settings.flawed_keys),
        _keys("unrendered_keys", settings.unrendered_keys),
        _raw(
            "refusal_of",
            settings.refusal_of,
            one(TEXT),
            Parameter(name="settings", kind="mapping"),
            _text("key"),
            Parameter(name="version"),
        ),
        _raw(
            "misspelt_client_keys",
            settings.misspelt_client_keys,
            one(list_of(TEXT)),
            Parameter(name="settings", kind="mapping"),
            _text("kind"),
        ),
        _plain("nearest_client_setting", settings.nearest_client_setting, TEXT, _text("key"), _text("kind")),
        _raw("nearest_setting", settings.nearest_setting, one(TEXT), _text("key"), Parameter(name="version")),
        _plain("lower", str.lower, TEXT, _text("text")),
        _plain("upper", str.upper, TEXT, _text("text")),
        _plain("trim", str.strip, TEXT, _text("text")),
        _plain("split", texts.split, list_of(TEXT), _text("text"), _text("separator")),
        _plain("replace", texts.replaced, TEXT, _text("text"), _text("old"), _text("new")),
        _plain("int", texts.integer, NUMBER, _VALUE),
        _asks("startswith", str.startswith, _text("text"), _text("start")),
        _asks("endswith", str.endswith, _text("text"), _text("end")),
        _asks("contains", str.__contains__, _text("text"), _text("part")),
        _asks("matches", texts.matches, _text("text"), Parameter(name="pattern", kind="pattern")),
        _plain(
            "minutes_since",
            _minutes_since,
            NUMBER,
            Parameter(name="later", kind="time"),
            Parameter(name="earlier", kind="time"),
        ),
    ]
)
"""What can follow `|`; the first parameter is what stands before it."""

FUNCTIONS: Mapping[str, Entry] = _by_name(
    [
        _asks("is_ip", host_names.is_ip, _text("host")),
        _asks("is_wildcard", host_names.is_wildcard, _text("host")),
        _IS_LOOPBACK,
        _asks("is_link_local", host_names.is_link_local, _text("host")),
        _asks("is_localhost", host_names.is_localhost, _text("host")),
        _asks("is_qualified", host_names.is_qualified, _text("host")),
        _asks("is_public_ec2_name", host_names.is_public_ec2_name, _text("host")),
        _asks("is_private_address", host_names.is_private_address, _text("address")),
        _IS_IPV4,
        _IS_PUBLIC,
        _plain("encoded_address", _encoded_address, TEXT, _text("host")),
        _HOST_KEY,
        _IS_OLDER,
        _plain("setting_releases", settings.setting_releases, TEXT, _text("key")),
        _plain("setting_instead", settings.setting_instead, TEXT, _text("key")),
        _plain("flaw_in", settings.flaw_in, TEXT, _text("value")),
        _raw("there_is", lists.there_is, one(TRUTH), _VALUE),
    ]
)
"""What can be called with arguments in brackets."""

TESTS: Mapping[str, Entry] = _by_name(
    [
        _test("known", lists.is_known),
        _test("unknown", is_open),
        _test("absent", lambda value: isinstance(value, Absent)),
        _test("secret", _is_secret),
    ]
)
"""What can follow `is`: always decided."""
