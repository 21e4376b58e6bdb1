"""``formcheck batch``: many recordings in, one folder of results and tables out."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.errors import UsageError

if TYPE_CHECKING:  # `--help` does not wait for what the work needs
    from formcheck.batch.engines.base import Engine
    from formcheck.batch.plan import Plan
    from formcheck.batch.pseudonyms import Names
    from formcheck.batch.runner import Finished


def command(
    recordings: Annotated[
        list[str] | None,
        typer.Argument(metavar="RECORDINGS...", help="Folders, files, patterns, or addresses such as s3://bucket."),
    ] = None,
    out: Annotated[str, typer.Option(metavar="DIR", help="Where results and tables go; goes on where it was.")] = "",
    manifest: Annotated[
        Path | None, typer.Option(metavar="CSV", help="A row a recording: file, exercise, side, person, date ...")
    ] = None,
    exercise: Annotated[
        str,
        typer.Option(
            metavar="ID|folder|auto",
            help="The exercise where the manifest says none; else by folder name. auto recognises it.",
        ),
    ] = "folder",
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Recordings at a time; else one for each core.")
    ] = None,
    ray: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Work on a Ray cluster; `auto` finds it.")] = None,
    limits: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Limits other than the defaults.")] = None,
    reports: Annotated[bool, typer.Option("--reports", help="Also a report for each recording.")] = False,
    overlays: Annotated[bool, typer.Option("--overlays", help="Also an annotated video for each recording.")] = False,
    export: Annotated[str, typer.Option(metavar="trc,mot,c3d", help="Also files for OpenSim and C3D.")] = "",
    blur_face: Annotated[bool, typer.Option("--blur-face", help="Hide faces in every picture.")] = False,
    pseudonyms: Annotated[
        Path | None, typer.Option(metavar="KEYFILE", help="Hide person ids and file names; made if missing.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=1.0, help="Give a recording up after this long.")
    ] = 1800.0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try recordings again that failed.")] = False,
    skip_wrong: Annotated[
        bool, typer.Option("--skip-wrong", help="Go on without the rows and paths that cannot be right.")
    ] = False,
    json_lines: Annotated[bool, typer.Option("--json-lines", help="Progress as JSON lines on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Score many recordings into one folder, and sum them up in tables."""
    if not out:
        raise UsageError("--out DIR is missing: name the folder for results and tables")
    exports = parse_exports(export)

    from formcheck.batch.engines.base import Watch
    from formcheck.batch.errors import PARTLY_FAILED
    from formcheck.batch.limits import read_all_limits
    from formcheck.batch.plan import make_plan
    from formcheck.batch.runner import Options, run_batch
    from formcheck.batch.storage import open_storage
    from formcheck.cli.batch_progress import LinesProgress, showing
    from formcheck.pose.model_store import find_model

    require_tables(exports)
    at_a_time = workers or cores()
    options = Options(
        limits=read_all_limits(limits),
        pictures=tuple(kind for kind, asked in (("report", reports), ("overlay", overlays)) if asked),
        exports=exports,
        face_blur=blur_face,
        timeout_s=timeout,
        retry_failed=retry_failed,
        skip_wrong=skip_wrong,
        names=_names(pseudonyms, out),
        table_workers=at_a_time,
    )
    model_sha256 = find_model().sha256
    watch = Watch()
    with stopping(watch.stop, quiet=quiet), showing(quiet=quiet, json_lines=json_lines) as progress:
        with _problems_told():
            plan = make_plan(recordings or (), manifest, exercise, out=out)
            _say_notes(plan, quiet=quiet or json_lines)
            storage = open_storage(out)
            with _engine(ray, at_a_time) as engine:
                finished = run_batch(plan, storage, engine, model_sha256, options, progress, watch)
        if isinstance(progress, LinesProgress):
            progress.finished(**told(finished))
    if not quiet and not json_lines:
        _show(finished, out)
    if finished.failed:
        raise typer.Exit(PARTLY_FAILED)


@contextmanager
def _problems_told() -> Iterator[None]:
    """Each problem of a plan that cannot be, on a line of its own before the error that ends the command."""
    from formcheck.batch.errors import PlanError

    try:
        yield
    except PlanError as error:
        for problem in error.problems:
            print(f"formcheck: {problem}", file=sys.stderr)
        raise


def parse_exports(text: str) -> tuple[str, ...]:
    """``trc,mot`` as names. Raises UsageError for one that is not offered."""
    from formcheck.batch.store import EXPORTS

    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in EXPORTS:
            raise UsageError(f"--export '{name}' is not offered; it is one or more of {','.join(EXPORTS)}")
    return names


def require_tables(exports: Sequence[str] = ()) -> None:
    """Raises UsageError where what tables and exports need is not installed."""
    from formcheck.export.formats import require

    require(("parquet", *exports))


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def stopping(stop: Event, *, quiet: bool) -> Iterator[None]:
    """The first Ctrl-C lets what is under way end and begins nothing more, the second stops at once."""

    def on_signal(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        if not quiet:
            print("formcheck: finishing what is under way; Ctrl-C again stops at once", file=sys.stderr)

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    except KeyboardInterrupt:
        from formcheck.batch.errors import BatchInterruptedError

        raise BatchInterruptedError("stopped at once; the same command goes on from here") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _engine(ray: str | None, workers: int) -> Engine:
    if ray is None:
        from formcheck.batch.engines.local import LocalEngine

        return LocalEngine(workers)
    from formcheck.batch.engines.ray import RayEngine

    return RayEngine(ray)


def _names(key: Path | None, out: str) -> Names:
    from formcheck.batch.pseudonyms import PLAIN, load_pseudonyms

    return PLAIN if key is None else load_pseudonyms(key, out)


def _say_notes(plan: Plan, *, quiet: bool) -> None:
    if quiet:
        return
    for what, count in sorted(plan.skipped.items()):
        print(f"formcheck: note: left out: {count} {what}", file=sys.stderr)
    if plan.unused_columns:
        print(f"formcheck: note: columns that nothing uses: {', '.join(plan.unused_columns)}", file=sys.stderr)
    for alike in plan.namesakes:
        named = ", ".join(map(repr, alike))
        print(f"formcheck: note: taken for different people, as they are written: {named}", file=sys.stderr)


def told(finished: Finished) -> Mapping[str, Any]:
    """What a run came to, in numbers."""
    return {
        "recordings": len(finished.records),
        "scored": len(finished.records) - finished.failed,
        "scored_now": finished.scored_now,
        "failed": finished.failed,
        "duplicates": finished.duplicates,
        "unexported": sum(finished.unexported.values()),
        "unexported_why": dict(finished.unexported),
        "elapsed_s": round(finished.elapsed_s, 1),
    }


def _show(finished: Finished, out: str) -> None:
    print(f"{len(finished.records) - finished.failed} of {len(finished.records)} recordings scored", end="")
    print(f", {finished.scored_now} of them now, in {finished.elapsed_s:.0f} s")
    if finished.duplicates:
        print(f"{finished.duplicates} came twice, and are counted once: see duplicate_of in recordings.parquet")
    for why, count in sorted(finished.unexported.items()):
        print(f"{count} {'export file' if count == 1 else 'export files'} could not be made: {why}")
    if finished.failed:
        print(f"{finished.failed} could not be scored: {out}/failures.csv says why")
    print(f"tables     {out}")
    print(f"summary    {out.rstrip('/')}/summary.html")
