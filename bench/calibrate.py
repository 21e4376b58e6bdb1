"""Offsets and error bands of the measures, from the tuning part: `python -m bench.calibrate`.

The offset is the median of read minus true. The band is a conformal quantile of what is left, so that it carries to
bodies and cameras that were not seen: each repetition's residual is taken with the offset of the other bodies'
repetitions; every set weighs the same, since repetitions of one set share body and camera; and the level is raised
from 90% to `ceil((k + 1) 90%) / k` for k sets, the finite-sample correction for a set that is new.
`formcheck/exercises/calibration.toml` is written; the test part then shows how often the bands hold.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from bench.accuracy import score_all
from bench.accuracy_declare import PAIRS, Pair
from bench.accuracy_measures import BAND_SHARE, Reading, contact_readings, readings
from bench.accuracy_score import ScoredClip
from bench.scoring_truth import truths
from formcheck.exercises.calibration import Calibration, calibrations

TARGET: Final = Path(__file__).parents[1] / "formcheck" / "exercises" / "calibration.toml"
_FEWEST: Final = 10
_NOT_MEASURES: Final = ("hold_s", "lowering_s", "cadence")
_HEAD: Final = "# Written by `python -m bench.calibrate` from the tuning part of the accuracy bench.\n"

Residuals = Sequence[tuple[str, str, float]]
"""Body, clip, and read minus true, uncalibrated."""


def main() -> None:
    """Score the tuning part, write the calibration, print it."""
    scored = score_all(truths(part="tune"))
    text = _HEAD + "".join(_section(exercise, scored) for exercise in PAIRS)
    TARGET.write_text(text, encoding="utf-8")
    print(text)


def _section(exercise: str, scored: Sequence[ScoredClip]) -> str:
    clips = [clip for clip in scored if clip.truth.exercise == exercise]
    bodies = {clip.truth.name: clip.truth.body for clip in clips}
    lines = []
    for pair in _measured(PAIRS[exercise]):
        found = {pair.read: readings(clips, pair)}
        if pair.by_contact:
            found[f"{pair.read}_by_contact"] = contact_readings(clips, pair)
        lines += [_line(exercise, name, every, bodies) for name, every in found.items()]
    return "\n".join([f"\n[{exercise}]", *filter(None, lines)]) + "\n"


def _measured(pairs: Iterable[Pair]) -> list[Pair]:
    return [p for p in pairs if p.same_unit and p.read not in _NOT_MEASURES and not p.read.startswith("judged.")]


def _line(exercise: str, name: str, found: Sequence[Reading], bodies: Mapping[str, str]) -> str:
    was = calibrations().get(exercise, {}).get(name, Calibration(0.0, 0.0)).offset
    residuals = [(bodies[r.clip], r.clip, r.read + was - r.true) for r in found if r.place != "forbidden"]
    if len(residuals) < _FEWEST:
        return ""
    offset = float(np.median([residual for *_, residual in residuals]))
    return f"{name} = {{ offset = {offset:.3f}, error = {band(residuals):.3f} }}"


def band(residuals: Residuals) -> float:
    """Half-width that holds `BAND_SHARE` of a new set's repetitions, of a body that the offset does not know."""
    sets = Counter(clip for _, clip, _ in residuals)
    left_over = sorted((abs(r - _offset_without(body, residuals)), 1 / sets[clip]) for body, clip, r in residuals)
    errors, weights = np.array(left_over).T
    level = math.ceil((len(sets) + 1) * BAND_SHARE) / len(sets)
    reached = np.flatnonzero(np.cumsum(weights) >= min(level, 1.0) * len(sets) - 1e-9)
    return float(errors[reached[0]])


def _offset_without(body: str, residuals: Residuals) -> float:
    others = [residual for other, _, residual in residuals if other != body]
    return float(np.median(others or [residual for *_, residual in residuals]))


if __name__ == "__main__":
    main()
