"""Zone files: every form of a record, with its line, and every problem with its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats import zone as zone_format
from driftcheck.formats.domain_names import domain_text, host_domain, parse_domain_name
from driftcheck.formats.zone import MAX_DEPTH, ZoneFile, ZoneRecord
from tests.formats.zones import ORIGIN, SOA, read
from tests.tiers import sampled


def records(found: ZoneFile) -> list[str]:
    """What stands beside the SOA record: `name ttl type value`."""
    assert found.problems == ()
    return [_text(record) for record in found.records if record.rrtype != "SOA"]


def _text(record: ZoneRecord) -> str:
    target = None if record.target is None else domain_text(record.target)
    return f"{domain_text(record.name)} {record.ttl} {record.rrtype} {record.address or target}"


def problems(found: ZoneFile) -> list[str]:
    return [f"{each.file}:{each.line}: {each.message}" for each in found.problems]


@pytest.mark.parametrize(
    "line",
    [
        "a 60 IN A 10.0.0.1",
        "a IN 60 A 10.0.0.1",
        "a 1m A 10.0.0.1 ; a comment",
        "A\tin\t1M\ta\t10.0.0.1\r",
        "a.example.com. 60 A 10.0.0.1",
        "a 60 A ( 10.0.0.1 )",
        "a 60 ( ; one\n\nA ; two\n( 10.0.0.1 ) )",
        r"\097 60 A 10.0.0.1",
        "$ORIGIN com.\na.example 60 A 10.0.0.1",
        "$ORIGIN sub\n$ORIGIN example.com.\na 60 A 10.0.0.1",
        "a 60 TXT x\n 60 A 10.0.0.1",
        "$GENERATE 1-1 a 60 A 10.0.0.$",
    ],
)
def test_a_record_has_many_forms(line: str) -> None:
    assert "a.example.com 60 A 10.0.0.1" in records(read(SOA + line))


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("a AAAA 2001:DB8:0::1", "a.example.com 300 AAAA 2001:db8::1"),
        ("a CNAME b", "a.example.com 300 CNAME b.example.com"),
        ("a CNAME B.Other.", "a.example.com 300 CNAME b.other"),
        ("a DNAME @", "a.example.com 300 DNAME example.com"),
        ("@ NS ns1", "example.com 300 NS ns1.example.com"),
        ("1.0.0.10.in-addr.arpa PTR a", "1.0.0.10.in-addr.arpa.example.com 300 PTR a.example.com"),
        ("a MX 10 b", "a.example.com 300 MX None"),
        ('a TXT "x ; ( y" "z\\"" w', "a.example.com 300 TXT None"),
        ("a TYPE65280 \\# 1 00", "a.example.com 300 TYPE65280 None"),
        ("*.a A 10.0.0.1", "*.a.example.com 300 A 10.0.0.1"),
        ("a_b A 10.0.0.1", "a_b.example.com 300 A 10.0.0.1"),
    ],
)
def test_values_are_read_by_type(line: str, record: str) -> None:
    assert records(read(SOA + line)) == [record]


def test_every_record_has_its_line() -> None:
    text = "; a zone\n\n" + SOA + "a A (\n 10.0.0.1\n)\n\n  A 10.0.0.2 ; also a\nb A 10.0.0.3"
    assert [(record.line, record.address) for record in read(text).records] == [
        (3, None),
        (4, "10.0.0.1"),
        (8, "10.0.0.2"),
        (9, "10.0.0.3"),
    ]


def test_the_ttl_is_the_stated_one_else_the_default_else_the_last() -> None:
    assert records(read("$TTL 1h30m\n" + SOA + "a A 10.0.0.1\nb 5 A 10.0.0.1\nc A 10.0.0.1")) == [
        "a.example.com 5400 A 10.0.0.1",
        "b.example.com 5 A 10.0.0.1",
        "c.example.com 5400 A 10.0.0.1",
    ]
    assert records(read(SOA + "a 5 A 10.0.0.1\nb A 10.0.0.1")) == [
        "a.example.com 5 A 10.0.0.1",
        "b.example.com 5 A 10.0.0.1",
    ]
    minimum = read("@ SOA a b 1 2 3 4 1d\na A 10.0.0.1")
    assert [record.ttl for record in minimum.records] == [86400, 86400]


def test_records_outside_of_the_zone_are_left_out() -> None:
    assert records(read(SOA + "a.other. A 10.0.0.1\ncom. A 10.0.0.1\nb A 10.0.0.2")) == [
        "b.example.com 300 A 10.0.0.2"
    ]


def test_the_zone_is_named_by_its_soa_record() -> None:
    assert read("$ORIGIN sub\n" + SOA).apex == host_domain("sub.example.com")
    found = read("a 5 A 10.0.0.1")
    assert found.apex is None
    assert problems(found) == ["z:1: it has no SOA record: is it a part that another file includes?"]


def test_relative_names_need_an_origin_from_somewhere() -> None:
    found = read(SOA, origin=None)
    assert found.needs_origin
    assert "the file needs $ORIGIN" in problems(found)[0]
    assert records(read("$ORIGIN example.com.\n" + SOA + "a A 10.0.0.1", origin=None)) == [
        "a.example.com 300 A 10.0.0.1"
    ]
    assert not read("example.com. 5 SOA a. b. 1 2 3 4 5", origin=None).needs_origin


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("a", "it has no record type"),
        ("a AA 10.0.0.1", "AA is no record type"),
        ("a 10.0.0.1", "10.0.0.1 is no record type"),
        ("a 60 60 A 10.0.0.1", "60 is no record type"),
        ("a A", "the A record has no value"),
        ("a A 10.0.0.256", "10.0.0.256 is no address for an A record"),
        ("a A 2001:db8::1", "2001:db8::1 is no address for an A record"),
        ("a AAAA 10.0.0.1", "10.0.0.1 is no address for an AAAA record"),
        ("a AAAA fe80::1%eth0", "fe80::1%eth0 has a scope, which DNS does not know"),
        ("a A 10.0.0.1 10.0.0.2", "the A record has more than one value"),
        ("a TYPE1 \\# 4 0a000001", "the A record has more than one value"),
        ('"a" A 10.0.0.1', '"a" is quoted, and no name'),
        ("a CNAME b..c", "the name b..c cannot be read: it has an empty label"),
        ("a..b A 10.0.0.1", "the name a..b cannot be read: it has an empty label"),
        ("a CH A 10.0.0.1", "its class is CH, and only IN is read"),
        ("a 99999999999 A 10.0.0.1", "99999999999 is no record type"),
        ("a 4294967296 A 10.0.0.1", "a TTL of 4294967296 is too long"),
        ("@ SOA a b 1 2 3 4", "an SOA record has two names and five numbers"),
        ("@ SOA a b 1 2 3 4 x", "x is no number for an SOA record"),
        ('a TXT "x', "a quoted text does not end in its line"),
        ("a A 10.0.0.1 )", "a parenthesis is closed that was not opened"),
        ("a A ( 10.0.0.1", "a parenthesis is never closed"),
        ("a TXT x\\", "a backslash escapes nothing"),
        ("$ORIGIN", "$ORIGIN has too few or too many words"),
        ("$TTL x", "x is no TTL"),
        ("$DATE 1", "the directive $DATE is not known"),
        ("$INCLUDE nowhere", "$INCLUDE nowhere: no such file"),
        ("$GENERATE 1-2 a A", "$GENERATE needs a range, an owner, a type and a value"),
        ("$GENERATE 2-1 a$ A 10.0.0.$", "the range 2-1 is empty"),
        ("$GENERATE x a$ A 10.0.0.$", "x is no range: it is written START-STOP or START-STOP/STEP"),
        ("$GENERATE 0-99999999 a$ A 10.0.0.$", "the range 0-99999999 has more than 65536 steps"),
        ("$GENERATE 1-2 a${x} A 10.0.0.$", "what stands in ${…} is written OFFSET"),
        ("$GENERATE 1-2 a${-9,0,n} A 10.0.0.$", "-8 has no nibbles"),
        ("$GENERATE 1-2 a${0,128} A 10.0.0.$", "a width of 128 is too large"),
        ("$GENERATE 250-260 a$ A 10.0.0.$", "10.0.0.256 is no address for an A record"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_line_and_the_rest_is_read(line: str, problem: str) -> None:
    found = read(f"{SOA}before A 10.9.0.1\n{line}\nafter A 10.9.0.2")
    (only,) = problems(found)
    assert only.startswith(f"z:3: {problem}")
    addresses = [record.address for record in found.records if record.address]
    assert "10.9.0.1" in addresses
    assert "10.9.0.2" in addresses or "never closed" in problem


def test_an_alias_has_no_other_records() -> None:
    assert problems(read(SOA + "a CNAME b\na A 10.0.0.1\nc CNAME b\nc CNAME d\ne CNAME b\ne CNAME B")) == [
        "z:3: a.example.com has other records beside its CNAME (z:2)",
        "z:5: c.example.com has another CNAME (z:4)",
    ]


def test_a_record_before_any_owner_is_a_problem() -> None:
    assert problems(read(" 5 A 10.0.0.1\n" + SOA)) == ["z:1: no record before says whose it is"]


def test_a_record_without_any_ttl_is_a_problem() -> None:
    assert problems(read("a A 10.0.0.1\n" + SOA)) == ["z:1: nothing says its TTL: the file needs $TTL"]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("a$", "a10"),
        ("a${0,4}", "a0010"),
        ("a${-3}", "a7"),
        ("a${-3,3,d}", "a007"),
        ("a${5,3,x}", "a00f"),
        ("a${5,0,X}", "aF"),
        ("a${0,0,o}", "a12"),
        ("a${-12,3}", "a-02"),
        ("a${-12,3,x}", "afffffffe"),
        ("${0,8,n}x", "a.0.0.0.x"),
        ("${1,7,N}", "B.0.0.0"),
        ("${500,0,n}", "e.f.1"),
        (r"a\$", r"a\$"),
        ("a$$", "a$"),
        ("a$-$", "a10-10"),
    ],
)
def test_generated_names(template: str, name: str) -> None:
    found = read(SOA + f"$GENERATE 10-10 {template} 5 IN A 10.0.0.$")
    assert records(found) == [f"{domain_text(parse_domain_name(name, ORIGIN))} 5 A 10.0.0.10"]


def test_a_generated_range_has_steps_and_one_line() -> None:
    found = read(SOA + "$GENERATE 0-6/3 ${0,2} PTR kafka$.example.net.")
    assert records(found) == [
        f"0{number}.example.com 300 PTR kafka{number}.example.net" for number in (0, 3, 6)
    ]
    assert {record.line for record in found.records[1:]} == {2}


def test_the_owner_before_a_generated_range_stays_as_it_was() -> None:
    found = read(SOA + "a A 10.0.0.1\n$GENERATE 1-1 b A 10.0.0.$\n A 10.0.0.2")
    assert records(found)[-1] == "a.example.com 300 A 10.0.0.2"


def test_an_included_file_has_its_own_lines_and_leaves_origin_and_owner_as_they_were() -> None:
    text = SOA + '$ORIGIN sub\na A 10.0.0.1\n$INCLUDE "more" other\n A 10.0.0.4\nb A 10.0.0.5\n'
    found = read(text, files={"more": " A 10.0.0.2\n$ORIGIN deep\n$TTL 7\nb A 10.0.0.3\n"})
    assert records(found) == [
        "a.sub.example.com 300 A 10.0.0.1",
        "a.sub.example.com 300 A 10.0.0.2",
        "b.deep.other.sub.example.com 7 A 10.0.0.3",
        "a.sub.example.com 7 A 10.0.0.4",
        "b.sub.example.com 7 A 10.0.0.5",
    ]
    assert [(record.file, record.line) for record in found.records[1:]] == [
        ("z", 3),
        ("more", 1),
        ("more", 4),
        ("z", 5),
        ("z", 6),
    ]


def test_includes_are_bounded() -> None:
    assert problems(read(SOA + "$INCLUDE a", files={"a": "$INCLUDE a"})) == [
        "a:1: $INCLUDE a: the file includes itself"
    ]
    chain = {str(number): f"$INCLUDE {number + 1}\n" for number in range(MAX_DEPTH + 5)}
    (problem,) = problems(read(SOA + "$INCLUDE 0", files=chain))
    assert problem == f"{MAX_DEPTH - 1}:1: $INCLUDE nests more than {MAX_DEPTH} deep"
    fan = {str(number): f"$INCLUDE {number + 1}\n" * 20 for number in range(8)} | {"8": ""}
    assert problems(read(SOA + "$INCLUDE 0", files=fan)) == ["z:1: it includes more than 1000 files"]


def test_a_file_full_of_problems_or_records_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(read(SOA + "a AA b\n" * 1000))[-1] == "z:1: it has 100 problems or more"
    monkeypatch.setattr(zone_format, "MAX_RECORDS", 10)
    found = read(SOA + "a A 10.0.0.1\n" * 1000)
    assert problems(found) == ["z:1: it has more than 10 records"]
    monkeypatch.setattr(zone_format, "MAX_BYTES", 100)
    assert problems(read(SOA + "a A 10.0.0.1\n" * 1000))[0] == "z:1: it has more than 0 MiB"


@pytest.mark.parametrize(
    "unit", sampled(["a ", "a", '"', "\\", "(", "( ) ", "\\.", "a\n", "\n", "( a\n", "\x00", ";", "$"], 5)
)
def test_no_text_takes_long(unit: str) -> None:
    began = time.process_time()
    read(SOA + unit * (1_000_000 // len(unit)))
    read(SOA + "a TXT " + unit * (200_000 // len(unit)))
    assert time.process_time() - began < 20


def test_text_from_the_file_is_safe_to_show() -> None:
    (problem,) = problems(read(SOA + "a \x1b[31m 10.0.0.1"))
    assert problem == "z:2: \\x1b[31m is no record type"


@given(st.binary(max_size=300))
def test_every_sequence_of_bytes_is_a_zone_file(data: bytes) -> None:
    read(data)
    read(SOA.encode() + data)
