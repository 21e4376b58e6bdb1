"""How a tag is worn in a clip of the bench: well, or hard to read, or so that it must not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from sample_videos.renderer.plan import SINGLE_LEG_BOX_SQUAT, HandOver, Sensor, TagPlan

CODES: Final = {"front": 27, "back": 33}
"""As `formcheck.tag.design` has them."""
WRONG_CODE: Final = 5
SQUAT_RAISED_M: Final = 0.055
"""In a deep squat a card at the waistband disappears between the thighs: it is worn this much higher."""

_Draw = Callable[[np.random.Generator, float], dict[str, object]]


def _off(rng: np.random.Generator, low: float, high: float) -> float:
    """A size within a range, of either sign."""
    return round(float(rng.choice([-1.0, 1.0]) * rng.uniform(low, high)), 2)


def _within(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 2)


def _hand(share: float) -> _Draw:
    def drawn(rng: np.random.Generator, duration_s: float) -> dict[str, object]:
        start_s = (0.2 if share > 0.5 else _within(rng, 0.35, 0.5)) * duration_s
        side = str(rng.choice(["left", "right"]))
        return {"hand": HandOver(side, round(start_s, 2), round(share * duration_s, 2))}

    return drawn


WEARS: Final[dict[str, _Draw]] = {
    "plain": lambda rng, _: {},
    "tilted": lambda rng, _: {"spin_deg": _off(rng, 12, 24), "slant_deg": _off(rng, 5, 12)},
    "bent": lambda rng, _: {"bend_deg": _within(rng, 18, 34)},
    "creased": lambda rng, _: {"crease_deg": _within(rng, 10, 20)},
    "hand": _hand(0.12),
    "shirt": lambda rng, _: {"hem": _within(rng, 0.15, 0.3)},
    "glossy": lambda rng, _: {"gloss": _within(rng, 0.6, 0.95)},
    "blurred": lambda rng, _: {},
    "hidden": _hand(0.6),
    "upside down": lambda rng, _: {"spin_deg": 180.0},
    "wrong code": lambda rng, _: {"code": WRONG_CODE},
    "slides": lambda rng, _: {"slide_deg": _off(rng, 7, 12)},
    "flutters": lambda rng, _: {"flutter_deg": _within(rng, 8, 14)},
    "mirrored": lambda rng, _: {},
    "on a hand": lambda rng, _: {"where": f"hand_{rng.choice(['left', 'right'])}"},
}
"""What is drawn for each way of wearing; the second argument is the clip's length in seconds."""


def worn_tag(
    wear: str, exercise: str, face: str, side_m: float, duration_s: float, rng: np.random.Generator
) -> TagPlan:
    """A card worn in one of the ways of `WEARS`, never quite straight."""
    tag = TagPlan(
        CODES[face],
        face,
        side_m,
        spin_deg=_off(rng, 0, 6),
        slant_deg=_off(rng, 0, 4),
        turn_deg=_off(rng, 0, 6),
        aside_m=round(_off(rng, 0, 2) / 100, 3),
        raised_m=SQUAT_RAISED_M if exercise == SINGLE_LEG_BOX_SQUAT and face == "front" else 0.0,
    )
    return replace(tag, **WEARS[wear](rng, duration_s))  # type: ignore[arg-type]


def film_of(wear: str, sensor: Sensor) -> Sensor:
    """The sensor for a way of wearing: a slow shutter, a mirror."""
    if wear == "blurred":
        return replace(sensor, exposure=0.5, looks=3)
    return replace(sensor, mirrored=wear == "mirrored", exposure=0.0, looks=1)
