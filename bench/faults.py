"""What goes wrong in a repetition or a run, in three sizes, and how that is asked of the renderer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bench.reach import command
from sample_videos.renderer.plan import (
    CLAMSHELL,
    GLUTE_BRIDGE,
    LATERAL_BAND_WALK,
    RUNNING_REAR,
    RUNNING_SIDE,
    SIDE_LYING_HIP_ABDUCTION,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    RunPlan,
)
from sample_videos.renderer.schedule import Rep

TEMPO = ("hold_time", "lowering_time", "box_touch", "cadence")
GRADES = ("mild", "moderate", "severe")

SIZES: dict[str, dict[str, tuple[float, float, float]]] = {
    SINGLE_LEG_BOX_SQUAT: {
        "knee_valgus": (5.0, 10.0, 15.0),
        "trunk_lean": (6.0, 12.0, 18.0),
        "pelvic_drop": (6.0, 10.0, 15.0),
        "box_touch": (2.5, 3.2, 4.0),
        "lowering_time": (0.85, 0.65, 0.5),
    },
    CLAMSHELL: {
        "pelvic_roll": (8.0, 15.0, 25.0),
        "feet_apart": (0.06, 0.10, 0.16),
        "hold_time": (1.25, 1.0, 0.8),
        "lowering_time": (0.85, 0.65, 0.5),
    },
    SINGLE_LEG_GLUTE_BRIDGE: {
        "pelvic_drop": (6.0, 10.0, 15.0),
        "hips_short": (10.0, 20.0, 30.0),
        "free_leg_height": (15.0, 25.0, 35.0),
        "hold_time": (1.25, 1.0, 0.85),
        "lowering_time": (1.25, 0.95, 0.7),
    },
    RUNNING_REAR: {
        "crossover": (0.01, 0.0, -0.03),
        "pelvic_drop": (7.0, 9.0, 12.0),
        "trunk_lean": (6.5, 10.0, 14.0),
    },
    RUNNING_SIDE: {
        "over_stride": (12.0, 15.0, 25.0),
        "cadence": (162.0, 156.0, 150.0),
        "knee_flexion_at_contact": (4.0, 8.0, 12.0),
        "trunk_forward_lean": (12.0, 16.0, 21.0),
    },
    SIDE_LYING_HIP_ABDUCTION: {
        "pelvic_roll": (8.0, 15.0, 25.0),
        "lift_height": (8.0, 15.0, 25.0),
        "leg_drift": (10.0, 20.0, 32.0),
        "knee_bent": (15.0, 25.0, 40.0),
        "toes_up": (25.0, 40.0, 60.0),
        "hold_time": (1.25, 1.0, 0.85),
        "lowering_time": (1.25, 0.95, 0.7),
    },
    GLUTE_BRIDGE: {
        "hips_short": (10.0, 20.0, 30.0),
        "over_extension": (8.0, 15.0, 25.0),
        "hold_time": (1.25, 1.0, 0.85),
        "lowering_time": (1.25, 0.95, 0.7),
    },
    LATERAL_BAND_WALK: {
        "feet_together": (0.75, 0.58, 0.40),
        "knees_cave": (16.0, 30.0, 46.0),
        "trunk_sway": (5.0, 10.0, 15.0),
        "stance_height": (0.03, 0.06, 0.09),
    },
}
"""Sizes aimed at, by exercise and check. Degrees over clean (knee valgus: of the projection angle, pelvic roll,
squat lean); hips short: degrees of hip angle missing; free leg: above its usual elevation; feet apart: metres;
times: true seconds held, lowered or on the box; crossover: ankle outward of the midline, metres; over-stride:
shank from the vertical; cadence: steps a minute; leg lift: degrees missing, drifted about the vertical, of knee and
foot; band walk: share of the stance left between the ankles, turn of the knees, degrees of sway, metres risen. What
was reached is in each repetition's measures."""

# Command per degree reached, measured on two bodies of the cast.
_COMMAND_PER_UNIT = {"knee_valgus": 1 / 2.8, "trunk_lean": 1 / 0.66, "hips_short": 0.83}
_IN_LAST_TENTH = 0.215  # share of a movement's time spent within a tenth of its end
_LOWERING_SHARE = 0.62  # share of a movement's time between 90% and 5% of its way
_ON_BOX_SHARE = 0.11  # share of a movement's time within touching distance of the box
_RAISED_BY_DROP = 0.2  # hip angle that the standing leg gains, in commanded degrees, as the pelvis drops from it
_HOLD_S = (2.0, 2.3)
_LOWERING_S = {
    SINGLE_LEG_BOX_SQUAT: (1.3, 1.8),
    CLAMSHELL: (1.4, 1.9),
    SINGLE_LEG_GLUTE_BRIDGE: (1.95, 2.4),
    SIDE_LYING_HIP_ABDUCTION: (1.95, 2.4),
    GLUTE_BRIDGE: (1.95, 2.4),
}
_RISE_S = (0.7, 1.1)
_BRISK = 0.3  # of the range of clean tempos in the second volume
_PARTIAL_AMPLITUDE = (0.30, 0.55)
_PARTIAL_SHARE = 0.10
_PAUSE_SHARE = 0.07
_FAULTY_SHARES = (0.0, 0.5, 0.7, 0.9)  # of a set's repetitions; sets differ, about half of all are faulty
_FAULTY_WEIGHTS = (0.2, 0.3, 0.3, 0.2)
_SECOND_FAULT_SHARE = 0.5  # of the faulty repetitions


@dataclass(frozen=True)
class Fault:
    """A check that should fire, and how strongly."""

    check: str
    grade: str

    def size(self, exercise: str) -> float:
        """The size aimed at, in the check's unit."""
        return SIZES[exercise][self.check][GRADES.index(self.grade)]


def deck(exercise: str, rng: np.random.Generator) -> Iterator[Fault]:
    """Faults without end: every check and grade equally often, those of tempo half as often."""
    of_form = [check for check in SIZES[exercise] if check not in TEMPO]
    every = [Fault(check, grade) for check in (*SIZES[exercise], *of_form) for grade in GRADES]
    while True:
        for i in rng.permutation(len(every)):
            yield every[int(i)]


@dataclass(frozen=True)
class GradedRep:
    """A repetition as commanded and what was meant by it."""

    rep: Rep
    faults: tuple[Fault, ...] = ()


def _timed(exercise: str, rng: np.random.Generator, faults: tuple[Fault, ...], spread: float = 1.0) -> Rep:
    """Tempo of a repetition whose true hold and lowering are long enough, or as short as the fault says.

    `spread` is the share used of each range of clean tempos, from its brisk end.
    """

    def clean(low: float, high: float) -> float:
        return float(rng.uniform(low, high if spread == 1.0 else low + spread * (high - low)))

    size = {fault.check: fault.size(exercise) for fault in faults}
    low, high = _LOWERING_S[exercise]
    if "hold_time" in size:  # a short hold needs a lowering that is no slower than it has to be
        high = low
    lowering_s = size.get("lowering_time", clean(low, high))
    rise_s = 0.7 if "hold_time" in size else clean(*_RISE_S)
    lower_s = lowering_s / _LOWERING_SHARE
    if exercise == SINGLE_LEG_BOX_SQUAT:
        touch_s = size.get("box_touch", 0.0)
        hold_s = max(touch_s - _ON_BOX_SHARE * (rise_s + lower_s), 0.1)
    else:
        hold_s = size.get("hold_time", clean(*_HOLD_S)) - _IN_LAST_TENTH * (rise_s + lower_s)
    rest_s = clean(0.35, 0.7)
    return Rep(round(rise_s, 3), round(max(hold_s, 0.02), 3), round(lower_s, 3), round(rest_s, 3))


def _commanded(exercise: str, fault: Fault, rep: Rep) -> float:
    """What the renderer is told: seconds it commands, or the size that reaches the one aimed at."""
    if fault.check == "lowering_time":
        return rep.lower_s
    if fault.check in ("hold_time", "box_touch"):
        return rep.hold_s
    scale = _COMMAND_PER_UNIT.get(fault.check, 1.0)
    return round(fault.size(exercise) * scale, 3)


def _some_faults(faults: Iterator[Fault], rng: np.random.Generator) -> tuple[Fault, ...]:
    """One fault, or two of different checks."""
    first = next(faults)
    if rng.random() >= _SECOND_FAULT_SHARE:
        return (first,)
    second = next(faults)
    return (first, second) if second.check != first.check else (first,)


def sample_reps(exercise: str, count: int, faults: Iterator[Fault], rng: np.random.Generator) -> tuple[GradedRep, ...]:
    """A set: some repetitions partial, some paused, about half with one or two faults."""
    faulty_share = float(rng.choice(_FAULTY_SHARES, p=_FAULTY_WEIGHTS))
    reps = []
    for _ in range(count):
        amplitude = round(float(rng.uniform(0.93, 1.0)), 3)
        if rng.random() < _PARTIAL_SHARE:
            rep = replace(_timed(exercise, rng, ()), amplitude=round(float(rng.uniform(*_PARTIAL_AMPLITUDE)), 3))
            reps.append(GradedRep(rep))
            continue
        wrong = _some_faults(faults, rng) if rng.random() < faulty_share else ()
        rep = replace(_timed(exercise, rng, wrong), amplitude=1.0 if exercise == SINGLE_LEG_BOX_SQUAT else amplitude)
        if wrong:
            rep = replace(rep, faults={fault.check: _commanded(exercise, fault, rep) for fault in wrong})
        elif rng.random() < _PAUSE_SHARE:
            rep = replace(rep, pause_s=round(float(rng.uniform(0.5, 1.0)), 2), pause_at=0.55)
        reps.append(GradedRep(rep, wrong))
    return tuple(reps)


def focus_rep(exercise: str, body: str, wrong: tuple[Fault, ...], rng: np.random.Generator) -> Rep:
    """A whole repetition in a brisk clean tempo with the faults given, at their full sizes."""
    amplitude = 1.0 if exercise == SINGLE_LEG_BOX_SQUAT else round(float(rng.uniform(0.95, 1.0)), 3)
    commanded = {fault.check: command(body, exercise, fault.check, fault.grade) for fault in wrong}
    if {"hips_short", "pelvic_drop"} <= set(commanded):
        commanded["hips_short"] = round(commanded["hips_short"] + _RAISED_BY_DROP * commanded["pelvic_drop"], 2)
    return replace(_timed(exercise, rng, (), _BRISK), amplitude=amplitude, faults=commanded)


def guide_rep(exercise: str, wrong: tuple[Fault, ...], rng: np.random.Generator, partial: bool) -> Rep:
    """A repetition in a brisk tempo with the faults given, or one that stops half-way."""
    rep = _timed(exercise, rng, wrong, _BRISK)
    low, high = _PARTIAL_AMPLITUDE if partial else (0.95, 1.0)
    faults = {fault.check: _commanded(exercise, fault, rep) for fault in wrong}
    return replace(rep, amplitude=round(float(rng.uniform(low, high)), 3), faults=faults)


def _pair(rng: np.random.Generator, low: float, high: float) -> tuple[float, float]:
    left, right = (round(float(v), 4) for v in rng.uniform(low, high, 2))
    return left, right


def _clean_run(duration_s: float, rng: np.random.Generator) -> RunPlan:
    placement, drop, lean = _pair(rng, 0.036, 0.060), _pair(rng, 2.5, 4.5), _pair(rng, 0.8, 2.8)
    return RunPlan(
        duration_s,
        cadence_spm=round(float(rng.uniform(164.0, 190.0)), 1),
        step_half_width_m=placement,
        pelvic_drop_deg=drop,
        trunk_lean_deg=lean,
        forward_lean_deg=round(float(rng.uniform(2.0, 5.0)), 2),
        over_stride_deg=round(float(rng.uniform(0.0, 1.5)), 2),
    )


def focus_run(
    exercise: str, body: str, duration_s: float, by_side: Mapping[str, Mapping[str, Fault]], rng: np.random.Generator
) -> RunPlan:
    """A run that is clean but for the faults given by side; an over-stride is one of both legs."""
    run = _clean_run(duration_s, rng)
    commanded = {
        side: {check: command(body, exercise, check, fault.grade) for check, fault in found.items()}
        for side, found in by_side.items()
    }
    left, right = (commanded[side].get("crossover") for side in ("left", "right"))
    usual = run.step_half_width_m
    return replace(
        run,
        step_half_width_m=(usual[0] if left is None else left, usual[1] if right is None else right),
        over_stride_deg=commanded["left"].get("over_stride", run.over_stride_deg),
        faults=commanded,
    )


def sample_run(
    exercise: str, duration_s: float, fault_count: int, faults: Iterator[Fault], rng: np.random.Generator
) -> tuple[RunPlan, dict[str, dict[str, Fault]]]:
    """A run, and which faults it has on which side."""
    run = _clean_run(duration_s, rng)
    placement, drop, lean = list(run.step_half_width_m), list(run.pelvic_drop_deg), list(run.trunk_lean_deg)
    by_side: dict[str, dict[str, Fault]] = {"left": {}, "right": {}}
    for _ in range(fault_count):
        fault = next(faults)
        sides: tuple[str, ...] = ("left", "right")
        if exercise == RUNNING_REAR:
            sides = (("left",), ("right",), ("left", "right"))[int(rng.integers(3))]
        for side in sides:
            by_side[side][fault.check] = fault
            k = ("left", "right").index(side)
            size = fault.size(exercise)
            if fault.check == "crossover":
                placement[k] = size
            elif fault.check == "pelvic_drop":
                drop[k] = size
            elif fault.check == "trunk_lean":
                lean[k] = size
        run = _with_side_view_fault(run, fault, exercise)
    commanded = {side: {f.check: f.size(exercise) for f in found.values()} for side, found in by_side.items()}
    run = replace(
        run,
        step_half_width_m=(placement[0], placement[1]),
        pelvic_drop_deg=(drop[0], drop[1]),
        trunk_lean_deg=(lean[0], lean[1]),
        faults=commanded,
    )
    return run, by_side


def _with_side_view_fault(run: RunPlan, fault: Fault, exercise: str) -> RunPlan:
    size = fault.size(exercise)
    if fault.check == "over_stride":  # an upright shank leans 7 degrees at contact and 1.22 more per degree
        return replace(run, over_stride_deg=round((size - 7.0) / 1.22, 2))
    if fault.check == "cadence":
        return replace(run, cadence_spm=size)
    if fault.check == "knee_flexion_at_contact":
        return replace(run, stiff_knee_deg=size)
    if fault.check == "trunk_forward_lean":
        return replace(run, forward_lean_deg=size - 1.5)
    return run
