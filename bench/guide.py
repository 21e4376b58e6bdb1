"""The guide's other counted exercises: leg lifts lying on the side, bridges on both feet, steps of the band walk.

A set is a word of letters, one for each repetition: small for a moderate fault, capital for a severe one, a dot for
none, `p` for a partial one. Beside the sets near misses: movements that look like the exercise and are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bench.cast import TEST, TUNE
from bench.faults import GRADES, Fault, guide_rep
from bench.guide_places import guide_camera
from bench.placing import PLACE_SHARES, PRESCRIBED, Placing, Subject
from bench.series import SEED, BenchClip, Series, among, dealt, in_turn
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    CLAMSHELL,
    GLUTE_BRIDGE,
    KNEE_TUCK,
    LATERAL_BAND_WALK,
    SIDE_LYING_HIP_ABDUCTION,
    SINGLE_LEG_GLUTE_BRIDGE,
    STANDING,
    TWO_LEG_SQUAT,
    WALKING,
    ClipPlan,
    RunPlan,
    SetUp,
)
from sample_videos.renderer.schedule import Rep

GUIDE = {SIDE_LYING_HIP_ABDUCTION: "abduction", GLUTE_BRIDGE: "glute", LATERAL_BAND_WALK: "bandwalk"}

LETTERS: dict[str, dict[str, str]] = {
    SIDE_LYING_HIP_ABDUCTION: {
        "r": "pelvic_roll",
        "l": "lift_height",
        "d": "leg_drift",
        "k": "knee_bent",
        "t": "toes_up",
        "h": "hold_time",
        "w": "lowering_time",
    },
    GLUTE_BRIDGE: {"s": "hips_short", "o": "over_extension", "h": "hold_time", "w": "lowering_time"},
    LATERAL_BAND_WALK: {"f": "feet_together", "k": "knees_cave", "s": "trunk_sway", "u": "stance_height"},
}

SHEETS: dict[str, dict[str, str]] = {
    SIDE_LYING_HIP_ABDUCTION: {
        TUNE: ".... rrRR .dD. kK.. .tT. L.l. .Rrp hw.H DDd. KTk. .r.R",
        TEST: ".... .rR. dD.d .kK. t.TT .lL. rRRr hW.w D.dp .KkK Tt.t r.dR LLl. .... .Rrh",
    },
    GLUTE_BRIDGE: {
        TUNE: ".... .sS. oO.. s.s. .oO. SSSS hw.H ..p. OO..",
        TEST: ".... .sS. o.O. SS.s .... .Oo. ssss h.W. .p.S O.oO H.w. sS.o",
    },
    LATERAL_BAND_WALK: {
        TUNE: "........ ..ff..FF kkKK.... .ss..SS. ..uu.U.U ffff.... kkkkKKKK ..k.F.s. .fF..kK.",
        TEST: "........ .fF..fF. kK..Kk.. ss..SS.. uU...uU. ........ FFFFffff kkkk.... .K.f.S.u ....KKKK sSsS.u.."
        " fF..kK..",
    },
}
"""By part: one word for each clip."""

DRAWN: dict[str, dict[str, int]] = {
    SIDE_LYING_HIP_ABDUCTION: {TUNE: 12, TEST: 13},
    GLUTE_BRIDGE: {TUNE: 9, TEST: 13},
    LATERAL_BAND_WALK: {TUNE: 9, TEST: 13},
}
"""How many clips of each list, near misses among them, belong to the bench; a longer run may go on from there."""

NOTHING = ""


@dataclass(frozen=True)
class NearMiss:
    """What a clip shows instead of the exercise, and how each of its repetitions goes."""

    shows: str
    rep: Rep | None = None


_LIFT = Rep(0.9, 1.4, 1.8, 0.5)
NEAR_MISSES: dict[str, dict[str, tuple[NearMiss, ...]]] = {
    SIDE_LYING_HIP_ABDUCTION: {
        TUNE: (NearMiss(CLAMSHELL, _LIFT), NearMiss(NOTHING)),
        TEST: (NearMiss(CLAMSHELL, _LIFT), NearMiss(KNEE_TUCK, _LIFT), NearMiss(NOTHING)),
    },
    GLUTE_BRIDGE: {
        TUNE: (NearMiss(SINGLE_LEG_GLUTE_BRIDGE, _LIFT), NearMiss(NOTHING)),
        TEST: (NearMiss(SINGLE_LEG_GLUTE_BRIDGE, _LIFT), NearMiss(SINGLE_LEG_GLUTE_BRIDGE, _LIFT), NearMiss(NOTHING)),
    },
    LATERAL_BAND_WALK: {
        TUNE: (NearMiss(TWO_LEG_SQUAT, Rep(0.9, 0.2, 1.2, 0.4)), NearMiss(WALKING)),
        TEST: (NearMiss(TWO_LEG_SQUAT, Rep(0.8, 0.3, 1.3, 0.5)), NearMiss(WALKING), NearMiss(STANDING)),
    },
}
"""Clips without a repetition of the exercise, by part."""

_RATES: dict[int, float] = {15: 0.85, 20: 0.1, 25: 0.05}
_STEP_S: Mapping[str, tuple[float, float]] = {
    "rise_s": (0.45, 0.75),
    "hold_s": (0.10, 0.40),
    "lower_s": (0.45, 0.80),
    "rest_s": (0.15, 0.50),
}


def faults_of(exercise: str, letter: str) -> tuple[Fault, ...]:
    """The fault that a letter stands for, if any."""
    check = LETTERS[exercise].get(letter.lower())
    return (Fault(check, GRADES[2] if letter.isupper() else GRADES[1]),) if check else ()


def step(wrong: tuple[Fault, ...], rng: np.random.Generator) -> Rep:
    """A step to the side in a tempo of its own."""
    tempo = {name: round(float(rng.uniform(low, high)), 3) for name, (low, high) in _STEP_S.items()}
    faults = {fault.check: fault.size(LATERAL_BAND_WALK) for fault in wrong}
    return Rep(**tempo, amplitude=round(float(rng.uniform(0.85, 1.0)), 3), faults=faults)


class GuideSeries(Series):
    """Sets of the guide's other counted exercises, with near misses among them."""

    shorts = GUIDE
    first_stream = 10
    set_rates = _RATES

    def clips(self) -> list[BenchClip]:
        """All clips, with the near misses spread among them."""
        words = SHEETS[self.exercise][self.part].split()
        places = dealt(PLACE_SHARES, len(words), self.rng)
        clips = [self._clip(word, place) for word, place in zip(words, places, strict=True)]
        mixed = among(clips, [self._near_miss(miss) for miss in NEAR_MISSES[self.exercise][self.part]])
        return mixed[: DRAWN[self.exercise][self.part]]

    def placed(self, who: Subject, place: str) -> tuple[Camera, Placing]:
        return guide_camera(self.exercise, who, place, self.refused, self.rng)

    def _clip(self, word: str, place: str) -> BenchClip:
        base, placing = self.base(place)
        wrong = tuple(faults_of(self.exercise, letter) for letter in word)
        reps = tuple(self._rep(letter, faults) for letter, faults in zip(word, wrong, strict=True))
        return BenchClip(ClipPlan(**base, reps=reps), self.part, placing, wrong)

    def _rep(self, letter: str, wrong: tuple[Fault, ...]) -> Rep:
        if self.exercise == LATERAL_BAND_WALK:
            return step(wrong, self.rng)
        return guide_rep(self.exercise, wrong, self.rng, partial=letter == "p")

    def _near_miss(self, miss: NearMiss) -> BenchClip:
        base, placing = self.base(PRESCRIBED)
        base["set_up"] = SetUp(base["set_up"].pace, 5.0 if miss.rep is None else 0.5, False)
        if miss.shows == WALKING:
            base["run"] = RunPlan(5.0, 110.0, (0.05, 0.05), forward_lean_deg=2.0)
        reps = () if miss.rep is None else (miss.rep,) * 3
        return BenchClip(ClipPlan(**base, reps=reps, shows=miss.shows), self.part, placing, negative=True)


def guide_clips(seed: int = SEED) -> list[BenchClip]:
    """The clips of these exercises."""
    return in_turn([(GuideSeries(e, TUNE, seed).clips(), GuideSeries(e, TEST, seed).clips()) for e in GUIDE])
