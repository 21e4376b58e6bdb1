"""Two reports of one run, from behind and from the side, as one page."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from formcheck.results import SetReport

__all__ = ["combine_reports", "same_run_note"]

TITLE: Final = "One run, seen from behind and from the side"

SAME_CADENCE_SPM: Final = 6.0
"""A runner on a treadmill at one speed keeps the cadence within about 3% from minute to minute."""


_MAIN: Final = re.compile(r"<main>(.*)</main>", re.DOTALL)
_HEADING: Final = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_VERDICT: Final = re.compile(r'<h2 id="verdict(?:-2)?">(.*?)</h2>', re.DOTALL)
_HEAD_TITLE: Final = re.compile(r"<title>.*?</title>", re.DOTALL)
_NAMES: Final = re.compile(r'\b(id|aria-labelledby|href|xlink:href|clip-path)="(#|url\(#)?([^"#:]+?)(\)?)"')
_STYLE_NAMES: Final = re.compile(r"url\(#([^)]+)\)")


def combine_reports(first: str, second: str, note: str = "") -> str:
    """One document of two that `formcheck.report.html.render_report` made, the second below the first.

    At the top stands what each view found, and leads to it. Names within the second document are changed so that
    none occurs twice.

    Args:
        note: a sentence on both views together.

    Raises:
        ValueError: one of them is no report.
    """
    views = [_main_of(first), _renamed(_main_of(second))]
    parts = [f'<div id="view-{number}">{view}</div>' for number, view in enumerate(views, 1)]
    body = f"<main>\n{_overview(views, note)}\n" + "\n<hr>\n".join(parts) + "\n</main>"
    whole = _MAIN.sub(lambda _: body, first, count=1)
    return _HEAD_TITLE.sub(f"<title>{TITLE}</title>", whole, count=1)


def same_run_note(first: SetReport, second: SetReport) -> str:
    """A sentence where the two views' cadences differ by more than one run's would; empty otherwise."""
    cadences = [report.gait.cadence_spm for report in (first, second) if report.gait is not None]
    known = [cadence for cadence in cadences if cadence is not None]
    if len(known) < 2 or abs(known[0] - known[1]) <= SAME_CADENCE_SPM:
        return ""
    return (
        f"The cadence differs between the two recordings ({known[0]:.0f} and {known[1]:.0f} steps/min):"
        " they may not show the same run, so read each for itself."
    )


def _overview(views: list[str], note: str) -> Markup:
    item = Markup('<li><a href="#view-{}">{}</a>: {}</li>')
    items = (item.format(n, _found(_HEADING, view), _found(_VERDICT, view)) for n, view in enumerate(views, 1))
    told = Markup('<p class="note">{}</p>').format(note) if note else Markup("")
    return Markup('<nav aria-label="{0}"><h1>{0}</h1><ul>{1}</ul>{2}</nav><hr>').format(
        TITLE, Markup("").join(items), told
    )


def _main_of(document: str) -> str:
    if (match := _MAIN.search(document)) is None:
        raise ValueError("this is no report: it has no main part")
    return match.group(1)


def _found(pattern: re.Pattern[str], view: str) -> Markup:
    if (match := pattern.search(view)) is None:
        raise ValueError("this is no report: it has no heading")
    return Markup(match.group(1))  # taken from a rendered page, where it is escaped already


def _renamed(view: str) -> str:
    own = {name for kind, _, name, _ in _NAMES.findall(view) if kind == "id"}

    def attribute(match: re.Match[str]) -> str:
        kind, before, name, after = match.groups()
        is_name = kind in ("id", "aria-labelledby") or before
        return f'{kind}="{before or ""}{name}-2{after}"' if is_name and name in own else match.group(0)

    return _STYLE_NAMES.sub(
        lambda match: f"url(#{match.group(1)}-2)" if match.group(1) in own else match.group(0),
        _NAMES.sub(attribute, view),
    )
