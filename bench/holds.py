"""The guide's stretches: held in position, with breaks, from beside the mat; and getting into place for nothing.

A set is a word of letters: a long hold, a short one, or a movement that stops half-way and is no hold. Between two
holds the person comes out of the position: a break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.cast import TEST, TUNE
from bench.faults import Fault
from bench.placing import EDGE, FORBIDDEN, PRESCRIBED, Placing, Stand, Subject, camera_at, deviation
from bench.series import SEED, BenchClip, Series, among, in_turn
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    FIGURE_FOUR_STRETCH,
    HIP_FLEXOR_STRETCH,
    KNEELING,
    PIGEON_POSE,
    STANDING,
    TWO_LEG_BRIDGE,
    ClipPlan,
    SetUp,
)
from sample_videos.renderer.schedule import Rep

HOLDS = {PIGEON_POSE: "pigeon", HIP_FLEXOR_STRETCH: "flexor", FIGURE_FOUR_STRETCH: "figure"}

HOLD_S = {"l": (9.0, 12.0), "s": (4.0, 6.0), "h": (3.0, 4.0)}
"""Seconds in position: long, short; half-way there for so long (no hold)."""
_HALF_WAY = (0.30, 0.45)

SHEETS: dict[str, tuple[str, ...]] = {
    TUNE: ("l", "ss", "l", "sh", "sl"),
    TEST: ("l", "ss", "l", "hs", "sss", "l", "ls"),
}
"""One word a set; the last set of the test part is filmed from a place where the position cannot be told."""

TIPPED_DEG = {"moderate": 12.0, "severe": 20.0}
"""How far the pigeon's pelvis tips, by size of the fault."""
_TIPPED: dict[str, tuple[str, ...]] = {
    TUNE: ("", "moderate", "severe", "", "severe"),
    TEST: ("", "severe", "moderate", "", "severe", "moderate", ""),
}

NOTHING = ""
NEGATIVES: dict[str, dict[str, tuple[str, ...]]] = {
    PIGEON_POSE: {TUNE: (NOTHING, KNEELING), TEST: (NOTHING, KNEELING, STANDING)},
    HIP_FLEXOR_STRETCH: {TUNE: (NOTHING, KNEELING), TEST: (NOTHING, KNEELING, STANDING)},
    FIGURE_FOUR_STRETCH: {TUNE: (NOTHING, TWO_LEG_BRIDGE), TEST: (NOTHING, TWO_LEG_BRIDGE, NOTHING)},
}
"""Clips without a hold: what they show; `NOTHING` is getting into place and waiting there."""

SIZE_PX = (480, 360)
_RATES: dict[int, float] = {10: 0.4, 12: 0.3, 15: 0.3}


@dataclass(frozen=True)
class Beside:
    """Where the camera stands for a stretch of the right side: azimuths, height, distance, what is taken in.

    `wrong_deg` is an azimuth from which the position, or its side, cannot be told, and `wrong` says what it is.
    """

    azimuths_deg: tuple[float, ...]
    height_m: float
    distance_m: float
    half_height_m: float
    wrong_deg: float
    wrong: str


BESIDE: dict[str, Beside] = {
    PIGEON_POSE: Beside((90.0, -90.0), 0.70, 2.6, 0.55, 0.0, "in front"),
    HIP_FLEXOR_STRETCH: Beside((90.0, -90.0), 0.80, 2.6, 0.75, 0.0, "in front"),
    FIGURE_FOUR_STRETCH: Beside((-135.0,), 1.30, 2.2, 0.62, -45.0, "the other leg's side"),
}


class HoldSeries(Series):
    """Sets of holds, each filmed from beside the mat, the stretched leg near or far."""

    shorts = HOLDS
    first_stream = 20
    set_rates = _RATES
    shows = ""

    def clips(self) -> list[BenchClip]:
        """All clips, with those that show no hold spread among them."""
        words, tipped = SHEETS[self.part], _TIPPED[self.part]
        clips = [
            self._clip(word, grade, self._place(i, len(words)))
            for i, (word, grade) in enumerate(zip(words, tipped, strict=True))
        ]
        return among(clips, [self._negative(shows) for shows in NEGATIVES[self.exercise][self.part]])

    def _place(self, index: int, count: int) -> str:
        if self.part == TEST and index == count - 1:
            return FORBIDDEN
        return EDGE if index % 3 == 2 else PRESCRIBED

    def _clip(self, word: str, grade: str, place: str) -> BenchClip:
        base, placing = self.base(place)
        base["set_up"] = SetUp(1.0, 0.0, False)
        tips = self.exercise == PIGEON_POSE and bool(grade)
        reps = tuple(self._hold(letter, grade if tips else "") for letter in word)
        wrong = tuple((Fault("hips_square", grade),) if rep.faults else () for rep in reps)
        return BenchClip(ClipPlan(**base, reps=reps), self.part, placing, wrong)

    def _hold(self, letter: str, grade: str) -> Rep:
        half_way = letter == "h"
        hold_s, rest_s = self._within(*HOLD_S[letter]), self._within(1.5, 2.5)
        rise_s, lower_s = self._within(1.2, 2.0), self._within(1.0, 1.6)
        amplitude = self._within(*_HALF_WAY) if half_way else 1.0
        faults = {"hips_square": TIPPED_DEG[grade]} if grade and not half_way else {}
        return Rep(rise_s, hold_s, lower_s, rest_s, amplitude, faults)

    def _within(self, low: float, high: float) -> float:
        return round(float(self.rng.uniform(low, high)), 2)

    def _negative(self, shows: str) -> BenchClip:
        self.shows = shows
        base, placing = self.base(PRESCRIBED)
        self.shows = ""
        base["set_up"] = SetUp(1.0, 8.0 if shows in (NOTHING, STANDING) else 2.0, False)
        reps = (Rep(1.4, 2.5, 1.4, 2.0),) * 2 if shows in (KNEELING, TWO_LEG_BRIDGE) else ()
        return BenchClip(ClipPlan(**base, reps=reps, shows=shows), self.part, placing, negative=True)

    def placed(self, who: Subject, place: str) -> tuple[Camera, Placing]:
        """Near the place asked for; at the height and distance of it, but elsewhere, where it is a forbidden one."""
        stand, view = self._stand(who)
        off, turned_deg = deviation(place, self.rng), 0.0
        if place == FORBIDDEN:
            off |= {"yaw_deg": 0.0}
            beside = BESIDE[self.exercise]
            view, turned_deg = beside.wrong, beside.wrong_deg * who.head_sign - stand.azimuth_deg
            stand = replace(stand, azimuth_deg=stand.azimuth_deg + turned_deg)
        yaw_deg = off["yaw_deg"] + turned_deg
        placing = Placing(place, view, off["height_m"], 1.0 + off["distance"], yaw_deg, off["roll_deg"])
        return camera_at(stand, off, SIZE_PX, self.rng), placing

    def _stand(self, who: Subject) -> tuple[Stand, str]:
        beside, half_m = BESIDE[self.exercise], who.stature_m / 2.0
        right_deg = beside.azimuths_deg[int(self.rng.integers(len(beside.azimuths_deg)))]
        lying = self.exercise == FIGURE_FOUR_STRETCH
        along_m = (-0.28 if self.shows == TWO_LEG_BRIDGE else -0.50) * who.head_sign if lying else 0.0
        aim = (along_m, 0.0 if lying else 0.05, 0.45 * beside.half_height_m)
        half_width_m = {PIGEON_POSE: half_m + 0.18, HIP_FLEXOR_STRETCH: 0.8}.get(self.exercise, 0.88 * half_m)
        azimuth_deg = right_deg * who.head_sign
        stand = Stand(azimuth_deg, beside.distance_m, beside.height_m, aim, half_width_m, beside.half_height_m)
        if self.shows == KNEELING:
            stand = replace(stand, aim_m=(0.0, 0.05, 0.45), half_height_m=0.75)
        if self.shows == STANDING:
            stand = replace(stand, distance_m=3.2, aim_m=(0.0, 0.0, half_m), half_height_m=half_m + 0.06)
        return stand, "stretched leg near" if right_deg < 0.0 else "other leg near"


def hold_clips(seed: int = SEED) -> list[BenchClip]:
    """The clips of the stretches."""
    return in_turn([(HoldSeries(e, TUNE, seed).clips(), HoldSeries(e, TEST, seed).clips()) for e in HOLDS])
