"""What could not be checked, by reason: the gravest first, inputs before rules, the most frequent first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from driftcheck.model.facts import UnknownKind
from driftcheck.model.finding import NotChecked
from driftcheck.model.report import Report
from driftcheck.model.snapshot import Gap
from driftcheck.report.interface import Style
from driftcheck.report.layout.lines import count, shown, some, wrapped

MOST_REASONS = 12
MOST_NAMES = 3
GRAVITY = (UnknownKind.FAULT, UnknownKind.DENIED, UnknownKind.UNSUPPORTED, UnknownKind.MISSING_INPUT)

NEEDS: Mapping[str, str] = {
    "chef": "Chef node objects: give a Chef repository",
    "cookbooks": "the nodes' cookbooks: give a Chef repository that holds them beside the node objects",
    "rendered": "rendered files: give a folder with rendered/NODE/…/server.properties",
    "file_times": "the machines' own file times: give rendered/NODE/…/file-times, made there by `stat`",
    "client_files": "clients' files: give a folder with rendered/NODE/…/producer.properties",
    "dns": "DNS: give --resolver IP, or zone files under dns: zones",
    "tcp": "connections to the brokers: driftcheck live without --no-connect",
    "zookeeper": "ZooKeeper: driftcheck live --zk HOST:PORT",
}


def not_checked_lines(report: Report, style: Style) -> list[str]:
    """The section `Not checked:`; nothing if everything could be."""
    several = report.summary.clusters > 1
    graded = [*_gaps(report.gaps), *_open(report.not_checked, name_cluster=several)]
    texts = [text for *_, text in sorted(graded)]
    left = len(texts) - MOST_REASONS
    if left > 1:
        texts = [*texts[:MOST_REASONS], f"and {left:,} more reasons: --format json has them all"]
    texts += _needs(report.not_applicable_needs)
    lines: list[str] = []
    for text in texts:
        lines += wrapped(text, style.width, first="  ", rest="    ")
    return ["Not checked:", *lines] if lines else []


def _gaps(gaps: Sequence[Gap]) -> Iterable[tuple[int, int, int, str]]:
    """Inputs that could not be read, of one reason together: they are why rules stay open."""
    for (kind, reason), group in _gaps_by_reason(gaps).items():
        places = [str(gap.location) if gap.location else gap.source for gap in group]
        what = list(dict.fromkeys(gap.hides for gap in group if gap.hides))
        text = f"{_some(places)}: {shown(reason)} ({_word(kind)})"
        yield GRAVITY.index(kind), 0, -len(group), text + (f"; hides {_some(what)}" if what else "")


def _gaps_by_reason(gaps: Sequence[Gap]) -> dict[tuple[UnknownKind, str], list[Gap]]:
    groups: dict[tuple[UnknownKind, str], list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((gap.kind, gap.reason), []).append(gap)
    return groups


def _some(texts: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(texts) - 1:,} more" if len(texts) > 1 else ""
    return shown(texts[0]) + more


def _open(items: Sequence[NotChecked], *, name_cluster: bool) -> Iterable[tuple[int, int, int, str]]:
    for (kind, pattern), group in _by_reason(items).items():
        reasons = {item.reason for item in group}
        reason = reasons.pop() if len(reasons) == 1 else pattern
        rules = sorted({shown(item.rule) for item in group})
        subjects = sorted(
            {
                shown(f"{item.subject.cluster}/{item.subject.name}" if name_cluster else item.subject.name)
                for item in group
                if item.subject
            }
        )
        places = {shown(str(item.location)) for item in group if item.location}
        text = _listed(rules, "rule")
        text += f" on {_listed(subjects, 'subject')}" if subjects else ""
        text += f": {shown(reason)} ({_word(kind)})"
        text += f" at {places.pop()}" if len(places) == 1 else ""
        yield GRAVITY.index(kind), 1, -len(group), text


def _by_reason(items: Sequence[NotChecked]) -> dict[tuple[UnknownKind, str], list[NotChecked]]:
    """By kind and reason; reasons that differ by their subject's own name alone are one."""
    groups: dict[tuple[UnknownKind, str], list[NotChecked]] = {}
    for item in items:
        name = item.subject.name if item.subject else ""
        pattern = item.reason.replace(name, "…") if name else item.reason
        groups.setdefault((item.kind, pattern), []).append(item)
    return groups


def _listed(names: Sequence[str], noun: str) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{count(len(names), noun)} ({some(names, MOST_NAMES)})"


def _needs(needs: Mapping[str, int]) -> list[str]:
    return [
        f"{count(number, 'rule')} {'needs' if number == 1 else 'need'} {NEEDS.get(source, shown(source))}"
        for source, number in sorted(needs.items())
        if number
    ]


def _word(kind: UnknownKind) -> str:
    return kind.value.replace("_", " ")
