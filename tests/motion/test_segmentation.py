"""Every repetition is counted once, whatever its tempo, pauses, camera and noise; sway never is."""

from __future__ import annotations

import itertools
import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.motion.segmentation import Motion, RepSegmenter, Span, usual_amplitude
from tests.motion.rep_signals import COUNTING, Rep, Signal, found, reps, signals

FIVE = Signal(tuple(Rep() for _ in range(5)))


def complete(spans: list[Span]) -> int:
    """How many came back to rest."""
    return sum(span.closed for span in spans)


@given(signals())
def test_each_repetition_is_counted_once(signal: Signal) -> None:
    spans = signal.spans()
    assert [span.closed for span in spans] == [True] * len(signal.reps)


@given(signals())
def test_start_turn_and_end_are_where_they_are(signal: Signal) -> None:
    for span, (start_s, turn_s, end_s), rep in zip(signal.spans(), signal.edges_s(), signal.reps, strict=True):
        sampling_s = 0.1 + 2 / signal.rate_hz
        assert span.start_s == pytest.approx(start_s, abs=sampling_s + 0.2 * rep.up_s)
        assert span.turn_s == pytest.approx(turn_s, abs=sampling_s + 0.10 * (rep.up_s + rep.down_s + rep.hold_s))
        assert span.end_s == pytest.approx(end_s, abs=sampling_s + 0.2 * rep.down_s)
        assert span.amplitude == pytest.approx(rep.height, abs=0.06)


@given(signals())
def test_times_are_in_order_and_repetitions_apart(signal: Signal) -> None:
    spans = signal.spans()
    for span in spans:
        assert span.start_s <= span.top_start_s <= span.turn_s <= span.top_end_s <= span.end_s
    for before, after in itertools.pairwise(spans):
        assert before.end_s <= after.start_s


def test_followed_a_while_longer_a_slow_settling_is_the_repetitions_own() -> None:
    t_s = np.arange(0.0, 8.0, 1 / 30)
    rise = np.clip((t_s - 1.0) / 0.8, 0.0, 1.0)
    fall = np.clip((t_s - 2.5) / 1.5, 0.0, 1.0)
    settling = 0.06 * np.clip((t_s - 4.0) / 0.6, 0.0, 1.0)
    values = 0.5 * (rise - fall) - settling
    (soon,) = found(t_s, values)
    (later,) = found(t_s, values, replace(COUNTING, settle_s=0.5))
    assert soon.end_s < later.end_s < 4.7


@given(signals(), st.floats(-50, 50), st.floats(0, 1000))
def test_level_and_clock_do_not_matter(signal: Signal, level: float, later_s: float) -> None:
    t_s, values = signal.samples()
    moved = found(t_s + later_s, values + level)
    assert [round(s.turn_s - later_s, 6) for s in moved] == [round(s.turn_s, 6) for s in found(t_s, values)]


@given(st.lists(reps(), min_size=2, max_size=5), st.floats(3.0, 15.0))
def test_a_pause_at_the_top_does_not_split(performed: list[Rep], pause_s: float) -> None:
    performed[0] = replace(performed[0], hold_s=pause_s)
    assert complete(Signal(tuple(performed), noise=0.004).spans()) == len(performed)


@given(st.lists(reps(), min_size=2, max_size=5), st.floats(3.0, 40.0))
def test_a_pause_at_rest_neither_merges_nor_splits(performed: list[Rep], pause_s: float) -> None:
    performed[0] = replace(performed[0], rest_s=pause_s)
    spans = Signal(tuple(performed), noise=0.004).spans()
    assert complete(spans) == len(performed)
    assert all(span.end_s - span.start_s < 12 for span in spans)


@given(st.floats(0.0, 0.25), st.floats(0.3, 2.0), st.integers(0, 1000))
def test_wobbling_at_the_top_does_not_split(depth: float, wobble_hz: float, seed: int) -> None:
    """Up to a quarter of the height, in a hold of five seconds."""
    signal = Signal((Rep(hold_s=5.0), Rep(hold_s=5.0)), noise=0.004, seed=seed)
    t_s, values = signal.samples()
    for begin_s in signal.begins_s():
        inside = (t_s > begin_s + 1.2) & (t_s < begin_s + 6.2)
        phase = np.pi * wobble_hz * (t_s[inside] - begin_s - 1.2)
        values[inside] -= depth * 0.5 * np.sin(phase) ** 2
    assert complete(found(t_s, values)) == 2


@given(st.floats(0.0, 0.9), st.floats(0.05, 3.0), st.integers(0, 1000))
def test_sway_is_no_repetition(share: float, sway_hz: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    t_s = np.arange(0.0, 60.0, 1 / 30)
    height = share * COUNTING.enter - 0.02
    sway = height / 2 * np.sin(2 * np.pi * sway_hz * t_s) + random.normal(0.0, 0.001, len(t_s))
    assert found(t_s, sway) == []


@given(st.floats(-0.03, 0.03))
def test_drift_is_no_repetition(drift_per_s: float) -> None:
    t_s = np.arange(0.0, 60.0, 1 / 30)
    assert found(t_s, drift_per_s * t_s) == []


@given(st.floats(0.3, 0.5))
def test_a_partial_repetition_is_found_and_smaller(share: float) -> None:
    """Reported, not dropped: who calls it partial compares it with the person's usual height."""
    partial = Rep(height=share * 0.5)
    spans = Signal((Rep(), Rep(), partial, Rep()), noise=0.003).spans()
    assert complete(spans) == 4
    assert spans[2].amplitude == pytest.approx(partial.height, abs=0.05)
    assert spans[2].amplitude < 0.6 * usual_amplitude(span.amplitude for span in spans)


@given(st.floats(0.55, 0.7), st.integers(2, 5))
def test_not_going_down_all_the_way_still_parts_two(down_share: float, count: int) -> None:
    """Fast repetitions turn around above the level of rest."""
    t_s = np.arange(0.0, 4.0 + 2.0 * count, 1 / 30)
    last_top_s = 3.0 + 2.0 * (count - 1)
    whole = Rep(height=0.5, up_s=1.0, hold_s=2.0 * (count - 1), down_s=1.0)
    dips = np.where((t_s > 3.0) & (t_s < last_top_s), 0.5 * down_share * np.sin(np.pi * (t_s - 3.0) / 2) ** 2, 0.0)
    assert complete(found(t_s, whole.at(t_s - 2.0) - dips)) == count


@given(signals(), st.floats(0.05, 0.2), st.integers(0, 1000))
def test_short_gaps_change_no_count(signal: Signal, gap_s: float, seed: int) -> None:
    # At 12 frames a second a gap of 0.2 s parts two seen frames by up to 0.37 s; 0.4 s is lost.
    random = np.random.default_rng(seed)
    length_s = signal.samples()[0][-1]
    starts_s = np.arange(1.0, length_s, 2.0) + random.uniform(0.0, 1.0)
    torn = replace(signal, gaps=tuple((float(s), float(s + gap_s)) for s in starts_s))
    assert complete(torn.spans()) == len(signal.reps)


@given(st.integers(0, 4), st.floats(0.45, 1.0))
def test_lost_within_a_repetition_it_is_incomplete(index: int, share: float) -> None:
    start_s, _, end_s = FIVE.edges_s()[index]
    lost_s = FIVE.begins_s()[index] + share * 1.2
    spans = replace(FIVE, gaps=((float(lost_s), end_s + 0.4),)).spans()
    assert complete(spans) == 4
    assert [span.closed for span in spans if abs(span.start_s - start_s) < 0.4] == [False]


@given(st.integers(0, 4), st.floats(0.35, 0.95))
def test_a_film_that_begins_or_ends_within_a_repetition(index: int, share: float) -> None:
    t_s, values = FIVE.samples()
    cut_s = FIVE.begins_s()[index] + share * 2.2
    assert complete(found(t_s[t_s < cut_s], values[t_s < cut_s])) == index
    seen_later = [span.amplitude for span in found(t_s[t_s >= cut_s], values[t_s >= cut_s])]
    assert sum(amplitude > 0.3 for amplitude in seen_later) == 4 - index


def test_a_jump_ends_what_is_open() -> None:
    segmenter = RepSegmenter(COUNTING)
    for t, v in zip(*FIVE.samples(), strict=True):
        if t > 3.0:
            break
        segmenter.update(float(t), float(v))
    span = segmenter.cut()
    assert span is not None
    assert not span.closed
    assert segmenter.motion is Motion.REST
    assert segmenter.cut() is None


@given(st.floats(0.5, 5.0))
def test_nothing_begins_while_not_armed(armed_s: float) -> None:
    segmenter = RepSegmenter(COUNTING)
    t_s, values = FIVE.samples()
    spans = [
        segmenter.update(float(t), float(v), armed=bool(t < 1.5 or t > 1.5 + armed_s))
        for t, v in zip(t_s, values, strict=True)
    ]
    closed = [span for span in spans if span is not None and span.closed]
    assert all(span.start_s >= 1.5 for span in closed)
    assert len(closed) <= 5
    assert all(span.start_s >= 1.5 + armed_s - 0.05 for span in closed)


def test_motion_goes_through_its_phases() -> None:
    segmenter = RepSegmenter(COUNTING)
    motions: list[Motion] = []
    for t, v in zip(*Signal((Rep(), Rep())).samples(), strict=True):
        segmenter.update(float(t), float(v))
        if not motions or motions[-1] is not segmenter.motion:
            motions.append(segmenter.motion)
    one = [Motion.RISING, Motion.TOP, Motion.FALLING, Motion.REST]
    assert motions == [Motion.REST, *one, *one]


def test_too_short_is_no_repetition() -> None:
    assert Signal((Rep(up_s=0.1, hold_s=0.0, down_s=0.1),)).spans() == []


def test_staying_up_for_good_is_no_complete_repetition() -> None:
    assert complete(Signal((Rep(hold_s=45.0),)).spans()) == 0


def test_nothing_in_nothing_out() -> None:
    assert found(np.empty(0), np.empty(0)) == []
    assert found(np.arange(50) / 25, np.full(50, math.nan)) == []


def test_usual_amplitude_is_of_whole_repetitions() -> None:
    assert math.isnan(usual_amplitude([]))
    assert usual_amplitude([0.5]) == 0.5
    assert usual_amplitude([0.2, 0.2, 0.5, 0.52]) == pytest.approx(0.51)


def test_memory_is_bounded() -> None:
    segmenter, sizes = RepSegmenter(COUNTING), []
    for i in range(20_000):
        segmenter.update(i / 30, 0.3 + 0.3 * math.sin(i / 30))
        sizes.append(len(segmenter._window))
    assert max(sizes[10_000:]) <= max(sizes[:10_000]) + 1
    assert len(pickle.dumps(segmenter)) < 100_000
