"""A saved snapshot comes back as it was; anything else is a usage error that says where."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from driftcheck.errors import UsageError
from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.redaction import redacted
from driftcheck.model.snapshot import (
    DnsObservation,
    PropertiesObservation,
    PropertyEntry,
    Snapshot,
)
from tests.formats.snapshots import SNAPSHOTS
from tests.tiers import examples

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)
PLACE = Location(source="rendered", name="rendered/kafka01/server.properties")
DNS = DnsObservation(
    vantage="10.0.0.2:53",
    name="kafka01.prod.example.com",
    rrtype="A",
    observed_at=Known(value=NOW),
    values=Known(value=("10.0.1.11",)),
)
SMALL = Snapshot(taken_at=NOW, tool="driftcheck 0.1.0", dns=(DNS,))


def _with_entry(value: Known[str]) -> Snapshot:
    entry = PropertyEntry(key="ssl.keystore.password", value=value, line=4)
    file = PropertiesObservation(
        kind="server.properties",
        node="kafka01",
        location=PLACE,
        observed_at=Absent(evidence="no times here"),
        entries=Known(value=(entry,)),
    )
    return replace(SMALL, properties=(file,))


def _read(document: object) -> Snapshot:
    return snapshot_from_json(json.dumps(document).encode(), name="saved.json")


@examples(60, suppress_health_check=list(HealthCheck))
@given(SNAPSHOTS)
def test_what_was_saved_comes_back(snapshot: Snapshot) -> None:
    data = snapshot_to_json(snapshot)
    assert snapshot_from_json(data, name="saved.json") == snapshot
    assert snapshot_to_json(snapshot_from_json(data, name="saved.json")) == data


def test_the_file_is_small_and_reads_as_it_is_documented() -> None:
    assert json.loads(snapshot_to_json(SMALL)) == {
        "version": 1,
        "taken_at": "2015-03-26T21:30:00Z",
        "tool": "driftcheck 0.1.0",
        "dns": [
            {
                "vantage": "10.0.0.2:53",
                "name": "kafka01.prod.example.com",
                "rrtype": "A",
                "observed_at": {"known": "2015-03-26T21:30:00Z"},
                "values": {"known": ["10.0.1.11"]},
            }
        ],
    }


def test_each_kind_of_fact_is_named_by_its_first_key() -> None:
    slow = Unknown(kind=UnknownKind.FAULT, reason="time-out", fragments=("SSL://", None))
    gone = Absent(evidence="NXDOMAIN", location=PLACE)
    snapshot = replace(SMALL, dns=(replace(DNS, values=slow), replace(DNS, values=gone)))
    first, second = json.loads(snapshot_to_json(snapshot))["dns"]
    assert first["values"] == {"kind": "fault", "unknown": "time-out", "fragments": ["SSL://", None]}
    assert second["values"] == {
        "absent": "NXDOMAIN",
        "location": {"source": "rendered", "name": PLACE.name},
    }


def test_a_secret_never_leaves_and_is_still_one_when_it_comes_back() -> None:
    snapshot = _with_entry(Known(value="hunter2", secret=True, shadows=(Known(value="hunter1"),)))
    data = snapshot_to_json(snapshot)
    assert b"hunter" not in data
    shadow = Known(value=redacted("hunter1"), secret=True)
    expected = _with_entry(Known(value=redacted("hunter2"), secret=True, shadows=(shadow,)))
    back = snapshot_from_json(data, name="saved.json")
    assert back == expected
    assert snapshot_to_json(back) == data


DOCUMENT = json.loads(snapshot_to_json(_with_entry(Known(value="x", location=PLACE))))


@pytest.mark.parametrize(
    ("path", "value", "where", "message"),
    [
        (("dns", 0, "values"), {"known": "10.0.1.11"}, "/dns/0/values/known", "a list is wanted, not text"),
        (("dns", 0, "values"), {}, "/dns/0/values", "exactly one of known, unknown, absent"),
        (("dns", 0, "values"), {"known": [], "absent": ""}, "/dns/0/values", "exactly one of known"),
        (("dns", 0, "values"), {"unknown": ""}, "/dns/0/values", "kind is missing"),
        (("dns", 0, "values"), {"unknown": "", "kind": "odd"}, "/dns/0/values/kind", "one of fault, denied"),
        (("dns", 0, "ttl"), True, "/dns/0/ttl", "a whole number is wanted, not true"),
        (("dns", 0, "ttl"), 1.5, "/dns/0/ttl", "a whole number is wanted, not a number"),
        (("dns", 0, "a/b~c"), 1, "/dns/0/a~1b~0c", "the key is not known here"),
        (("taken_at",), "2015-03-26T21:30:00", "/taken_at", "a time with its zone"),
        (("taken_at",), "0001-01-01T00:00:00+14:00", "/taken_at", "a time in ISO 8601"),
        (("taken_at",), None, "/taken_at", "a time in ISO 8601 is wanted, not null"),
        (("nodes",), {}, "/nodes", "a list is wanted, not an object"),
        (("tool",), 7, "/tool", "text is wanted, not a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    path: tuple[Any, ...], value: object, where: str, message: str
) -> None:
    document = copy.deepcopy(DOCUMENT)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(UsageError) as raised:
        _read(document)
    assert raised.value.where == f"saved.json#{where}"
    assert message in raised.value.message


def test_a_key_from_outside_steers_no_terminal() -> None:
    with pytest.raises(UsageError) as raised:
        _read({**DOCUMENT, "\x1b[2J": 1})
    assert raised.value.where == "saved.json#/\\x1b[2J"


def test_a_newer_version_is_named_as_such() -> None:
    with pytest.raises(UsageError, match="made by a newer driftcheck: version 7"):
        _read({"version": 7, "anything": []})


@pytest.mark.parametrize("document", [{}, [], None, 3, {"version": "1"}, {"version": 0}, {"version": True}])
def test_what_has_no_version_is_no_snapshot(document: object) -> None:
    with pytest.raises(UsageError, match="no snapshot: it has no version"):
        _read(document)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"{", b"[" * 100_000, b'{"version": NaN}', b'{"version": ' + b"9" * 5_000 + b"}"],
    ids=["empty", "binary", "cut off", "deep", "NaN", "long number"],
)
def test_no_json_is_said_with_line_and_column(data: bytes) -> None:
    with pytest.raises(UsageError) as raised:
        snapshot_from_json(data, name="saved.json")
    assert raised.value.where.startswith("saved.json:1:")


def test_a_trail_nested_too_deeply_is_refused() -> None:
    fact: dict[str, Any] = {"known": "x"}
    for _ in range(150):
        fact = {"known": "x", "derived_from": [fact]}
    document = copy.deepcopy(DOCUMENT)
    document["properties"][0]["entries"]["known"][0]["value"] = fact
    with pytest.raises(UsageError, match="nested too deeply"):
        _read(document)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["known", "unknown", "absent", "kind", "location", "$of", "$map", "$time", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def _places(part: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with one of its keys."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place for key, value in items for place in ((part, key), *_places(value))]


@examples(300)
@given(junk=_JSON, data=st.data())
def test_a_document_that_was_tampered_with_is_read_or_refused(junk: object, data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENT)
    container, key = data.draw(st.sampled_from(_places(document)))
    container[key] = junk
    try:
        read = _read(document)
    except UsageError:
        return
    assert isinstance(read, Snapshot)
    snapshot_to_json(read)
