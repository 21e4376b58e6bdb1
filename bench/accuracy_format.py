"""Figures as cells of Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bench.intervals import Figure

NOTHING: Final = "-"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(figure: Figure | None) -> str:
    """A share: value, interval, and of how many."""
    if figure is None:
        return NOTHING
    return f"{100 * figure.value:.1f}% ({100 * figure.low:.0f}-{100 * figure.high:.0f}, n {figure.n})"


def number(figure: Figure | None, digits: int = 2) -> str:
    """A value with its interval, where it has one."""
    if figure is None:
        return NOTHING
    value, low, high = (f"{round(v, digits) + 0.0:.{digits}f}" for v in (figure.value, figure.low, figure.high))
    return f"{value} ({low} to {high})" if figure.has_interval else value


def number_only(figure: Figure | None, digits: int) -> str:
    """A value without its interval."""
    return NOTHING if figure is None else f"{figure.value:.{digits}f}"
