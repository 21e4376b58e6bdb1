"""Which read repetition, or contact, is which true one."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[float, float]
"""Start and end in seconds."""


def overlap_s(a: Span, b: Span) -> float:
    """Seconds that two spans share; 0 where they do not meet."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def match_spans(true: Sequence[Span], read: Sequence[Span]) -> dict[int, int]:
    """Index of the read span for each true one that has any: the longest overlaps first, each span once."""
    overlaps = [(overlap_s(t, r), i, j) for i, t in enumerate(true) for j, r in enumerate(read)]
    return _greedy([(-seconds, i, j) for seconds, i, j in overlaps if seconds > 0])


def match_times(true_s: Sequence[float], read_s: Sequence[float], within_s: float) -> dict[int, int]:
    """Index of the read time for each true one that has any within `within_s`: the nearest first, each once."""
    gaps = [(abs(t - r), i, j) for i, t in enumerate(true_s) for j, r in enumerate(read_s)]
    return _greedy([gap for gap in gaps if gap[0] <= within_s])


def _greedy(pairs: list[tuple[float, int, int]]) -> dict[int, int]:
    """Pairs (cost, i, j) by rising cost, no index twice."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return chosen
