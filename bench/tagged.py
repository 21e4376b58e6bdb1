"""The volume with tags: pelvis faults in four exercises, and a few in two more, from every place that shows a tag.

A scene is where the camera stands (`bench/tag_places.py`), how large the tag is in the picture, how it is worn
(`bench/tag_wear.py`) and what goes wrong in each repetition, or over each foot: a dot is nothing, small letters a
mild (`m`) or moderate (`f`) fault, a capital a severe one. A second series has what must not be read, or only with
a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bench.cast import TEST, TUNE
from bench.faults import Fault, focus_rep, focus_run
from bench.placing import Placing, Subject
from bench.series import RUNS, SEED, BenchClip, Series, clip_duration_s, in_turn
from bench.tag_places import Face, tag_camera, tag_place
from bench.tag_wear import CODES, film_of, worn_tag
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    CLAMSHELL,
    PIGEON_POSE,
    RUNNING_REAR,
    SIDE_LYING_HIP_ABDUCTION,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    ClipPlan,
    TagPlan,
)
from sample_videos.renderer.schedule import Rep

TAGGED = {
    CLAMSHELL: "clamshell",
    SINGLE_LEG_GLUTE_BRIDGE: "bridge",
    SINGLE_LEG_BOX_SQUAT: "squat",
    RUNNING_REAR: "rear",
    SIDE_LYING_HIP_ABDUCTION: "abduction",
    PIGEON_POSE: "pigeon",
}
CHECKS = {
    CLAMSHELL: "pelvic_roll",
    SINGLE_LEG_GLUTE_BRIDGE: "pelvic_drop",
    SINGLE_LEG_BOX_SQUAT: "pelvic_drop",
    RUNNING_REAR: "pelvic_drop",
    SIDE_LYING_HIP_ABDUCTION: "pelvic_roll",
    PIGEON_POSE: "hips_square",
}
"""The pelvis's check of each exercise."""

PLACES: dict[str, dict[str, str]] = {
    CLAMSHELL: {TUNE: "plpbelpl", TEST: "pplepblplebp"},
    SINGLE_LEG_GLUTE_BRIDGE: {TUNE: "pephpspp", TEST: "ppephpsephpp"},
    SINGLE_LEG_BOX_SQUAT: {TUNE: "petpbpep", TEST: "ppetpbpeptbp"},
    RUNNING_REAR: {TUNE: "pepdpepd", TEST: "ppepdpdpepdp"},
    SIDE_LYING_HIP_ABDUCTION: {TUNE: "pl", TEST: "plep"},
    PIGEON_POSE: {TUNE: "bb", TEST: "bbbb"},
}
"""The first four exercises have a clip for each column of the sheets, the others for the first few."""
SIZES_PX: dict[str, tuple[float, ...]] = {
    TUNE: (42, 54, 38, 29, 46, 22, 62, 37),
    TEST: (45, 38, 62, 30, 41, 22, 37, 52, 28, 43, 68, 36),
}
WORN: dict[str, tuple[str, ...]] = {
    TUNE: ("plain", "tilted", "plain", "bent", "hand", "glossy", "shirt", "blurred"),
    TEST: (
        *("plain", "tilted", "glossy", "plain", "bent", "hand"),
        *("plain", "shirt", "plain", "creased", "tilted", "blurred"),
    ),
}
SET_WORDS: dict[str, str] = {
    TUNE: "... .fF F.m fff .F. m.f ..f FF.",
    TEST: "... .f. F.m f.F fff .m. FFF ..F f.. .Fm m.f ...",
}
HOLD_WORDS: dict[str, str] = {TUNE: ".F f.", TEST: ".f .. F. .F"}
RUN_WORDS: dict[str, str] = {
    TUNE: ".. f. .F FF .m .. fm F.",
    TEST: ".. f. .F ff .. F. .m Fm .f .. FF m.",
}
_HOLD = Rep(1.4, 3.0, 1.2, 1.6)
_STANDS_FIRST = (True, True, False)  # of three runs in turn
_STAND_S, _RUN_S = 2.0, (6.6, 7.2)
_SET_RATES: dict[int, float] = {15: 0.85, 20: 0.1, 25: 0.05}
_RUN_RATES: dict[int, float] = {20: 0.25, 25: 0.60, 30: 0.15}

GRADES = {"m": "mild", "f": "moderate", "F": "severe"}
SIZES_DEG: dict[str, dict[str, float]] = {
    CLAMSHELL: {"mild": 8.0, "moderate": 15.0, "severe": 25.0},
    SINGLE_LEG_GLUTE_BRIDGE: {"mild": 6.0, "moderate": 10.0, "severe": 15.0},
    SINGLE_LEG_BOX_SQUAT: {"mild": 6.0, "moderate": 10.0, "severe": 15.0},
    RUNNING_REAR: {"mild": 7.0, "moderate": 9.0, "severe": 12.0},
    SIDE_LYING_HIP_ABDUCTION: {"mild": 8.0, "moderate": 15.0, "severe": 25.0},
    PIGEON_POSE: {"mild": 8.0, "moderate": 12.0, "severe": 20.0},
}
_ROLL_OF_CLEAN_DEG = 2.1  # a clean clamshell rolls the pelvis this much anyway
_TOLD_PER_DROP = {SINGLE_LEG_GLUTE_BRIDGE: 1.085}


@dataclass(frozen=True)
class Scene:
    """One clip of the volume before anything is drawn."""

    place: str
    side_px: float
    wear: str
    word: str
    poster: bool = False


def told_deg(exercise: str, grade: str) -> float:
    """What the renderer is told for a fault of a size."""
    if exercise in (CLAMSHELL, SIDE_LYING_HIP_ABDUCTION):
        return SIZES_DEG[exercise][grade] - _ROLL_OF_CLEAN_DEG
    return round(SIZES_DEG[exercise][grade] * _TOLD_PER_DROP.get(exercise, 1.0), 2)


def scenes(exercise: str, part: str) -> list[Scene]:
    """The clips of an exercise and part; sizes, ways of wearing and faults meet in another order in each exercise."""
    shift = list(TAGGED).index(exercise)
    words = RUN_WORDS if exercise in RUNS else HOLD_WORDS if exercise == PIGEON_POSE else SET_WORDS
    columns = [_turned(SIZES_PX[part], 3 * shift), _turned(WORN[part], 5 * shift), words[part].split()]
    return [Scene(*row) for row in zip(PLACES[exercise][part], *columns, strict=False)]


def _turned(items: tuple[str, ...] | tuple[float, ...], by: int) -> tuple[object, ...]:
    start = by % len(items)
    return (*items[start:], *items[:start])


class TagSeries(Series):
    """Sets and runs with a worn tag."""

    shorts = TAGGED
    first_stream = 30
    set_rates = _SET_RATES
    run_rates = _RUN_RATES
    scene: Scene
    face: Face
    side_m: float

    def clips(self) -> list[BenchClip]:
        """All clips."""
        return [self._clip(scene) for scene in scenes(self.exercise, self.part)]

    def placed(self, who: Subject, place: str) -> tuple[Camera, Placing]:
        """The camera of the scene that is drawn now; `place` is its letter."""
        stand, off, placing, self.face = tag_place(self.exercise, who, place, self.rng)
        camera, self.side_m = tag_camera(self.exercise, stand, off, self.scene.side_px, self.rng)
        return camera, placing

    def _clip(self, scene: Scene) -> BenchClip:
        self.scene = scene
        base, placing = self.base(scene.place)
        check = CHECKS[self.exercise]
        wrong: list[tuple[Fault, ...]] = [
            (Fault(check, GRADES[letter]),) if letter in GRADES else () for letter in scene.word
        ]
        plan = self._told(ClipPlan(**base), wrong)
        plan = replace(plan, tags=self._tags(scene, plan), sensor=film_of(scene.wear, plan.sensor))
        if self.exercise in RUNS:
            by_side = dict(zip(("left", "right"), ({f.check: f for f in faults} for faults in wrong), strict=True))
            return BenchClip(plan, self.part, placing, intended_by_side=by_side, wear=self._wear(scene))
        return BenchClip(plan, self.part, placing, tuple(wrong), wear=self._wear(scene))

    def _tags(self, scene: Scene, plan: ClipPlan) -> tuple[TagPlan, ...]:
        posters = (self._poster(plan.camera),) if scene.poster else ()
        if scene.wear == "none":
            return posters
        length_s = clip_duration_s(plan)
        return (worn_tag(scene.wear, self.exercise, self.face, self.side_m, length_s, self.rng), *posters)

    def _wear(self, scene: Scene) -> str:
        return f"{scene.wear} and poster" if scene.poster else scene.wear

    def _told(self, plan: ClipPlan, wrong: list[tuple[Fault, ...]]) -> ClipPlan:
        """The plan with its repetitions, or its run."""
        sizes = [{f.check: told_deg(self.exercise, f.grade) for f in faults} for faults in wrong]
        if self.exercise not in RUNS:
            clean = [self._rep(plan.body.name) for _ in wrong]
            return replace(plan, reps=tuple(replace(rep, faults=told) for rep, told in zip(clean, sizes, strict=True)))
        duration_s = round(float(self.rng.uniform(*_RUN_S)), 2)
        run = focus_run(self.exercise, plan.body.name, duration_s, {"left": {}, "right": {}}, self.rng)
        drops = [told.get("pelvic_drop", usual) for told, usual in zip(sizes, run.pelvic_drop_deg, strict=True)]
        stand_s = _STAND_S if _STANDS_FIRST[self.count % len(_STANDS_FIRST)] else 0.0
        faults = dict(zip(("left", "right"), sizes, strict=True))
        return replace(
            plan, run=replace(run, pelvic_drop_deg=(drops[0], drops[1]), faults=faults, stand_s=stand_s)
        )

    def _rep(self, body: str) -> Rep:
        """A clean repetition; of the pigeon a short hold."""
        return _HOLD if self.exercise == PIGEON_POSE else focus_rep(self.exercise, body, (), self.rng)

    def _poster(self, camera: Camera) -> TagPlan:
        """The same code on a sheet in the room, behind and beside the hips as the camera sees them."""
        eye, aim = np.array(camera.pos_m), np.array(camera.look_at_m)
        aside = np.cross(camera.forward, camera.up) * 0.55
        beyond = aim + aside + 0.35 * (aim - eye) * np.array([1.0, 1.0, 0.0])
        x, y, z = (round(float(v), 3) for v in np.clip(beyond, -2.4, 2.4))
        return TagPlan(CODES[self.face], "room", 0.16, room_m=(x, y, max(z, 0.14)))


BAD: dict[str, dict[str, tuple[Scene, ...]]] = {
    CLAMSHELL: {
        TUNE: (Scene("p", 42, "none", ".F", poster=True), Scene("l", 42, "hidden", ".F")),
        TEST: (
            Scene("p", 44, "none", ".F", poster=True),
            Scene("l", 40, "hidden", "F."),
            Scene("p", 44, "mirrored", ".F"),
            Scene("l", 44, "slides", ".."),
        ),
    },
    SINGLE_LEG_GLUTE_BRIDGE: {
        TUNE: (Scene("p", 42, "mirrored", ".F"),),
        TEST: (Scene("p", 42, "wrong code", "F."), Scene("p", 42, "plain", ".F", poster=True)),
    },
    SINGLE_LEG_BOX_SQUAT: {
        TUNE: (Scene("p", 42, "on a hand", ".F"),),
        TEST: (Scene("p", 42, "on a hand", "F."), Scene("p", 42, "upside down", ".F")),
    },
    RUNNING_REAR: {
        TUNE: (Scene("p", 42, "upside down", ".F"), Scene("p", 42, "flutters", "..")),
        TEST: (
            Scene("p", 42, "plain", "F.", poster=True),
            Scene("p", 42, "flutters", ".."),
            Scene("p", 42, "none", ".F", poster=True),
        ),
    },
}
"""Scenes with a tag that must not be read, or only with a warning; `none` is a tag that nobody wears."""

VOLUME, BAD_VOLUME = "t", "n"
"""Lead the numbers in the names of the clips."""


class BadTagSeries(TagSeries):
    """Tags that are no measure of the pelvis."""

    def clips(self) -> list[BenchClip]:
        """All clips."""
        return [self._clip(scene) for scene in BAD.get(self.exercise, {}).get(self.part, ())]


def tag_clips(seed: int = SEED) -> list[BenchClip]:
    """The clips with a tag; any beginning is balanced over exercises and parts."""
    return [*_volume(TagSeries, VOLUME, seed), *_volume(BadTagSeries, BAD_VOLUME, seed)]


def _volume(series: type[TagSeries], letter: str, seed: int) -> list[BenchClip]:
    return in_turn(
        [(series(e, TUNE, seed, letter).clips(), series(e, TEST, seed, letter).clips()) for e in TAGGED]
    )
