"""The rules of a run: built-in and the configuration's own, parsed once for many runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from driftcheck.app.rule_packs import RulePacks, check_packs, load_packs, packs_of
from driftcheck.app.worlds.world import world_snapshot
from driftcheck.engine.judgement import judge
from driftcheck.engine.rule_files.cases import read_cases
from driftcheck.errors import RuleError, UsageError
from driftcheck.join.inventory import join
from driftcheck.model.configuration import Configuration
from driftcheck.model.rule import RuleFile
from driftcheck.sources.rules.files import builtin_files
from tests.engine.inventories import broker, cluster, inventory
from tests.engine.rule_files.test_packs import pack
from tests.engine.rule_texts import INCIDENT
from tests.engine.test_documentation import example

PROD = inventory(cluster(broker("kafka01", 1)))


def configuration(folder: Path, text: str, **more: Any) -> Configuration:
    (folder / "ours.yaml").write_text(text)
    return Configuration(root=str(folder), rules=("ours.yaml",), **more)


def load(folder: Path, text: str, **more: Any) -> RulePacks:
    return load_packs(configuration(folder, text, **more), environ={"XDG_CACHE_HOME": str(folder / "cache")})


def test_ones_own_rules_stand_beside_the_built_in_ones(tmp_path: Path) -> None:
    packs = load(tmp_path, pack({}))
    assert [rule.id for rule in packs if not rule.builtin] == ["OWN001"]
    assert [file.builtin for file in packs.files] == [True] * len(builtin_files()) + [False]
    assert len(packs) == len(packs.rules)
    assert packs[-1].id == "OWN001"


def test_an_error_in_ones_own_rules_shows_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as raised:
        load(tmp_path, pack({"message": "'{{ broker.nme }}'"}))
    assert raised.value.where == f"{tmp_path}/ours.yaml:8:25"
    assert raised.value.message == 'a Broker has no "nme", did you mean "name"?'


def test_a_selection_that_names_no_rule_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rule is selected"):
        load(tmp_path, pack({}), select=("NONE",))
    assert len(load(tmp_path, pack({}), select=("OWN",))) >= 1


def test_built_in_rules_are_compiled_when_they_are_needed() -> None:
    broken = RuleFile(
        name="driftcheck/rules/a.yaml", text=pack({"assert": "no +++ expression"}), builtin=True
    )
    packs = packs_of([broken])
    assert len(packs) == 1
    with pytest.raises(RuleError) as raised:
        check_packs(packs)
    assert raised.value.where == "driftcheck/rules/a.yaml:7:17"


def test_every_built_in_rule_compiles() -> None:
    check_packs(packs_of(builtin_files()))


def test_what_was_parsed_is_remembered(tmp_path: Path) -> None:
    file = RuleFile(name="ours.yaml", text=INCIDENT, builtin=True)
    first = packs_of([file], cache=tmp_path / "driftcheck")
    judge(PROD, first, trees=first.trees)
    assert first.trees.has_grown()
    first.remember()
    second = packs_of([file], cache=tmp_path / "driftcheck")
    judge(PROD, second, trees=second.trees)
    assert not second.trees.has_grown()
    assert second.trees.contents() == first.trees.contents()


def test_nothing_of_ones_own_rules_is_kept(tmp_path: Path) -> None:
    own = RuleFile(name="ours.yaml", text=pack({"assert": "broker.name == 'hunter2'"}))
    builtin = RuleFile(name="theirs.yaml", text=INCIDENT, builtin=True)
    packs = packs_of([builtin, own], cache=tmp_path / "driftcheck")
    check_packs(packs)
    packs.remember()
    kept = {path.name: path.read_text() for path in (tmp_path / "driftcheck").iterdir()}
    assert sorted(kept) == ["expressions-2.json", "rules-2.json"]
    assert not any("hunter2" in text for text in kept.values())
    again = packs_of([builtin, own], cache=tmp_path / "driftcheck")
    check_packs(again)
    written = (tmp_path / "driftcheck/expressions-2.json").stat()
    again.remember()
    assert (tmp_path / "driftcheck/expressions-2.json").stat() == written


def test_a_cache_without_room_keeps_what_this_run_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RuleFile(name="ours.yaml", text=pack({}), builtin=True)
    old = packs_of([file], cache=tmp_path / "driftcheck")
    old.trees.expression("'" + "x" * 2_000 + "'")
    old.remember()
    packs = packs_of([file], cache=tmp_path / "driftcheck")
    check_packs(packs)
    monkeypatch.setattr("driftcheck.sources.cache.files.MAX_BYTES", 2_000)
    packs.remember()
    kept = json.loads((tmp_path / "driftcheck/expressions-2.json").read_text())
    assert set(kept["expressions"]) == {"broker.id == 1"}


def test_a_spoilt_cache_changes_nothing(tmp_path: Path) -> None:
    file = RuleFile(
        name="ours.yaml",
        text=pack({"assert": "broker.id == 2", "message": "'{{ broker.name }}'"}),
        builtin=True,
    )
    spoilt = {
        "expressions": {"broker.id == 2": ["field", ["name", "broker", 0], "__class__", 0]},
        "templates": {"{{ broker.name }}": [["print", ["call", "eval", [], [], 0], 0], "odd"]},
    }
    folder = tmp_path / "driftcheck"
    folder.mkdir(mode=0o700)
    (folder / "expressions-2.json").write_text(json.dumps(spoilt))
    packs = packs_of([file], cache=folder)
    (finding,) = judge(PROD, packs, trees=packs.trees).findings
    assert finding.message == "kafka01"
    packs.remember()
    assert "__class__" not in (folder / "expressions-2.json").read_text()


def test_the_documented_cases_come_out_as_documented() -> None:
    packs = packs_of([example()])
    for case in read_cases(packs.files, packs)["OURS001"]:
        judgement = judge(join(world_snapshot(case.world), Configuration()), packs)
        found = {"fail": judgement.failed, "open": judgement.open, "pass": judgement.passed}
        assert found == {**dict.fromkeys(found, 0), case.expect: 1}
        assert all(case.message in finding.message for finding in judgement.findings)


WITHOUT_JINJA2 = """
import sys
from pathlib import Path
from driftcheck.app.rule_packs import check_packs, packs_of
from driftcheck.engine.judgement import judge
from driftcheck.model.rule import RuleFile
from tests.app.test_rule_packs import PROD
from tests.engine.rule_texts import INCIDENT
from tests.engine.test_documentation import example

packs = packs_of([RuleFile(name="ours.yaml", text=INCIDENT, builtin=True)], cache=Path(sys.argv[1]))
check_packs(packs)
judge(PROD, packs, trees=packs.trees)
packs.remember()
print("jinja2" in sys.modules)
"""


def test_a_warm_cache_does_without_jinja2(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]

    def run() -> str:
        command = [sys.executable, "-c", WITHOUT_JINJA2, str(tmp_path / "driftcheck")]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout

    assert run() == "True\n"
    assert run() == "False\n"
