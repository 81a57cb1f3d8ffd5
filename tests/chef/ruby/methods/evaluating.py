"""One expression of Ruby, answered by us and by Ruby itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import LimitReachedError, RubyError, RubyString, UnknownMetError
from driftcheck.model.facts import Unknown

MAX_STEPS = 50_000
UNKNOWN = "unknown"
SCRIPT = r"""
require "json"; require "digest"; require "ipaddr"; require "uri"; require "timeout"; require "rubygems"
require "zlib"
answers = STDOUT.dup
$stdout = File.open(File::NULL, "w")
JSON.parse(STDIN.read).each do |source|
  answer = begin
    shown = Timeout.timeout(5) { eval(source, TOPLEVEL_BINDING.dup) }.inspect
    ["value", shown.valid_encoding? ? shown.encode("UTF-8") : shown.b.inspect]
  rescue Exception => error
    message = error.respond_to?(:original_message) ? error.original_message : error.message
    ["raised", error.class.to_s + ": " + message.dup.force_encoding("UTF-8").scrub]
  end
  answers.puts JSON.generate(answer)
end
"""
"""Answers a JSON array of expressions, one line each."""


class Answer(NamedTuple):
    """`kind` is value, raised or unknown; `text` what `inspect` gives, `Class: message`, or the reason."""

    kind: str
    text: str


def ours(expression: str) -> tuple[Answer, bool]:
    """What we answer, and whether an Unknown was met on the way (then what we say is raised may not be)."""
    runtime = Runtime(steps=MAX_STEPS)
    try:
        value = runtime.run_file("expression.rb", expression.encode())
        if isinstance(value, Unknown):
            return Answer(UNKNOWN, value.reason), True
        return Answer("value", runtime.inspect(value)), runtime.met_unknown
    except RubyError as error:
        given = None if error.exception is None else error.exception.message
        if isinstance(given, RubyString) and given.unknown is not None:
            return Answer("raised", f"{error.class_name}: {error.message}{UNKNOWN}"), False
        message = given.text if isinstance(given, RubyString) else error.message
        return Answer("raised", f"{error.class_name}: {message}"), runtime.met_unknown
    except UnknownMetError as met:
        return Answer(UNKNOWN, met.unknown.reason), True
    except LimitReachedError as reached:
        return Answer(UNKNOWN, str(reached)), True


def rubys(expressions: Sequence[str]) -> list[Answer]:
    """What Ruby answers, all by one process."""
    run = subprocess.run(
        ["ruby", "-W0", "--disable=did_you_mean,error_highlight", "-e", SCRIPT],
        input=json.dumps(list(expressions)),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return [Answer(*json.loads(line)) for line in run.stdout.splitlines()]


def agrees(mine: Answer, rubys_answer: Answer, *, met_unknown: bool) -> bool:
    """Whether what is Known is what Ruby has; an operation on an Unknown is assumed not to raise."""
    if mine.kind == UNKNOWN or mine == rubys_answer:
        return True
    if met_unknown:
        return rubys_answer.kind == "raised"
    if mine.kind == "raised" and mine.text.endswith(UNKNOWN):
        return rubys_answer.text.startswith(mine.text.removesuffix(UNKNOWN))
    return False
