"""``formcheck export``: a scored set as a table, or its motion for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from formcheck.cli.check import check_before, recognised
from formcheck.cli.progress import progress_bar
from formcheck.errors import UsageError
from formcheck.exercises.registry import AUTO, get_exercise
from formcheck.pose.region import parse_region

__all__ = ["FormatName", "command"]

FormatName = Literal["csv", "parquet", "trc", "mot", "c3d"]


def command(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A video, a folder of images, or a stored landmark track.")
    ],
    exercise: Annotated[str, typer.Option(metavar="ID", help="See `formcheck exercises`; auto recognises it.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")],
    format: Annotated[
        FormatName | None,
        typer.Option(
            help="csv, parquet: a row a repetition; trc, c3d: markers; mot: joint angles. Else by the name of FILE."
        ),
    ] = None,
    side: Annotated[
        Literal["left", "right", "auto"], typer.Option(help="The person's own working side; auto finds it.")
    ] = "auto",
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The recording shows a mirror image.")] = False,
    limits: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Limits other than the defaults.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", help="Where the person is, in pixels of the recording.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(metavar="N", help="Images a second of a folder of images; else 30.")
    ] = None,
    model: Annotated[Path | None, typer.Option(metavar="FILE.task", help="Another pose model.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Write a set's repetitions as a table, or its motion for OpenSim and biomechanics software."""
    if exercise != AUTO:
        get_exercise(exercise)
    box = None if region is None else parse_region(region)
    check_before(source, {"--out": out}, [path for path in (limits, model) if path])

    from formcheck.export import require, write_export

    name = format or _by_suffix(out)
    require([name])

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
    write_export(name, analysis.report, analysis.track, out)
    if not quiet:
        for note in recognised(analysis.report):
            print(f"formcheck: note: {note}", file=sys.stderr)
        print(f"{name:<10} {out}")


def _by_suffix(out: Path) -> str:
    from formcheck.export import FORMATS

    for known in FORMATS.values():
        if out.suffix.lower() == known.suffix:
            return known.name
    raise UsageError(f"--out '{out}' does not tell the format by its name: add --format {'|'.join(FORMATS)}")
