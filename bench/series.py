"""What every clip of the bench has: who is in it, filmed from where and how, drawn from a stream of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np

from bench.cast import BODIES, OUTFITS, ROOMS, TEST, TUNE
from bench.faults import Fault
from bench.placing import EDGE, PRESCRIBED, Placing, Subject, place_camera
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    CLAMSHELL,
    FIGURE_FOUR_STRETCH,
    HIP_FLEXOR_STRETCH,
    PIGEON_POSE,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    BodyPlan,
    ClipPlan,
    Sensor,
    SetUp,
)

SEED = 7

SHORT = {
    SINGLE_LEG_BOX_SQUAT: "squat",
    CLAMSHELL: "clamshell",
    SINGLE_LEG_GLUTE_BRIDGE: "bridge",
    RUNNING_REAR: "rear",
    RUNNING_SIDE: "side",
}
RUNS = (RUNNING_REAR, RUNNING_SIDE)
_PACE = {SINGLE_LEG_BOX_SQUAT: (0.5, 0.8), CLAMSHELL: (0.5, 0.8), SINGLE_LEG_GLUTE_BRIDGE: (0.6, 0.8)}
_AROUND_S = {
    SINGLE_LEG_BOX_SQUAT: 5.8,
    CLAMSHELL: 5.6,
    SINGLE_LEG_GLUTE_BRIDGE: 9.0,
    PIGEON_POSE: 3.0,
    HIP_FLEXOR_STRETCH: 3.0,
    FIGURE_FOUR_STRETCH: 3.0,
}
"""Getting into place and out of it, unhurried."""
_REFERENCE_SHARE = 0.75
_SET_RATES: dict[int, float] = {15: 0.38, 20: 0.28, 24: 0.08, 25: 0.16, 30: 0.10}
_RUN_RATES: dict[int, float] = {20: 0.06, 24: 0.10, 25: 0.20, 30: 0.46, 50: 0.09, 60: 0.09}


@dataclass(frozen=True)
class BenchClip:
    """A clip plan and what the bench knows about it beyond its frames; `wear` is how its tag is worn, if it has one."""

    plan: ClipPlan
    part: str
    placing: Placing
    intended: tuple[tuple[Fault, ...], ...] = ()
    intended_by_side: Mapping[str, Mapping[str, Fault]] = field(default_factory=dict)
    negative: bool = False
    wear: str = ""

    @property
    def name(self) -> str:
        """Name of the clip and of its files."""
        return self.plan.name

    @property
    def frames(self) -> int:
        """About how many frames the clip has."""
        return round(clip_duration_s(self.plan) * self.plan.fps)

    def grades(self) -> dict[str, Any]:
        """Sizes of the faults by check: one record for each repetition, or one for each side of a run."""
        if self.intended_by_side:
            return {
                "grades_by_side": {
                    side: {f.check: f.grade for f in found.values()} for side, found in self.intended_by_side.items()
                }
            }
        return {"grades": [{f.check: f.grade for f in faults} for faults in self.intended]}


def clip_duration_s(plan: ClipPlan) -> float:
    """About how long a clip is."""
    if plan.run is not None:
        return plan.run.stand_s + plan.run.duration_s
    usual = _AROUND_S.get(plan.exercise, 5.8)
    if plan.exercise == SINGLE_LEG_GLUTE_BRIDGE and not plan.set_up.reference_lift:
        usual -= 4.6
    reps_s = sum(r.rise_s + r.hold_s + r.lower_s + r.rest_s + r.pause_s for r in plan.reps)
    return usual * plan.set_up.pace + plan.set_up.idle_s + reps_s


def dealt(shares: Mapping[str, float], count: int, rng: np.random.Generator) -> list[str]:
    """`count` keys in their shares, shuffled."""
    exact = np.array(list(shares.values())) * count
    whole = np.floor(exact).astype(int)
    for i in np.argsort(whole - exact)[: count - int(whole.sum())]:
        whole[i] += 1
    keys = [key for key, n in zip(shares, whole, strict=True) for _ in range(n)]
    return [keys[int(i)] for i in rng.permutation(count)]


def _sensor(rng: np.random.Generator, runs: bool) -> Sensor:
    gain = round(float(rng.uniform(0.68, 1.15)), 2)
    noise = round(float(rng.uniform(1.0, 3.0) + (2.5 if gain < 0.8 else 0.0)), 2)
    blurred = runs and rng.random() < 0.4
    return Sensor(
        noise,
        round(float(rng.uniform(0.5, 1.2)), 2),
        gain,
        round(float(rng.uniform(0.3, 0.6)), 2) if blurred else 0.0,
        2 if blurred else 1,
    )


def _rate(rates: Mapping[int, float], rng: np.random.Generator) -> int:
    return int(rng.choice(list(rates), p=list(rates.values())))


class Series:
    """Clips of one exercise and part, drawn from a stream of random numbers of their own.

    `volume` is empty for the first volume; another's streams, and the names of its clips, begin anew with it.
    `shorts` are the exercises of the series with their names in files; `first_stream` keeps the streams of one
    group of exercises apart from another's.
    """

    shorts: Mapping[str, str] = SHORT
    first_stream = 0
    set_rates = _SET_RATES
    run_rates = _RUN_RATES

    def __init__(self, exercise: str, part: str, seed: int, volume: str = "") -> None:
        self.exercise, self.part, self.volume = exercise, part, volume
        stream = self.first_stream + list(self.shorts).index(exercise)
        key = [seed, stream, (TUNE, TEST).index(part), *volume.encode()]
        self.rng = np.random.default_rng(key)
        self.prepare()
        self.bodies = self._round(BODIES[part])
        self.outfits = self._round(OUTFITS[part])
        self.rooms = self._round(ROOMS)
        self.refused = int(self.rng.integers(4))
        self.count = 0

    def prepare(self) -> None:
        """What a volume draws before anything else."""

    def _round(self, items: tuple[Any, ...]) -> Iterator[Any]:
        """Every item in turn, in a new order each time round."""
        while True:
            for i in self.rng.permutation(len(items)):
                yield items[int(i)]

    def base(self, place: str) -> tuple[dict[str, Any], Placing]:
        """What every clip has: who, where, filmed how."""
        self.count += 1
        body: BodyPlan = next(self.bodies)
        side = str(self.rng.choice(["left", "right"]))
        if place not in (PRESCRIBED, EDGE):
            self.refused += 1
        who = Subject(body.stature_m, side)
        camera, placing = self.placed(who, place)
        runs = self.exercise in RUNS
        base = {
            "name": f"{self.shorts[self.exercise]}_{self.part}_{self.volume}{self.count:02d}",
            "exercise": self.exercise,
            "side": "both" if self.exercise == RUNNING_REAR else side,
            "seed": int(self.rng.integers(1, 2**31)),
            "fps": _rate(self.run_rates if runs else self.set_rates, self.rng),
            "body": body,
            "outfit": next(self.outfits),
            "room": next(self.rooms),
            "camera": camera,
            "box_height_m": round(float(np.clip(0.29 * body.stature_m, 0.44, 0.54)), 3),
            "crf": int(self.rng.integers(20, 35)),
            "sensor": _sensor(self.rng, runs),
            "set_up": self._set_up(),
        }
        return base, placing

    def placed(self, who: Subject, place: str) -> tuple[Camera, Placing]:
        """A camera of the wanted class of places."""
        return place_camera(self.exercise, who, place, self.refused, self.rng)

    def _set_up(self) -> SetUp:
        pace = round(float(self.rng.uniform(*_PACE.get(self.exercise, (0.6, 0.6)))), 2)
        return SetUp(pace, 0.0, bool(self.rng.random() < _REFERENCE_SHARE))


def among(clips: list[BenchClip], others: list[BenchClip]) -> list[BenchClip]:
    """`others` spread evenly among `clips`."""
    mixed = list(clips)
    step = len(clips) // (len(others) + 1)
    for i, other in enumerate(others):
        mixed.insert((i + 1) * step + i, other)
    return mixed


def in_turn(parts: list[tuple[list[BenchClip], list[BenchClip]]]) -> list[BenchClip]:
    """Exercise after exercise in turn, its two parts mixed, so that any beginning of the list is balanced."""
    rounds = zip_longest(*(_spread(tune, test) for tune, test in parts))
    return [clip for turn in rounds for clip in turn if clip is not None]


def _spread(tune: list[BenchClip], test: list[BenchClip]) -> list[BenchClip]:
    """Both parts mixed in proportion."""
    marked = [((i + 0.5) / len(clips), clip) for clips in (tune, test) for i, clip in enumerate(clips)]
    return [clip for _, clip in sorted(marked, key=lambda pair: (pair[0], pair[1].name))]
