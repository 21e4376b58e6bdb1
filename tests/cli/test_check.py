"""`formcheck check` on a committed sample, from the recording to every output."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from formcheck.pose.model_store import ModelFile
from formcheck.schema import schema_text

Run = Callable[..., Any]
Options = tuple[object, ...]


@pytest.fixture(scope="module")
def sample(samples: Path, model: ModelFile) -> tuple[Path, str]:
    """The first committed clip and its exercise; the model has to be there."""
    truth = sorted(samples.glob("*.truth.json"))[0]
    clip = truth.with_name(truth.name.replace(".truth.json", ".mp4"))
    return clip, json.loads(truth.read_text(encoding="utf-8"))["exercise"]


def test_every_output_is_written_and_named(
    run: Run, sample: tuple[Path, str], every_output: Options, out: Path
) -> None:
    clip, exercise = sample
    ended = run("check", clip, "--exercise", exercise, *every_output)
    assert (ended.code, ended.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["film.webm", "page.html", "set.json", "track.npz"]
    for path in out.iterdir():
        assert str(path) in ended.out
    jsonschema.validate(json.loads((out / "set.json").read_text()), json.loads(schema_text()))

    again = run("check", out / "track.npz", "--exercise", exercise, "--json", "-")
    assert json.loads(again.out) == json.loads((out / "set.json").read_text())
    assert (again.code, again.err) == (0, "")


def test_quiet_says_nothing(run: Run, sample: tuple[Path, str], out: Path) -> None:
    clip, exercise = sample
    ended = run("check", clip, "--exercise", exercise, "--landmarks", out / "track.npz", "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_an_annotated_video_of_a_stored_track_is_refused(run: Run, out: Path) -> None:
    options = ("--exercise", "clamshell", "--overlay", out / "film.webm")
    assert "stored track" in run("check", out / "track.npz", *options).complaint(2)


@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)], ids=["Ctrl-C", "kill"]
)
@pytest.mark.parametrize("at", ["Reading", "Drawing"])
def test_a_stop_leaves_no_output(
    sample: tuple[Path, str], every_output: Options, out: Path, stop: signal.Signals, code: int, at: str
) -> None:
    clip, exercise = sample
    arguments = map(str, ("check", clip, "--exercise", exercise, *every_output))
    terminal, stderr = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "formcheck", *arguments], stdout=subprocess.PIPE, stderr=stderr
    )
    os.close(stderr)
    _read_until(terminal, at)
    command.send_signal(stop)
    shown = _read_until(terminal, None)
    assert command.communicate(timeout=60) == (b"", None)
    assert command.returncode == code
    assert "Traceback" not in shown
    assert list(out.iterdir()) == []


def _read_until(terminal: int, word: str | None) -> str:
    """What a terminal shows until ``word`` or, with None, until the program lets go of it."""
    shown = ""
    while word is None or word not in shown:
        try:
            part = os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # Linux's way to say that the other end is closed
            part = ""
        if not part:
            assert word is None, shown
            break
        shown += part
    return shown
