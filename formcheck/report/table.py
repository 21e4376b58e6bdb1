"""The result as text for a terminal: no state depends on colour, nothing on the terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from formcheck.report import facts, outline, quantities, wording
from formcheck.results import Rep, SetReport, State, Verdict

STYLES: Final[dict[State, str]] = {
    "ok": "green",
    "watch": "yellow",
    "fault": "bold red",
    "not_assessed": "dim",
}

MAX_CHECK_COLUMNS: Final = 4
"""More columns do not fit 80 characters; the rest stands in the summary of checks."""

_TIME_HEADS: Final = {"start": "Start", "hold": "Hold", "lowering": "Lower"}

_PLAIN: Final = {"✓": "+", "✗": "x", "–": "-", "−": "-", "±": "+/-", "°": " deg", "×": "x", "’": "'"}


def print_report(report: SetReport, console: Console) -> None:
    """Print the set, its reps and verdicts; also to pipes and to encodings that lack the marks."""
    if _can_show(console.encoding):
        console.print(render_table(report))
        return
    with console.capture() as capture:
        console.print(render_table(report))
    console.out(_plain(capture.get(), console.encoding), end="", highlight=False)


def _can_show(encoding: str) -> bool:
    try:
        "".join(_PLAIN).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _plain(text: str, encoding: str) -> str:
    for mark, letters in _PLAIN.items():
        text = text.replace(mark, letters)
    return text.encode(encoding, "replace").decode(encoding)


def render_table(report: SetReport) -> RenderableType:
    """The whole answer, ready for a rich console."""
    return Group(*_parts(report))


def _parts(report: SetReport) -> Iterator[RenderableType]:
    yield _heading(report)
    if report.reps:
        yield _reps_table(report)
        yield from _list(wording.sentence(wording.incomplete(report)), outline.partial_reps(report))
    if not outline.done(report):
        yield from _list("What was seen", report.remarks)
        yield from _list("Camera", outline.camera_advice(report))
    else:
        yield from _judged(report)
    yield Text(report.disclaimer, style="dim")


def _judged(report: SetReport) -> Iterator[RenderableType]:
    if report.verdicts:
        yield _checks_table(report)
        yield Padding(Text(f"{wording.ZONE_NOTE} Watch: {wording.STATE_MEANINGS['watch']}.", style="dim"), (0, 0, 1, 0))
    yield from _cues(report)
    yield from _not_assessed(report)
    yield from _list("Camera", outline.camera_advice(report))
    yield from _list("Dose", _dose_lines(report))
    yield from _list("Notes", report.remarks)


def _heading(report: SetReport) -> RenderableType:
    state = outline.overall(report)
    title = Text.assemble((wording.sided(report.title, wording.side_words(report)), "bold"))
    verdict = Text(f"{wording.STATE_MARKS[state]} {outline.headline(report)}", style=STYLES[state])
    whom = [Text(facts.people_sentence(report.people))] if (report.people.seen or 0) > 1 else []
    return Group(title, verdict, Text(outline.lead(report)), *whom)


def _reps_table(report: SetReport) -> Table:
    checks = outline.worst_first(report, outline.rep_checks(report))[:MAX_CHECK_COLUMNS]
    times = outline.rep_times(report, checks)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column(wording.sentence(wording.rep_word(report)), justify="right", no_wrap=True)
    both = report.side == "both"
    if both:
        table.add_column("Side", no_wrap=True)
    for name in ("start", *times):
        head = "Held" if report.holds is not None and name == "hold" else _TIME_HEADS[name]
        table.add_column(head, justify="right", no_wrap=True)
    for _, title in checks:
        table.add_column(title)
    for rep in report.reps:
        side = [Text(rep.side or "")] if both else []
        table.add_row(Text(str(rep.index)), *side, *_times(rep, times), *_cells(report, rep, checks))
    return table


def _times(rep: Rep, times: Sequence[str]) -> list[Text]:
    known = {"hold": rep.hold_s, "lowering": rep.lowering_s}
    return [Text(quantities.moment(rep.start_s)), *(Text(quantities.number(known[name], "s")) for name in times)]


def _cells(report: SetReport, rep: Rep, checks: tuple[tuple[str, str], ...]) -> list[Text]:
    if not rep.complete:
        return [Text(wording.incomplete(report), style="dim"), *(Text("") for _ in checks[1:])][: len(checks)]
    return [_cell(outline.rep_verdict(rep, check)) for check, _ in checks]


def _cell(verdict: Verdict | None) -> Text:
    if verdict is None:
        return Text("")
    mark = wording.STATE_MARKS[verdict.state]
    if verdict.state == "not_assessed":
        return Text(mark, style=STYLES[verdict.state])
    value = quantities.cell(verdict.value, verdict.unit, verdict.error)
    return Text(f"{mark} {value}", style=STYLES[verdict.state])


def _checks_table(report: SetReport) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", no_wrap=True)
    table.add_column("Check")
    table.add_column("Verdict", no_wrap=True)
    # Bounded, so that long units wrap and leave room for the checks' names.
    table.add_column("Value", justify="right", max_width=18)
    table.add_column("Limit", justify="right", max_width=20)
    for verdict in report.verdicts:
        table.add_row(*_check_row(report, verdict), style=STYLES[verdict.state])
    return table


def _check_row(report: SetReport, verdict: Verdict) -> tuple[Text, ...]:
    upper = outline.limit_is_upper(report, verdict.check)
    value = quantities.with_error(verdict.value, verdict.unit, verdict.error)
    return (
        Text(wording.STATE_MARKS[verdict.state]),
        Text(outline.set_title(report, verdict)),
        Text(wording.STATE_WORDS[verdict.state]),
        Text(f"{value} {wording.measured(verdict)}".strip()),
        Text(wording.bound(verdict, upper)),
    )


def _cues(report: SetReport) -> Iterator[RenderableType]:
    groups = outline.by_check(outline.findings(report))
    told = [(outline.group_title(group), group[0].verdict) for group in groups]
    said = [(title, v) for title, v in told if wording.advice_with_reason(v)]
    yield from _list(
        wording.findings_heading(any(v.state == "fault" for _, v in said)),
        [f"{title}: {wording.advice_with_reason(v)}" for title, v in said],
        [wording.STATE_MARKS[v.state] for _, v in said],
    )


def _not_assessed(report: SetReport) -> Iterator[RenderableType]:
    for filmable in (False, True):
        blind = [b for b in outline.not_assessed(report) if b.filmable == filmable]
        heading = wording.filming_heading(True) if filmable else wording.NOT_ASSESSED
        yield from _list(heading, [f"{wording.listed(b.titles)}: {b.reason}{_offer(b)}" for b in blind])


def _offer(blind: outline.Blind) -> str:
    return f" {wording.tag_offer(blind.tag)}" if blind.tag else ""


def _dose_lines(report: SetReport) -> list[str]:
    return [wording.dose_sentence(item) for item in report.adherence.items]


def _list(title: str, lines: Sequence[str], marks: Sequence[str] | None = None) -> Iterator[RenderableType]:
    """A titled list with hanging indents; nothing when it is empty."""
    if not lines:
        return
    yield Text(title, style="bold")
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column()
    for mark, line in zip(marks or "-" * len(lines), lines, strict=True):
        rows.add_row(Text(mark), Text(line))
    yield Padding(rows, (0, 0, 1, 0))
