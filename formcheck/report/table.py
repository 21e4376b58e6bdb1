"""The result as text for a terminal: no state depends on colour, nothing on the terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from formcheck.report import outline, quantities, wording
from formcheck.results import Rep, SetReport, State, Verdict

STYLES: Final[dict[State, str]] = {
    "ok": "green",
    "watch": "yellow",
    "fault": "bold red",
    "not_assessed": "dim",
}

MAX_CHECK_COLUMNS: Final = 4
"""More columns do not fit 80 characters; the rest stands in the summary of checks."""

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
        yield from _list("Not counted", outline.partial_reps(report))
    if report.verdicts:
        yield _checks_table(report)
    yield from _cues(report)
    yield from _not_assessed(report)
    yield from _list("Camera", outline.camera_advice(report))
    yield from _list("Dose", _dose_lines(report))
    yield from _list("Notes", report.remarks)
    yield Text(report.disclaimer, style="dim")


def _heading(report: SetReport) -> RenderableType:
    state = outline.overall(report)
    title = Text.assemble((wording.sided(report.title, wording.side_words(report)), "bold"))
    verdict = Text(f"{wording.STATE_MARKS[state]} {outline.headline(report)}", style=STYLES[state])
    return Group(title, verdict, Text(outline.lead(report)))


def _reps_table(report: SetReport) -> Table:
    checks = outline.rep_checks(report)[:MAX_CHECK_COLUMNS]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("Rep", justify="right", no_wrap=True)
    both = report.side == "both"
    if both:
        table.add_column("Side", no_wrap=True)
    for name in ("Start", "Hold", "Lower"):
        table.add_column(name, justify="right", no_wrap=True)
    for _, title in checks:
        table.add_column(title)
    for rep in report.reps:
        side = [Text(rep.side or "")] if both else []
        table.add_row(Text(str(rep.index)), *side, *_times(rep), *_cells(rep, checks))
    return table


def _times(rep: Rep) -> list[Text]:
    return [
        Text(quantities.moment(rep.start_s)),
        *(Text(quantities.number(t, "s")) for t in (rep.hold_s, rep.lowering_s)),
    ]


def _cells(rep: Rep, checks: tuple[tuple[str, str], ...]) -> list[Text]:
    if not rep.complete:
        return [Text(wording.NOT_COUNTED, style="dim"), *(Text("") for _ in checks[1:])][: len(checks)]
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
    return (
        Text(wording.STATE_MARKS[verdict.state]),
        Text(outline.set_title(report, verdict)),
        Text(wording.STATE_WORDS[verdict.state]),
        Text(quantities.with_error(verdict.value, verdict.unit, verdict.error)),
        Text(wording.bound(verdict, upper)),
    )


def _cues(report: SetReport) -> Iterator[RenderableType]:
    found = [f for f in outline.findings(report) if f.verdict.cue]
    yield from _list(
        wording.findings_heading(any(f.verdict.state == "fault" for f in found)),
        [f"{f.title}: {f.verdict.cue}" for f in found],
        [wording.STATE_MARKS[f.verdict.state] for f in found],
    )


def _not_assessed(report: SetReport) -> Iterator[RenderableType]:
    blind = outline.not_assessed(report)
    yield from _list("Not assessed", [f"{wording.listed(b.titles)}: {b.reason}" for b in blind])


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
