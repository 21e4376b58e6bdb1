"""``formcheck check``: one recording in, a form check out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.console import Console

from formcheck.cli.outputs import Writer, check_outputs, write_all
from formcheck.cli.progress import progress_bar
from formcheck.errors import UsageError
from formcheck.exercises.registry import get_exercise

if TYPE_CHECKING:  # the analysis takes its time to import; `--help` does not wait for it
    from formcheck.scoring import Analysis

STDOUT: Final = Path("-")

Box = tuple[float, float, float, float]


def command(
    source: Annotated[str, typer.Argument(help="A video, a folder of images, or a stored landmark track.")],
    exercise: Annotated[str, typer.Option(metavar="ID", help="See `formcheck exercises`.")],
    side: Annotated[
        Literal["left", "right", "auto"], typer.Option(help="The person's own working side; auto finds it.")
    ] = "auto",
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The recording shows a mirror image.")] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE|-", help="Write the result as JSON.")] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the annotated video: .webm, or .mp4 with formcheck[mp4]."),
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report, one HTML file.")] = None,
    landmarks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the landmark track, to score again as SOURCE.")
    ] = None,
    limits: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Limits other than the defaults.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", help="Where the person is, in pixels of the recording.")
    ] = None,
    model: Annotated[Path | None, typer.Option(metavar="FILE.task", help="Another pose model.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors only, and what `--json -` asks for.")
    ] = False,
) -> None:
    """Count the reps of one set and judge their form."""
    get_exercise(exercise)
    box = parse_region(region)
