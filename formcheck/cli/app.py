"""The command line as a whole."""

from __future__ import annotations

import signal
import sys
from importlib.metadata import version
from types import FrameType
from typing import Annotated, Final

import typer

from formcheck.cli import (
    batch,
    check,
    doctor,
    exercises,
    export,
    keys,
    live,
    log,
    metronome,
    models,
    progress_over_weeks,
    record,
    rescore,
    serve,
    tag,
    today,
)
from formcheck.cli.errors import EXIT_CODES, exit_code_of
from formcheck.cli.stdout import guard_stdout

__all__ = ["app", "main"]

_CODES: Final = "\n\n".join(f"{code}: {meaning}" for code, meaning in EXIT_CODES.items())

app = typer.Typer(
    help="Check the form of rehabilitation exercises in recordings. Training feedback, not medical advice.",
    epilog=f"Exit codes:\n\n{_CODES}",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="check", no_args_is_help=False)(check.command)
app.command(name="export")(export.command)
app.command(name="batch")(batch.command)
app.command(name="rescore")(rescore.command)
app.command(name="live", no_args_is_help=False)(live.command)
app.command(name="exercises")(exercises.command)
app.command(name="doctor")(doctor.command)
app.command(name="models")(models.command)
app.command(name="serve")(serve.serve)
app.command(name="worker")(serve.worker)
app.command(name="log")(log.command)
app.command(name="today")(today.command)
app.command(name="progress")(progress_over_weeks.command)
app.command(name="metronome")(metronome.command)
app.command(name="tag")(tag.command)
app.add_typer(record.app, name="record")
app.add_typer(keys.app, name="keys")


def _show_version(asked: bool) -> None:
    if asked:
        print(f"formcheck {version('formcheck')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and exit."""
    signal.signal(signal.SIGTERM, _stop)
    guard_stdout()
    command = typer.main.get_command(app)
    sys.exit(exit_code_of(lambda: command(prog_name="formcheck", standalone_mode=False)))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # Unwinds like Ctrl-C, so that partial outputs are removed.
    raise SystemExit(128 + signal.SIGTERM)
