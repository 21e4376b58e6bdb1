"""The real window on a virtual screen, driven by its keys from set-up to summary."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formcheck import score_track
from formcheck.exercises.registry import get_exercise
from formcheck.live.recording import SET, TRACK
from formcheck.pose.store import load_track
from formcheck.results import SetReport

TOOLS = ("Xvfb", "xdotool")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS), reason="Xvfb and xdotool are not installed"
    ),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A virtual screen of its own."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    screen.terminate()
    screen.wait()


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        if happened():
            return True
        time.sleep(0.2)
    return False


class Screen:
    """What a person sees and presses."""

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    def press(self, key: str) -> None:
        subprocess.run(["xdotool", "key", key], env=self._environment, check=True)

    def window(self) -> bool:
        found = subprocess.run(
            ["xdotool", "search", "--name", "formcheck live"], env=self._environment, capture_output=True, check=False
        )
        return found.returncode == 0


@pytest.fixture
def screen(display: str) -> Screen:
    return Screen(display)


def command(display: str, clip: Path, *more: object) -> subprocess.Popen[str]:
    arguments = ["--exercise", "single_leg_box_squat", "--camera", clip, "--no-sound", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "formcheck", "live", *map(str, arguments)],
        env={**os.environ, "DISPLAY": display},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_set_in_the_window_counts_as_the_file_and_ends_with_a_summary(
    display: str, screen: Screen, two_squats: Path, tmp_path: Path
) -> None:
    process = command(display, two_squats, "--fast", "--record", tmp_path)
    assert within(300, screen.window)
    assert within(300, lambda: any(tmp_path.glob("*/live.json"))), "the summary did not come"
    assert process.poll() is None, "the window stays for the summary"
    screen.press("q")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "2 complete reps" in out
    assert not screen.window()
    [folder] = tmp_path.iterdir()
    report = SetReport.model_validate_json((folder / SET).read_text(encoding="utf-8"))
    assert score_track(load_track(folder / TRACK), get_exercise("single_leg_box_squat")()).report == report


def test_space_starts_and_q_quits_mid_set(display: str, screen: Screen, two_squats: Path, tmp_path: Path) -> None:
    process = command(display, two_squats, "--record", tmp_path)
    assert within(300, screen.window)
    screen.press("space")  # once: a second one would stop the set
    assert within(60, lambda: any(tmp_path.glob("*/open.json")))
    screen.press("q")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert any(tmp_path.glob("*/live.json"))


def test_without_a_screen_one_line_says_so(samples: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "live", "--exercise", "clamshell", "--camera", "x.mp4"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) <= 2
    clip = samples / "squat_clean_right.mp4"
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "live", "--exercise", "clamshell", "--camera", str(clip)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "--no-window" in done.stderr
