"""The second volume: many repetitions with the faults whose detection is aimed at, moderate and severe.

The first volume has one to six repetitions of each size; a share of so few says little. Here each fault comes about
twenty times in the test part and a dozen times in the tuning part, alone or, in a bridge, with one other, seen from
places where it can be judged, in sets with better repetitions and in sets with none. Beside them near misses: movements
that are not the exercise and look like it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.cast import TEST, TUNE
from bench.faults import Fault, focus_rep, focus_run
from bench.placing import EDGE, PRESCRIBED
from bench.series import RUNS, SEED, SHORT, BenchClip, Series, among, dealt, in_turn
from sample_videos.renderer.plan import (
    CLAMSHELL,
    KNEE_TUCK,
    MARCHING_BRIDGE,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    STANDING,
    TWO_LEG_SQUAT,
    ClipPlan,
    SetUp,
)
from sample_videos.renderer.schedule import Rep

VOLUME = "f"
"""Leads the number in the names of the clips (`squat_test_f01`) and begins random streams of their own."""

LETTERS: dict[str, dict[str, tuple[str, ...]]] = {
    SINGLE_LEG_BOX_SQUAT: {"f": ("knee_valgus",)},
    CLAMSHELL: {"f": ("pelvic_roll",)},
    SINGLE_LEG_GLUTE_BRIDGE: {"f": ("pelvic_drop",), "h": ("hips_short",), "b": ("pelvic_drop", "hips_short")},
    RUNNING_REAR: {"f": ("crossover",)},
    RUNNING_SIDE: {"f": ("over_stride",)},
}
"""What a letter of `SHEETS` stands for: small for a moderate fault, capital for a severe one; a dot is none."""

_ONE_CHECK = {
    TUNE: ".... ffff .f.F F.f. ..ff FFFF F.F. .f.. .... ..F. fFf. .fFF",
    TEST: ".... ffff .f.F F.f. .Ff. FFFF f..F ..ff fFFf F.F. .f.f .... F..F .f.. ..F. fFf. F.fF",
}
SHEETS: dict[str, dict[str, str]] = {
    SINGLE_LEG_BOX_SQUAT: _ONE_CHECK,
    CLAMSHELL: _ONE_CHECK,
    SINGLE_LEG_GLUTE_BRIDGE: {
        TUNE: "F.hb .BF. ffff hb.f H.bF .... ffB. BhF. HHHH bH.h .BFh FFhh .HBb",
        TEST: ".fH. Fh.b ffff .BF. hbf. ..Hb HHHH f.hB H..F .... Bh.F FFFF .bfH fB.. .HbF hhhh h.B. bf.H bBBb FhB.",
    },
    RUNNING_REAR: {
        TUNE: ".. f. .F ff F. .f FF fF Ff " * 2,
        TEST: ".. f. .F ff F. .f FF fF Ff " * 3 + "ff",
    },
    RUNNING_SIDE: {
        TUNE: "f F f F . f F " * 3 + "f F f F f F",
        TEST: "f F f F . f F f F " * 4 + ". f F f F f F",
    },
}
"""By part, what goes wrong: one word for a set with a letter for each repetition; for a run one letter, or one each
for left and right."""


@dataclass(frozen=True)
class NearMiss:
    """A movement that is not the exercise, and how each of its repetitions goes."""

    shows: str
    rep: Rep


_SITTING = NearMiss(TWO_LEG_SQUAT, Rep(1.1, 1.8, 1.6, 0.9))
NEAR_MISSES: dict[str, dict[str, tuple[NearMiss, ...]]] = {
    SINGLE_LEG_BOX_SQUAT: {
        TUNE: (
            NearMiss(TWO_LEG_SQUAT, Rep(0.7, 0.1, 0.9, 0.3, amplitude=0.7)),
            NearMiss(TWO_LEG_SQUAT, Rep(1.2, 0.2, 2.4, 0.5, faults={"weight_shift": 0.05})),
            _SITTING,
            NearMiss(STANDING, Rep(1.3, 0.5, 2.0, 0.5, amplitude=1.15)),
        ),
        TEST: (
            NearMiss(TWO_LEG_SQUAT, Rep(0.9, 0.2, 2.2, 0.5, amplitude=0.85, faults={"weight_shift": 0.04})),
            NearMiss(STANDING, Rep(0.7, 0.1, 1.0, 0.3, amplitude=1.05)),
            _SITTING,
        ),
    },
    CLAMSHELL: {
        TUNE: (NearMiss(KNEE_TUCK, Rep(0.9, 1.2, 1.6, 0.5)),),
        TEST: (NearMiss(KNEE_TUCK, Rep(0.8, 1.5, 1.8, 0.6)),),
    },
    SINGLE_LEG_GLUTE_BRIDGE: {
        TUNE: (NearMiss(MARCHING_BRIDGE, Rep(0.8, 0.5, 1.0, 0.5)),),
        TEST: (NearMiss(MARCHING_BRIDGE, Rep(0.7, 0.8, 0.9, 0.4)),),
    },
    RUNNING_REAR: {TUNE: (), TEST: ()},
    RUNNING_SIDE: {TUNE: (), TEST: ()},
}
"""Clips without a repetition of the exercise, by part."""

_PLACE_SHARES = {PRESCRIBED: 0.7, EDGE: 0.3}
_SET_RATES: dict[int, float] = {15: 0.8, 20: 0.15, 25: 0.05}
_RUN_RATES: dict[int, float] = {20: 0.45, 25: 0.40, 30: 0.15}


def faults_of(exercise: str, letter: str) -> tuple[Fault, ...]:
    """The faults that a letter stands for."""
    grade = "severe" if letter.isupper() else "moderate"
    return tuple(Fault(check, grade) for check in LETTERS[exercise].get(letter.lower(), ()))


class FocusVolume(Series):
    """The faults that matter most, in two sizes, from where they can be judged."""

    set_rates = _SET_RATES
    run_rates = _RUN_RATES

    def clips(self) -> list[BenchClip]:
        """All clips, with the near misses spread among them."""
        words = SHEETS[self.exercise][self.part].split()
        places = dealt(_PLACE_SHARES, len(words), self.rng)
        clips = [self._clip(word, place) for word, place in zip(words, places, strict=True)]
        return among(clips, [self._near_miss(miss) for miss in NEAR_MISSES[self.exercise][self.part]])

    def _clip(self, word: str, place: str) -> BenchClip:
        base, placing = self.base(place)
        wrong = tuple(faults_of(self.exercise, letter) for letter in word)
        if self.exercise not in RUNS:
            reps = tuple(focus_rep(self.exercise, base["body"].name, faults, self.rng) for faults in wrong)
            return BenchClip(ClipPlan(**base, reps=reps), self.part, placing, wrong)
        by_side = {side: {f.check: f for f in wrong[i % len(wrong)]} for i, side in enumerate(("left", "right"))}
        duration_s = round(float(self.rng.uniform(4.5, 5.0)), 2)
        run = focus_run(self.exercise, base["body"].name, duration_s, by_side, self.rng)
        return BenchClip(ClipPlan(**base, run=run), self.part, placing, intended_by_side=by_side)

    def _near_miss(self, miss: NearMiss) -> BenchClip:
        base, placing = self.base(PRESCRIBED)
        base["set_up"] = SetUp(base["set_up"].pace, 0.5, False)
        plan = ClipPlan(**base, reps=(miss.rep,) * 3, shows=miss.shows)
        return BenchClip(plan, self.part, placing, negative=True)


def focus_clips(seed: int = SEED) -> list[BenchClip]:
    """The clips of the second volume."""
    parts = [(FocusVolume(e, TUNE, seed, VOLUME).clips(), FocusVolume(e, TEST, seed, VOLUME).clips()) for e in SHORT]
    return in_turn(parts)
