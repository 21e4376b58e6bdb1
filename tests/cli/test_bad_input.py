"""Whatever is wrong: one line that says so, the exit code for it, and no output left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "Ended"]  # noqa: F821  (of conftest.py)

UNREADABLE = {
    "missing.mp4": "no such file",
    "empty.mp4": "empty",
    "cut.mp4": "cut",
    "text.mp4": "cannot read",
    "sound.m4a": "cannot read",
    "no_frames.webm": "cannot read",
    "scrambled.mp4": "cannot read",
    "huge.avi": "10000x10000",
    "one_pixel.mkv": "1x1",
}
SHOWS_NOBODY = ("one_frame.mp4", "sixteen_bit.mkv", "film.txt", "nobody.mp4")


@pytest.mark.parametrize(("name", "reason"), UNREADABLE.items())
def test_an_unreadable_source_is_exit_3(
    run: Run, recording: Callable[[str], Path], every_output: tuple[object, ...], out: Path, name: str, reason: str
) -> None:
    ended = run("check", recording(name), "--exercise", "clamshell", *every_output)
    assert reason in ended.complaint(3)
    assert name in ended.complaint(3)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("name", SHOWS_NOBODY)
def test_a_recording_of_nobody_is_exit_5(
    run: Run, recording: Callable[[str], Path], every_output: tuple[object, ...], out: Path, name: str
) -> None:
    ended = run("check", recording(name), "--exercise", "clamshell", *every_output)
    assert ended.complaint(5)
    assert list(out.iterdir()) == []
