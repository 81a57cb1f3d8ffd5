"""Every entry of the table on known, unknown, absent and secret values, and on lists that may have more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from driftcheck.engine.language.functions.table import FILTERS, FUNCTIONS, TESTS
from driftcheck.engine.language.values import Open, Partial, Properties, Secret
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Absent, Known
from tests.engine.language.expressions import NOTHING, SECRET, U, reasons, unknown, value

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)


def record(at: object, name: str = "") -> dict[str, object]:
    return {"at": at, "name": name}


ONE, TWO, LOST, GONE = record(1, "one"), record(2, "two"), record(unknown(), "lost"), record(NOTHING, "gone")

SETTINGS = {
    "authorizor.class.name": "a",
    "host.name": "'kafka01'",
    "listener.name.x.ssl.keystore.location": "/k",
    "num.partitions": "abc",
    "port": "9092",
    "process.roles": "broker",
    "team": "data",
}

NAMES: dict[str, Any] = {
    "ps": Properties(entries=SETTINGS, whole=True),
    "pt": Properties(entries={"<%": "end %>", "log.dirs": "{{ dirs }}", "port": "9092"}, whole=True),
    "pc": Properties(entries={"compression.typ": "gzip", "acks": "1"}, whole=True),
    "pw": Properties(entries={"port": "9092"}, whole=False),
    "pu": Properties(entries={"num.partitions": unknown(), "log.dirs": unknown()}, whole=True),
    "phu": Properties(entries={"host.name": unknown(), "port": "9092"}, whole=True),
    "psec": Properties(entries={"num.partitions": Known(value="abc", secret=True)}, whole=True),
    "u": U,
    "nothing": NOTHING,
    "secret": SECRET,
    "n": 3,
    "s": "abc",
    "l": (1, 2, 2),
    "lu": (1, 2, 2, U),
    "la": (1, NOTHING),
    "p": Partial(items=(1, 2), more=U),
    "pp": Partial(items=(2, 2), more=U),
    "e": (),
    "tt": (True, True),
    "tf": (True, False),
    "tu": (True, U),
    "fu": (False, U),
    "tp": Partial(items=(True,), more=U),
    "r": (ONE, TWO),
    "ru": (ONE, TWO, LOST),
    "ra": (ONE, GONE),
    "rp": Partial(items=(ONE,), more=U),
    "ll": ((1, 2), (3,)),
    "lo": ((1,), U, NOTHING, Partial(items=(2,), more=U)),
    "ls": (SECRET, "b"),
    "m": {"b": 1, "a": 2},
    "now": NOW,
    "before": NOW - timedelta(minutes=90, seconds=30),
    "naive": datetime(2015, 3, 26),
    "host": "Kafka01.prod.example.com",
    "ec2": "ec2-54-1-2-3.compute-1.amazonaws.com",
}


def result(text: str) -> object:
    return value(text, **NAMES)


def more(*items: object) -> Partial:
    return Partial(items=items, more=U)


KNOWN: list[tuple[str, object]] = [
    # map
    ("r | map('at')", (1, 2)),
    ("r | map('name')", ("one", "two")),
    ("ru | map('at')", (1, 2, U)),
    ("ra | map('at')", (1, NOTHING)),
    ("rp | map('at')", more(1)),
    ("e | map('at')", ()),
    ("nothing | map('at')", NOTHING),
    # where, where_not
    ("r | where('at', 1)", (ONE,)),
    ("ru | where('at', 1)", more(ONE)),
    ("ra | where('at', 1)", (ONE,)),
    ("ra | where('at', nothing)", (GONE,)),
    ("rp | where('at', 1)", more(ONE)),
    ("tf | where('x')", more()),
    ("nothing | where('at', 1)", NOTHING),
    ("r | where_not('at', 1)", (TWO,)),
    ("ru | where_not('at', 1)", more(TWO)),
    ("ra | where_not('at', 1)", (GONE,)),
    ("nothing | where_not('at', 1)", NOTHING),
    # where_in, where_not_in, where_known, where_absent
    ("r | where_in('at', [2, 3])", (TWO,)),
    ("ru | where_in('at', [2, 3])", more(TWO)),
    ("ra | where_in('at', [2, 3])", ()),
    ("r | where_in('at', nothing)", ()),
    ("r | where_not_in('at', [2, 3])", (ONE,)),
    ("ru | where_not_in('at', [2, 3])", more(ONE)),
    ("ra | where_not_in('at', [2, 3])", (ONE, GONE)),
    ("ru | where_known('at')", (ONE, TWO)),
    ("ra | where_known('at')", (ONE,)),
    ("rp | where_known('at')", more(ONE)),
    ("ru | where_absent('at')", ()),
    ("ra | where_absent('at')", (GONE,)),
    # odd_ones
    ("r | odd_ones('at', 1)", (TWO,)),
    ("ru | odd_ones('at', 1)", (TWO,)),
    ("ra | odd_ones('at', 1)", (GONE,)),
    ("rp | odd_ones('at', 2)", (ONE,)),
    ("nothing | odd_ones('at', 1)", NOTHING),
    # known
    ("lu | known", (1, 2, 2)),
    ("la | known", (1,)),
    ("p | known", (1, 2)),
    ("nothing | known", NOTHING),
    # present
    ("l | present", (1, 2, 2)),
    ("la | present", (1,)),
    ("lu | present", more(1, 2, 2)),
    ("p | present", more(1, 2)),
    ("nothing | present", NOTHING),
    # shared, without
    ("l | shared([2, 3])", (2, 2)),
    ("lu | shared([2, 3])", more(2, 2)),
    ("[1, 2] | shared([2, u])", more(2)),
    ("la | shared([nothing])", (NOTHING,)),
    ("nothing | shared([1])", NOTHING),
    ("l | without([2, 3])", (1,)),
    ("lu | without([2, 3])", more(1)),
    ("[1, 2] | without([2, u])", more()),
    ("la | without([1])", (NOTHING,)),
    ("nothing | without([1])", NOTHING),
    # ipv4, public, loopback, host_keys
    ("['10.0.0.1', '::1', s, nothing, u] | ipv4", more("10.0.0.1")),
    ("['10.0.0.1', '8.8.8.8', nothing] | public", ("8.8.8.8",)),
    ("['10.0.0.1', '127.0.1.1', '::1', nothing, u] | loopback", more("127.0.1.1", "::1")),
    ("[host, nothing, u] | host_keys", ("kafka01.prod.example.com", NOTHING, U)),
    # older_than
    ("['2.4', '2.8.1', nothing, u] | older_than('2.8')", more("2.4")),
    ("['0.9.0.1', '0.10.0-IV0', '3.9.1'] | older_than('0.10.0.1')", ("0.9.0.1", "0.10.0-IV0")),
    ("nothing | older_than('2.8')", NOTHING),
    # undotted
    ("['10.0.3.20', nothing, u] | undotted", ("100320", NOTHING, U)),
    ("nothing | undotted", NOTHING),
    # all, any, none_of
    ("tt | all", True),
    ("e | all", True),
    ("tf | all", False),
    ("fu | all", False),
    ("nothing | all", NOTHING),
    ("tf | any", True),
    ("tu | any", True),
    ("tp | any", True),
    ("e | any", False),
    ("nothing | any", NOTHING),
    ("e | none_of", True),
    ("tu | none_of", False),
    ("nothing | none_of", NOTHING),
    # agree, unique
    ("l | agree", False),
    ("lu | agree", False),
    ("p | agree", False),
    ("e | agree", True),
    ("[2, 2] | agree", True),
    ("la | agree", False),
    ("la | agree(ignore_absent=true)", True),
    ("nothing | agree", NOTHING),
    ("['1', 1] | agree", False),
    ("ls | agree", False),
    ("l | unique", False),
    ("lu | unique", False),
    ("pp | unique", False),
    ("(la + la) | unique", False),
    ("[nothing, nothing, 1] | unique", True),
    ("e | unique", True),
    ("nothing | unique", NOTHING),
    # majority
    ("l | majority", 2),
    ("[2, 2, 2, u] | majority", 2),
    ("[1, 2, 3, 4, u] | majority", NOTHING),
    ("[1, 2] | majority", NOTHING),
    ("[nothing, nothing, 1] | majority", NOTHING),
    ("e | majority", NOTHING),
    ("nothing | majority", NOTHING),
    # duplicates, distinct
    ("l | duplicates", (2,)),
    ("lu | duplicates", more(2)),
    ("pp | duplicates", more(2)),
    ("[nothing, nothing] | duplicates", ()),
    ("nothing | duplicates", NOTHING),
    ("l | distinct", (1, 2)),
    ("lu | distinct", more(1, 2)),
    ("[nothing, 1, nothing] | distinct", (NOTHING, 1)),
    ("nothing | distinct", NOTHING),
    # sort, reversed, flatten
    ("[2, 1, 3] | sort", (1, 2, 3)),
    ("[2, u, 1] | sort", more(1, 2)),
    ("[nothing, 1] | sort", (1, NOTHING)),
    ("r | reversed | sort('at')", (ONE, TWO)),
    ("r | sort(path='name')", (ONE, TWO)),
    ("nothing | sort", NOTHING),
    ("l | reversed", (2, 2, 1)),
    ("p | reversed", more(2, 1)),
    ("nothing | reversed", NOTHING),
    ("ll | flatten", (1, 2, 3)),
    ("lo | flatten", more(1, 2)),
    ("nothing | flatten", NOTHING),
    # first, last, count
    ("l | first", 1),
    ("e | first", NOTHING),
    ("nothing | first", NOTHING),
    ("l | last", 2),
    ("e | last", NOTHING),
    ("nothing | last", NOTHING),
    ("lu | count", 4),
    ("la | count", 2),
    ("e | count", 0),
    ("nothing | count", 0),
    # one_or_more, join, listed, plural
    ("[1] | one_or_more('its', 'their')", "its"),
    ("l | one_or_more('its', 'their')", "their"),
    ("e | one_or_more('its', 'their')", "their"),
    ("p | one_or_more('its', 'their')", "their"),
    ("[u] | one_or_more('its', 'their')", "its"),
    ("nothing | one_or_more('its', 'their')", NOTHING),
    ("l | join", "1, 2, 2"),
    ("l | join('-')", "1-2-2"),
    ("la | join", "1, –"),
    ("e | join", ""),
    ("nothing | join", NOTHING),
    ("l | listed", "1, 2 and 2"),
    ("e | listed", ""),
    ("[1] | listed", "1"),
    ("(l + l) | listed(4)", "1, 2, 2, 1 and 2 more"),
    ("(l + l) | listed(2)", "1, 2 and 4 more"),
    ("l | listed(2)", "1, 2 and 2"),
    ("nothing | listed", NOTHING),
    ("1 | plural('broker')", "1 broker"),
    ("n | plural('broker')", "3 brokers"),
    ("1440 | plural('partition')", "1,440 partitions"),
    ("l | plural('entry', 'entries')", "3 entries"),
    ("nothing | plural('x')", NOTHING),
    # default, keys
    ("nothing | default(1)", 1),
    ("n | default(1)", 3),
    ("u | default(1)", U),
    ("m | keys", ("a", "b")),
    ("nothing | keys", NOTHING),
    # lower, upper, trim, split, replace, int
    ("'AbC' | lower", "abc"),
    ("s | upper", "ABC"),
    ("' a ' | trim", "a"),
    ("'a, b,,c' | split(',')", ("a", "b", "", "c")),
    ("'' | split(',')", ("",)),
    ("s | replace('b', 'xx')", "axxc"),
    ("' 12 ' | int", 12),
    ("'-3' | int", -3),
    ("n | int", 3),
    ("'12a' | int", NOTHING),
    ("'' | int", NOTHING),
    ("'99999999999999999999' | int", NOTHING),
    ("'9223372036854775808' | int", NOTHING),
    ("true | int", NOTHING),
    ("nothing | lower", NOTHING),
    ("nothing | upper", NOTHING),
    ("nothing | trim", NOTHING),
    ("nothing | split(',')", NOTHING),
    ("nothing | replace('a', 'b')", NOTHING),
    ("s | replace(nothing, 'b')", NOTHING),
    ("nothing | int", NOTHING),
    # startswith, endswith, contains, matches
    ("s | startswith('ab')", True),
    ("s | startswith('b')", False),
    ("s | endswith('bc')", True),
    ("s | contains('b')", True),
    ("s | contains('x')", False),
    ("s | matches('a.c')", True),
    ("s | matches('b')", False),
    ("nothing | startswith('a')", False),
    ("nothing | endswith('a')", False),
    ("nothing | contains('a')", False),
    ("nothing | matches('a')", False),
    ("s | startswith(nothing)", False),
    ("secret | startswith('hunter')", True),
    # minutes_since
    ("now | minutes_since(before)", 90),
    ("before | minutes_since(now)", -91),
    ("nothing | minutes_since(now)", NOTHING),
    # functions
    ("is_ip('10.0.0.1')", True),
    ("is_ip(host)", False),
    ("is_wildcard('0.0.0.0')", True),
    ("is_loopback('127.0.0.1')", True),
    ("is_link_local('169.254.1.1')", True),
    ("is_localhost('localhost')", True),
    ("is_qualified(host)", True),
    ("is_older('2.4-IV1', '2.4.1')", False),
    ("is_older('2.13-2.4.1', '2.4')", False),
    ("is_older('2.4-IV0', '2.4')", True),
    ("is_older('0.10.2', '1.0')", True),
    ("is_older('2.10', '2.9')", False),
    ("is_older('0.8.2.X', '0.9.0')", True),
    ("is_older(nothing, '2.8')", False),
    ("is_qualified(s)", False),
    ("is_public_ec2_name(ec2)", True),
    ("is_private_address('10.0.0.1')", True),
    ("encoded_address(ec2)", "54.1.2.3"),
    ("encoded_address(host)", NOTHING),
    ("encoded_address(nothing)", NOTHING),
    ("host_key(host)", "kafka01.prod.example.com"),
    ("host_key(nothing)", NOTHING),
    # settings
    ("ps | misspelt_keys('2.8')", ("authorizor.class.name",)),
    ("ps | misspelt_keys(u)", ("authorizor.class.name",)),
    ("ps | misspelt_keys(nothing)", ("authorizor.class.name",)),
    ("nothing | misspelt_keys('2.8')", NOTHING),
    ("ps | unknown_keys('2.8')", ("team",)),
    ("ps | unknown_keys(u)", ("team",)),
    ("ps | foreign_keys('2.8')", ()),
    ("ps | foreign_keys('2.7')", ("process.roles",)),
    ("ps | foreign_keys('3.9')", ("host.name", "port")),
    ("ps | foreign_keys(u)", more()),
    ("phu | foreign_keys('3.9')", more("port")),
    ("phu | foreign_keys('2.8')", ()),
    ("ps | deprecated_keys('2.8')", ("host.name", "port")),
    ("ps | deprecated_keys(u)", more()),
    ("ps | refused_keys('2.8')", ("num.partitions",)),
    ("ps | refused_keys(u)", ("num.partitions",)),
    ("pu | refused_keys('2.8')", more()),
    ("pu | refused_keys('0.8.2')", more()),
    ("pw | refused_keys('2.8')", more()),
    ("psec | refused_keys('2.8')", ("num.partitions",)),
    ("ps | flawed_keys('2.8')", ("host.name",)),
    ("pt | flawed_keys('2.8')", ()),
    ("pt | unknown_keys('2.8')", ()),
    ("pt | unrendered_keys('2.8')", ("<%", "log.dirs")),
    ("ps | unrendered_keys(u)", ()),
    (
        "ps | refusal_of('num.partitions', '2.8')",
        "Invalid value abc for configuration num.partitions: Not a number of type INT",
    ),
    ("ps | refusal_of('port', '2.8')", NOTHING),
    ("ps | refusal_of('log.dirs', '2.8')", NOTHING),
    ("psec | refusal_of('num.partitions', '2.8') is secret", True),
    ("'authorizor.class.name' | nearest_setting('2.8')", "authorizer.class.name"),
    ("'team' | nearest_setting(u)", NOTHING),
    ("pc | misspelt_client_keys('producer.properties')", ("compression.typ",)),
    ("pc | misspelt_client_keys('consumer.properties')", ()),
    ("pw | misspelt_client_keys('producer.properties')", more()),
    ("nothing | misspelt_client_keys('producer.properties')", NOTHING),
    ("'compression.typ' | nearest_client_setting('producer.properties')", "compression.type"),
    ("'compression.typ' | nearest_client_setting('consumer.properties')", NOTHING),
    ("setting_releases('port')", "0.8.0 to 2.8"),
    ("setting_releases('listeners')", "0.9.0 and later"),
    ("setting_releases('replica.lag.max.messages')", "0.8.0 to 0.8.2"),
    ("setting_releases('brokerid')", "0.7"),
    ("setting_releases('team')", "none"),
    ("setting_instead('port')", "listeners"),
    ("setting_instead('zk.connect')", "zookeeper.connect"),
    ("setting_instead('listeners')", NOTHING),
    ("flaw_in('\"a\"')", "quotes, which are part of the value"),
    ("flaw_in('<%= node %>')", "a template that was not rendered"),
    ("flaw_in('3 # three')", "a comment, which is part of the value"),
    ("flaw_in('a#b')", NOTHING),
    ("there_is(s)", True),
    ("there_is(nothing)", False),
    *[(f"{name}(nothing)", False) for name in FUNCTIONS if name.startswith("is_") and name != "is_older"],
]


def same(found: object, expected: object) -> bool:
    if isinstance(expected, Absent):
        return isinstance(found, Absent)
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, Partial) and isinstance(found, Partial):
        return same(found.items, expected.items)
    return type(found) is type(expected) and found == expected


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_decided(text: str, expected: object) -> None:
    found = result(text)
    assert same(found, expected), found


OPEN = [
    *[f"u | {name}{arguments}" for name, arguments in [
        ("map", "('at')"), ("where", "('at', 1)"), ("where_not", "('at', 1)"), ("where_in", "('at', [1])"),
        ("where_not_in", "('at', [1])"), ("where_known", "('at')"), ("where_absent", "('at')"),
        ("odd_ones", "('at', 1)"), ("known", ""), ("present", ""), ("undotted", ""),
        ("older_than", "('2.8')"),
        ("shared", "([1])"), ("without", "([1])"), ("ipv4", ""), ("public", ""), ("loopback", ""),
        ("host_keys", ""), ("duplicates", ""), ("distinct", ""), ("flatten", ""),
        ("sort", ""), ("reversed", ""), ("first", ""), ("last", ""), ("count", ""), ("all", ""), ("any", ""),
        ("none_of", ""), ("agree", ""), ("unique", ""), ("majority", ""), ("join", ""), ("listed", ""),
        ("one_or_more", "('a', 'b')"),
        ("plural", "('x')"), ("default", "(1)"), ("keys", ""), ("lower", ""), ("upper", ""), ("trim", ""),
        ("split", "(',')"), ("replace", "('a', 'b')"), ("int", ""), ("startswith", "('a')"),
        ("misspelt_keys", "('2.8')"), ("unknown_keys", "('2.8')"), ("foreign_keys", "('2.8')"),
        ("deprecated_keys", "('2.8')"), ("refused_keys", "('2.8')"), ("flawed_keys", "('2.8')"),
        ("unrendered_keys", "('2.8')"), ("misspelt_client_keys", "('producer.properties')"),
        ("nearest_client_setting", "('producer.properties')"),
        ("refusal_of", "('port', '2.8')"), ("nearest_setting", "('2.8')"),
        ("endswith", "('a')"), ("contains", "('a')"), ("matches", "('a')"), ("minutes_since", "(now)"),
    ]],
    *[f"{name}(u)" for name in FUNCTIONS if name != "is_older"],
    "is_older(u, '2.8')", "is_older('2.8', u)",
    "tu | all", "tp | all", "fu | any", "fu | none_of", "[1, u] | agree", "([1] + [u]) | agree",
    "la | agree(ignore_absent=u)", "[1, u] | unique", "[1, 1, 2, u] | majority", "p | majority",
    "p | first", "p | last", "p | count", "p | join", "lu | join", "p | listed", "lu | listed",
    "l | listed(u)", "p | plural('x')", "n | plural(u)",
    "[1, u] | without([2]) | one_or_more('a', 'b')", "r | odd_ones('at', u)", "l | join(u)",
    "s | startswith(u)",
    "ps | refusal_of(u, '2.8')",
    "ps | misspelt_client_keys(u)",
    "now | minutes_since(u)",
]  # fmt: skip


@pytest.mark.parametrize("text", OPEN)
def test_open(text: str) -> None:
    assert "nobody knows" in reasons(result(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n | map('at')", "a number stands where a list is expected"),
        ("s | count", "a text stands where a list is expected"),
        ("l | flatten", "a number stands in a list where a list is expected"),
        ("[1, 'a'] | sort", "a number and a text have no order"),
        ("ls | sort", "a secret and a secret have no order"),
        ("tf | sort", "true or false and true or false have no order"),
        ("l | all", "a number stands where true or false is expected"),
        ("n | lower", "a number stands where a text is expected"),
        ("is_ip(n)", "a number stands where a text is expected"),
        ("n | keys", "a number stands where a mapping is expected"),
        ("s | plural('x')", "neither a number nor a list stands where something is counted"),
        ("s | replace('', 'x')", "an empty text cannot be replaced"),
        ("s | split('')", "a text cannot be split at an empty text"),
        ("s | refused_keys('2.8')", "a text stands where settings are expected"),
        ("s | refusal_of('port', '2.8')", "a text stands where settings are expected"),
        ("ps | refused_keys(n)", "a number stands where a version is expected"),
        ("ps | refused_keys('two')", "the text is no version of Kafka"),
        ("ps | refusal_of(n, '2.8')", "a number stands where a text is expected"),
        ("n | nearest_setting('2.8')", "a number stands where a text is expected"),
        ("s | minutes_since(now)", "a text stands where a time is expected"),
        ("now | minutes_since(naive)", "of two times one has no zone"),
        ("r | unique", "a mapping cannot be compared: compare a field of it"),
    ],
)
def test_what_makes_no_sense_is_open_with_the_reason(text: str, why: str) -> None:
    assert reasons(result(text)) == [why]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("l | mapp('x')", 4, 'there is no filter "mapp", did you mean "map"?'),
        ("is_up(s)", 5, 'there is no function "is_up", did you mean "is_ip"?'),
        ("s is defined", 2, 'there is no test "defined"'),
        ("l | map", 4, '"map" needs "path"'),
        ("l | map(s)", 8, "a path stands in the rule itself, as a text in quotes"),
        ("l | map('a..b')", 8, '"a..b" is no path'),
        ("l | map('__class__')", 8, "names do not begin with an underscore"),
        ("s | matches(s)", 12, "a pattern stands in the rule itself, as a text in quotes"),
        ("s | matches('(')", 12, "the pattern cannot be used: a group without its end"),
        ("s | matches('(?=a)')", 12, "the pattern cannot be used: groups of this sort are not supported"),
        ("l | agree(true, false)", 4, '"agree" is given too much'),
        ("l | agree(ignore=true)", 17, '"agree" takes no "ignore"'),
        ("l | join(',', separator=',')", 24, '"separator" is given twice'),
        ("'a' | count", 0, '"count" takes a list as "list", this is a text'),
        ("1 | lower", 0, '"lower" takes a text as "text", this is a number'),
    ],
)
def test_what_can_never_work_is_refused_with_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionProblem) as raised:
        result(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("lu | join('-')", ("1", "-", "2", "-", "2", "-", None)),
        ("p | listed", ("1", ", ", "2", " and ", None)),
        ("p | plural('broker')", (None, " brokers")),
        ("'a' ~ u ~ 'b'", ("a", None, "b")),
    ],
)
def test_a_text_that_is_known_in_part_keeps_what_is_known(
    text: str, fragments: tuple[str | None, ...]
) -> None:
    found = result(text)
    assert isinstance(found, Open)
    assert found.fragments == fragments


@pytest.mark.parametrize(
    "text",
    [
        "secret | lower",
        "secret | replace('h', 'x')",
        "secret | split('t') | first",
        "secret | int | default(secret)",
        "ls | join",
        "ls | listed",
        "ls | first",
        "ls | distinct | first",
        "[secret, secret, 'b'] | majority",
        "host_key(secret)",
    ],
)
def test_what_is_made_of_a_secret_is_a_secret(text: str) -> None:
    assert isinstance(result(text), Secret)


def test_a_secret_list_is_counted_and_told_apart() -> None:
    password = Known(value=("a", "b"), secret=True)
    assert value("m.k | count", m={"k": password}) == 2
    assert value("m.k | unique", m={"k": password}) is True


def test_texts_stay_within_bounds() -> None:
    long = "x" * 6_000
    assert reasons(value("s | replace('x', 'yy')", s=long)) == [
        "a text longer than 10,000 characters was made"
    ]
    assert reasons(value("[s, s] | join", s=long)) == ["a text longer than 10,000 characters was made"]
    assert reasons(value("s | matches('x*')", s=long)) == [
        "a text longer than 4,000 characters cannot be matched"
    ]
    assert reasons(value("l | flatten", l=((1,) * 60_000,) * 2)) == [
        "a list of more than 100,000 elements was made"
    ]


def test_every_entry_stands_in_these_tables() -> None:
    texts = " ".join([text for text, _ in KNOWN])
    for name in [*FILTERS, *FUNCTIONS]:
        assert name in texts
        assert any(f"| {name}" in text or text.startswith(f"{name}(") for text in OPEN), name
    assert set(TESTS) == {"known", "unknown", "absent", "secret"}  # see test_operators
