"""Compares driftcheck's reading of Chef with Chef's own answers.

`python tests/conformance/chef.py {merge,programs,erb,repos} FILE` scores; with `--answers` it prints one
answer a line as JSON, from cases whose answers may be missing. A case is equal if nothing is Unknown and all
agrees, unknown if all that is Known agrees, else wrong. Exit 1 if any case is wrong.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from driftcheck.chef.erb.rendering import TemplateError, render
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import subject_of
from driftcheck.chef.precedence import LEVELS
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import AttributeEvaluation, AttributeFile, expanded, node_state
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.plain import Plain, UnknownLeaf
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    Place,
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
)
from driftcheck.chef.templates import RenderedLine, RenderedText, TemplateRequest, TemplateText
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.sources.files.memory import MemoryTree

DATA = Path(__file__).parent / "data"
Answer = dict[str, Any]
Case = Mapping[str, Any]

NODE_NAME = "kafka1.prod.example.com"


def automatic(name: str) -> dict[str, Any]:
    """The automatic attributes of the cases' two machines."""
    found: dict[str, Any] = json.loads((DATA / f"chef_automatic_{name}.json").read_text(encoding="utf-8"))
    return found


def merge_answer(case: Case) -> Answer:
    """`merged` of a case's levels."""
    evaluation = AttributeEvaluation(node_state({level: case["levels"].get(level, {}) for level in LEVELS}))
    return _answer(evaluation, without="")


def programs_answer(case: Case, machine_of: Callable[[str], dict[str, Any]] = automatic) -> Answer:
    """`merged` or `error` of a case's attribute files; `machine_of` gives a machine's attributes."""
    cookbooks = list(dict.fromkeys(file["cookbook"] for file in case["files"]))
    machine = expanded(
        machine_of(case["automatic"]),
        name=NODE_NAME,
        environment="prod",
        recipes=[(cookbook, "default") for cookbook in cookbooks],
    )
    state = node_state(
        {"automatic": machine, "normal": case.get("normal") or {}},
        name=NODE_NAME,
        environment="prod",
        run_list=[f"recipe[{cookbook}]" for cookbook in cookbooks],
    )
    evaluation = AttributeEvaluation(state)
    evaluation.run(
        [
            AttributeFile(
                cookbook=file["cookbook"],
                name=file["name"],
                text=file["text"].encode(),
                path=f"{file['cookbook']}/attributes/{file['name']}.rb",
            )
            for file in case["files"]
        ]
    )
    answer = _answer(evaluation, without="")
    # Chef's answer leaves out every top-level key that the machine's automatic attributes have.
    strange = machine.keys()
    if answer["merged"] is not None:
        answer["merged"] = {key: value for key, value in answer["merged"].items() if key not in strange}
    answer["unknown"] = [
        leaf for leaf in answer["unknown"] if not leaf["path"] or leaf["path"][0] not in strange
    ]
    return answer


def _answer(evaluation: AttributeEvaluation, *, without: str) -> Answer:
    stop = evaluation.stop
    if stop is not None:
        place = stop.place
        error = {"class": stop.class_name, "file": place and place.file, "line": place and place.line}
        return {"merged": None, "unknown": [], "error": error}
    plain = Plain(evaluation.runtime)
    merged = plain.value(evaluation.state.all(without=without))
    return {"merged": merged, "unknown": _unknown_leaves(plain.unknown), "error": None}


def _unknown_leaves(leaves: Iterable[UnknownLeaf]) -> list[dict[str, Any]]:
    return [
        {
            "path": list(leaf.path),
            "kind": leaf.unknown.kind,
            "reason": leaf.unknown.reason,
            "whole": leaf.whole,
        }
        for leaf in leaves
    ]


def erb_answer(
    case: Case, *, unknown_variables: Sequence[str] = (), unknown_attributes: Sequence[str] = ()
) -> Answer:
    """`rendered` or `error` of a case's template, and its `lines`; without what is not to be known."""
    evaluation = _erb_node(case, unknown_attributes)
    runtime = evaluation.runtime
    variables = {name: ruby_value(value) for name, value in case["variables"].items()}
    variables.update(dict.fromkeys(unknown_variables, _NOT_GIVEN))
    runtime.met_unknown = bool(unknown_variables or unknown_attributes)
    try:
        request = TemplateRequest(
            template=TemplateText(path="(erubis)", text=case["template"].encode()),
            node=evaluation.node,
            variables=variables,
            modules=_helpers(case, runtime),
            find_partial=lambda name, options: _partial(case, name),
        )
        text = render(runtime, request)
    except TemplateError as error:
        return {"rendered": None, "lines": [], "unknown": [], "error": _template_error(error)}
    except (RubyError, LimitReachedError):
        text = RenderedText(lines=(RenderedLine(text=None, maybe=True),))
    lines = [{"text": line.text, "known": line.text is not None, "maybe": line.maybe} for line in text.lines]
    unknown = [index for index, line in enumerate(lines, 1) if not line["known"] or line["maybe"]]
    return {"rendered": text.text(), "lines": lines, "unknown": unknown, "error": None}


_NOT_GIVEN = Unknown(kind=UnknownKind.MISSING_INPUT, reason="not given")


def _erb_node(case: Case, unknown: Sequence[str]) -> AttributeEvaluation:
    machine = expanded(automatic(case["automatic"]), name=NODE_NAME, environment="prod", recipes=[])
    state = node_state({"automatic": machine, "default": case["node"]}, name=NODE_NAME, environment="prod")
    # These nodes were made in memory: `Node#fix_automatic_attributes` has not made a version of it.
    plain_version = RubyString(machine["platform_version"])
    state.levels["automatic"].put(RubyString("platform_version"), plain_version)
    for name in unknown:
        state.levels["default"].put(RubyString(name), _NOT_GIVEN)
    return AttributeEvaluation(state)


def _helpers(case: Case, runtime: Runtime) -> tuple[Any, ...]:
    """The modules of a case's library that are mixed in."""
    if case.get("library"):
        main_object = RubyObject(runtime.object_class)
        library = case["library"].encode()
        runtime.run_file("libraries/helpers.rb", library, me=main_object, home=runtime.object_class)
    return tuple(
        functools.reduce(
            lambda scope, name: runtime.constant_of(runtime.frame, scope, name, NOWHERE), names, None
        )
        for names in (name.split("::") for name in case.get("helpers") or ())
    )


def _partial(case: Case, name: str) -> TemplateText:
    partials = case.get("partials") or {}
    if name not in partials:
        raise RubyError("Chef::Exceptions::FileNotFound", f"there is no partial {name}")
    return TemplateText(path=name, text=partials[name].encode())


NOWHERE = Place("", 0, 0)


def _template_error(error: TemplateError) -> dict[str, Any]:
    assert error.place is not None
    found: dict[str, Any] = {"class": error.class_name, "line": error.place.line or None}
    if error.partial is not None:
        found.update(partial=error.partial.file, partial_line=error.partial.line or None)
    return found


def ruby_value(value: Any) -> Any:
    """A case's JSON as the plain Ruby that a recipe would give."""
    if isinstance(value, str):
        return RubyString(value)
    if isinstance(value, dict):
        return RubyHash((RubyString(key), ruby_value(each)) for key, each in value.items())
    return RubyArray(map(ruby_value, value)) if isinstance(value, list) else value


def repos_answer(case: Case) -> Answer:
    """`merged`, `recipes` and `rendered`, or `error`, of a case's node."""
    repository = ChefRepository(MemoryTree(case["files"]), local_mode=True)
    path = repository.layout.nodes[case["node"]]
    run = NodeRun(repository, subject_of(case["node"], path, repository.json(path))).run()
    answer: Answer = {"merged": None, "recipes": run.expansion.names(), "files": {}, "rendered": {}}
    if run.stop is not None:
        place = run.stop.place
        error = {"class": run.stop.class_name, "file": place and place.file, "line": place and place.line}
        return {**answer, "unknown": [], "error": error}
    merged = run.merged()
    answer["merged"] = merged.known
    answer["unknown"] = _unknown_leaves(merged.unknown)
    if run.lost is not None:
        answer["unknown"].append(
            {"path": [], "kind": run.lost.kind, "reason": run.lost.reason, "whole": True}
        )
    answer["files"] = {file.path: _lines(file) for file in run.files}
    answer["rendered"] = {file.path: file.text() for file in run.files}
    return {**answer, "error": None}


def _lines(file: RenderedFile) -> list[dict[str, Any]]:
    return [
        {"text": line.text, "known": line.text is not None, "maybe": line.maybe or file.maybe}
        for line in file.lines
    ]


ANSWERS: dict[str, Callable[[Case], Answer]] = {
    "merge": merge_answer,
    "programs": programs_answer,
    "erb": erb_answer,
    "repos": repos_answer,
}


def verdict(case: Case, answer: Answer) -> str:
    """`equal`, `unknown`, `wrong`, and for what raises `error_equal`, `error_missed`, `error_false`."""
    error = case.get("error")
    if answer["error"] is not None:
        if error is None:
            return "error_false"
        return "error_equal" if _is_same_error(answer["error"], error) else "error_wrong"
    if error is not None:
        return "error_unknown" if answer["unknown"] else "error_missed"
    if "lines" in answer:
        return text_verdict(answer, case["rendered"])
    merged = merged_verdict(answer, case["merged"])
    if "files" not in answer or merged == "wrong":
        return merged
    if answer["recipes"] != case["recipes"]:
        return "wrong"
    files = files_verdict(answer, case["rendered"])
    return files if merged == "equal" or files == "wrong" else merged


def _is_same_error(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Class and places; what else Chef says of the cause does not count."""
    return {**ours} == {key: value for key, value in theirs.items() if key != "cause"}


def merged_verdict(answer: Answer, theirs: object) -> str:
    """`equal`, or `unknown` where all that is known agrees; else `wrong`."""
    if not answer["unknown"]:
        return "equal" if same(answer["merged"], theirs) else "wrong"
    blanks = {tuple(leaf["path"]): leaf["whole"] for leaf in answer["unknown"]}
    return "unknown" if agrees(answer["merged"], theirs, (), blanks) else "wrong"


def files_verdict(answer: Mapping[str, Any], theirs: Mapping[str, str]) -> str:
    """`equal`; `unknown` where every line that is known for sure is Chef's, in order; else `wrong`."""
    ours = answer["rendered"]
    if None not in ours.values():
        return "equal" if ours == theirs else "wrong"
    for path, lines in answer["files"].items():
        sure = [line["text"] for line in lines if line["known"] and not line["maybe"]]
        rest = iter(theirs.get(path, "").split("\n"))
        if not all(any(text == line for line in rest) for text in sure):
            return "wrong"
    return "unknown" if ours.keys() >= theirs.keys() else "wrong"


def text_verdict(answer: Answer, theirs: str) -> str:
    """`equal`, or `unknown` where Chef's lines are what the known lines and the gaps allow; else `wrong`."""
    if not answer["unknown"]:
        return "equal" if answer["rendered"] == theirs else "wrong"
    return "unknown" if allows(answer["lines"], theirs.removesuffix("\n").split("\n")) else "wrong"


def allows(lines: list[dict[str, Any]], theirs: list[str]) -> bool:
    """Whether Chef's lines can be ours: one not known is one or more, one that may be there none."""
    reached = {0}
    for line in lines:
        if line["known"]:
            after = {at + 1 for at in reached if at < len(theirs) and theirs[at] == line["text"]}
        else:
            after = set(range(min(reached) + 1, len(theirs) + 1))
        reached = after | reached if line["maybe"] else after
        if not reached:
            return False
    # An unknown text that ends with a newline leaves no line of its own.
    return len(theirs) in reached


def same(ours: object, theirs: object) -> bool:
    """Equality in which 1, 1.0 and true differ and the order of keys does not count."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return type(ours) is type(theirs) and ours == theirs


def agrees(
    ours: object, theirs: object, path: tuple[object, ...], blanks: Mapping[tuple[Any, ...], bool]
) -> bool:
    """Whether every Known leaf is Chef's, and Chef has nothing where we know that there is nothing."""
    if blanks.get(path):
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict):
        strange = theirs.keys() - ours.keys()
        if path not in blanks and any((*path, key) not in blanks for key in strange):
            return False
        return all(key in theirs and agrees(ours[key], theirs[key], (*path, key), blanks) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            agrees(a, b, (*path, index), blanks)
            for index, (a, b) in enumerate(zip(ours, theirs, strict=True))
        )
    return same(ours, theirs)


def read_cases(path: Path) -> list[dict[str, Any]]:
    """One case a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(arguments: list[str]) -> int:
    """Scores a file of cases, or prints the answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(ANSWERS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--answers", action="store_true")
    options = parser.parse_args(arguments)
    answer = ANSWERS[options.kind]
    cases = read_cases(options.file)
    if options.answers:
        for case in cases:
            print(json.dumps(answer(case), ensure_ascii=False))
        return 0
    found: dict[str, list[int]] = {}
    for index, case in enumerate(cases):
        found.setdefault(verdict(case, answer(case)), []).append(index)
    counts = ", ".join(f"{name} {len(indexes)}" for name, indexes in sorted(found.items()))
    print(f"{options.file}: {len(cases)} cases, {counts}")
    wrong = {
        name: found[name] for name in ("wrong", "error_false", "error_wrong", "error_missed") if name in found
    }
    for name, indexes in wrong.items():
        print(f"  {name}: {indexes}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
