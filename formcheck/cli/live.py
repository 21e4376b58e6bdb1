"""``formcheck live``: one set after the other in front of a camera, as it happens."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from formcheck.errors import UsageError
from formcheck.exercises.registry import get_exercise
from formcheck.limits import params_of, tag_in

if TYPE_CHECKING:  # camera, model and window take their time to import; `--help` does not wait for them
    from formcheck.live.desktop import Desktop
    from formcheck.live.records import LiveEvent
    from formcheck.live.summary import LiveResult


def command(
    exercise: Annotated[str, typer.Option(metavar="ID", help="See `formcheck exercises`.")],
    side: Annotated[
        Literal["left", "right", "auto"], typer.Option(help="The person's own working side; auto finds it.")
    ] = "auto",
    camera: Annotated[
        str, typer.Option(metavar="N|URL|FILE", help="A camera's number, a stream, or a video played as one.")
    ] = "0",
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep each set's landmarks, result and report in a folder here.")
    ] = None,
    record_video: Annotated[bool, typer.Option("--record-video", help="With --record: keep the video too.")] = False,
    cues: Annotated[
        Literal["off", "sparse", "full"], typer.Option(help="How much is said: nothing, faults only, or all.")
    ] = "full",
    sound: Annotated[bool, typer.Option("--sound/--no-sound", help="Say cues aloud.")] = True,
    window: Annotated[bool, typer.Option("--window/--no-window", help="Show a window, or lines of text only.")] = True,
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The camera itself delivers a mirror image.")] = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="A FILE only: every frame, as quickly as it can be looked at.")
    ] = False,
    limits: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Limits other than the defaults.")
    ] = None,
    model: Annotated[Path | None, typer.Option(metavar="FILE.task", help="Another pose model.")] = None,
) -> None:
    """Count and judge a set while it is done, and say the one thing to mend.

    Hold the start position for 2 seconds or raise one hand to start; walk away or raise one hand to stop.
    Keys: space starts and stops, s switches sound, f the full screen, q quits.
    """
    kind = get_exercise(exercise)
    params = params_of(kind, limits)
    if record_video and record is None:
        raise UsageError("--record-video needs --record DIR, the folder to keep the video in")
    if fast and (camera.isdecimal() or "://" in camera):
        raise UsageError("--fast is for a FILE in the camera's place; a camera cannot be hurried")

    from formcheck.live.desktop import Desktop, Plan
    from formcheck.live.sound import Means, Voice
    from formcheck.live.window import Display, NoWindow, Window
    from formcheck.pose.mediapipe_estimator import PoseEstimator
    from formcheck.pose.model_store import find_model
    from formcheck.session import make_checker
    from formcheck.video.camera_source import open_camera

    if record is not None:
        _tell_recovered(record)
    means = Means.here()
    if sound and cues != "off" and means.note:
        _note(means.note)
    plan = Plan(lambda: make_checker(kind, params, side), cues, mirrored, record, record_video, tag_in(limits))
    with ExitStack() as opened:
        # The camera first: what is most often wrong is told before anything is loaded.
        eye = opened.enter_context(open_camera(camera, fast=fast))
        shown: Display = Window() if window else NoWindow()
        display = opened.enter_context(shown)
        estimator = opened.enter_context(PoseEstimator(find_model(model)))
        voice = opened.enter_context(Voice(means))
        voice.on = sound
        heard = _silent if window else _print_event
        desktop = Desktop(plan, eye, estimator, display, voice, heard)
        results = desktop.run()
    _show(results, desktop)


def _tell_recovered(root: Path) -> None:
    from formcheck.live.recording import recover

    for found in recover(root):
        what = found.problem or f"{found.reps} repetitions scored"
        _note(f"a set that was cut off, {found.folder.name}: {what}")


def _note(text: str) -> None:
    print(f"formcheck: note: {text}", file=sys.stderr)


def _silent(event: LiveEvent) -> None:
    """The window shows it."""


def _print_event(event: LiveEvent) -> None:
    """One line for each thing that happens."""
    line = _line(event)
    if line:
        print(f"{event.t_s:7.1f} s  {line}", flush=True)


def _line(event: LiveEvent) -> str:
    if event.kind == "stage":
        why = event.started_by or event.reason
        return f"{event.stage}" + (f" ({why.replace('_', ' ')})" if why else "")
    if event.kind == "rep":
        faults = ", ".join(v.title for v in event.rep.verdicts if v.state == "fault")
        count = f"repetition {event.rep.index}" + ("" if event.rep.complete else f", not counted: {event.rep.note}")
        return count + (f"; to mend: {faults}" if faults else "")
    if event.kind == "warning":
        return f"now: {event.fault}"
    if event.kind == "cue" and event.cue.kind in ("advice", "praise"):
        return event.cue.text
    return f"no picture for {event.gap_s:.1f} s" if event.kind == "gap" else ""


def _show(results: list[LiveResult], desktop: Desktop) -> None:
    from rich.console import Console

    from formcheck.live import wording
    from formcheck.report.table import print_report

    if not results:
        print(wording.NO_SET)
    for result in results:
        summary: Any = result.summary
        print(summary.reason_text)
        if summary.report is None:
            print(wording.NOTHING_SEEN)
            continue
        print_report(summary.report, Console())
        print(wording.REVISED if summary.revisions else wording.NOT_REVISED)
        for revision in summary.revisions:
            print(f"  {revision.text}")
    for folder in desktop.folders:
        print(f"recorded   {folder}")
