"""Hand-made scored sets of each exercise, with their traces and stick-figure tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark, Side
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack, TrackInfo
from formcheck.results import (
    Adherence,
    Asymmetry,
    Contact,
    DoseItem,
    Fatigue,
    Gait,
    Measure,
    PeopleReport,
    Provenance,
    Rep,
    SetReport,
    Verdict,
    ViewReport,
)
from formcheck.trace import LimitLine, Signal, Trace

RATE_HZ = 25.0
Joints = Mapping[str, tuple[float, float]]

# Joint positions in percent of the frame's width and height; side joints carry "l" or "r".
SQUAT_UP: Joints = {
    "nose": (50, 18),
    "lshoulder": (59, 30),
    "rshoulder": (41, 30),
    "lwrist": (62, 45),
    "rwrist": (38, 45),
    "lhip": (55, 50),
    "rhip": (45, 50),
    "lknee": (58, 62),
    "rknee": (45, 67),
    "lankle": (62, 74),
    "rankle": (46, 83),
    "lfoot": (64, 75),
    "rfoot": (45, 87),
}
SQUAT_DOWN: Joints = {
    **SQUAT_UP,
    "nose": (52, 34),
    "lshoulder": (62, 45),
    "rshoulder": (44, 45),
    "lwrist": (70, 52),
    "rwrist": (38, 56),
    "lhip": (56, 63),
    "rhip": (46, 62),
    "lknee": (63, 67),
    "rknee": (51, 70),
    "lankle": (68, 78),
    "lfoot": (69, 82),
}
CLAM_REST: Joints = {
    "nose": (85, 36),
    "lshoulder": (66, 33),
    "rshoulder": (69, 43),
    "lwrist": (57, 68),
    "rwrist": (84, 44),
    "lhip": (46, 37),
    "rhip": (48, 48),
    "lknee": (28, 42),
    "rknee": (29, 50),
    "lankle": (18, 34),
    "rankle": (19, 44),
    "lfoot": (11, 36),
    "rfoot": (12, 46),
}
CLAM_TOP: Joints = {**CLAM_REST, "lknee": (31, 26), "lhip": (44, 34), "lankle": (18, 37)}
BRIDGE_REST: Joints = {
    "nose": (10, 62),
    "lshoulder": (20, 66),
    "rshoulder": (22, 60),
    "lwrist": (40, 70),
    "rwrist": (42, 62),
    "lhip": (46, 66),
    "rhip": (48, 60),
    "lknee": (62, 48),
    "rknee": (66, 44),
    "lankle": (72, 68),
    "rankle": (84, 44),
    "lfoot": (78, 70),
    "rfoot": (87, 39),
}
BRIDGE_TOP: Joints = {
    **BRIDGE_REST,
    "lhip": (44, 56),
    "rhip": (46, 55),
    "rknee": (64, 50),
    "rankle": (82, 47),
}
REAR_A: Joints = {
    "nose": (50, 14),
    "lshoulder": (42, 26),
    "rshoulder": (58, 26),
    "lwrist": (36, 46),
    "rwrist": (64, 42),
    "lhip": (46, 48),
    "rhip": (54, 49),
    "lknee": (47, 66),
    "rknee": (54, 63),
    "lankle": (51, 84),
    "rankle": (55, 66),
    "lfoot": (51, 88),
    "rfoot": (55, 70),
}
REAR_B: Joints = {
    **REAR_A,
    "lhip": (46, 49),
    "rhip": (54, 48),
    "lknee": (46, 63),
    "rknee": (53, 66),
    "lankle": (45, 66),
    "rankle": (50, 84),
    "lfoot": (45, 70),
    "rfoot": (50, 88),
}
SIDE_A: Joints = {
    "nose": (40, 15),
    "lshoulder": (46, 26),
    "rshoulder": (48, 26),
    "lwrist": (36, 38),
    "rwrist": (56, 42),
    "lhip": (50, 48),
    "rhip": (51, 48),
    "lknee": (38, 60),
    "rknee": (52, 64),
    "lankle": (31, 78),
    "rankle": (70, 70),
    "lfoot": (25, 77),
    "rfoot": (72, 76),
}
SIDE_B: Joints = {
    **SIDE_A,
    "lknee": (53, 64),
    "rknee": (40, 60),
    "lankle": (68, 70),
    "rankle": (36, 79),
    "lfoot": (71, 76),
    "rfoot": (30, 80),
}

JOINTS = {
    "shoulder": ("SHOULDER",),
    "wrist": ("WRIST", "PINKY", "INDEX", "THUMB"),
    "hip": ("HIP",),
    "knee": ("KNEE",),
    "ankle": ("ANKLE",),
    "foot": ("FOOT_INDEX",),
}


FINDINGS = {
    "knee_valgus": "Knee drifts inward",
    "lowering_time": "Lowering too fast",
    "hold_time": "Hold too short",
    "pelvic_roll": "Pelvis rolls backward",
    "pelvic_drop": "Pelvis drops on the free side",
    "hips_short": "Hips not fully up",
    "crossover": "Foot crosses toward the midline",
    "over_stride": "Foot lands too far ahead",
}
LOWER_IS_WORSE = {"lowering_time", "hold_time", "hips_short", "crossover", "cadence", "knee_flexion_at_contact"}


def verdict(check: str, **fields: Any) -> Verdict:
    """A verdict with the words and the limit's direction that checkers give."""
    above = None if fields.get("limit") is None else check not in LOWER_IS_WORSE
    return Verdict(check=check, finding=FINDINGS.get(check, ""), above=above, **fields)


def figure(rest: Joints, peak: Joints, depth: float, size_px: tuple[int, int], t_s: float) -> Pose:
    """A stick figure between two key positions."""
    at = {name: np.array(rest[name]) * (1 - depth) + np.array(peak[name]) * depth for name in rest}
    image = np.zeros((LANDMARK_COUNT, 3))
    image[:11, :2] = at["nose"]
    for side, letter in (("LEFT", "l"), ("RIGHT", "r")):
        for joint, marks in JOINTS.items():
            for mark in marks:
                image[Landmark[f"{side}_{mark}"], :2] = at[letter + joint]
        image[Landmark[f"{side}_ELBOW"], :2] = (at[letter + "shoulder"] + at[letter + "wrist"]) / 2 + (1, 2)
        image[Landmark[f"{side}_HEEL"], :2] = at[letter + "ankle"] + (0, 2)
    image[:, :2] *= np.array(size_px) / 100
    seen = np.ones(LANDMARK_COUNT)
    return Pose(t_s, image, np.zeros((LANDMARK_COUNT, 3)), seen, seen.copy(), size_px, 120.0)


def film(rest: Joints, peak: Joints, depths: Sequence[float], size_px: tuple[int, int]) -> PoseTrack:
    """A track that follows ``depths``; NaN is a frame without a person."""
    poses = [
        figure(rest, peak, depth, size_px, i / RATE_HZ) if np.isfinite(depth) else Pose.nobody(i / RATE_HZ, size_px)
        for i, depth in enumerate(depths)
    ]
    return PoseTrack.from_poses(poses, TrackInfo())


@dataclass(frozen=True)
class Scored:
    """Everything the report room is given."""

    report: SetReport
    trace: Trace
    track: PoseTrack

    def frames(self, times_s: Sequence[float]) -> dict[float, NDArray[np.uint8]]:
        """Plain grey frames in place of the recording."""
        width, height = self.track.size_px
        return {t: np.full((height, width, 3), 150, dtype=np.uint8) for t in times_s}


PROVENANCE = Provenance(
    package_version="0.1.0",
    checker="test",
    checker_version="1",
    params={"limit_deg": 8.0},
    params_hash="0f3a9c11d2e4",
    model_name="pose_landmarker_full",
    model_sha256="ab" * 32,
    estimator="mediapipe 1.2.2 video",
)
VIEW = ViewReport(
    facing="front",
    posture="upright",
    yaw_deg=3.0,
    elevation_deg=4.0,
    height_share=0.62,
    in_frame_share=1.0,
    found_share=0.99,
    brightness=120.0,
    frame_rate_hz=25.0,
    duration_s=24.0,
    prescribed="Put the camera in front of you at hip height, 3.3 to 4.2 m away.",
    fits=True,
)
STARTS_S = (2.0, 6.0, 10.0, 14.0, 18.0)


def pulses(seconds: float, heights: Sequence[float]) -> NDArray[np.float64]:
    """A rep signal: a raised cosine of 3 s at each start."""
    t = np.arange(0, seconds, 1 / RATE_HZ)
    signal = np.zeros_like(t)
    for start, height in zip(STARTS_S, heights, strict=True):
        inside = (t >= start) & (t < start + 3)
        signal[inside] = height * (1 - np.cos(2 * np.pi * (t[inside] - start) / 3)) / 2
    return signal


def phases_of(signal: NDArray[np.float64]) -> tuple[str, ...]:
    """A phase word for each frame of a rep signal."""
    slope = np.gradient(signal)
    moving = np.where(slope > 0, "lift", "lower")
    return tuple(str(p) for p in np.where(signal < 0.03, "rest", np.where(signal > 0.9, "hold", moving)))


def five_reps(side: Side, verdicts: Sequence[Sequence[Verdict]], partial: int = 4) -> tuple[Rep, ...]:
    """Five reps of 3 s; the one of index ``partial`` is not counted."""
    return tuple(
        Rep(
            index=i,
            side=side,
            start_s=start,
            turn_s=start + 1.5,
            end_s=start + 3,
            complete=i != partial,
            hold_s=0.6,
            lowering_s=1.2,
            note="too shallow" if i == partial else "",
            measures={"depth": Measure(value=0.8, unit="torso", error=0.05)},
            verdicts=tuple(verdicts[i - 1]) if i != partial else (),
        )
        for i, start in enumerate(STARTS_S, 1)
    )


def timed(state: str, value: float | None, at_s: float | None, side: Side = "right") -> Verdict:
    """A verdict on the lowering time."""
    return verdict(
        check="lowering_time",
        title="Slow lowering",
        side=side,
        state=state,
        value=value,
        unit="s",
        limit=3.0,
        error=0.1,
        source="the guide",
        cue="Lower slowly.",
        time_s=at_s,
        view_fit=1.0,
    )


def valgus(state: str, value: float, at_s: float | None, reps: tuple[int, ...] = ()) -> Verdict:
    """A verdict on the knee over the second toe."""
    return verdict(
        check="knee_valgus",
        title="Knee over the second toe",
        side="right",
        state=state,
        value=value,
        unit="%",
        limit=8.0,
        error=2.0,
        source="Ageberg 2010; limit ours",
        cue="Raise the box, slow down, keep the knee over the second toe.",
        time_s=at_s,
        reps=reps,
        view_fit=0.95,
    )


BLIND_DROP = verdict(
    check="pelvic_drop",
    title="Pelvis level",
    side="right",
    state="not_assessed",
    reason="The hip line drifts with depth; below 6 degrees it cannot be told. Ask a person to watch it.",
)


def box_squat() -> Scored:
    """Two faulty reps, one watch, one partial, a gap in the track, an unjudged check."""
    heights = (1.0, 1.0, 1.0, 0.4, 1.0)
    states = (("ok", 3.1), ("fault", 14.2), ("watch", 8.9), ("ok", 0.0), ("fault", 17.6))
    reps = five_reps(
        "right",
        [
            [valgus(s, v, t + 1.4), timed("fault" if i == 1 else "ok", 1.1 if i == 1 else 3.4, t + 2)]
            for i, ((s, v), t) in enumerate(zip(states, STARTS_S, strict=True))
        ],
    )
    report = SetReport(
        exercise="single_leg_box_squat",
        title="Single-leg box squat",
        side="right",
        summary="4 complete squats; in 2 of them the knee drifts inward on the way down.",
        reps_complete=4,
        reps_partial=1,
        reps=reps,
        verdicts=(valgus("fault", 15.9, 19.4, (2, 5)), timed("fault", 1.1, 8.0), BLIND_DROP),
        faults={"knee_valgus": 2, "lowering_time": 1},
        view=VIEW,
        people=PeopleReport(seen=2, scored="the largest of 2, right of centre"),
        adherence=Adherence(
            text="3 sets of 8 to 10 a side.",
            items=(
                DoseItem(name="Reps", prescribed="8 to 10", done="4", met=False),
                DoseItem(
                    name="Sides",
                    prescribed="both",
                    done="right only",
                    met=None,
                    note="one recording shows one side",
                ),
            ),
        ),
        fatigue=(
            Fatigue(
                measure="knee_valgus",
                unit="%",
                first_third=3.1,
                last_third=17.6,
                change=14.5,
                beyond_error=True,
            ),
        ),
        remarks=("The second toe is estimated from heel and big toe.",),
        provenance=PROVENANCE,
    )
    depth = pulses(24, heights)
    depth_gap = depth.copy()
    depth_gap[300:320] = np.nan
    knee = depth_gap * np.repeat([3, 14, 9, 4, 18], 120)
    signals = (
        Signal("depth", "Depth of the squat", "torso", depth_gap),
        Signal("knee_valgus", "Knee inward of the second toe", "%", knee, LimitLine("knee_valgus", 8.0, 2.0)),
    )
    trace = Trace(np.arange(600) / RATE_HZ, phases_of(depth), signals)
    return Scored(report, trace, film(SQUAT_UP, SQUAT_DOWN, depth_gap.tolist(), (540, 720)))


def clamshell() -> Scored:
    """A lying set from a low camera: counted, the roll not assessed."""
    roll = verdict(
        check="pelvic_roll",
        title="Pelvis still",
        side="left",
        state="not_assessed",
        reason="The camera is too low. Put it 1.85 m high in front of you, 1.75 m away, looking down.",
    )
    feet = verdict(
        check="feet_apart",
        title="Feet together",
        side="left",
        state="ok",
        value=0.04,
        unit="torso",
        limit=0.15,
        error=0.03,
        source="ours",
        time_s=7.4,
        view_fit=0.8,
    )
    report = SetReport(
        exercise="clamshell",
        title="Clamshell",
        side="left",
        summary="",
        reps_complete=5,
        reps=five_reps("left", [[feet]] * 5, partial=0),
        verdicts=(roll, feet),
        view=VIEW.model_copy(
            update={
                "posture": "lying",
                "fits": False,
                "yaw_deg": None,
                "elevation_deg": None,
                "advice": ("Raise the camera and tilt it down.",),
            }
        ),
        provenance=PROVENANCE,
    )
    depth = pulses(24, (1, 1, 1, 1, 1))
    signal = Signal("knee_opening", "Knee opening", "torso", depth)
    trace = Trace(np.arange(600) / RATE_HZ, phases_of(depth), (signal,))
    return Scored(report, trace, film(CLAM_REST, CLAM_TOP, depth.tolist(), (720, 540)))


def bridge() -> Scored:
    """Both sides of a bridge; the right one sags; long text everywhere."""

    def drop(state: str, value: float, side: Side, at_s: float) -> Verdict:
        return verdict(
            check="pelvic_drop",
            title="The hip of the free leg sags below the level of the other",
            side=side,
            state=state,
            value=value,
            unit="deg",
            limit=10.0,
            error=3.4,
            time_s=at_s,
            source="MDC95: Andrade 2012; stop rule of the single-leg bridge endurance test",
            cue="Press through the heel, keep both hips level; shorten the hold " + "until it is level " * 6,
        )

    reps = tuple(
        Rep(
            index=i,
            side="left" if i < 4 else "right",
            start_s=s,
            turn_s=s + 1.5,
            end_s=s + 3,
            complete=True,
            hold_s=1.9,
            lowering_s=3.4,
            verdicts=(drop("fault" if i > 3 else "ok", 16.2 if i > 3 else 2.4, "left" if i < 4 else "right", s + 1.6),),
        )
        for i, s in enumerate(STARTS_S, 1)
    )
    report = SetReport(
        exercise="single_leg_glute_bridge",
        title="Single-leg glute bridge",
        side="both",
        summary="5 complete lifts, 3 on the left and 2 on the right.",
        reps_complete=5,
        reps=reps,
        verdicts=(drop("ok", 2.4, "left", 3.6), drop("fault", 16.2, "right", 15.6)),
        faults={"pelvic_drop": 2},
        view=VIEW,
        asymmetry=(
            Asymmetry(measure="hip_height", unit="torso", left=0.52, right=0.41, difference=0.11, beyond_error=True),
        ),
        provenance=PROVENANCE,
    )
    depth = pulses(24, (1, 1, 1, 1, 1))
    limited = Signal("hip_angle", "Hip angle", "deg", 130 + 45 * depth, LimitLine("hips_short", 165, 5, above=False))
    trace = Trace(np.arange(600) / RATE_HZ, phases_of(depth), (Signal("hip", "Hip height", "torso", depth), limited))
    return Scored(report, trace, film(BRIDGE_REST, BRIDGE_TOP, depth.tolist(), (720, 540)))


def running(rear: bool) -> Scored:
    """Running from behind with crossover on one side, or from the side with over-striding."""
    contacts = tuple(
        Contact(
            side="left" if i % 2 else "right",
            time_s=1 + i * 0.36,
            measures={"foot_from_midline_cm": Measure(value=1.2 - i % 2 * 2, unit="cm", error=0.5)},
        )
        for i in range(30)
    )
    cross = verdict(
        check="crossover",
        title="Feet beside the midline",
        side="left",
        state="fault",
        value=-0.8,
        unit="cm",
        limit=0.5,
        error=0.4,
        source="Souza 2016; limit ours",
        time_s=3.2,
        cue="Run as if astride a line.",
    )
    fine = cross.model_copy(update={"side": "right", "state": "ok", "value": 4.4, "time_s": 4.0})
    drop = verdict(
        check="pelvic_drop",
        title="Pelvis level",
        state="not_assessed",
        reason="Pelvic drop while running cannot be told from landmarks.",
    )
    stride = verdict(
        check="over_stride",
        title="Foot under the hip",
        side="left",
        state="fault",
        value=22.0,
        unit="deg",
        limit=15.0,
        error=2.5,
        source="ours",
        cue="Take shorter, quicker steps.",
        time_s=3.2,
    )
    cadence = verdict(
        check="cadence",
        title="Cadence",
        state="watch",
        value=166.0,
        unit="spm",
        limit=170.0,
        error=1.0,
        source="the guide",
        cue="Raise your own cadence by 5 to 10%.",
    )
    report = SetReport(
        exercise="running_rear" if rear else "running_side",
        title="Running, from behind" if rear else "Running, side",
        side="both" if rear else "left",
        summary="30 foot contacts at 166 steps a minute.",
        gait=Gait(cadence_spm=166.4, cadence_error_spm=0.6, seconds_s=11.0, contacts=contacts),
        verdicts=(cross, fine, drop) if rear else (stride, cadence),
        view=VIEW,
        provenance=PROVENANCE,
    )
    t = np.arange(300) / RATE_HZ
    swing = (1 + np.sin(2 * np.pi * t / 0.72)) / 2
    shank = Signal("shank", "Shank angle", "deg", 30 * swing - 5, LimitLine("over_stride", 15.0, 2.5))
    ankles = Signal("ankles", "Height of the ankles", "torso", swing)
    trace = Trace(t, ("run",) * 300, (ankles,) if rear else (ankles, shank))
    rest, peak = (REAR_A, REAR_B) if rear else (SIDE_A, SIDE_B)
    return Scored(report, trace, film(rest, peak, swing.tolist(), (360, 640)))


def nobody_moved() -> Scored:
    """A recording without a rep."""
    report = SetReport(
        exercise="clamshell",
        title="Clamshell",
        side=None,
        summary="",
        provenance=PROVENANCE,
        view=ViewReport(facing="unknown", posture="unknown", advice=("Bring the whole body in frame.",)),
    )
    return Scored(report, Trace(), PoseTrack.from_poses([]))


SETS = {
    "single_leg_box_squat": box_squat,
    "clamshell": clamshell,
    "single_leg_glute_bridge": bridge,
    "running_rear": lambda: running(True),
    "running_side": lambda: running(False),
    "nothing": nobody_moved,
}


@pytest.fixture(params=list(SETS))
def scored(request: pytest.FixtureRequest) -> Scored:
    """Each scored set in turn."""
    return SETS[request.param]()


@pytest.fixture
def squat() -> Scored:
    return box_squat()


@pytest.fixture
def both_sides() -> Scored:
    return bridge()


@pytest.fixture
def rear_run() -> Scored:
    return running(True)


@pytest.fixture
def side_run() -> Scored:
    return running(False)


@pytest.fixture
def lying() -> Scored:
    return clamshell()


@pytest.fixture
def nothing() -> Scored:
    return nobody_moved()
