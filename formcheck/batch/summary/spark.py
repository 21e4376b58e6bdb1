"""A series as a drawing of a line's height, its error bands upright."""

from __future__ import annotations

from datetime import date
from typing import Final

from markupsafe import Markup

from formcheck.batch.summary.trends import Series

__all__ = ["spark"]

WIDTH: Final = 150.0
HEIGHT: Final = 34.0
MARGIN: Final = 4.0

_BAR: Final = Markup('<path d="M{:.1f} {:.1f}V{:.1f}" stroke-opacity=".35"/>')
_DOT: Final = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.4" fill="#fff"/>')


def spark(series: Series) -> Markup:
    """An inline SVG, x by date, y by value; says in words nothing that the row beside it does not."""
    days = [date.fromisoformat(point.on).toordinal() for point in series.points]
    low = min(point.value - (point.error or 0.0) for point in series.points)
    high = max(point.value + (point.error or 0.0) for point in series.points)
    across, up = max(days) - min(days) or 1, high - low or 1.0

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (value - low) / up * (HEIGHT - 2 * MARGIN)

    places = [
        (MARGIN + (day - days[0]) / across * (WIDTH - 2 * MARGIN), point)
        for day, point in zip(days, series.points, strict=True)
    ]
    bars = (_BAR.format(x, y(p.value + (p.error or 0.0)), y(p.value - (p.error or 0.0))) for x, p in places)
    way = " ".join(f"{x:.1f},{y(p.value):.1f}" for x, p in places)
    line = Markup('<polyline points="{}" fill="none"/>').format(way)
    dots = (_DOT.format(x, y(p.value)) for x, p in places)
    return Markup('<svg class="spark" viewBox="0 0 {:.0f} {:.0f}" aria-hidden="true">{}</svg>').format(
        WIDTH, HEIGHT, Markup("").join((*bars, line, *dots))
    )
