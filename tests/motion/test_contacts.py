"""Steps and cadence from a wave: the same at any frame rate, none of what is not running."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.motion.contacts import Step, StepFinder, StepRule, TurningPoints, cadence, exchanged
from formcheck.motion.even_grid import EvenGrid

RULE = StepRule(floor=0.35, slowest_spm=120.0, low_after=(0.2, 0.75))


def wave(t, spm):
    """Left minus right ankle: furthest ahead once a stride."""
    phase = np.pi * t * spm / 60
    return 1.1 * np.cos(phase) + 0.1 * np.cos(3 * phase + 0.4)


def bounce(t, spm, low_after=0.43):
    """The hips' height, lowest ``low_after`` of a step after each turn of the wave."""
    return 3.0 - 0.06 * np.cos(2 * np.pi * (t * spm / 60 - low_after))


def steps_of(t, waves, heights, rule=RULE):
    grid, finder, steps = EvenGrid(), StepFinder(rule), []
    samples = [s for row in zip(t, waves, heights, strict=True) for s in grid.push(row[0], np.array(row[1:]))]
    for at_s, values in [*samples, *grid.finish()]:
        steps += finder.push(at_s, *values)
    return steps, finder


def ran(t, spm, **kwargs):
    return steps_of(t, wave(t, spm), bounce(t, spm), **kwargs)[0]


def true_turns_s(t, spm):
    """All turns well inside the film."""
    turns = np.arange(0, 1000) * 60 / spm
    return turns[(turns > t[0] + 0.2) & (turns < t[-1] - 0.2)]


@settings(deadline=None, max_examples=25)
@given(
    spm=st.floats(130, 210),
    rate_hz=st.sampled_from([15, 24, 30, 60, 120]),
    start_s=st.floats(0, 100),
    jitter=st.floats(0, 0.4),
    seed=st.integers(0, 99),
)
def test_every_step_is_found_at_any_frame_rate(spm, rate_hz, start_s, jitter, seed):
    random = np.random.default_rng(seed)
    t = start_s + (np.arange(8 * rate_hz) + random.uniform(-jitter, jitter, 8 * rate_hz)) / rate_hz
    steps = ran(t, spm)
    found = np.array([step.t_s for step in steps])
    errors = [np.abs(found - turn).min() for turn in true_turns_s(t, spm)]
    assert max(errors) < 0.02
    assert len(steps) <= len(true_turns_s(t, spm)) + 2
    assert all(a.sign != b.sign for a, b in pairwise(steps))
    assert {step.bout for step in steps} == {1}


@settings(deadline=None, max_examples=15)
@given(spm=st.floats(130, 210), noise=st.floats(0, 0.03), seed=st.integers(0, 99))
def test_cadence_lies_in_its_band(spm, noise, seed):
    t = np.arange(0, 10, 1 / 30)
    random = np.random.default_rng(seed)
    steps, _ = steps_of(t, wave(t, spm) + random.normal(0, noise, len(t)), bounce(t, spm))
    pace = cadence(steps)
    assert pace.spm == pytest.approx(spm, abs=pace.error_spm)
    assert pace.error_spm < 2.0
    assert pace.seconds_s > 8.0


@settings(deadline=None, max_examples=15)
@given(spm=st.floats(130, 210), offset=st.floats(-2, 2), scale=st.floats(0.6, 3.0))
def test_place_and_size_do_not_matter(spm, offset, scale):
    t = np.arange(0, 6, 1 / 30)
    plain = ran(t, spm)
    moved, _ = steps_of(t, offset + scale * wave(t, spm), offset + scale * bounce(t, spm))
    assert [s.sign for s in moved] == [s.sign for s in plain]
    assert [s.t_s for s in moved] == pytest.approx([s.t_s for s in plain], abs=0.003)


def test_a_mirror_swaps_the_sides():
    t = np.arange(0, 6, 1 / 30)
    plain = ran(t, 170)
    mirrored, _ = steps_of(t, -wave(t, 170), bounce(t, 170))
    assert [(s.t_s, -s.sign) for s in mirrored] == [(s.t_s, s.sign) for s in plain]


def test_the_first_and_last_frame_are_no_turns():
    t = np.arange(0, 5.0, 1 / 30)
    found = [step.t_s for step in ran(t, 170)]
    assert found[0] > 0.2
    assert found[-1] < t[-1] - 0.05


@pytest.mark.parametrize("spm", [80, 100, 115])
def test_walking_is_not_running(spm):
    t = np.arange(0, 12, 1 / 30)
    steps, finder = steps_of(t, wave(t, spm), bounce(t, spm, low_after=0.05))
    assert steps == []
    assert finder.walking_steps > 5


def test_fast_walking_is_told_by_the_hips_being_lowest_when_the_feet_are_apart():
    t = np.arange(0, 12, 1 / 30)
    assert steps_of(t, wave(t, 132), bounce(t, 132, low_after=0.05))[0] == []
    assert steps_of(t, wave(t, 132), bounce(t, 132, low_after=0.43))[0] != []


def test_an_over_strider_vaults_and_still_runs():
    t = np.arange(0, 8, 1 / 30)
    assert len(steps_of(t, wave(t, 152), bounce(t, 152, low_after=0.05))[0]) > 15


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 999))
def test_standing_gives_no_step(seed):
    t = np.arange(0, 10, 1 / 30)
    noise = np.random.default_rng(seed).normal(0, 0.02, len(t))
    sway = 0.1 * np.sin(2 * np.pi * 0.3 * t)
    assert steps_of(t, sway + noise, 3 + noise)[0] == []


def test_one_step_and_one_scissor_jump_give_nothing():
    t = np.arange(0, 8, 1 / 30)
    once = 1.2 * np.exp(-(((t - 3) / 0.2) ** 2)) - 1.0 * np.exp(-(((t - 3.5) / 0.2) ** 2))
    assert steps_of(t, once, np.full_like(t, 3.0))[0] == []


def test_a_run_that_begins_and_ends_in_the_film():
    t = np.arange(0, 14, 1 / 30)
    running = (t > 3) & (t < 10)
    steps, _ = steps_of(t, np.where(running, wave(t, 170), 0.0), np.where(running, bounce(t, 170), 3.0))
    assert min(s.t_s for s in steps) > 2.9
    assert max(s.t_s for s in steps) < 10.1
    assert cadence(steps).spm == pytest.approx(170, abs=1.0)


def test_a_missed_step_does_not_change_the_cadence():
    steps = ran(np.arange(0, 10, 1 / 30), 172)
    assert cadence([s for i, s in enumerate(steps) if i not in (7, 8, 15)]).spm == pytest.approx(172, abs=0.5)


def test_a_limp_does_not_change_the_cadence():
    steps = [Step(i * 0.35 + (0.04 if i % 2 else 0.0), 1 if i % 2 else -1, 1) for i in range(20)]
    pace = cadence(steps)
    assert pace.spm == pytest.approx(60 / 0.35, abs=0.1)
    assert pace.error_spm < 0.6


def test_the_foot_that_is_seen_badly_weighs_little() -> None:
    """From the side the far foot's contacts scatter; the near one's rhythm is the run's."""
    random = np.random.default_rng(5)
    errors = []
    for _ in range(20):
        far_s = np.where(np.arange(12) % 2, random.normal(0, 0.06, 12), random.normal(0, 0.002, 12))
        pace = cadence([Step(i * 0.35 + far_s[i], 1 if i % 2 else -1, 1) for i in range(12)])
        assert pace is not None
        errors.append(abs(pace.spm - 60 / 0.35))
    assert np.mean(errors) < 0.3


def test_the_treadmills_start_is_left_out():
    slow = [Step(i * 0.45, 1 if i % 2 else -1, 1) for i in range(7)]
    fast = [Step(2.7 + i * 0.35, 1 if i % 2 else -1, 1) for i in range(1, 26)]
    assert cadence(slow + fast).spm == pytest.approx(60 / 0.35, abs=0.6)


def test_too_few_steps_have_no_cadence():
    assert cadence([]) is None
    assert cadence([Step(i * 0.35, 1 if i % 2 else -1, 1) for i in range(5)]) is None


def test_feet_unseen_for_a_while_split_the_run_and_make_no_step():
    t = np.arange(0, 10, 1 / 30)
    waves = wave(t, 170)
    waves[(t > 4) & (t < 5)] = np.nan
    steps, _ = steps_of(t, waves, bounce(t, 170))
    assert [s for s in steps if 4.15 < s.t_s < 4.95] == []
    assert cadence(steps).spm == pytest.approx(170, abs=1.0)


def test_sides_exchanged_after_a_break_are_noticed():
    before = [Step(i * 0.35, 1 if i % 2 else -1, 1) for i in range(12)]
    kept = [Step(i * 0.35, 1 if i % 2 else -1, 2) for i in range(14, 20)]
    turned = [Step(i * 0.35, -1 if i % 2 else 1, 2) for i in range(14, 20)]
    assert not any(exchanged(before + kept))
    assert exchanged(before + turned) == [False] * 12 + [True] * 6
    much_later = [Step(s.t_s + 20.0, s.sign, 2) for s in turned]
    assert not any(exchanged(before + much_later))


def test_turning_points_lie_between_samples():
    t = np.arange(0, 3, 0.05)
    finder = TurningPoints(floor=0.3)
    turns = [turn for at_s in t if (turn := finder.push(at_s, float(np.sin(2 * np.pi * at_s))))]
    assert [turn.t_s for turn in turns] == pytest.approx([0.25, 0.75, 1.25, 1.75, 2.25], abs=0.003)
    assert [turn.sign for turn in turns] == [1, -1, 1, -1, 1]


def test_memory_does_not_grow():
    finder, grid = StepFinder(RULE), EvenGrid()
    sizes = []
    for k in range(30 * 120):
        for at_s, values in grid.push(k / 30, np.array([wave(k / 30, 170), bounce(k / 30, 170)])):
            finder.push(at_s, *values)
        if k % (30 * 20) == 30 * 20 - 1:
            sizes.append(len(finder._heights) + len(finder._chain) + len(grid._window))
    assert max(sizes) <= 1.1 * sizes[0]
