"""Compares how driftcheck reads values with what the ConfigDefs of real releases make of them.

`python -m tests.conformance.setting_values COUNT RELEASE…` asks each release for COUNT random values of its
settings and prints every disagreement; `--keep FILE` writes the answers as lines of JSON: `kafka`, `group`,
`name`, `text`, and `value` (a list's elements on lines of their own) or `error`.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from driftcheck.kafka.java_text import double_text
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.settings import Setting, settings_of
from driftcheck.kafka.versions import Release, parse_version
from tests.conformance.kafka_jars import class_paths

DEFINITIONS = {
    "broker": "kafka.server.KafkaConfig$",
    "producer": "org.apache.kafka.clients.producer.ProducerConfig",
    "consumer": "org.apache.kafka.clients.consumer.ConsumerConfig",
    "connect-distributed": "org.apache.kafka.connect.runtime.distributed.DistributedConfig",
    "connect-standalone": "org.apache.kafka.connect.runtime.standalone.StandaloneConfig",
}
PROGRAMS = ("KafkaSettings", "SettingValues")
LEFT_TO_JAVA = ("inter.worker.", "response.http.headers.config")
"""How the settings begin whose values Java's own algorithms or Jetty decide; driftcheck takes any text."""

HERE = Path(__file__).parent
NUMBERS = (
    *("0", "1", "-1", "-2", "+5", "007", "100", "32767", "32768", "65536", "2147483647", "2147483648"),
    *("9223372036854775807", "9223372036854775808", "1e3", "0.5", "0.05", "0.75", ".5", "5.", "1f", "NaN"),
    *(
        "-Infinity",
        "0x10",
        "1_000",
        "1,000",
        "abc",
        "",
        " ",
        "12 ",
        "\t3",
        "1000ms",
        "１２",
        "\u00a07",
        "--1",
    ),
)
TEXTS = (
    *(
        "",
        " ",
        "true",
        "TRUE ",
        "False",
        "yes",
        "no",
        "1",
        "on",
        "a",
        " a , b ,, c ",
        ",",
        "a,",
        "none",
        "gzip",
    ),
    *("ZSTD", "uncompressed", "producer", "compact", "compact,delete", "required", "PLAINTEXT", "sasl_ssl"),
    *(
        "read_committed",
        "READ_COMMITTED",
        "all",
        "-1",
        "earliest",
        "latest",
        "by_duration:PT1H",
        "by_duration:1",
    ),
    *(
        "by_duration:-PT1S",
        "by_duration:P1DT2H3.5S",
        "CreateTime",
        "broker,controller",
        "1@c1:9093",
        "2.8",
        "9",
    ),
    *(
        "0.10.0-IV1",
        "http://:8083,",
        "implicit",
        "eager",
        "Sessioned",
        "ENABLED",
        "prepare",
        "use_all_dns_ips",
    ),
    *(
        "INFO",
        "debug",
        "roundrobin",
        "bidirectional",
        "disabled",
        "hybrid_warn",
        "ü",
        "REBOOTSTRAP",
        "classic",
    ),
)


def questions(release: Release, count: int, dice: random.Random) -> list[tuple[str, Setting, str]]:
    """Random texts for random settings: group, setting and text. Of classes two of Java."""
    known = [(group, setting) for group in DEFINITIONS for setting in settings_of(release, group).values()]
    decided = [each for each in known if not each[1].verifiable and not each[1].name.startswith(LEFT_TO_JAVA)]
    return [(group, setting, _text(setting, dice)) for group, setting in dice.choices(decided, k=count)]


def _text(setting: Setting, dice: random.Random) -> str:
    if setting.kind == "CLASS":
        return dice.choice(("", " ", "java.lang.String", " java.util.ArrayList "))
    if setting.rule.startswith("range") and dice.random() < 0.4:
        bounds = [each for each in setting.rule.split(" ")[1:] if each != "null"]
        near = [each if "." in each else str(int(each) + step) for each in bounds for step in (-1, 0, 1)]
        return dice.choice(near)
    if setting.rule.startswith(("in", "each", "anycase")) and dice.random() < 0.5:
        allowed = setting.rule.partition(" ")[2].split(", ")
        return dice.choice((dice.choice(allowed), dice.choice(allowed).swapcase(), ",".join(allowed[:2])))
    if setting.kind in ("INT", "SHORT", "LONG", "DOUBLE"):
        return dice.choice(NUMBERS)
    return dice.choice(TEXTS)


def ask(class_path: str, asked: Sequence[tuple[str, str, str]]) -> list[tuple[bool, str]]:
    """What a release makes of each text (group, setting, text): whether it takes it, and value or reason."""
    lines = "".join(f"{DEFINITIONS[group]}\t{name}\t{text.encode().hex()}\n" for group, name, text in asked)
    with tempfile.TemporaryDirectory() as folder:
        sources = [str(HERE / f"{name}.java") for name in PROGRAMS]
        compiling = ["javac", "-nowarn", "-d", folder, "-cp", class_path, *sources]
        subprocess.run(compiling, check=True, capture_output=True)
        running = ["java", "-cp", f"{folder}:{class_path}", "SettingValues"]
        done = subprocess.run(running, input=lines, check=True, capture_output=True, text=True)
    answers = done.stdout.splitlines()
    return [(line[0] == "=", bytes.fromhex(line[1:]).decode()) for line in answers]


def answer(setting: Setting, text: str, release: Release) -> tuple[bool, str]:
    """What driftcheck makes of a text, as `ask` gives it."""
    try:
        value = setting.parse(text, release)
    except Refused as refused:
        return False, refused.reason
    if isinstance(value, bool):
        return True, str(value).lower()
    if isinstance(value, float):
        return True, double_text(value)
    return True, "\n".join(value) if isinstance(value, tuple) else str(value)


def differs(case: Mapping[str, Any]) -> str | None:
    """How driftcheck's answer differs from a kept one, None if it does not."""
    release = parse_version(case["kafka"])
    setting = settings_of(release, case["group"])[case["name"]]
    ours = answer(setting, case["text"], release)
    theirs = ("value" in case, case.get("value", case.get("error")))
    if ours == theirs or _same_number(setting, ours, theirs):
        return None
    return f"{case['kafka']} {case['group']} {case['name']}={case['text']!r}: Kafka {theirs}, ours {ours}"


def _same_number(setting: Setting, ours: tuple[bool, str], theirs: tuple[bool, str]) -> bool:
    if setting.kind != "DOUBLE" or not (ours[0] and theirs[0]):
        return False
    return float(ours[1].replace("Inf", "inf")) == float(theirs[1].replace("Inf", "inf"))


def cases(releases: Iterable[str], count: int) -> list[dict[str, Any]]:
    """Real answers of releases to `count` random questions each, the same in every run."""
    found = []
    for name, class_path in class_paths(tuple(releases)).items():
        release = parse_version(name)
        asked = questions(release, count, random.Random(name))
        plain = [(group, setting.name, text) for group, setting, text in asked]
        for (group, key, text), (taken, said) in zip(plain, ask(class_path, plain), strict=True):
            case = {"kafka": name, "group": group, "name": key, "text": text}
            found.append(case | ({"value": said} if taken else {"error": said}))
    return found


def main(arguments: list[str]) -> int:
    """Prints the disagreements and the counts; 1 if there is any."""
    keep = None
    if arguments[0] == "--keep":
        keep, arguments = Path(arguments[1]), arguments[2:]
    found = cases(arguments[1:], int(arguments[0]))
    if keep is not None:
        keep.write_text("".join(f"{json.dumps(case)}\n" for case in found), encoding="utf-8")
    wrong = [difference for difference in map(differs, found) if difference is not None]
    print("\n".join([*wrong, f"{len(found)} answers, {len(wrong)} differ"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
