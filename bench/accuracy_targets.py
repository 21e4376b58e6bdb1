"""What was aimed at, and whether the figures reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.accuracy_declare import (
    ABDUCTION,
    BAND_WALK,
    BRIDGE,
    CLAMSHELL,
    GLUTE,
    NEVER_JUDGED,
    REAR,
    SIDE,
    SIZES,
    SQUAT,
)
from bench.accuracy_measures import BAND_SHARE
from bench.intervals import Figure


@dataclass(frozen=True)
class Target:
    """A bound that each of some figures has to keep; a name that begins with `*` stands for all that end so."""

    text: str
    bound: float
    names: tuple[str, ...]
    at_least: bool = True
    unit: str = ""

    def met(self, figure: Figure) -> bool:
        """Whether the figure itself, not its interval, keeps the bound."""
        return figure.value >= self.bound if self.at_least else figure.value <= self.bound


_GUIDE: Final = (ABDUCTION, GLUTE, BAND_WALK)
_SETS: Final = (SQUAT, CLAMSHELL, BRIDGE, *_GUIDE)
_RUNS: Final = (REAR, SIDE)
_WANTED: Final = tuple(
    (exercise, check)
    for exercise, checks in SIZES.items()
    for check, sizes in checks.items()
    if sizes.wanted and (exercise, check) not in NEVER_JUDGED
)
_ALSO: Final = tuple(f"{exercise}.{check}" for exercise in _GUIDE for check in SIZES[exercise])
_JUDGED: Final = tuple(
    f"{exercise}.{check}"
    for exercise, checks in SIZES.items()
    for check in checks
    if (exercise, check) not in NEVER_JUDGED
)

TARGETS: Final = (
    Target("sets counted exactly", 0.99, ("all.reps_exact", *(f"{e}.reps_exact" for e in _SETS)), unit="share"),
    Target("negatives without any repetition", 1.0, tuple(f"{e}.negatives_left_alone" for e in SIZES), unit="share"),
    Target("start within 0.15 s", 0.15, tuple(f"{e}.start.mae" for e in _SETS), at_least=False, unit="s"),
    Target("end within 0.15 s", 0.15, tuple(f"{e}.end.mae" for e in _SETS), at_least=False, unit="s"),
    Target("top within 0.1 s", 0.10, tuple(f"{e}.turn.mae" for e in _SETS), at_least=False, unit="s"),
    Target(
        "cadence within 0.5 steps a minute", 0.5, tuple(f"{e}.cadence.mae" for e in _RUNS), at_least=False, unit="spm"
    ),
    Target("F1 of moderate faults", 0.95, tuple(f"{e}.{c}.moderate.f1" for e, c in _WANTED), unit="share"),
    Target("F1 of severe faults", 0.99, tuple(f"{e}.{c}.severe.f1" for e, c in _WANTED), unit="share"),
    Target(
        "F1 of moderate faults, the guide's other exercises",
        0.80,
        tuple(f"{name}.moderate.f1" for name in _ALSO),
        unit="share",
    ),
    Target(
        "F1 of severe faults, the guide's other exercises",
        0.95,
        tuple(f"{name}.severe.f1" for name in _ALSO),
        unit="share",
    ),
    Target(
        "false accusations of clean repetitions",
        0.01,
        ("all.false_accusations", *(f"{name}.false_accusations" for name in _JUDGED)),
        at_least=False,
        unit="share",
    ),
    Target(
        "forbidden views abstained on",
        1.0,
        ("all.forbidden_abstained", *(f"{e}.{c}.forbidden_abstained" for e, checks in SIZES.items() for c in checks)),
        unit="share",
    ),
    Target("error bands hold the truth", BAND_SHARE, ("*.band_holds",), unit="share"),
)

BEYOND_LANDMARKS: Final[Mapping[str, str]] = {
    f"{SQUAT}.knee_valgus": "caving that all repetitions share hides behind where the camera stands (-21 to 4 degrees)",
    f"{CLAMSHELL}.pelvic_roll": "a roll that all repetitions share is read within 8 degrees only",
    f"{BRIDGE}.pelvic_drop": "a sag that all repetitions share is not told from body and camera, "
    "nor one in a lift whose hips stop short as well",
    f"{ABDUCTION}.knee_bent": "25 degrees of the knee show 5 in the picture, no more than a turned foot or a low leg",
    f"{ABDUCTION}.toes_up": "a bent knee turns the foot in the picture as well; where both may be, the answer is none",
}
"""What of an F1 cannot be met from landmarks, and why: there the checks say `watch` or abstain."""


def why_not(name: str) -> str:
    """Why a figure cannot meet its target from landmarks; empty where nothing known stands against it."""
    reasons = (reason for check, reason in BEYOND_LANDMARKS.items() if name.startswith(check) and name.endswith(".f1"))
    return next(reasons, "")


def results(figures: Mapping[str, Figure], target: Target) -> list[tuple[str, Figure, bool]]:
    """Name, figure and whether it is met, of all figures of a target that there are."""
    names = [name for pattern in target.names for name in _matching(figures, pattern)]
    return [(name, figures[name], target.met(figures[name])) for name in names]


def _matching(figures: Mapping[str, Figure], pattern: str) -> list[str]:
    if pattern.startswith("*"):
        return [name for name in figures if name.endswith(pattern[1:])]
    return [pattern] if pattern in figures else []
