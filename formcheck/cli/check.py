"""``formcheck check``: one recording in, a form check out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.console import Console

from formcheck.cli.outputs import check_outputs
from formcheck.cli.progress import progress_bar
from formcheck.errors import UsageError
from formcheck.exercises.registry import AUTO, get_exercise
from formcheck.limits import read_limits, tag_in
from formcheck.pose.region import parse_region
from formcheck.tag.design import TagDesign

if TYPE_CHECKING:  # the analysis takes its time to import; `--help` does not wait for it
    from formcheck.results import SetReport
    from formcheck.scoring import Analysis

STDOUT: Final = Path("-")


def command(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A video, a folder of images, or a stored landmark track.")
    ],
    exercise: Annotated[
        str, typer.Option(metavar="ID|auto", help="See `formcheck exercises`; auto recognises it from the movement.")
    ],
    side: Annotated[
        Literal["left", "right", "auto"], typer.Option(help="The person's own working side; auto finds it.")
    ] = "auto",
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The recording shows a mirror image.")] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE|-", help="Write the result as JSON.")] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the annotated video: .webm, or .mp4 with PyAV."),
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report: one HTML file.")] = None,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Make faces unrecognisable in the report and the annotated video.")
    ] = False,
    landmarks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the landmark track, to score again as SOURCE.")
    ] = None,
    limits: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Limits other than the defaults.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", help="Where the person is, in pixels of the recording.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(metavar="N", help="Images a second of a folder of images; else 30.")
    ] = None,
    model: Annotated[Path | None, typer.Option(metavar="FILE.task", help="Another pose model.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors only, and what `--json -` asks for.")
    ] = False,
) -> None:
    """Count the reps of one set and judge their form."""
    if exercise != AUTO:
        get_exercise(exercise)
    box = None if region is None else parse_region(region)
    asked = {"--json": json, "--overlay": overlay, "--report": report, "--landmarks": landmarks}
    outputs = {option: path for option, path in asked.items() if path is not None and path != STDOUT}
    check_before(source, outputs, [path for path in (limits, model) if path])

    from formcheck.report.outputs import Outputs, write_outputs
    from formcheck.scoring import analyse

    with progress_bar("Reading", quiet=quiet) as progress:
        analysis = analyse(
            source,
            exercise=exercise,
            side=side,
            mirrored=mirrored,
            limits=limits,
            model=model,
            region=box,
            sequence_rate_hz=fps,
            progress=progress,
        )
    with progress_bar("Drawing", quiet=quiet or overlay is None) as progress:
        wanted = Outputs(**{option.removeprefix("--"): path for option, path in outputs.items()})
        write_outputs(analysis, source, wanted, sequence_rate_hz=fps, face_blur=blur_face, progress=progress)
    if not quiet:
        for note in (*recognised(analysis.report), *notes(source, fps, limits, analysis.report.exercise)):
            print(f"formcheck: note: {note}", file=sys.stderr)
    _show(analysis, outputs, to_stdout=json == STDOUT, quiet=quiet)


def check_before(source: str, outputs: Mapping[str, Path], inputs: Sequence[Path]) -> None:
    """Find out before the work starts what could not be written at its end.

    Raises:
        UsageError: no source is named, an output's place or name is wrong, or an annotated video is asked of
            a stored track.
    """
    if not source:
        raise UsageError("SOURCE is empty: name a video, a folder of images, or a stored track")
    check_outputs(outputs, [Path(source), *inputs])
    if "--overlay" in outputs:
        from formcheck.extract import is_stored_track
        from formcheck.video.writer import check_video_target

        check_video_target(outputs["--overlay"])
        if is_stored_track(Path(source)):
            raise UsageError(f"--overlay needs the recording, '{source}' is a stored track: leave it out")


def recognised(report: SetReport) -> Iterator[str]:
    """What the exercise was taken for where nobody named it."""
    if report.provenance.recognised is not None:
        from formcheck.report.facts import recognised_words

        yield f"{report.exercise} was {recognised_words(report.provenance)}; --exercise names another"


def notes(source: str, fps: float | None, limits: Path | None, exercise: str) -> Iterator[str]:
    """What was taken for granted where nobody said otherwise."""
    from formcheck.extract import SEQUENCE_RATE_HZ, is_stored_track

    if fps is None and Path(source).is_dir():
        yield f"the folder is taken at {SEQUENCE_RATE_HZ:g} images a second; --fps says otherwise"
    own_tag = tag_in(limits) != TagDesign()
    if own_tag and is_stored_track(Path(source)):
        yield f"the table [tag] of {limits} changes nothing: a stored track keeps what was looked for when it was made"
    if limits is not None and not own_tag and not read_limits(limits, exercise):
        yield f"{limits} holds no limits for {exercise}; the usual ones are in force"


def _show(analysis: Analysis, outputs: Mapping[str, Path], *, to_stdout: bool, quiet: bool) -> None:
    if to_stdout:
        print(analysis.report.to_json())
    elif not quiet:
        from formcheck.report.table import print_report

        print_report(analysis.report, Console())
        for option, path in outputs.items():
            print(f"{option.removeprefix('--'):<10} {path}")
