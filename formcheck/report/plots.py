"""Signals over time with reps and limits, as inline SVG whose text stays text."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from formcheck.pose.pose import Array
from formcheck.report import outline, quantities, wording
from formcheck.results import Contact, Rep, SetReport
from formcheck.trace import LimitLine, Signal, Trace

STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "formcheck",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.parse_math": False,
    "hatch.linewidth": 0.6,
    "hatch.color": "#9aa1ab",
    "axes.edgecolor": "#b9bec6",
    "axes.labelcolor": "#3b434d",
    "xtick.color": "#3b434d",
    "ytick.color": "#3b434d",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
"""Matplotlib settings of every plot in a page."""

_NO_METADATA: Final = {"Date": None, "Creator": None, "Format": None, "Type": None}

INK, REP, LIMIT, BAND = "#1d4e6b", "#dfe8ec", "#c2311f", "#f3d9d3"
REST_SHARE: Final = 0.1
"""The lowest tenth of the counting signal is rest."""

LONGEST_POINTS: Final = 1500
"""More points than this do not show at page width; long sets are thinned."""


@dataclass(frozen=True, slots=True)
class SignalPlot:
    """A plot and its heading."""

    title: str
    limited: bool
    svg: Markup


def signal_plots(report: SetReport, trace: Trace) -> tuple[SignalPlot, ...]:
    """One plot a signal, in the trace's order; signals never seen are left out."""
    shown = (
        _from_rest(s) if report.gait is None and report.holds is None and s in trace.signals[:1] else s
        for s in outline.signals_of(report, trace)
    )
    seen = [s for s in shown if np.isfinite(s.values).any()]
    return tuple(
        SignalPlot(_heading(report, s), s.limit is not None, _plot(report, trace.t_s, s, f"plot{i}"))
        for i, s in enumerate(seen, 1)
    )


def _from_rest(counting: Signal) -> Signal:
    """The signal that counts reps, from its own rest level: its zero is arbitrary, its rise means something."""
    if counting.limit is not None or not np.isfinite(counting.values).any():
        return counting
    return replace(counting, values=counting.values - np.nanquantile(counting.values, REST_SHARE))


def _heading(report: SetReport, signal: Signal) -> str:
    title = wording.sided(signal.title, outline.side_of_signal(signal) if report.side == "both" else None)
    line = signal.limit
    return wording.plot_title(title, signal.unit, line.value if line else None, line is None or line.above)


def _plot(report: SetReport, t_s: Array, signal: Signal, prefix: str) -> Markup:
    with rc_context(STYLE):
        figure = Figure(figsize=(7.4, 2.1), layout="constrained")
        axes = figure.add_subplot()
        _shade_reps(axes, report.reps)
        if signal.limit is not None:
            _draw_limit(axes, signal.limit, signal.unit)
        _draw_line(axes, t_s, signal)
        _mark_turns(axes, report.reps, t_s, signal)
        if report.gait is not None:
            _mark_contacts(axes, report.gait.contacts)
        axes.set_xlim(float(t_s[0]), float(t_s[-1]))
        axes.set_xlabel("seconds")
        axes.set_ylabel(quantities.unit_words(signal.unit))
        axes.margins(y=0.12)
        limited, word = signal.limit is not None, wording.rep_word(report)
        return inline_svg(figure, prefix, wording.plot_alt(signal.title, len(report.reps), limited, word))


def _shade_reps(axes: Any, reps: tuple[Rep, ...]) -> None:
    for rep in reps:
        fill = {"facecolor": REP} if rep.complete else {"facecolor": "none", "hatch": "////"}
        axes.axvspan(rep.start_s, rep.end_s, linewidth=0, zorder=0, **fill)
        axes.annotate(
            str(rep.index),
            ((rep.start_s + rep.end_s) / 2, 1.0),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=8,
            color="#3b434d",
        )


def _draw_limit(axes: Any, limit: LimitLine, unit: str) -> None:
    value, error = quantities.scaled(limit.value, unit), quantities.scaled(limit.error, unit)
    axes.axhspan(value - error, value + error, color=BAND, linewidth=0, zorder=1)
    axes.axhline(value, color=LIMIT, linewidth=1.2, linestyle="--", zorder=2)


def _draw_line(axes: Any, t_s: Array, signal: Signal) -> None:
    step = max(1, len(t_s) // LONGEST_POINTS)
    values = quantities.scaled(1.0, signal.unit) * signal.values
    axes.plot(t_s[::step], values[::step], color=INK, linewidth=1.4, zorder=3)


def _mark_turns(axes: Any, reps: tuple[Rep, ...], t_s: Array, signal: Signal) -> None:
    turns = np.array([rep.turn_s for rep in reps if rep.complete])
    if len(turns):
        at = np.abs(t_s[:, None] - turns).argmin(axis=0)
        values = quantities.scaled(1.0, signal.unit) * signal.values[at]
        axes.plot(turns, values, "o", color=INK, markerfacecolor="white", markersize=4.5, zorder=4)


def _mark_contacts(axes: Any, contacts: tuple[Contact, ...]) -> None:
    """Ticks along the bottom: full for left, open for right."""
    for side, face in (("left", INK), ("right", "white")):
        times = [c.time_s for c in contacts if c.side == side]
        axes.plot(
            times,
            np.full(len(times), 0.03),
            "^",
            transform=axes.get_xaxis_transform(),
            color=INK,
            markerfacecolor=face,
            markersize=4.5,
            zorder=4,
            clip_on=False,
        )


def inline_svg(figure: Figure, prefix: str, alt: str) -> Markup:
    """The figure's SVG element alone: sized by the page, ids unique in it, the same for the same input."""
    text = io.StringIO()
    FigureCanvasSVG(figure).print_svg(text, metadata=_NO_METADATA)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = svg.replace("url(#", f"url(#{prefix}-").replace('href="#', f'href="#{prefix}-')
    # Matplotlib escaped all text it drew; only the alt text is added here.
    return Markup(svg.replace("<svg", f'<svg class="plot" role="img" aria-label="{escape(alt)}"', 1))
