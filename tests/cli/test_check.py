"""`formcheck check` on a recording of a set, from the recording to every output."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from formcheck.pose.model_store import ModelFile
from formcheck.pose.store import load_track
from formcheck.schema import schema_text
from formcheck.video.open_source import open_source
from tests.commands import run_apart

Run = Callable[..., Any]
Options = tuple[object, ...]


@pytest.fixture(scope="module")
def checked(
    short_clip: tuple[Path, str], model: ModelFile, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """A clip checked once, with every output: how the command ended, and the folder of outputs."""
    clip, exercise = short_clip
    folder = tmp_path_factory.mktemp("checked")
    options = ("--json", "set.json", "--overlay", "film.webm", "--report", "page.html")
    ended = run_apart("check", clip, "--exercise", exercise, *options, "--landmarks", "track.npz", cwd=folder)
    return ended, folder


def test_every_output_is_written_and_named(checked: tuple[Any, Path]) -> None:
    ended, folder = checked
    assert (ended.code, ended.err) == (0, "")
    names = ["film.webm", "page.html", "set.json", "track.npz"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(name in ended.out for name in names)


def test_the_json_follows_the_published_schema(checked: tuple[Any, Path]) -> None:
    result = json.loads((checked[1] / "set.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, json.loads(schema_text()))
    assert result["schema"] == "formcheck.set/1"


def test_a_stored_track_scores_the_same_without_the_recording(
    run: Run, checked: tuple[Any, Path], short_clip: tuple[Path, str]
) -> None:
    folder = checked[1]
    ended = run("check", folder / "track.npz", "--exercise", short_clip[1], "--json", "-")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (folder / "set.json").read_text(encoding="utf-8")


def test_quiet_says_nothing(run: Run, checked: tuple[Any, Path], short_clip: tuple[Path, str], out: Path) -> None:
    track = checked[1] / "track.npz"
    ended = run("check", track, "--exercise", short_clip[1], "--quiet", "--report", out / "page.html")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (out / "page.html").is_file()


def test_limits_without_any_for_the_exercise_are_noted(
    run: Run, checked: tuple[Any, Path], short_clip: tuple[Path, str], out: Path
) -> None:
    limits = out / "mine.toml"
    limits.write_text("[running_side]\ncadence_low_spm = 165\n", encoding="utf-8")
    options = ("--exercise", short_clip[1], "--limits", limits, "--json", "-")
    ended = run("check", checked[1] / "track.npz", *options)
    assert ended.code == 0
    assert ended.out == (checked[1] / "set.json").read_text(encoding="utf-8")
    expected = f"formcheck: note: {limits} holds no limits for {short_clip[1]}; the usual ones are in force\n"
    assert ended.err == expected
    assert run("check", checked[1] / "track.npz", *options, "--quiet").err == ""


@pytest.fixture(scope="module")
def images(short_clip: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of the clip as a folder of images."""
    folder = tmp_path_factory.mktemp("images")
    with open_source(short_clip[0]) as source:
        for frame in islice(source, 25):
            Image.fromarray(frame.image).save(folder / f"{frame.index}.png")
    return folder


def test_images_have_the_rate_that_was_said(
    run: Run, images: Path, short_clip: tuple[Path, str], out: Path
) -> None:
    for fps, note in ((10, ""), (None, "the folder is taken at 30 images a second")):
        options = ("--exercise", short_clip[1], "--landmarks", out / "track.npz", "--overlay", out / "film.webm")
        ended = run("check", images, *options, *(("--fps", fps) if fps else ()))
        assert ended.code == 0
        assert note in ended.err
        assert len(ended.err.splitlines()) == bool(note)
        assert load_track(out / "track.npz").t_s[-1] == pytest.approx(24 / (fps or 30))
        with open_source(out / "film.webm") as film:
            assert film.nominal_rate_hz == pytest.approx(fps or 30, rel=0.02)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("options", [("--json", "-"), ()])
def test_a_full_stdout_is_one_line_and_exit_1(
    checked: tuple[Any, Path], short_clip: tuple[Path, str], options: Options
) -> None:
    code, err = _into(Path("/dev/full"), "check", checked[1] / "track.npz", "--exercise", short_clip[1], *options)
    assert code == 1
    assert err.startswith("formcheck: error: stdout cannot be written (No space left on device)")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("exercises",), ("exercises", "clamshell"), ("exercises", "--json"), ("--help",), ("--version",)]
)
def test_a_closed_pipe_ends_quietly(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert _into(writer, *arguments) == (128 + signal.SIGPIPE, "")
    finally:
        os.close(writer)


def _into(stdout: int | Path, *arguments: object) -> tuple[int, str]:
    """Exit code and stderr of a command whose stdout is this."""
    command = [sys.executable, "-m", "formcheck", *map(str, arguments)]
    with ExitStack() as opened:
        target = stdout if isinstance(stdout, int) else opened.enter_context(stdout.open("w"))
        done = subprocess.run(command, stdout=target, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    return done.returncode, done.stderr


def test_a_model_for_a_stored_track_is_refused(
    run: Run, checked: tuple[Any, Path], short_clip: tuple[Path, str], model: ModelFile
) -> None:
    options = ("--exercise", short_clip[1], "--model", model.path)
    assert "holds its poses already" in run("check", checked[1] / "track.npz", *options).complaint(2)


def test_an_annotated_video_of_a_stored_track_is_refused(run: Run, out: Path) -> None:
    options = ("--exercise", "clamshell", "--overlay", out / "film.webm")
    assert "stored track" in run("check", out / "track.npz", *options).complaint(2)


@pytest.mark.parametrize(
    ("at", "stop", "code"),
    [
        ("Reading", signal.SIGINT, 130),
        ("Reading", signal.SIGTERM, 128 + signal.SIGTERM),
        ("Drawing", signal.SIGINT, 130),
    ],
)
def test_a_stop_leaves_no_output(
    short_clip: tuple[Path, str], every_output: Options, out: Path, at: str, stop: signal.Signals, code: int
) -> None:
    arguments = map(str, ("check", short_clip[0], "--exercise", short_clip[1], *every_output))
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


def test_an_exercise_that_nobody_named_is_recognised_and_told(run: Run, root: Path) -> None:
    track = root / "bench" / "data" / "clamshell_test_01.npz"
    ended = run("check", track, "--exercise", "auto", "--json", "-")
    result = json.loads(ended.out)
    assert result["exercise"] == "clamshell"
    assert result["provenance"]["recognised"]["runner_up"] == ""
    assert ended.err.startswith("formcheck: note: clamshell was recognised from the movement")


def test_what_is_no_exercise_is_not_scored(run: Run, root: Path, tmp_path: Path) -> None:
    track = root / "bench" / "data" / "squat_test_26.npz"
    ended = run("check", track, "--exercise", "auto", "--report", tmp_path / "page.html")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.startswith("formcheck: error: the movement is none of the exercises")
    assert not list(tmp_path.iterdir())


def test_codes_of_a_tag_change_nothing_in_a_stored_track_and_that_is_said(run: Run, root: Path, tmp_path: Path) -> None:
    limits = tmp_path / "clinic.toml"
    limits.write_text("[tag]\ndictionary = '4X4_50'\ncodes = [3, 4]\n", encoding="utf-8")
    track = root / "tests" / "golden" / "clamshell_tag_low_right.npz"
    ended = run("check", track, "--exercise", "clamshell", "--limits", limits, "--json", "-")
    assert json.loads(ended.out)["verdicts"][0]["measured_by"] == "tag"
    (note,) = ended.err.splitlines()
    assert note.endswith("changes nothing: a stored track keeps what was looked for when it was made")
