"""What is true of a bench clip, as typed records; format: `sample_videos/README.md` ("Truth") and `bench/README.md`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, Final, Literal

from formcheck.pose.landmarks import SIDES, Side

DATA: Final = Path(__file__).parent / "data"
TRUNK_PER_STATURE: Final = 0.288
"""Hip to shoulder (Winter 2009): turns true metres into the trunk lengths that landmarks are measured in."""

STANCE_M: Final = 0.28
"""Between the ankles of those who begin a band walk, as they are drawn."""
_RAISED_M: Final = 0.02
_GUIDE_LIFT_DEG: Final = 45.0

STRETCHES: Final = ("pigeon_pose", "hip_flexor_stretch", "figure_four_stretch")

Part = Literal["tune", "test"]
Place = Literal["prescribed", "edge", "forbidden"]
PLACES: Final[tuple[Place, ...]] = ("prescribed", "edge", "forbidden")


@dataclass(frozen=True)
class TrueRep:
    """One repetition: times in seconds, faults put in by check, and true quantities by name."""

    index: int
    start_s: float
    turn_s: float
    end_s: float
    complete: bool
    faults: Mapping[str, float]
    measures: Mapping[str, float]


@dataclass(frozen=True)
class TrueContact:
    """One foot contact with its true quantities."""

    side: Side
    time_s: float
    measures: Mapping[str, float]


@dataclass(frozen=True)
class ClipTruth:
    """One clip. `side` is the working side; `shows` names what a negative shows instead of the exercise."""

    name: str
    exercise: str
    part: Part
    place: Place
    view: str
    side: str
    body: str
    stature_m: float
    fps: float
    negative: bool = False
    shows: str = ""
    reps: tuple[TrueRep, ...] = ()
    contacts: tuple[TrueContact, ...] = ()
    cadence_spm: float | None = None
    faults_by_side: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        """Whether a position is held instead of repetitions done."""
        return self.exercise in STRETCHES

    @property
    def is_run(self) -> bool:
        """Whether foot contacts are counted instead of repetitions."""
        return self.exercise.startswith("running_")


def truths(folder: Path = DATA, part: str = "all") -> list[ClipTruth]:
    """The clips of a part ("tune", "test" or "all"), by name."""
    clips = [clip_truth(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    return [clip for clip in clips if part in ("all", clip.part)]


def clip_truth(record: Mapping[str, Any]) -> ClipTruth:
    """The typed record of one truth file."""
    stature_m = float(record["body"]["stature_m"])
    return ClipTruth(
        name=record["name"],
        exercise=record["exercise"],
        part=record["part"],
        place=record["placing"]["place"],
        view=record["placing"]["view"],
        side=record["side"],
        body=record["body"]["name"],
        stature_m=stature_m,
        fps=float(record["fps"]),
        negative=bool(record["negative"]),
        shows=record.get("shows", ""),
        reps=tuple(_rep(rep, stature_m, record["side"]) for rep in record.get("reps", ())),
        contacts=tuple(_contact(contact) for contact in record.get("contacts", ())),
        cadence_spm=record.get("cadence_spm"),
        faults_by_side=record.get("faults_by_side", {}),
    )


def _rep(rep: Mapping[str, Any], stature_m: float, side: str) -> TrueRep:
    measures = {"hold_s": rep["hold_s"], "lowering_s": rep["lowering_s"], **rep["measures"]}
    return TrueRep(
        rep["index"],
        rep["start_s"],
        rep["turn_s"],
        rep["end_s"],
        rep["complete"],
        rep["faults"],
        measures | _derived(measures, TRUNK_PER_STATURE * stature_m, side),
    )


def _derived(true: Mapping[str, float], trunk_m: float, side: str) -> dict[str, float]:
    """The same quantities in the units that a checker reads them in."""
    derived = {}
    if "trunk_lean_deg" in true:
        derived["trunk_lean_abs_deg"] = abs(true["trunk_lean_deg"])
    if "knee_medial_offset_m" in true:
        derived["knee_medial_pct"] = 100 * true["knee_medial_offset_m"] / trunk_m
    if "feet_gap_m" in true:
        derived["feet_gap_trunks"] = true["feet_gap_m"] / trunk_m
        derived["knee_opening_trunks"] = (true["knee_gap_m"] - true["knee_gap_closed_m"]) / trunk_m
    if "hip_height_m" in true:
        derived["hip_short_deg"] = 180.0 - true["hip_angle_deg"]
        derived["hip_lift_trunks"] = true["hip_height_m"] / trunk_m
    if "free_leg_elevation_deg" in true:
        free, thigh = true["free_leg_elevation_deg"], true["stance_thigh_elevation_deg"]
        derived["free_leg_excess_deg"] = max(free - max(thigh, 0.0), min(thigh, 0.0) - free, 0.0)
        derived["left_drop_deg"] = true["pelvic_drop_deg"] * (1 if side == "right" else -1)
    if "leg_elevation_deg" in true:
        derived["leg_low_deg"] = _GUIDE_LIFT_DEG - true["leg_elevation_deg"]
    if "step_width_m" in true:
        derived |= _of_step(true, trunk_m)
    return derived


def _of_step(true: Mapping[str, float], trunk_m: float) -> dict[str, float]:
    """Of a step of the band walk. On straight legs the knees stand nearer without caving: no truth of it there."""
    upright = true["hips_raised_m"] > _RAISED_M
    return {
        "step_width_trunks": true["step_width_m"] / trunk_m,
        "feet_after_trunks": true["feet_at_end_m"] / trunk_m,
        "feet_after_share": true["feet_at_end_m"] / STANCE_M,
        "hips_raised_trunks": true["hips_raised_m"] / trunk_m,
        "knees_caved_share": math.nan if upright else true["knees_per_ankles"],
    }


def _contact(contact: Mapping[str, Any]) -> TrueContact:
    measures = {name: value for name, value in contact.items() if name not in ("side", "time_s")}
    measures["foot_offset_cm"] = 100 * measures["foot_offset_from_midline_m"]
    return TrueContact(contact["side"], contact["time_s"], measures)


def mean_of_contacts(contacts: Sequence[TrueContact]) -> dict[str, float]:
    """Each quantity's mean over some contacts; with both feet in them also the step width."""
    if not contacts:
        return {}
    means = {name: fmean(c.measures[name] for c in contacts) for name in contacts[0].measures}
    offsets = [[c.measures["foot_offset_cm"] for c in contacts if c.side == side] for side in SIDES]
    if all(offsets):
        means["step_width_cm"] = sum(fmean(each) for each in offsets)
    return means
