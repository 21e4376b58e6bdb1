"""Counting: a signal that rises from rest and comes back is one repetition.

Rises and falls are found by a hysteresis that grows with the person's own amplitude, start and end by
where the signal leaves and regains its rest level, so a pause at rest or at the top neither splits
nor merges repetitions. Counting knows nothing of judging.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from statistics import median

import numpy as np

from formcheck.pose.pose import Array


class Motion(Enum):
    """Where in a repetition the signal is."""

    REST = "rest"
    RISING = "lift"
    TOP = "hold"
    FALLING = "lower"


@dataclass(frozen=True, slots=True)
class Counting:
    """How a signal is cut into repetitions; amplitudes in the signal's own unit.

    Attributes:
        enter: rise above rest that begins a repetition; anything smaller is sway.
        enter_share: the same as a share of the person's usual amplitude, once that is known.
        reversal_share: fall from the highest point, as a share of the rise, that ends the rise.
        leave_share: height above rest, as a share of the rise, below which the repetition has ended.
        edge_share: height above rest, as a share of the rise, below which the signal has come to rest.
        top_share: depth below the highest point, as a share of the rise, that still counts as held.
        min_s, max_s: duration of one repetition.
        rest_window_s: how far back the level of rest is looked for.
        rest_beside_s: how far from the movement the level of rest counts for start and end.
        gap_s: a longer stretch without signal ends a repetition as incomplete.
        settle_s: how long the signal is followed after it came to rest: where it goes on sinking, the end is
            told too early without.
    """

    enter: float
    enter_share: float = 0.25
    reversal_share: float = 0.35
    leave_share: float = 0.30
    edge_share: float = 0.04
    top_share: float = 0.10
    min_s: float = 0.4
    max_s: float = 30.0
    rest_window_s: float = 3.0
    rest_beside_s: float = 1.2
    gap_s: float = 0.4
    settle_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """One repetition found in a signal; times in seconds, values in the signal's unit.

    ``closed`` is False when the signal was lost or the recording ended before it came back to rest.
    ``top_start_s`` to ``top_end_s`` is the time held near the highest point.
    """

    start_s: float
    top_start_s: float
    turn_s: float
    top_end_s: float
    end_s: float
    rest: float
    peak: float
    closed: bool

    @property
    def amplitude(self) -> float:
        """Rise above rest."""
        return self.peak - self.rest

    @property
    def hold_s(self) -> float:
        """Time near the highest point."""
        return self.top_end_s - self.top_start_s

    @property
    def lowering_s(self) -> float:
        """From the end of the hold to the end of the repetition."""
        return self.end_s - self.top_end_s


Sample = tuple[float, float]


def usual_amplitude(amplitudes: Iterable[float]) -> float:
    """Median of the larger half: what the person reaches when the repetition is whole; NaN for none."""
    ordered = sorted(amplitudes)
    return median(ordered[len(ordered) // 2 :]) if ordered else math.nan


class RepSegmenter:
    """Finds repetitions in a stream of (time, value); a repetition raises the value.

    Memory is bounded by ``rest_window_s + max_s`` of samples.
    """

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._amplitudes: deque[float] = deque(maxlen=50)
        self._forget()

    def _forget(self) -> None:
        self._window: deque[Sample] = deque()
        self.motion = Motion.REST
        self._peak: Sample = (math.nan, -math.inf)
        self._valley: Sample = (math.nan, math.inf)
        self._rest: Sample = (math.nan, math.nan)
        self._settled_s = math.inf

    @property
    def usual_amplitude(self) -> float:
        """Of the repetitions so far, see :func:`usual_amplitude`."""
        return usual_amplitude(self._amplitudes)

    def update(self, t_s: float, value: float, armed: bool = True) -> Span | None:
        """Take the next sample; returns the repetition that it ends, if any.

        ``value`` may be NaN (not seen). While not ``armed`` no repetition begins and no level of rest is learnt.
        """
        if not math.isfinite(value):
            return self._after_gap(t_s)
        span = self._after_gap(t_s)
        if self.motion is Motion.REST and not armed:
            self._window.clear()
            return span
        self._window.append((t_s, value))
        return span or self._advance(t_s, value)

    def finish(self) -> Span | None:
        """The stream ended: the repetition still open, if it had begun to come back, else None."""
        span = self._close(self._window[-1][0]) if self.motion is not Motion.REST else None
        self._forget()
        return span

    def _back_at_rest(self) -> bool:
        rise = self._peak[1] - self._rest[1]
        return self.motion is Motion.FALLING and self._valley[1] - self._rest[1] < self._counting.leave_share * rise

    def cut(self) -> Span | None:
        """The signal jumped (a cut in the film, another person): ends what is open, as incomplete."""
        span = self._open_span() if self.motion is not Motion.REST else None
        self._forget()
        return span

    def _after_gap(self, t_s: float) -> Span | None:
        lost = bool(self._window) and t_s - self._window[-1][0] > self._counting.gap_s
        return self.cut() if lost else None

    def _advance(self, t_s: float, value: float) -> Span | None:
        if self.motion is Motion.REST:
            self._watch_rest(t_s, value)
            return None
        if value >= self._peak[1]:
            self._peak, self._valley = (t_s, value), (t_s, value)
        if value < self._valley[1]:
            self._valley = (t_s, value)
        self.motion = self._moving(value)
        return self._returned(t_s, value)

    def _watch_rest(self, t_s: float, value: float) -> None:
        while self._window[0][0] < t_s - self._counting.rest_window_s:
            self._window.popleft()
        lowest = min(self._window, key=itemgetter(1))
        if value - lowest[1] > self._entering():
            self._rest, self._peak, self._valley = lowest, (t_s, value), (t_s, value)
            self.motion = Motion.RISING

    def _entering(self) -> float:
        usual = self.usual_amplitude
        if not math.isfinite(usual):
            return self._counting.enter
        return max(self._counting.enter, min(self._counting.enter_share * usual, 3 * self._counting.enter))

    def _moving(self, value: float) -> Motion:
        rise = self._peak[1] - self._rest[1]
        fallen = self._peak[1] - value
        if fallen > self._counting.reversal_share * rise:
            return Motion.FALLING
        if self.motion is Motion.FALLING:
            return Motion.FALLING
        usual = self.usual_amplitude
        near_usual = not math.isfinite(usual) or rise > 0.7 * usual
        leaving = self.motion is Motion.TOP and fallen > 0
        return Motion.TOP if leaving or (near_usual and self._slow()) else Motion.RISING

    def _slow(self) -> bool:
        """Whether the signal has stayed near its highest point for the last 0.15 s."""
        rise = self._peak[1] - self._rest[1]
        recent = [v for t, v in _last(self._window, 0.15)]
        return max(recent) - min(recent) < self._counting.top_share * rise

    def _returned(self, t_s: float, value: float) -> Span | None:
        if self.motion is not Motion.FALLING:
            return self._overlong(t_s)
        rise = self._peak[1] - self._rest[1]
        low_enough = self._back_at_rest()
        turned = value - self._valley[1] > max(0.05 * rise, 0.2 * self._counting.enter)
        if low_enough and (turned or self._settled(t_s, value)):
            return self._close(self._valley[0] if turned else t_s)
        if not low_enough and self._bounced():
            fell = self._peak[1] - self._valley[1]
            if fell > 0.5 * rise:
                return self._close(self._valley[0])
            self._resume()
            return None
        return self._overlong(t_s)

    def _settled(self, t_s: float, value: float) -> bool:
        """Whether the signal came to rest, ``settle_s`` ago."""
        rise = self._peak[1] - self._rest[1]
        if value - self._rest[1] < self._counting.edge_share * rise or self._still_since_valley(t_s):
            self._settled_s = min(self._settled_s, t_s)
        return t_s - self._settled_s >= self._counting.settle_s

    def _bounced(self) -> bool:
        """Fell more than half way and rose again: the end of one repetition and the start of the next."""
        rise = self._peak[1] - self._rest[1]
        risen_again = self._window[-1][1] - self._valley[1] > max(self._entering(), 0.4 * rise)
        return self.motion is Motion.FALLING and risen_again

    def _still_since_valley(self, t_s: float) -> bool:
        rise = self._peak[1] - self._rest[1]
        recent = [v for _, v in _last(self._window, 0.3)]
        return len(recent) > 1 and max(recent) - min(recent) < 0.04 * rise

    def _resume(self) -> None:
        """A dip at the top that did not go down far enough to end the repetition."""
        self.motion = Motion.RISING
        self._valley = self._peak

    def _overlong(self, t_s: float) -> Span | None:
        return self.cut() if t_s - self._rest[0] > self._counting.max_s else None

    def _close(self, until_s: float) -> Span | None:
        span = self._span(until_s, closed=self._back_at_rest() or self._bounced())
        tail = [s for s in self._window if s[0] >= until_s]
        self._forget()
        self._window.extend(tail)
        if span is None or span.end_s - span.start_s < self._counting.min_s:
            return None
        if span.closed:
            self._amplitudes.append(span.amplitude)
        return span

    def _open_span(self) -> Span | None:
        return self._span(self._window[-1][0], closed=False)

    def _span(self, until_s: float, *, closed: bool) -> Span | None:
        samples = [s for s in self._window if s[0] <= until_s]
        return measure_span(samples, self._peak[0], self._counting, closed=closed)


def measure_span(samples: Sequence[Sample], peak_s: float, counting: Counting, *, closed: bool) -> Span | None:
    """Start, hold and end of the repetition whose highest point is at ``peak_s``.

    Rest is taken on each side apart, since people settle a little differently after each lift.
    Returns None for fewer than three samples.
    """
    if len(samples) < 3:
        return None
    t = np.array([s[0] for s in samples])
    v = np.array([s[1] for s in samples])
    at = int(np.searchsorted(t, peak_s))
    at = min(max(at, 1), len(t) - 1)
    peak = float(v[at])
    rest_before = _rest_beside(t[: at + 1], v[: at + 1], counting, before=True)
    rest_after = _rest_beside(t[at:], v[at:], counting, before=False)
    held = peak - counting.top_share * (peak - rest_before)
    start_s = _onset(t[: at + 1], v[: at + 1], rest_before, peak)
    end_s = -_onset(-t[at:][::-1], v[at:][::-1], rest_after, peak) if closed else float(t[-1])
    top_start_s, top_end_s = _first_above(t, v, held, start_s), _last_above(t, v, held, end_s)
    turn_s = (_arrival(t, v, rest_before, peak, start_s) - _arrival(-t[::-1], v[::-1], rest_before, peak, -end_s)) / 2
    return Span(
        start_s=start_s,
        top_start_s=top_start_s,
        turn_s=min(max(turn_s, top_start_s), top_end_s),
        top_end_s=top_end_s,
        end_s=end_s,
        rest=rest_before,
        peak=peak,
        closed=closed,
    )


def _onset(t: Array, v: Array, rest: float, peak: float) -> float:
    """When a rise passes 5% of its height, read from where it passes 10% and 30%.

    Closer to rest, sway hides it. A movement that starts with steady acceleration goes with the square of
    time, hence t(5%) = t(10%) - 0.4 (t(30%) - t(10%)).
    """
    t10_s, t30_s = (_last_below(t, v, rest + share * (peak - rest)) for share in (0.10, 0.30))
    return max(float(t[0]), t10_s - 0.4 * (t30_s - t10_s))


def _arrival(t: Array, v: Array, rest: float, peak: float, start_s: float) -> float:
    """When a rise arrives at its height, read from where it passes 70% and 90%; see :func:`_onset`.

    The middle between arriving and leaving is the turn, however fast the one and slow the other.
    """
    t70_s, t90_s = (_first_above(t, v, rest + share * (peak - rest), start_s) for share in (0.70, 0.90))
    return t90_s + 1.37 * (t90_s - t70_s)


def _rest_beside(t: Array, v: Array, counting: Counting, *, before: bool) -> float:
    """The level of rest within ``rest_beside_s`` of where the signal crosses ``leave_share`` of its rise.

    Looking no farther keeps what happened while getting into place out of the repetition.
    """
    low = float(v.min())
    crossed = np.flatnonzero(v <= low + counting.leave_share * (float(v.max()) - low))
    at = crossed[-1] if before else crossed[0]
    near = (t >= t[at] - counting.rest_beside_s) if before else (t <= t[at] + counting.rest_beside_s)
    return float(v[near].min())


def _last(window: deque[Sample], seconds: float) -> list[Sample]:
    recent: list[Sample] = []
    newest_s = window[-1][0]
    for sample in reversed(window):
        if sample[0] < newest_s - seconds - 1e-9:
            break
        recent.append(sample)
    return recent


def _crossing(t0: float, v0: float, t1: float, v1: float, level: float) -> float:
    return float(t0 if v1 == v0 else t0 + (t1 - t0) * (level - v0) / (v1 - v0))


def _last_below(t: Array, v: Array, level: float) -> float:
    below = np.flatnonzero(v <= level)
    i = int(below[-1]) if len(below) else 0
    return float(t[i]) if i + 1 >= len(t) else _crossing(t[i], v[i], t[i + 1], v[i + 1], level)


def _first_above(t: Array, v: Array, level: float, from_s: float) -> float:
    above = np.flatnonzero((v >= level) & (t >= from_s))
    i = int(above[0]) if len(above) else 0
    return float(t[i]) if i == 0 else _crossing(t[i - 1], v[i - 1], t[i], v[i], level)


def _last_above(t: Array, v: Array, level: float, until_s: float) -> float:
    above = np.flatnonzero((v >= level) & (t <= until_s))
    i = int(above[-1]) if len(above) else len(t) - 1
    return float(t[i]) if i + 1 >= len(t) else _crossing(t[i], v[i], t[i + 1], v[i + 1], level)
