"""Zone files mean what dnspython and BIND make of them."""

from __future__ import annotations

import ipaddress
import random
import shutil
import subprocess
from pathlib import Path

import dns.exception
import dns.name
import dns.rdatatype
import dns.zone
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from driftcheck.formats.domain_names import domain_text, parse_domain_name
from driftcheck.formats.zone import ZoneFile
from tests.formats.zones import ORIGIN, SOA, read
from tests.services.dns import FOLDERS
from tests.services.requirements import unavailable
from tests.tiers import examples

names = st.sampled_from(["@", "a", "B", "a.b", "*.w", "c.example.com.", r"q\.r", r"s\032t", "_u"])
ttls = st.sampled_from(["", "0", "60", "1h", "1d2h", "2147483647"])
classes = st.sampled_from(["", "IN", "in"])
values = st.sampled_from(
    [
        "A 10.0.0.1",
        "A 10.0.0.2",
        "AAAA 2001:db8::1",
        "AAAA ::ffff:10.0.0.1",
        "PTR a",
        "PTR B.example.com.",
        "NS ns1",
        "MX 10 mail",
        'TXT "one ; two" three',
        "SRV 1 2 3 a",
    ]
)
comments = st.sampled_from(["", ' ; comment ( "', "\t;"])


@st.composite
def record_lines(draw: st.DrawFn, owners: st.SearchStrategy[str] = names) -> str:
    owner = draw(owners | st.just(" "))
    words = [draw(ttls), draw(classes)]
    words = words if draw(st.booleans()) else words[::-1]
    value = draw(values)
    if draw(st.booleans()):
        first, _, rest = value.partition(" ")
        value = f"{first} ( {draw(comments)}\n {rest}\n )" if '"' not in rest else f"{first} ({rest} )"
    blank = draw(st.sampled_from([" ", "\t", "   "]))
    return blank.join([owner, *filter(None, words), value]) + draw(comments)


directives = st.sampled_from(
    ["$ORIGIN sub", "$ORIGIN example.com.", "$TTL 77", "$TTL 1w", "", "; comment", "   "]
)
generates = st.builds(
    # dnspython goes on with the last owner that was generated, BIND with the one before.
    lambda first, count, step, owner, value: (
        f"$GENERATE {first}-{first + count}/{step} {owner} {value}\nz 60 A 10.0.0.9"
    ),
    st.integers(0, 300),
    st.integers(0, 20),
    st.integers(1, 5),
    st.sampled_from(["g$", "g${0,3}", "g${2,2,x}", "g${-2,4}", "${1,5,n}", "h${2,4,o}.i", r"g\$$"]),
    st.sampled_from(["A 10.0.0.1", "5 A 10.0.0.2", "IN CNAME t${1,3,d}", "PTR k$.other."]),
)


def zone_texts(
    owners: st.SearchStrategy[str] = names, *more: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    lines = st.lists(st.one_of(record_lines(owners), directives, *more), max_size=12)
    return lines.map(lambda found: SOA + "\n".join(found) + "\n")


Rrsets = dict[tuple[str, str], tuple[int, list[str]]]


def ours(found: ZoneFile) -> Rrsets:
    """By name and type: the smallest TTL and the values."""
    rrsets: Rrsets = {}
    for record in found.records:
        key = (domain_text(record.name), record.rrtype)
        target = None if record.target is None else domain_text(record.target)
        ttl, values = rrsets.get(key, (record.ttl, []))
        value = record.address or target
        rrsets[key] = min(ttl, record.ttl), sorted({*values, *([value] if value else [])})
    return rrsets


def _shown(name: dns.name.Name) -> str:
    return domain_text(tuple(label.lower() for label in name.labels[:-1]))


def theirs(text: str) -> Rrsets | None:
    """What dnspython reads; None if it refuses the zone."""
    try:
        zone = dns.zone.from_text(text, origin="example.com.", relativize=False, check_origin=False)
    except (dns.exception.DNSException, ValueError):
        return None
    rrsets: Rrsets = {}
    for name, rdataset in zone.iterate_rdatasets():
        rrtype = dns.rdatatype.to_text(rdataset.rdtype)
        texts = [
            str(ipaddress.ip_address(rdata.address)) if rrtype in ("A", "AAAA") else _shown(rdata.target)
            for rdata in rdataset
            if rrtype in ("A", "AAAA", "CNAME", "DNAME", "NS", "PTR")
        ]
        rrsets[_shown(name), rrtype] = rdataset.ttl, sorted(texts)
    return rrsets


@examples(300)
@given(zone_texts(names, generates))
def test_zones_mean_what_dnspython_makes_of_them(text: str) -> None:
    expected = theirs(text)
    if expected is None:
        return
    found = read(text)
    assert found.problems == ()
    assert ours(found) == expected


@examples(300)
@given(zone_texts(), st.randoms(use_true_random=False))
def test_damaged_zones_are_refused_or_mean_the_same(text: str, chance: random.Random) -> None:
    characters = list(text)
    for _ in range(chance.randint(1, 3)):
        position = chance.randrange(len(characters))
        characters[position] = chance.choice('a1.; \n\t"()\\$@')
    damaged = "".join(characters)
    found = read(damaged)
    expected = theirs(damaged)
    if found.problems or expected is None or found.apex != ORIGIN:
        return
    # Of records outside of the zone dnspython does not even remember the TTL.
    assert _values(ours(found)) == _values(expected)


def _values(rrsets: Rrsets) -> dict[tuple[str, str], list[str]]:
    return {key: values for key, (_, values) in rrsets.items()}


SERVED = "$ORIGIN example.com.\n@ 5 NS ns1\nns1 5 A 192.0.2.53\n"
"""Without it BIND takes no zone."""


@pytest.mark.services
def test_bind_reads_zones_here(tmp_path: Path) -> None:
    assert compiled(SOA + SERVED, tmp_path / "zone") == {
        ("example.com", "SOA"): [],
        ("example.com", "NS"): ["ns1.example.com"],
        ("ns1.example.com", "A"): ["192.0.2.53"],
    }


@pytest.mark.services
@examples(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone_texts(names | st.just("x.other."), generates))
def test_zones_mean_what_bind_makes_of_them(tmp_path: Path, text: str) -> None:
    text = text + SERVED
    expected = compiled(text, tmp_path / "zone")
    if expected is not None:
        found = read(text)
        assert found.problems == ()
        assert _values(ours(found)) == expected


def compiled(text: str, file: Path) -> dict[tuple[str, str], list[str]] | None:
    """What BIND reads; None if it refuses the zone."""
    program = shutil.which("named-compilezone", path=FOLDERS)
    if program is None:
        unavailable("dns", "there is no named-compilezone")
    file.write_text(text)
    lenient = [word for check in "knmMSrW" for word in (f"-{check}", "ignore")]
    done = subprocess.run(
        [program, "-q", "-o", "-", "-i", "none", *lenient, "example.com", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    rrsets: dict[tuple[str, str], list[str]] = {}
    for line in done.stdout.splitlines():
        name, _, _, rrtype, value = line.split(None, 4)
        key = (domain_text(parse_domain_name(name, None)), rrtype)
        values = rrsets.setdefault(key, [])
        if rrtype in ("A", "AAAA"):
            values.append(str(ipaddress.ip_address(value)))
        elif rrtype in ("CNAME", "DNAME", "NS", "PTR"):
            values.append(domain_text(parse_domain_name(value, None)))
    return {key: sorted(values) for key, values in rrsets.items()}
