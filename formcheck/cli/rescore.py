"""``formcheck rescore``: a batch again under other limits, from its stored tracks."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from formcheck.cli.batch import cores, require_tables, stopping
from formcheck.cli.progress import progress_bar

if TYPE_CHECKING:  # `--help` does not wait for what the work needs
    from formcheck.batch.rescore import Rescored

WIDEST: Final = 200


def command(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The output folder of `formcheck batch`.")],
    limits: Annotated[Path, typer.Option(metavar="FILE.toml", help="The limits to score with.")],
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes at work; else one for each core.")
    ] = None,
    json_lines: Annotated[bool, typer.Option("--json-lines", help="What changed as JSON lines on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Score a batch's stored tracks under other limits, and show what that changes per check."""
    from formcheck.batch.errors import PARTLY_FAILED
    from formcheck.batch.limits import read_all_limits
    from formcheck.batch.rescore import folder_for, rescore
    from formcheck.batch.storage import open_storage

    require_tables()
    tables = read_all_limits(limits)
    if not tables and not quiet:
        print(f"formcheck: note: {limits} holds no limits; the usual ones are in force", file=sys.stderr)
    stop = Event()
    with stopping(stop, quiet=quiet), progress_bar("Scoring", quiet=quiet or json_lines) as progress:
        done = rescore(
            open_storage(folder),
            tables,
            folder_for(limits, tables),
            workers=workers or cores(),
            stop=stop,
            progress=progress,
        )
    if json_lines:
        for change in done.changes:
            print(json.dumps({"event": "check", **asdict(change)}))
        print(json.dumps({"event": "end", "folder": done.folder, "recordings": done.recordings, "failed": done.failed}))
    elif not quiet:
        _show(done, folder)
    if done.failed:
        raise typer.Exit(PARTLY_FAILED)


def _show(done: Rescored, folder: str) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("Exercise", "Check"):
        table.add_column(title, no_wrap=True)
    for title in ("Sets", "Changed", "Sets\nat fault", "Reps\nat fault", "Reps\nto watch", "Reps not\nassessed"):
        table.add_column(title, justify="right", no_wrap=True)
    for change in done.changes:
        pairs = (change.sets["fault"], change.reps["fault"], change.reps["watch"], change.reps["not_assessed"])
        counts = (str(change.recordings), str(change.changed) if change.changed else "-")
        table.add_row(change.exercise, change.check, *counts, *(_arrow(*pair) for pair in pairs))
    console = Console()
    needed = console.measure(table, options=console.options.update(width=WIDEST)).maximum
    Console(width=max(console.width, needed)).print(table)  # names that are cut short tell nobody anything
    print(f"{done.recordings - done.failed} of {done.recordings} recordings scored again, from their tracks")
    print(f"tables     {folder.rstrip('/')}/{done.folder.rstrip('/')}")


def _arrow(before: int, after: int) -> str:
    return str(before) if before == after else f"{before} -> {after}"
