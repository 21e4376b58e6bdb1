"""The page of ``formcheck progress``: trends and plots as one HTML file, in the report's style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from formcheck.programme.guide import Guide
from formcheck.programme.state import ProgrammeState
from formcheck.programme.trend_words import Row, legend, rows_of
from formcheck.programme.trends import Point, Series
from formcheck.report import quantities
from formcheck.report.plots import INK, STYLE, inline_svg

__all__ = ["render_page"]

_SIDES: Final = {
    "left": {"color": INK, "marker": "o"},
    "right": {"color": "#b0641a", "marker": "s"},
    None: {"color": INK, "marker": "o"},
}


@dataclass(frozen=True, slots=True)
class TrendPlot:
    """A plot with its heading; one line for each side."""

    group: str
    title: str
    svg: Markup


def render_page(state: ProgrammeState, found: Sequence[Series], guide: Guide) -> str:
    """The whole page as one self-contained HTML document: no script, nothing fetched."""
    rows = rows_of(found, guide)
    better, worse = (sum(row.answer == answer for row in rows) for answer in ("better", "worse"))
    return _environment().get_template("progress.html.j2").render(
        state=state,
        guide=guide,
        phase=guide.phase(state.standing.phase),
        groups=_grouped(rows),
        changed=_grouped([row for row in rows if row.answer not in ("no change", "not compared")]),
        better=better,
        worse=worse,
        overall="fault" if state.standing.signs else "watch" if worse else "ok" if better else "not_assessed",
        plots=list(_plots(found)),
        legend=legend(guide),
    )


def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("formcheck.programme"), PackageLoader("formcheck.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _grouped(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(group, list(some)) for group, some in groupby(rows, key=lambda row: row.group)]


def _plots(found: Sequence[Series]) -> Iterator[TrendPlot]:
    """One plot a quantity, both sides in it; a single day is no plot."""
    shown = [series for series in found if len({p.on for p in series.points}) > 1]
    for number, ((group, name), some) in enumerate(groupby(shown, key=lambda s: (s.group, s.name)), 1):
        yield TrendPlot(group, name, _plot(group, name, list(some), f"trend{number}"))


def _plot(group: str, name: str, sides: Sequence[Series], prefix: str) -> Markup:
    with rc_context(STYLE):
        figure = Figure(figsize=(7.4, 1.9), layout="constrained")
        axes = figure.add_subplot()
        for series in sides:
            _draw(axes, series)
        locator = AutoDateLocator(minticks=3, maxticks=8)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(_dates(locator))
        axes.set_ylabel(_axis(sides[0].unit))
        axes.set_ylim(*_span(sides, axes.get_ylim()[1]))
        return inline_svg(figure, prefix, f"{group}, {name}, {len(sides[0].points)} days")


def _span(sides: Sequence[Series], top: float) -> tuple[float, float]:
    """From zero, or from below it where an error band reaches there; the whole scale for pain, a part for cadence."""
    if sides[0].unit == "of 10":
        return 0.0, 10.0
    lowest = min(p.value - _error(p) for series in sides for p in series.points)
    highest = max(p.value + _error(p) for series in sides for p in series.points)
    if sides[0].unit == "spm":  # a few steps matter, and they would be lost on a scale from zero
        return lowest - 5.0, highest + 5.0
    return min(0.0, 1.05 * quantities.scaled(lowest, sides[0].unit)), top if highest > 0 else 1.0


def _dates(locator: AutoDateLocator) -> ConciseDateFormatter:
    """Each day with its month, and the year once."""
    formatter = ConciseDateFormatter(locator, show_offset=True)
    formatter.formats = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S"]
    formatter.zero_formats = ["", "%b", "%d %b", "%d %b", "%H:%M", "%H:%M"]
    formatter.offset_formats = ["", "%Y", "%Y", "%Y", "%Y", "%Y"]
    return formatter


def _draw(axes: Any, series: Series) -> None:
    scale = quantities.scaled(1.0, series.unit)
    values = [scale * p.value for p in series.points]
    style = _SIDES[series.side]
    moments = [_moment(series, p) for p in series.points]
    axes.plot(moments, values, linewidth=1.3, markersize=4.5, markerfacecolor="white", zorder=3, clip_on=False, **style)
    banded = [p for p in series.points if p.error]
    if banded:
        axes.errorbar(
            [_moment(series, p) for p in banded],
            [scale * p.value for p in banded],
            yerr=[scale * _error(p) for p in banded],
            fmt="none",
            ecolor=style["color"],
            elinewidth=0.9,
            capsize=2,
            alpha=0.55,
            zorder=2,
        )


def _moment(series: Series, point: Point) -> datetime:
    """Left in the morning and right in the evening: neither hides the other."""
    return datetime.combine(point.on, time(18 if series.side == "right" else 6))


def _error(point: Point) -> float:
    return point.error or 0.0


def _axis(unit: str) -> str:
    return {"reps": "repetitions", "min": "minutes"}.get(unit) or quantities.unit_words(unit)
