"""Which clips the bench consists of, from one seed. Nothing here renders or reads anything.

The first volume has every fault in every size, seen from everywhere; the second (`bench/focus.py`) many repetitions
with those faults whose detection is aimed at; the stretches (`bench/holds.py`) are held, with breaks.
"""

from __future__ import annotations

from bench.cast import TEST, TUNE
from bench.faults import GradedRep, deck, sample_reps, sample_run
from bench.focus import focus_clips
from bench.guide import guide_clips
from bench.holds import hold_clips
from bench.placing import PLACE_SHARES, PRESCRIBED
from bench.series import RUNS, SEED, SHORT, BenchClip, Series, among, dealt, in_turn
from bench.tagged import tag_clips
from sample_videos.renderer.plan import (
    CLAMSHELL,
    RUNNING_REAR,
    RUNNING_SIDE,
    SIDE_LEG_RAISE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    STANDING,
    TWO_LEG_BRIDGE,
    TWO_LEG_SQUAT,
    WALKING,
    ClipPlan,
    RunPlan,
    SetUp,
)
from sample_videos.renderer.schedule import Rep

COUNTS: dict[str, dict[str, int]] = {
    SINGLE_LEG_BOX_SQUAT: {TUNE: 16, TEST: 25},
    CLAMSHELL: {TUNE: 16, TEST: 24},
    SINGLE_LEG_GLUTE_BRIDGE: {TUNE: 16, TEST: 24},
    RUNNING_REAR: {TUNE: 15, TEST: 22},
    RUNNING_SIDE: {TUNE: 13, TEST: 20},
}
"""Clips of the first volume that show the exercise, by part."""

NOTHING = ""
NEGATIVES: dict[str, dict[str, tuple[str, ...]]] = {
    SINGLE_LEG_BOX_SQUAT: {TUNE: (TWO_LEG_SQUAT, NOTHING), TEST: (TWO_LEG_SQUAT, STANDING, NOTHING, "sitting")},
    CLAMSHELL: {TUNE: (SIDE_LEG_RAISE,), TEST: (SIDE_LEG_RAISE, NOTHING, SIDE_LEG_RAISE)},
    SINGLE_LEG_GLUTE_BRIDGE: {TUNE: (TWO_LEG_BRIDGE,), TEST: (TWO_LEG_BRIDGE, NOTHING, TWO_LEG_BRIDGE)},
    RUNNING_REAR: {TUNE: (WALKING,), TEST: (WALKING, STANDING)},
    RUNNING_SIDE: {TUNE: (WALKING,), TEST: (WALKING, STANDING)},
}
"""Clips without a repetition: what they show; `NOTHING` is getting into place, waiting there, and out again."""

_FAULTS_OF_RUN = (1, 0, 2, 0, 1, 1, 0, 2)


class FirstVolume(Series):
    """Every fault in three sizes, alone and together, from every place."""

    def prepare(self) -> None:
        """Shuffle the faults."""
        self.faults = deck(self.exercise, self.rng)

    def clips(self) -> list[BenchClip]:
        """All clips, with those that show something else spread among them."""
        places = dealt(PLACE_SHARES, COUNTS[self.exercise][self.part], self.rng)
        clips = [self._clip(place) for place in places]
        return among(clips, [self._negative(shows) for shows in NEGATIVES[self.exercise][self.part]])

    def _clip(self, place: str) -> BenchClip:
        base, placing = self.base(place)
        if self.exercise in RUNS:
            duration_s = 4.2 if base["fps"] >= 50 else round(float(self.rng.uniform(5.3, 6.6)), 2)
            fault_count = _FAULTS_OF_RUN[self.count % len(_FAULTS_OF_RUN)]
            run, by_side = sample_run(self.exercise, duration_s, fault_count, self.faults, self.rng)
            return BenchClip(ClipPlan(**base, run=run), self.part, placing, intended_by_side=by_side)
        count = int(self.rng.choice([3, 4], p=[0.88, 0.12]))
        graded: tuple[GradedRep, ...] = sample_reps(self.exercise, count, self.faults, self.rng)
        plan = ClipPlan(**base, reps=tuple(g.rep for g in graded))
        return BenchClip(plan, self.part, placing, tuple(g.faults for g in graded))

    def _negative(self, shows: str) -> BenchClip:
        base, placing = self.base(PRESCRIBED)
        base["set_up"] = SetUp(base["set_up"].pace, 5.0 if shows in (NOTHING, STANDING) else 1.0, False)
        reps: tuple[Rep, ...] = ()
        if shows not in (NOTHING, STANDING, WALKING):
            hold_s = 1.6 if shows == "sitting" else 0.4
            reps = tuple(Rep(1.0, hold_s, 1.8, 0.5) for _ in range(3))
        if shows == WALKING:
            cadence_spm = round(float(self.rng.uniform(100.0, 124.0)), 1)
            base["run"] = RunPlan(5.0, cadence_spm, (0.05, 0.05), forward_lean_deg=2.0)
        plan = ClipPlan(**base, reps=reps, shows=TWO_LEG_SQUAT if shows == "sitting" else shows)
        return BenchClip(plan, self.part, placing, negative=True)


def first_volume(seed: int = SEED) -> list[BenchClip]:
    """The clips of the first volume."""
    return in_turn([(FirstVolume(e, TUNE, seed).clips(), FirstVolume(e, TEST, seed).clips()) for e in SHORT])


def bench_clips(seed: int = SEED) -> list[BenchClip]:
    """All clips of the bench; any beginning of either volume is balanced over exercises and parts."""
    return [*first_volume(seed), *focus_clips(seed), *hold_clips(seed), *guide_clips(seed)]


def every_clip(seed: int = SEED) -> list[BenchClip]:
    """The clips of the bench and, after them, those with tags."""
    return [*bench_clips(seed), *tag_clips(seed)]
