"""Whatever is wrong: one line that says so, the exit code for it, and no output left."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Recording = Callable[[str], Path]
Options = tuple[object, ...]

UNREADABLE = {
    "missing.mp4": "no such file",
    "empty.mp4": "empty",
    "cut.mp4": "cut",
    "text.mp4": "cannot read",
    "sound.m4a": "cannot read",
    "no_frames.webm": "cannot read",
    "scrambled.mp4": "cannot read",
    "huge.avi": "10000x128",
    "one_pixel.mkv": "1x1",
}
SHOWS_NOBODY = ("one_frame.mp4", "sixteen_bit.mkv", "film.txt")


@pytest.mark.parametrize(("name", "reason"), UNREADABLE.items())
def test_an_unreadable_source_is_exit_3(
    run: Run, recording: Recording, every_output: Options, out: Path, name: str, reason: str
) -> None:
    complaint = run("check", recording(name), "--exercise", "clamshell", *every_output).complaint(3)
    assert name in complaint
    assert reason in complaint
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("name", SHOWS_NOBODY)
def test_a_recording_of_nobody_is_exit_5(
    run: Run, recording: Recording, every_output: Options, out: Path, name: str
) -> None:
    assert run("check", recording(name), "--exercise", "clamshell", *every_output).complaint(5)
    assert list(out.iterdir()) == []


def test_a_folder_without_images_is_exit_3(run: Run, tmp_path: Path) -> None:
    assert "image" in run("check", tmp_path, "--exercise", "clamshell").complaint(3)


def test_an_address_is_not_fetched(run: Run) -> None:
    assert run("check", "http://localhost:1/set.mp4", "--exercise", "clamshell").complaint(3)


def test_a_track_that_is_none_is_exit_3(run: Run, tmp_path: Path) -> None:
    track = tmp_path / "track.npz"
    track.write_bytes(b"PK\x03\x04 and nothing more")
    assert "track.npz" in run("check", track, "--exercise", "clamshell").complaint(3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_recording_is_exit_3(run: Run, recording: Recording, tmp_path: Path) -> None:
    closed = tmp_path / "closed.mp4"
    closed.write_bytes(recording("nobody.mp4").read_bytes())
    closed.chmod(0)
    assert "permi" in run("check", closed, "--exercise", "clamshell").complaint(3)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--exercise", "clamshel"], "clamshell"),
        (["--exercise", "yoga"], "running_side"),
        (["--exercise", "clamshell", "--side", "up"], "--side"),
        (["--exercise", "clamshell", "--colour", "red"], "--colour"),
        ([], "--exercise"),
        (["--exercise", "clamshell", "--fps", "25"], "folder of images"),
        (["--exercise", "clamshell", "--region", "1,2,3"], "x,y,width,height"),
        (["--exercise", "clamshell", "--region", "0,0,-5,nan"], "width and height from 1"),
        (["--exercise", "clamshell", "--limits", "nowhere.toml"], "nowhere.toml"),
        (["--exercise", "clamshell", "--overlay", "film.gif"], ".webm"),
        (["--exercise", "clamshell", "--json", "one.out", "--report", "one.out"], "both name"),
    ],
)
def test_a_wrong_option_is_exit_2(
    run: Run, recording: Recording, out: Path, options: list[str], reason: str
) -> None:
    assert reason in run("check", recording("nobody.mp4"), *options, cwd=out).complaint(2)
    assert list(out.iterdir()) == []


def test_a_source_without_a_name_is_exit_2(run: Run, out: Path) -> None:
    assert "SOURCE is empty" in run("check", "", "--exercise", "clamshell", cwd=out).complaint(2)


@pytest.mark.parametrize("fps", ["0", "-25", "nan", "inf", "fast"])
def test_images_a_second_that_are_none_are_exit_2(run: Run, tmp_path: Path, fps: str) -> None:
    assert run("check", tmp_path, "--exercise", "clamshell", "--fps", fps).complaint(2)


@pytest.mark.parametrize(
    ("arguments", "reason"), [(["chek"], "chek"), (["check"], "SOURCE"), ([], "command")]
)
def test_a_wrong_command_is_exit_2(run: Run, arguments: list[str], reason: str) -> None:
    complaint = run(*arguments).complaint(2)
    assert reason in complaint
    assert "--help" in complaint


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{name} = = 1", "TOML"),
        ("no_such_limit = 1.0", "no_such_limit"),
        ("{name} = -1e9", "{name}"),
        ("{name} = nan", "{name}"),
        ("{name} = 'wide'", "{name}"),
    ],
)
def test_wrong_limits_are_exit_2(
    run: Run, recording: Recording, tmp_path: Path, limit_name: str, line: str, reason: str
) -> None:
    limits = tmp_path / "mine.toml"
    limits.write_text(f"[clamshell]\n{line.format(name=limit_name)}\n")
    ended = run("check", recording("nobody.mp4"), "--exercise", "clamshell", "--limits", limits)
    assert reason.format(name=limit_name) in ended.complaint(2)


@pytest.fixture
def limit_name() -> str:
    """Any limit of the clamshell."""
    from formcheck.exercises.declare import declared
    from formcheck.exercises.registry import get_exercise

    return declared(get_exercise("clamshell").Params)[0].name


@pytest.mark.parametrize("option", ["--json", "--overlay", "--report", "--landmarks"])
@pytest.mark.parametrize("place", ["", "nowhere", "/proc"])
def test_a_place_that_cannot_be_written_is_found_before_the_work_starts(
    run: Run, out: Path, option: str, place: str
) -> None:
    # The source does not exist either: that this is not what is complained about shows the order.
    target = out / place / ("film.webm" if option == "--overlay" else "file")
    if not place:
        target.mkdir()
    complaint = run("check", "missing.mp4", "--exercise", "clamshell", option, target).complaint(2)
    assert str(target) in complaint


@pytest.mark.parametrize("command", [("check", "--json"), ("export", "--format", "csv", "--out")])
def test_an_output_never_overwrites_a_record(run: Run, root: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    record = tmp_path / "record.db"
    assert run("log", "pain", "2", "--record", record).code == 0
    before = record.read_bytes()
    track = root / "tests" / "golden" / "clamshell_clean_right.npz"
    complaint = run(command[0], track, "--exercise", "clamshell", *command[1:], record).complaint(2)
    assert "is a record of formcheck" in complaint
    assert record.read_bytes() == before


def test_an_output_never_overwrites_the_recording(run: Run, recording: Recording, tmp_path: Path) -> None:
    source = tmp_path / "set.webm"
    source.write_bytes(recording("nobody.mp4").read_bytes())
    before = source.read_bytes()
    complaint = run("check", source, "--exercise", "clamshell", "--overlay", source).complaint(2)
    assert "overwrite" in complaint
    assert source.read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"no model", b"PK\x03\x04" + bytes(1000)])
def test_a_missing_or_damaged_model_is_exit_4(
    run: Run, recording: Recording, every_output: Options, out: Path, tmp_path: Path, content: bytes | None
) -> None:
    model = tmp_path / "mine.task"
    if content is not None:
        model.write_bytes(content)
    options = ("--exercise", "clamshell", "--model", model, *every_output)
    assert "mine.task" in run("check", recording("nobody.mp4"), *options).complaint(4)
    assert list(out.iterdir()) == []


def test_without_the_model_the_command_to_fetch_it_is_named(
    run: Run, recording: Recording, tmp_path: Path
) -> None:
    nowhere = {"FORMCHECK_MODEL_DIR": str(tmp_path / "models")}
    ended = run("check", recording("nobody.mp4"), "--exercise", "clamshell", **nowhere)
    assert "formcheck models --fetch" in ended.complaint(4)
