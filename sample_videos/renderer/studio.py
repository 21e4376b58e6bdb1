"""Bring it together: body, clothes, movement, room and camera to a clip with its truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .body import load_body, person_of
from .card import Card
from .encode import Mp4Writer
from .motions import motion_for
from .motions.base import Motion
from .mount import mounted, touching
from .plan import ClipPlan
from .rotations import FloatArray
from .scene import Scene
from .surfaces import ByteImage
from .tag_truth import tag_truth, write_arrays
from .truth import frame_times_s, truth_record, write_truth
from .wardrobe import DressedBody, dress, soles_m

_SINK_M = 0.008  # how far a lying body presses into the mat
_SETTLE_LOOKS = 6


def _settle(motion: Motion, dressed: DressedBody) -> None:
    """Lay a lying body down so that its lowest point rests on the mat."""
    lows = []
    for t_s in np.linspace(0.0, motion.duration_s * 0.9, _SETTLE_LOOKS):
        vertices, _ = dressed.surface_m(motion.placement(float(t_s)))
        lows.append(float(vertices[:, 2].min()))
    motion.lift_m = np.array([0.0, 0.0, motion.ground_m - _SINK_M - min(lows)])


def prepare(plan: ClipPlan) -> tuple[Motion, DressedBody]:
    """Body and movement of a clip, ready to be drawn."""
    body = load_body(plan.body)
    dressed = dress(body, plan.outfit)
    motion = motion_for(person_of(body, soles_m(dressed)), plan)
    if motion.lies_down:
        _settle(motion, dressed)
    return motion, dressed


def hang_cards(plan: ClipPlan, motion: Motion, dressed: DressedBody) -> tuple[Card, ...]:
    """The tags of a plan where they are worn; a hand that is laid over one is from now on part of the movement."""
    cards = tuple(mounted(tag, plan, dressed, motion) for tag in plan.tags)
    motion.touches = tuple(touch for card in cards if (touch := touching(card)))
    return cards


def frames(
    plan: ClipPlan,
    motion: Motion,
    dressed: DressedBody,
    times_s: FloatArray,
    cards: tuple[Card, ...] = (),
    seen: list[FloatArray] | None = None,
) -> Iterator[ByteImage]:
    """Pictures of a clip at given times; how much of each card they show is appended to `seen`."""
    sensor = plan.sensor
    looks_s = np.arange(sensor.looks) / sensor.looks * sensor.exposure / plan.fps
    scene = Scene(dressed, plan.camera, plan.room, motion.props, motion.ground_m, plan.seed, sensor, cards)
    with closing(scene):
        for t_s in times_s:
            looks = []
            for look_s in t_s + looks_s:
                placement = motion.placement(float(look_s))
                scene.place_cards(placement, float(look_s))
                looks.append(scene.draw(*dressed.surface_m(placement)))
            if seen is not None:
                seen.append(scene.shares_seen(placement, float(look_s)))
            yield scene.film(looks[0] if len(looks) == 1 else np.mean(looks, axis=0).astype(np.uint8))


def film(plan: ClipPlan, folder: Path) -> None:
    """Write NAME.mp4 with its truth; a video that is not finished keeps a hidden name."""
    motion, dressed = prepare(plan)
    cards = hang_cards(plan, motion, dressed)
    seen = _write_video(plan, motion, dressed, cards, folder)
    write_truth(motion, plan, folder, tag_truth(motion, plan, cards, seen) if cards else None)


def film_with_record(plan: ClipPlan, folder: Path) -> dict[str, Any]:
    """Write NAME.mp4 only; what is true of it comes back, without the joints of every frame.

    Of a clip with tags, NAME.tag.npz holds what is true of them frame by frame.
    """
    motion, dressed = prepare(plan)
    cards = hang_cards(plan, motion, dressed)
    seen = _write_video(plan, motion, dressed, cards, folder, preset="veryfast")
    tags = tag_truth(motion, plan, cards, seen) if cards else None
    record = truth_record(motion, plan, tags)
    if tags:
        write_arrays(tags.arrays, folder / f"{plan.name}.tag.npz")
    del record["joints"]
    return record


def _write_video(
    plan: ClipPlan, motion: Motion, dressed: DressedBody, cards: tuple[Card, ...], folder: Path, preset: str = "medium"
) -> list[FloatArray]:
    """Draw and encode every frame; how much of each card they show comes back."""
    times_s = frame_times_s(motion.duration_s, plan.fps)
    seen: list[FloatArray] = []
    unfinished = folder / f".formcheck-{plan.name}.partial.mp4"
    with Mp4Writer(unfinished, plan.camera.size_px, plan.fps, plan.crf, preset) as writer:
        for image in frames(plan, motion, dressed, times_s, cards, seen):
            writer.write(image)
    unfinished.replace(folder / f"{plan.name}.mp4")
    return seen


def photograph(plan: ClipPlan, folder: Path, count: int = 6) -> None:
    """Write a few PNG pictures of a clip, to look at."""
    motion, dressed = prepare(plan)
    cards = hang_cards(plan, motion, dressed)
    times_s = np.linspace(0.3, motion.duration_s - 0.3, count)
    for i, image in enumerate(frames(plan, motion, dressed, times_s, cards)):
        cv2.imwrite(str(folder / f"{plan.name}_{i}.png"), image[..., ::-1])
