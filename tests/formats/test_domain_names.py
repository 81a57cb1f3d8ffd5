"""Domain names from hosts and from zone files, held to dnspython's."""

from __future__ import annotations

import dns.exception
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.domain_names import (
    DomainName,
    DomainNameError,
    RelativeNameError,
    domain_text,
    host_domain,
    is_within,
    parse_domain_name,
)

ORIGIN: DomainName = (b"example", b"com")


@pytest.mark.parametrize(
    ("host", "labels"),
    [
        ("Kafka1.Example.com", (b"kafka1", b"example", b"com")),
        ("kafka_1", (b"kafka_1",)),
        ("kafka7 ", (b"kafka7 ",)),
        ("a\\.b", (b"a\\", b"b")),
        ("bücher.example", ("bücher".encode(), b"example")),
        ("xn--bcher-kva.example", (b"xn--bcher-kva", b"example")),
        ("x" * 63, (b"x" * 63,)),
        (".".join(["x" * 49] * 5) + ".abc", (b"x" * 49,) * 5 + (b"abc",)),
    ],
)
def test_a_host_is_asked_for_as_it_is(host: str, labels: DomainName) -> None:
    assert host_domain(host) == labels


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("", "empty label"),
        ("kafka..example", "empty label"),
        ("kafka.", "empty label"),
        ("x" * 64, "more than 63 bytes"),
        (".".join(["x" * 49] * 5) + ".abcd", "more than 253 bytes"),
        ("ü" * 32, "more than 63 bytes"),
        ("kafka\n1", "control characters"),
        ("kafka\x851", "control characters"),
        ("\udc80", "half a character"),
    ],
)
def test_what_no_name_can_be_is_refused(host: str, why: str) -> None:
    with pytest.raises(DomainNameError, match=why):
        host_domain(host)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("@", ORIGIN),
        (".", ()),
        ("kafka1", (b"kafka1", *ORIGIN)),
        ("Kafka1.Other.", (b"kafka1", b"other")),
        (r"a\.b", (b"a.b", *ORIGIN)),
        (r"a\032b.", (b"a b",)),
        (r"a\\.", (b"a\\",)),
        (r"\@", (b"@", *ORIGIN)),
        (r"a\..", (b"a.",)),
    ],
)
def test_zone_files_have_escapes_and_an_origin(text: str, labels: DomainName) -> None:
    assert parse_domain_name(text, ORIGIN) == labels


@pytest.mark.parametrize("text", ["", "..", "a..b", ".a", r"a\999", r"a\12", "x" * 64, ("x" * 62 + ".") * 5])
def test_what_no_zone_file_may_name_is_refused(text: str) -> None:
    with pytest.raises(DomainNameError):
        parse_domain_name(text, ORIGIN)


def test_a_relative_name_needs_an_origin() -> None:
    with pytest.raises(RelativeNameError, match=r"\$ORIGIN"):
        parse_domain_name("kafka1", None)
    assert parse_domain_name("kafka1.", None) == (b"kafka1",)


labels = st.binary(min_size=1, max_size=20).map(bytes.lower)


@given(st.lists(labels, max_size=5).map(tuple))
def test_a_name_written_is_read_again(name: DomainName) -> None:
    text = domain_text(name)
    assert text.isascii()
    assert text.isprintable()
    assert parse_domain_name(text + "." if name else text, None) == name


@given(st.text(alphabet="aB.\\@0129 _-é\x00", min_size=1, max_size=12))
def test_a_name_means_what_dnspython_makes_of_it(text: str) -> None:
    try:
        theirs = dns.name.from_text(text.encode("latin-1"), dns.name.from_text("example.com."))
    except (dns.exception.DNSException, ValueError):
        theirs = None
    try:
        ours = parse_domain_name(text, ORIGIN)
    except DomainNameError:
        ours = None
    assert ours == (None if theirs is None else tuple(label.lower() for label in theirs.labels[:-1]))


def test_a_name_lies_within_itself_and_what_is_above() -> None:
    name = host_domain("a.example.com")
    assert all(is_within(name, above) for above in ((), (b"com",), ORIGIN, name))
    assert not is_within(ORIGIN, name)
    assert not is_within(host_domain("a.notexample.com"), ORIGIN)
