"""Learning the estimates: the truth is found again, sets' own levels drop out, errors are those of strangers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.calibrate import Residuals, band
from bench.scoring_truth import ClipTruth
from bench.train import Lesson, Sample, Table

RANDOM = np.random.default_rng(3)
CLIP = ClipTruth("a", "clamshell", "tune", "prescribed", "as prescribed", "left", "ada", 1.7, 30.0)
WITHIN = Lesson("clamshell", "roll_change", "roll_deg", ("rise", "apart"))
ALONE = replace(WITHIN, within_sets=False)


def samples(camera_spread: float, noise: float = 0.0, bodies: int = 4, sets: int = 5, reps: int = 4) -> list[Sample]:
    """Rolls read as `rise = roll / 2` and `apart = roll / 4`, each set's shifted by its camera."""
    made = []
    for number in range(bodies * sets):
        clip = replace(CLIP, name=f"clip{number}", body=f"body{number % bodies}")
        shift = RANDOM.normal(0, camera_spread, 2)
        for roll in RANDOM.uniform(0, 25, reps):
            rise, apart = np.array([roll / 2, roll / 4]) + shift + RANDOM.normal(0, noise, 2)
            made.append(Sample(clip, {"rise": float(rise), "apart": float(apart)}, {"roll_deg": float(roll)}))
    return made


def test_within_sets_the_cameras_shift_drops_out() -> None:
    table = Table.of(WITHIN, samples(camera_spread=5.0))
    intercept, rise, apart = table.weights()
    assert intercept == pytest.approx(0.0, abs=1e-6)
    assert rise / 2 + apart / 4 == pytest.approx(1.0, abs=0.02)
    assert table.held_out_error() < 0.5
    assert Table.of(ALONE, samples(camera_spread=5.0)).held_out_error() > 5.0


def test_a_feature_that_says_nothing_weighs_nothing() -> None:
    noisy = [replace(s, features={**s.features, "apart": float(RANDOM.normal())}) for s in samples(0.0)]
    assert abs(Table.of(WITHIN, noisy).weights()[2]) < 0.1


def test_repetitions_that_were_not_seen_are_left_out() -> None:
    unseen = [replace(s, features={**s.features, "apart": float("nan")}) for s in samples(0.0)[:3]]
    assert len(Table.of(WITHIN, samples(0.0) + unseen).y) == len(samples(0.0))


def test_the_error_is_that_of_the_body_that_is_read_worst() -> None:
    kind = [s for s in samples(0.0) if s.clip.body != "body0"]
    odd = [replace(s, true={"roll_deg": s.true["roll_deg"] * 2}) for s in samples(0.0) if s.clip.body == "body0"]
    assert Table.of(ALONE, kind).held_out_error() < 1.0
    assert Table.of(ALONE, kind + odd).held_out_error() > 10.0


def residuals(sets: int, offset: float = 0.0, spread: float = 1.0) -> Residuals:
    """Four bodies in turn, six repetitions a set, each set with a shift of its own."""
    return [
        (f"body{i % 4}", f"clip{i}", float(offset + shift + RANDOM.normal(0, 0.3)))
        for i, shift in enumerate(RANDOM.normal(0, spread, sets))
        for _ in range(6)
    ]


def test_a_band_holds_nine_in_ten_of_sets_that_it_was_not_made_from() -> None:
    held = []
    for _ in range(20):
        half_width = band(residuals(20))
        held += [abs(r) <= half_width for *_, r in residuals(60)]
    assert 0.90 <= np.mean(held) <= 0.97


def test_a_band_is_about_the_offset_and_not_about_zero() -> None:
    assert band(residuals(30, offset=50.0)) < 5.0
