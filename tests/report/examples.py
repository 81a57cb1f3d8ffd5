"""Reports made by hand, for the golden files: the incident, a night on call, a clean run, hostile texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.finding import (
    Because,
    Comparison,
    FaceLine,
    Finding,
    NotChecked,
    Subject,
    Suppressed,
)
from driftcheck.model.locations import Location
from driftcheck.model.report import Reachability, Report, Summary
from driftcheck.model.rule import Level
from driftcheck.model.snapshot import Gap, SourceRun

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)
ATTRIBUTES = Location(
    source="chef",
    name="cookbooks/parsely_kafka/attributes/default.rb",
    line=14,
    column=1,
)
ROLE = Location(source="chef", name="roles/kafka_new.json", line=9)
WRONG = "kafka01.prod.example.com:9092"


def broker(number: int) -> Subject:
    return Subject(kind="broker", name=f"kafka{number:02}", cluster="prod", id=number)


def finding(
    rule: str,
    subjects: Sequence[Subject],
    message: str,
    *,
    level: Level = Level.ERROR,
    name: str = "",
    prop: str = "",
    effect: str = "",
    fix: str = "",
    locations: Sequence[Location] = (),
    because: Sequence[Because] = (),
    comparisons: Sequence[Comparison] = (),
    consequences: Sequence[Finding] = (),
) -> Finding:
    return Finding(
        rule=rule,
        rule_name=name or rule.lower(),
        level=level,
        subjects=tuple(subjects),
        property=prop,
        message=message,
        effect=effect,
        fix=fix,
        locations=tuple(locations),
        because=tuple(because),
        comparisons=tuple(comparisons),
        consequences=tuple(consequences),
        fingerprints=tuple(f"{rule}:{each.cluster}/{each.name}:{prop}" for each in subjects),
    )


def report(
    command: str,
    findings: Sequence[Finding] = (),
    *,
    summary: Summary,
    not_checked: Sequence[NotChecked] = (),
    suppressed: Sequence[Suppressed] = (),
    gaps: Sequence[Gap] = (),
    sources: Sequence[SourceRun] = (),
    needs: Mapping[str, int] | None = None,
    ages: Mapping[str, timedelta] | None = None,
    kafka_versions: Mapping[str, str] | None = None,
    reachability: Reachability | None = None,
) -> Report:
    return Report(
        command=command,
        tool="driftcheck 0.1.0",
        generated_at=NOW,
        findings=tuple(findings),
        suppressed=tuple(suppressed),
        not_checked=tuple(not_checked),
        gaps=tuple(gaps),
        summary=summary,
        sources=tuple(sources),
        not_applicable_needs=dict(needs or {}),
        ages={source: Known(value=NOW - age) for source, age in (ages or {}).items()},
        kafka_versions=dict(kafka_versions or {}),
        reachability=reachability,
    )


def asked(source: str, what: str) -> SourceRun:
    return SourceRun(source=source, asked=what, observed_at=NOW)


def not_checked(
    rule: str,
    subject: Subject | None,
    kind: UnknownKind,
    reason: str,
    *,
    source: str = "dns",
    location: Location | None = None,
) -> NotChecked:
    return NotChecked(rule=rule, subject=subject, kind=kind, source=source, location=location, reason=reason)


def row(number: int, machine: str) -> Comparison:
    own = machine == "10.0.1.11"
    return Comparison(
        subject=f"kafka{number:02}",
        faces=(
            FaceLine(face="intended", text=WRONG, location=ATTRIBUTES),
            FaceLine(face="resolves", text="10.0.1.11", note="zone file"),
            FaceLine(face="machine", text=machine, odd=not own),
        ),
        verdict="ok" if own else "not its own address",
    )


def incident() -> Report:
    """`lint` on the pull request that gave three new brokers kafka01's name."""
    client = Subject(kind="client", name="web01 producer.properties", cluster="prod")
    cause = finding(
        "ADV016",
        [broker(10), broker(11), broker(12)],
        "kafka10, kafka11, kafka12 would advertise kafka01's name",
        name="advertised-name-of-another-broker",
        prop="advertised.host.name",
        effect="Clients that are told to write to kafka10 reach kafka01, which does not lead those "
        "partitions: they are refused, or their messages go nowhere.",
        fix="default['kafka']['broker']['advertised.host.name'] = node['fqdn']",
        locations=[ATTRIBUTES, ROLE],
        because=[
            Because(
                location=ATTRIBUTES,
                text="default['kafka']['broker']['advertised.host.name'] = "
                "node['kafka']['seed_host'] || node['fqdn']",
            ),
            Because(
                location=ROLE,
                text='kafka.seed_host = "kafka01.prod.example.com" (role default; not set on kafka01..09)',
            ),
        ],
        comparisons=[row(1, "10.0.1.11"), *(row(10 + i, f"10.0.3.{20 + i}") for i in range(3))],
        consequences=[
            finding("REG006", [broker(1), broker(10)], "4 ids share the endpoint " + WRONG),
            finding("CLI001", [client], "the bootstrap list names kafka10, which leads to kafka01"),
            finding("CLI001", [client], "the bootstrap list names kafka11, which leads to kafka01"),
        ],
    )
    return report(
        "lint",
        [cause],
        summary=Summary(
            clusters=1,
            brokers=12,
            clients=3,
            rules=84,
            passed=901,
            failed=6,
            open=4,
            not_applicable=97,
        ),
        not_checked=[
            not_checked("DNS006", broker(7), UnknownKind.MISSING_INPUT, "no second resolver was given"),
            not_checked("DNS007", broker(7), UnknownKind.MISSING_INPUT, "no second resolver was given"),
            not_checked(
                "CFG010",
                broker(3),
                UnknownKind.UNSUPPORTED,
                "1 attribute depends on Ruby, `node.run_state`",
                source="chef",
                location=Location(source="chef", name="cookbooks/java/attributes/default.rb", line=31),
            ),
        ],
        sources=[asked("chef", "."), asked("rendered", "."), asked("dns", "dns/prod.zone")],
        needs={"zookeeper": 18},
        ages={"chef": timedelta(minutes=14), "rendered": timedelta(days=3), "dns": timedelta(0)},
        kafka_versions={"prod": "0.8.2.2, from the attribute kafka.version"},
    )


def _faces() -> Comparison:
    return Comparison(
        subject="kafka10",
        faces=(
            FaceLine(face="intended", text=WRONG, location=ATTRIBUTES, note="as of the last run"),
            FaceLine(
                face="rendered",
                text=WRONG,
                location=Location(source="rendered", name="rendered/kafka10/server.properties", line=31),
            ),
            FaceLine(
                face="registered",
                text=WRONG,
                location=Location(source="zookeeper", name="/kafka/brokers/ids/10"),
                note="since 2015-03-26 21:14:07 UTC",
            ),
            FaceLine(face="resolves", text="10.0.1.11", note="10.0.0.2, TTL 300"),
            FaceLine(
                face="machine",
                text="10.0.3.20",
                note="i-0a1b2c3d, m3.xlarge, us-east-1c (node object, 14 min old)",
                odd=True,
            ),
        ),
        verdict="not its own address",
    )


def live() -> Report:
    """`live` that night: three brokers out of reach, two that could not be told, a silenced warning."""
    cause = finding(
        "REG003",
        [broker(10)],
        "kafka10 registered a name that leads to kafka01",
        effect="Clients write to kafka01 what kafka10 leads.",
        fix="Set advertised.host.name to kafka10.prod.example.com and restart kafka10.",
        locations=[Location(source="zookeeper", name="/kafka/brokers/ids/10")],
        comparisons=[_faces()],
    )
    rack = finding(
        "IDN004",
        [broker(4)],
        "kafka04 has no rack while the others have one",
        level=Level.WARNING,
        fix="Set broker.rack.",
        consequences=[],
    )
    note = finding("ZKC009", [broker(2)], "kafka02 lists one server only", level=Level.NOTE)
    ignore = Location(source="rendered", name="rendered/kafka05/server.properties", line=3)
    slow = "time-out from 10.0.0.2:53"
    return report(
        "live",
        [cause, rack, note],
        summary=Summary(clusters=1, brokers=12, rules=84, passed=640, failed=3, open=9, not_applicable=300),
        suppressed=[Suppressed(finding=rack, reason="it moves next week", location=ignore)],
        not_checked=[
            *(
                not_checked(rule, broker(number), UnknownKind.FAULT, slow)
                for rule in ("DNS001", "DNS002", "DNS003", "REG003")
                for number in (7, 8)
            ),
            not_checked(
                "REG009",
                broker(3),
                UnknownKind.DENIED,
                "not allowed to read the znode",
                source="zookeeper",
                location=Location(source="zookeeper", name="/kafka/config/brokers/3"),
            ),
        ],
        gaps=[
            Gap(
                source="zookeeper",
                kind=UnknownKind.FAULT,
                reason="connection lost after 5 s",
                location=Location(source="zookeeper", name="/kafka/brokers/topics/clicks"),
                hides="who leads its partitions",
            )
        ],
        sources=[asked("zookeeper", "zk1:2181,zk2:2181/kafka"), asked("dns", "10.0.0.2:53")],
        needs={"chef": 1, "rendered": 31},
        ages={"zookeeper": timedelta(seconds=2), "dns": timedelta(seconds=31)},
        reachability=Reachability(
            unreachable=("kafka10", "kafka11", "kafka12"), undecided=("kafka07", "kafka08"), total=12
        ),
    )


def clean() -> Report:
    """`lint` without findings, where one file could not be read and DNS was not asked."""
    return report(
        "lint",
        summary=Summary(clusters=2, brokers=12, rules=84, passed=400, open=1, not_applicable=100),
        not_checked=[
            not_checked("IDN002", broker(7), UnknownKind.FAULT, "no valid JSON", source="chef"),
        ],
        gaps=[
            Gap(
                source="chef",
                kind=UnknownKind.FAULT,
                reason="no valid JSON: a comma is missing",
                location=Location(source="chef", name="nodes/kafka07.json", line=3, column=1),
                hides="the broker kafka07",
            )
        ],
        sources=[asked("chef", ".")],
        needs={"dns": 12, "zookeeper": 18},
        ages={"chef": timedelta(hours=30)},
    )


def nothing() -> Report:
    """`live` whose ZooKeeper answered nothing."""
    return report(
        "live",
        summary=Summary(rules=84),
        gaps=[
            Gap(
                source="zookeeper",
                kind=UnknownKind.FAULT,
                reason="no server of zk1:2181 answered within 5 s",
                hides="every registration",
            )
        ],
        sources=[asked("zookeeper", "zk1:2181/kafka")],
        reachability=Reachability(unreachable=(), undecided=(), total=0),
    )


HOSTILE = "\x1b[2Jkafka\u202e01\r\n\x07error ADV999\x9b31m \u2066\x7f"


def hostile() -> Report:
    """Every text from outside holds escapes, bidirectional marks and line ends; one is far too long."""
    place = Location(source="chef", name=f"nodes/{HOSTILE}.json", line=1)
    subject = Subject(kind="broker", name=HOSTILE, cluster=HOSTILE)
    other = finding("REG006", [subject], HOSTILE)
    cause = finding(
        "ADV001",
        [subject],
        HOSTILE,
        prop=HOSTILE,
        effect=HOSTILE,
        fix=HOSTILE,
        locations=[place],
        because=[Because(location=place, text="x" * 3_000)],
        comparisons=[
            Comparison(
                subject=HOSTILE,
                faces=(FaceLine(face="intended", text=HOSTILE, location=place, note=HOSTILE, odd=True),),
                verdict=HOSTILE,
            )
        ],
        consequences=[other],
    )
    made = report(
        "live",
        [cause],
        summary=Summary(clusters=2, brokers=1, rules=1, failed=1),
        suppressed=[Suppressed(finding=other, reason=HOSTILE, location=place)],
        not_checked=[not_checked("ADV002", subject, UnknownKind.FAULT, HOSTILE, location=place)],
        gaps=[Gap(source="chef", kind=UnknownKind.FAULT, reason=HOSTILE, location=place, hides=HOSTILE)],
        sources=[asked("chef", HOSTILE)],
        needs={HOSTILE: 2},
        kafka_versions={HOSTILE: HOSTILE},
        reachability=Reachability(unreachable=(HOSTILE,), undecided=(HOSTILE,), total=1),
    )
    unknown = Unknown(kind=UnknownKind.FAULT, reason=HOSTILE)
    return replace(made, ages={"chef": unknown}, notes=(HOSTILE,))


def grouped() -> Report:
    """A hundred brokers with one cause; the one whose machine answers to the name stands among them."""
    rows = [
        Comparison(
            subject=f"kafka{number:03}",
            faces=(
                FaceLine(face="intended", text="localhost:9092"),
                FaceLine(face="machine", text=f"10.0.1.{number}", odd=number > 1),
            ),
        )
        for number in range(1, 101)
    ]
    subjects = [
        Subject(kind="broker", name=f"kafka{number:03}", cluster="prod", id=number)
        for number in range(2, 101)
    ]
    cause = finding(
        "ADV003",
        subjects,
        "99 brokers would advertise localhost",
        effect="Every client talks to itself.",
        fix="advertised.listeners=PLAINTEXT://<the node's fqdn>:9092",
        because=[Because(location=ROLE, text='kafka.broker.advertised_host_name = "localhost"')],
        comparisons=rows,
        consequences=[finding(f"CLI{n % 15:03}", [broker(1)], "clients are led astray") for n in range(60)],
    )
    return report(
        "lint",
        [cause],
        summary=Summary(clusters=1, brokers=100, clients=1, rules=84, passed=7000, failed=99, open=100),
        not_checked=[
            not_checked("DNS001", subject, UnknownKind.MISSING_INPUT, f"no zone for {subject.name}")
            for subject in subjects
        ]
        + [not_checked("CFG001", each, UnknownKind.MISSING_INPUT, "no Kafka version") for each in subjects],
        ages={"chef": timedelta(days=400)},
    )


EXAMPLES = {
    "incident": incident,
    "live": live,
    "clean": clean,
    "nothing": nothing,
    "hostile": hostile,
    "grouped": grouped,
}
