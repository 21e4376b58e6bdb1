"""The frame at a time is the very frame that was scored at that time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from formcheck.video.file_source import FileSource
from formcheck.video.frames_at import frames_at

UNEVEN_S = np.cumsum([0.0] + [0.02, 0.1, 0.033, 0.02, 0.06] * 8)


def test_exact_on_a_variable_rate(film: Callable[..., Path], tmp_path: Path, read_number: Callable[..., int]) -> None:
    path = film(tmp_path / "a.mp4", times_s=UNEVEN_S, options={"bf": "3"})
    with FileSource(path) as source:
        times = {frame.index: frame.t_s for frame in source}
    asked = [times[index] for index in (33, 0, 7, 8, 40)]
    found = frames_at(path, [*asked, asked[1]])
    assert [read_number(found[t_s]) for t_s in asked] == [33, 0, 7, 8, 40]


def test_between_two_frames_the_next_one(
    film: Callable[..., Path], tmp_path: Path, read_number: Callable[..., int]
) -> None:
    found = frames_at(film(tmp_path / "a.mp4"), [0.01, 0.011, 0.04, 99.0])
    assert {t_s: read_number(image) for t_s, image in found.items()} == {0.01: 1, 0.011: 1, 0.04: 2}


def test_frames_come_whole_unless_told(film: Callable[..., Path], tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", size=(1920, 1080), frames=2)
    assert frames_at(path, [0.0])[0.0].shape == (1080, 1920, 3)
    assert frames_at(path, [0.0], max_side_px=1000)[0.0].shape == (540, 960, 3)
