"""The configuration is found, checked and overlaid; every error says where and what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.errors import ConfigurationError
from driftcheck.model.configuration import DEFAULT_RENDERED, DEFAULT_SETTINGS, Configuration, J2Template
from driftcheck.model.locations import Location
from driftcheck.model.rule import Level
from driftcheck.sources.configuration import keys as configuration_keys
from driftcheck.sources.configuration.file import (
    SETTINGS,
    load_configuration,
    parse_configuration,
    read_configuration,
    with_rules,
)
from tests.tiers import examples

ROOT = Path(__file__).parents[3]
SCHEMA: dict[str, Any] = json.loads((ROOT / "driftcheck/schemas/driftcheck.schema.json").read_text())
DOCUMENTATION = (ROOT / "docs/configuration.md").read_text()


def parse(text: str) -> Configuration:
    return parse_configuration(text.encode(), ".driftcheck.yaml")


def refusal(text: str | bytes) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as raised:
        parse_configuration(text if isinstance(text, bytes) else text.encode(), ".driftcheck.yaml")
    return raised.value


def schema_accepts(text: str) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))


def documented_example() -> str:
    found = re.search(r"## Example\n\n```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_documented_example_says_what_the_documentation_says() -> None:
    found = parse(documented_example())
    assert found.location == Location(source="configuration", name=".driftcheck.yaml")
    assert found.kafka_version is None
    assert found.kafka_versions == {"production": "0.8.2.2", "beta": "2.8"}
    assert found.attributes.prefixes == ("kafka.broker", "kafka.config")
    assert found.attributes.settings == {
        **DEFAULT_SETTINGS,
        "advertised.host.name": ("kafka.public_name", "kafka.advertised_host_name"),
        "broker.id": ("kafka.id",),
    }
    assert found.rendered == {
        **DEFAULT_RENDERED,
        "hosts": ("rendered/{node}/etc/hosts", "rendered/{node}/hosts"),
    }
    assert found.brokers == r"role:kafka OR recipes:kafka\:\:broker"
    assert list(found.clusters.values()) == ["production", "beta"]
    assert found.dns.zones == ("dns/prod.example.com.zone",)
    assert found.dns.resolvers == ("10.0.0.2", "10.0.0.3:5353")
    assert found.listeners == {"EXTERNAL": ("203.0.113.0/24", "kafka.example.com")}
    assert found.max_age == timedelta(hours=24)
    assert (found.select, found.ignore) == ((), ("ZKC",))
    assert (found.fail_on, found.min_severity, found.strict) == (Level.ERROR, Level.NOTE, False)
    assert found.rules == ("rules/ours.yaml",)


def test_the_documentation_names_every_key_and_variable() -> None:
    for key in configuration_keys.TOP_LEVEL:
        assert f"`{key}" in DOCUMENTATION
    for setting in SETTINGS.values():
        assert f"`{setting.variable}`" in DOCUMENTATION


def test_the_schema_has_the_parsers_keys() -> None:
    properties = SCHEMA["properties"]
    assert set(properties) == set(configuration_keys.TOP_LEVEL)
    assert set(properties["attributes"]["properties"]) == set(configuration_keys.ATTRIBUTES)
    assert set(properties["rendered"]["properties"]) == set(DEFAULT_RENDERED)
    assert set(properties["dns"]["properties"]) == set(configuration_keys.DNS)
    access = properties["zookeeper"]["properties"]
    assert set(access) == set(configuration_keys.ZOOKEEPER)
    assert set(access["tls"]["properties"]) == set(configuration_keys.TLS)
    listener = properties["listeners"]["additionalProperties"]
    assert set(listener["properties"]) == set(configuration_keys.LISTENER)
    assert {level.value for level in Level} == set(SCHEMA["$defs"]["level"]["enum"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "kafka_version: 0.10\n",
        'kafka_version: "3.9.1"\n',
        "kafka_version: {prod: 0.8.2.2}\n",
        "attributes: {prefixes: kafka.x, kafka_version: [a, b]}\n",
        "rendered: {server.properties: 'x/{node}/server.properties'}\n",
        "select: ADV\nignore: [DNS001, stale-name]\n",
        "max_age: 90m\nstrict: true\nfail_on: warning\n",
        "dns: {resolvers: ['[::1]:53', system, 10.0.0.1]}\n",
        "listeners: {EXTERNAL: {via: 10.0.0.0/8}}\n",
        "zookeeper: {auth: sasl, user: kafka, password: x}\n",
        "zookeeper: {tls: true}\n",
        "zookeeper: {tls: {ca: ca.pem, certificate: c.pem, key: k.pem, verify_hostname: false}}\n",
        documented_example(),
    ],
)
def test_parser_and_schema_accept(text: str) -> None:
    parse(text)
    assert schema_accepts(text)


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("fail_onn: error\n", "1:1", 'unknown key "fail_onn", did you mean "fail_on"?', "kafka_version"),
        ("strict: true\ndns:\n  zone: [x]\n", "3:3", 'did you mean "zones"?', "zones, resolvers"),
        ("rendered: {server.property: 'x/{node}/y'}\n", "1:12", 'did you mean "server.properties"?', "hosts"),
        ("listeners: {E: {}}\n", "1:16", "needs `via`", "via"),
        ("zookeeper: {auth: kerberos}\n", "1:19", "is no way to authenticate", "digest, sasl"),
        ("zookeeper: {passwort: x}\n", "1:13", 'did you mean "password"?', "password_file"),
        ("zookeeper: {password: a, password_file: b}\n", "1:41", "`password` is given too", "one of them"),
        ("zookeeper: {password: [hunter2]}\n", "1:23", "expected a text, found a list", ""),
        ("zookeeper: {tls: {key_password: a, key_password_file: b}}\n", "1:55", "given too", ""),
        ("zookeeper: {tls: maybe}\n", "1:18", "expected true or false", ""),
        ("fail_on: fatal\n", "1:10", '"fatal" is not a level', "note, warning, error"),
        ("min_severity: warnin\n", "1:15", 'did you mean "warning"?', "note, warning, error"),
        ("strict: maybe\n", "1:9", "neither true nor false", "true, false"),
        ("max_age: soon\n", "1:10", "is not an age", "24h"),
        ("max_age: 0h\n", "1:10", "is not an age", "24h"),
        ("kafka_version: latest\n", "1:16", "is not a Kafka release", "2.8"),
        ("kafka_version:\n  prod: 2.x\n", "2:9", "is not a Kafka release", "2.8"),
        ("kafka_version: [2.8]\n", "1:16", "expected a text, found a list", ""),
        ("select: [ADV, '*']\n", "1:15", "names no rule", "beginning"),
        ("rendered: {hosts: x/y}\n", "1:19", "names the node once", "{node}"),
        ("rules: {a: b}\n", "1:8", "expected a list or a text, found a mapping", ""),
        ("brokers: ''\n", "1:10", "cannot be read", "role:kafka"),
        ("select:\n", "1:8", "found nothing", ""),
        ("- a\n", "1:1", "expected a mapping, found a list", "allowed keys: kafka_version"),
    ],
)
def test_parser_and_schema_refuse(text: str, where: str, message: str, hint: str) -> None:
    error = refusal(text)
    assert error.where == f".driftcheck.yaml:{where}"
    assert message in error.message
    assert hint in error.hint
    assert not schema_accepts(text)


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("brokers: role:kafka AND\n", "1:10", "column 15"),
        ("clusters: {'role:': prod}\n", "1:12", "value of `role:`"),
        ("kafka_version: 9.9\n", "1:16", "is not a version of Kafka that driftcheck knows"),
        ("kafka_version: {beta: 2.10}\n", "1:23", "is not a version of Kafka that driftcheck knows"),
        ("dns: {resolvers: [dns.example.com]}\n", "1:19", "not the address of a resolver"),
        ("dns: {resolvers: ['10.0.0.1:99999']}\n", "1:19", "not the address of a resolver"),
    ],
)
def test_the_parser_also_refuses_what_a_schema_cannot_see(text: str, where: str, message: str) -> None:
    error = refusal(text)
    assert error.where == f".driftcheck.yaml:{where}"
    assert message in error.message


@pytest.mark.parametrize(
    "text",
    [
        b"a: [",
        b"strict: true\nstrict: false\n",
        b"a: &x [*x]\n",
        b"\xff\xfe\x00",
        b"a: \x00",
        b"x" * 2_000_000,
    ],
    ids=["syntax", "twice", "alias", "binary", "control", "large"],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(text: bytes) -> None:
    assert refusal(text).where.startswith(".driftcheck.yaml")


def test_the_file_is_searched_upward_to_the_git_root(tmp_path: Path) -> None:
    (tmp_path / ".driftcheck.yaml").write_text("strict: true\n")
    repository = tmp_path / "repo"
    (repository / "chef/nodes").mkdir(parents=True)
    assert load_configuration([str(repository / "chef")], environ={}).location is None
    (repository / ".git").mkdir()
    assert load_configuration([str(repository / "chef")], environ={}).location is None
    (repository / ".driftcheck.yaml").write_text("fail_on: note\n")
    found = load_configuration([str(repository / "chef/nodes/x.json"), "elsewhere"], environ={})
    assert found.fail_on is Level.NOTE
    assert found.root == str(repository)
    assert found.location == Location(source="configuration", name=str(repository / ".driftcheck.yaml"))


def test_the_nearest_file_counts_and_config_beats_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / ".driftcheck.yaml").write_text("max_age: 1d\n")
    (tmp_path / "a/.driftcheck.yaml").write_text("max_age: 2d\n")
    (tmp_path / "other.yaml").write_text("max_age: 3d\n")
    monkeypatch.chdir(tmp_path)
    assert load_configuration(["a"], environ={}).max_age == timedelta(days=2)
    assert load_configuration([], environ={}).max_age == timedelta(days=1)
    assert load_configuration(["a"], environ={"DRIFTCHECK_CONFIG": "other.yaml"}).max_age == timedelta(days=3)
    found = load_configuration(["a"], config="other.yaml", environ={"DRIFTCHECK_CONFIG": "nowhere"})
    assert (found.max_age, found.root) == (timedelta(days=3), ".")


def test_packs_are_searched_like_the_file_and_stand_beside_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".driftcheck/rules").mkdir(parents=True)
    repository = tmp_path / "repo"
    (repository / "chef/nodes").mkdir(parents=True)
    (repository / ".git").mkdir()
    monkeypatch.chdir(repository)
    assert load_configuration(["chef"], environ={}).rules == ()
    (repository / ".driftcheck/rules").mkdir(parents=True)
    found = load_configuration(["chef/nodes"], environ={})
    assert (found.root, found.rules, found.location) == (".", (".driftcheck/rules",), None)
    (repository / "chef/.driftcheck.yaml").write_text("rules: ours.yaml\n")
    found = load_configuration(["chef/nodes"], environ={})
    assert (found.root, found.rules) == ("chef", ("ours.yaml", "../.driftcheck/rules"))
    monkeypatch.chdir(tmp_path)
    found = load_configuration(["repo/chef/nodes"], config="repo/chef/.driftcheck.yaml", environ={})
    assert (found.root, found.rules) == ("repo/chef", ("ours.yaml", "../.driftcheck/rules"))


def test_further_rule_files_are_relative_to_the_working_folder() -> None:
    found = with_rules(Configuration(root="chef", rules=("ours.yaml",)), ("a.yaml", "/b"))
    assert found.rules == ("ours.yaml", "../a.yaml", "/b")


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_configuration([], config=str(tmp_path / "x.yaml"), environ={})
    assert raised.value.message == "the configuration cannot be read: no such file or directory"
    with pytest.raises(ConfigurationError):
        load_configuration([], config=str(tmp_path), environ={})


def test_options_beat_variables_beat_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("kafka_version: {prod: 2.8}\nselect: [ADV]\nignore: [A, B]\nfail_on: note\nmax_age: 1h\n")
    environ = {
        "DRIFTCHECK_KAFKA_VERSION": "1.1",
        "DRIFTCHECK_SELECT": "DNS, REG",
        "DRIFTCHECK_IGNORE": "",
        "DRIFTCHECK_FAIL_ON": "warning",
        "DRIFTCHECK_MIN_SEVERITY": "warning",
        "DRIFTCHECK_RESOLVER": "10.0.0.1,10.0.0.2:53",
        "DRIFTCHECK_STRICT": "true",
    }
    found = load_configuration(config=str(file), environ=environ)
    assert (found.kafka_version, found.kafka_version_from, found.kafka_versions) == (
        "1.1",
        "DRIFTCHECK_KAFKA_VERSION",
        {},
    )
    assert (found.select, found.ignore, found.fail_on) == (("DNS", "REG"), ("A", "B"), Level.WARNING)
    assert (found.dns.resolvers, found.strict) == (("10.0.0.1", "10.0.0.2:53"), True)
    options: dict[str, str | Sequence[str] | bool | None] = {
        "kafka_version": "0.8",
        "select": ("ZKC",),
        "ignore": (),
        "fail_on": "error",
        "strict": False,
    }
    found = load_configuration(config=str(file), environ=environ, options=options)
    assert (found.kafka_version, found.kafka_version_from) == ("0.8", "--kafka-version")
    assert (found.select, found.ignore, found.fail_on) == (("ZKC",), ("A", "B"), Level.ERROR)
    assert found.strict is True
    assert found.max_age == timedelta(hours=1)


def test_a_wrong_variable_or_option_is_named() -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(environ={"DRIFTCHECK_FAIL_ON": "eror"})
    assert raised.value.where == "DRIFTCHECK_FAIL_ON"
    assert raised.value.message == '"eror" is not a level, did you mean "error"?'
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(environ={}, options={"resolvers": ["x"]})
    assert raised.value.where == "--resolver"


KEYS = st.sampled_from([*configuration_keys.TOP_LEVEL, "prefixes", "zones", "via", "hosts", "other"])
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["2.8", "error", "ADV"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@examples(150)
@given(DOCUMENTS)
def test_any_document_is_a_configuration_or_a_configuration_error(document: object) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    assert all(re.fullmatch(r"\.driftcheck\.yaml:\d+:\d+", place) for place in refusals(text))


def refusals(text: str) -> Iterator[str]:
    try:
        parse(text)
    except ConfigurationError as error:
        yield error.where


@examples(150)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_configuration_or_a_configuration_error(content: bytes) -> None:
    try:
        parse_configuration(content, "c.yaml")
    except ConfigurationError as error:
        where = error.where
    else:
        where = "c.yaml"
    assert where.startswith("c.yaml")


def test_how_zookeeper_is_entered_is_said_by_the_file_variables_and_options(tmp_path: Path) -> None:
    file = tmp_path / ".driftcheck.yaml"
    file.write_text("zookeeper: {auth: digest, user: kafka, password_file: pw, tls: {ca: ca.pem}}\n")
    found = load_configuration(config=str(file), environ={}).zookeeper
    assert (found.password_file, found.ca) == (str(tmp_path / "pw"), str(tmp_path / "ca.pem"))
    assert (found.with_tls, found.verify_hostname) == (True, True)
    environ = {
        "DRIFTCHECK_ZK_PASSWORD": " hunter2 ",
        "DRIFTCHECK_ZK_USER": " ops ",
        "DRIFTCHECK_ZK_TLS": "false",
    }
    options = {"zookeeper.auth": "sasl", "zookeeper.user": None, "zookeeper.verify_hostname": "false"}
    found = load_configuration(config=str(file), environ=environ, options=options).zookeeper
    assert (found.auth, found.user, found.password, found.password_file) == ("sasl", "ops", " hunter2 ", None)
    assert (found.with_tls, found.verify_hostname) == (False, False)
    assert "hunter2" not in repr(found)


def test_no_error_repeats_a_password() -> None:
    for text in (
        "zookeeper: {auth: digest, password: hunter2, hunter: x}",
        "zookeeper: {password: {hunter2: a}}",
    ):
        error = refusal(text)
        assert "hunter2" not in error.message + error.hint + error.where


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zookeeper: {auth: digest, user: kafka}\n", True),
        ("zookeeper: {auth: digest, user: kafka, password_file: pw}\n", False),
        ("zookeeper: {auth: digest, user: kafka, password: hunter2}\n", False),
        ("zookeeper: {tls: {key_password: hunter2}}\n", False),
    ],
)
def test_a_configuration_that_holds_a_password_is_not_cached(text: str, kept: bool, tmp_path: Path) -> None:
    file, cache = tmp_path / ".driftcheck.yaml", tmp_path / "cache"
    file.write_text(text)
    read_configuration(str(file), cache=cache)
    held = [path.read_text() for path in cache.rglob("*") if path.is_file()] if cache.exists() else []
    assert bool(held) is kept
    assert "hunter2" not in "".join(held)


def test_a_file_that_jinja2_renders_is_named_with_all_that_it_takes() -> None:
    text = b"j2: {/etc/a.properties: {template: a.j2, cookbook: kafka, variables: {broker: kafka.broker}}}\n"
    wanted = J2Template(
        path="/etc/a.properties", template="a.j2", cookbook="kafka", variables={"broker": "kafka.broker"}
    )
    assert parse_configuration(text, "c.yaml").j2 == (wanted,)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("j2: {/a: {template: a.j2, cookbook: kafka}}\n", "1:10", "needs `variables`"),
        ("j2: {/a: {template: a.j2, cookbook: kafka, variables: {}, mode: 1}}\n", "1:59", "unknown key"),
        ("j2: [a]\n", "1:5", "a mapping"),
        ("cookbooks: perhaps\n", "1:12", "neither true nor false"),
        ("chef_version: 9\n", "1:15", "not a release of Chef"),
        ("chef_version: 18.11\n", "1:15", "not a release of Chef"),
    ],
)
def test_what_is_said_of_rendering_is_checked(text: str, place: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_configuration(text.encode(), "c.yaml")
    assert raised.value.where == f"c.yaml:{place}"
    assert message in raised.value.message


def test_the_release_of_chef_is_a_number() -> None:
    assert parse_configuration(b"chef_version: 14\n", "c.yaml").chef_version == 14
    assert parse_configuration(b"", "c.yaml").chef_version is None
    given = load_configuration(environ={"DRIFTCHECK_CHEF_VERSION": "14"}, options={"chef_version": "16"})
    assert given.chef_version == 16
