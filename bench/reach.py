"""What the renderer must be told so that a fault comes to the size aimed at, body by body.

    python -m bench.reach

solves for these commands anew, with the rendering packages, and prints `COMMANDS`. The same turn of a knee, the same
loss at the hip and the same reach of a leg make different angles on different bodies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from bench.cast import BODIES, OUTFITS, ROOMS, TUNE
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    CLAMSHELL,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    BodyPlan,
    ClipPlan,
    RunPlan,
    SetUp,
)
from sample_videos.renderer.schedule import Rep

if TYPE_CHECKING:
    from sample_videos.renderer.person import Person


@dataclass(frozen=True)
class Aim:
    """The true quantity that a fault is sized by, its values when moderate and severe, commands to begin from."""

    exercise: str
    quantity: str
    true: tuple[float, float]
    first: tuple[float, float]


AIMS: dict[str, Aim] = {
    "knee_valgus": Aim(SINGLE_LEG_BOX_SQUAT, "fppa_image_over_clean_deg", (10.0, 15.0), (3.0, 6.0)),
    "pelvic_roll": Aim(CLAMSHELL, "pelvic_roll_deg", (15.0, 25.0), (12.0, 24.0)),
    "pelvic_drop": Aim(SINGLE_LEG_GLUTE_BRIDGE, "pelvic_drop_deg", (10.0, 15.0), (9.0, 17.0)),
    "hips_short": Aim(SINGLE_LEG_GLUTE_BRIDGE, "hip_angle_deg", (150.0, 140.0), (14.0, 26.0)),
    "over_stride": Aim(RUNNING_SIDE, "shank_angle_deg", (15.6, 25.4), (6.0, 17.0)),
}
"""Checks of the second volume. A clean bridge comes to about 170 degrees, so that 150 is 20 short."""

COMMANDS: dict[str, dict[str, tuple[float, float]]] = {
    "ada": {
        "knee_valgus": (3.76, 5.64),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.85, 16.29),
        "hips_short": (15.56, 22.22),
        "over_stride": (8.33, 17.26),
    },
    "ben": {
        "knee_valgus": (3.15, 4.73),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.88, 16.34),
        "hips_short": (17.58, 25.0),
        "over_stride": (7.49, 16.06),
    },
    "cleo": {
        "knee_valgus": (3.92, 5.88),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.92, 16.4),
        "hips_short": (14.97, 21.38),
        "over_stride": (8.58, 17.67),
    },
    "finn": {
        "knee_valgus": (3.04, 4.56),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.81, 16.24),
        "hips_short": (17.8, 25.22),
        "over_stride": (7.27, 15.65),
    },
    "gia": {
        "knee_valgus": (4.0, 6.0),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.96, 16.45),
        "hips_short": (14.54, 20.74),
        "over_stride": (8.85, 18.05),
    },
    "hugo": {
        "knee_valgus": (2.8, 4.19),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.76, 16.15),
        "hips_short": (18.25, 26.0),
        "over_stride": (7.2, 15.47),
    },
    "ines": {
        "knee_valgus": (3.83, 5.75),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (11.05, 16.6),
        "hips_short": (14.99, 21.41),
        "over_stride": (8.37, 17.33),
    },
    "jon": {
        "knee_valgus": (3.3, 4.94),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.93, 16.42),
        "hips_short": (16.73, 23.66),
        "over_stride": (7.68, 16.42),
    },
    "kaya": {
        "knee_valgus": (3.72, 5.58),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.7, 16.07),
        "hips_short": (16.53, 23.57),
        "over_stride": (7.93, 16.7),
    },
    "lou": {
        "knee_valgus": (3.05, 4.57),
        "pelvic_roll": (12.86, 22.86),
        "pelvic_drop": (10.86, 16.3),
        "hips_short": (17.69, 25.21),
        "over_stride": (7.42, 15.92),
    },
}
"""By body and check: moderate, severe."""

MIDLINE = {"moderate": 0.0, "severe": -0.03}
"""Ankle outward of the midline in a crossover, metres; it comes out as it is commanded."""

_SEEDS = (11, 12, 13)
_FRONT = Camera((0.0, -3.5, 0.95), (0.0, 0.0, 0.85), 40.0, (480, 640))
_ROUNDS = 3


def command(body: str, exercise: str, check: str, grade: str) -> float:
    """What the renderer is told so that this body's fault has the size aimed at."""
    if exercise == RUNNING_REAR:
        return MIDLINE[grade]
    return COMMANDS[body][check][("moderate", "severe").index(grade)]


def _plan(exercise: str, body: BodyPlan, seed: int, faults: dict[str, float]) -> ClipPlan:
    plan = ClipPlan("reach", exercise, "right", seed, 20, body, OUTFITS[TUNE][0], ROOMS[0], _FRONT)
    if exercise == RUNNING_SIDE:
        run = RunPlan(1.5, cadence_spm=177.0, forward_lean_deg=3.5, over_stride_deg=faults["over_stride"])
        return replace(plan, run=run)
    box_height_m = round(min(max(0.29 * body.stature_m, 0.44), 0.54), 3)
    rep = Rep(0.3, 0.1, 0.3, 0.1, amplitude=1.0 if exercise == SINGLE_LEG_BOX_SQUAT else 0.975, faults=faults)
    return replace(plan, reps=(rep,), box_height_m=box_height_m, set_up=SetUp(0.3, 0.0, reference_lift=False))


def _reached(person: Person, body: BodyPlan, check: str, told: float) -> float:
    """The true quantity for a command, mean over a few ways of swaying."""
    from sample_videos.renderer.motions import motion_for
    from sample_videos.renderer.truth import truth_record

    aim, values = AIMS[check], []
    for seed in _SEEDS:
        plan = _plan(aim.exercise, body, seed, {check: told})
        record = truth_record(motion_for(person, plan), plan)
        values += [rep["measures"][aim.quantity] for rep in record["reps"]]
        values += [contact[aim.quantity] for contact in record.get("contacts", ())]
    return fmean(values)


def _solved(person: Person, body: BodyPlan, check: str, goal: float) -> float:
    """The command that reaches the goal, by the secant method."""
    a, b = AIMS[check].first
    at_a, at_b = (_reached(person, body, check, told) for told in (a, b))
    for _ in range(_ROUNDS):
        if abs(at_b - goal) < 0.05:
            break
        a, b, at_a = b, b + (goal - at_b) * (b - a) / (at_b - at_a), at_b
        at_b = _reached(person, body, check, b)
    return round(b, 2)


def main() -> None:
    """Solve for every body and print the table."""
    from sample_videos.renderer.body import load_body, person_of
    from sample_videos.renderer.wardrobe import dress, soles_m

    for plan in (body for bodies in BODIES.values() for body in bodies):
        body = load_body(plan)
        person = person_of(body, soles_m(dress(body, OUTFITS[TUNE][0])))
        row = {check: [_solved(person, plan, check, goal) for goal in aim.true] for check, aim in AIMS.items()}
        print(plan.name, json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
