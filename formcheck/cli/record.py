"""``formcheck record``: where a person's record is, all of it as files, and all of it gone.

Also what every command that opens the record needs: its option, and its opening.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from formcheck.errors import FormcheckError, SourceError, UsageError

if TYPE_CHECKING:  # the database's libraries are an extra, and `--help` does without them
    from formcheck.programme.guide import Guide
    from formcheck.programme.record_file import RecordFile

__all__ = [
    "DayOption",
    "GuideOption",
    "RecordOption",
    "app",
    "day_asked",
    "existing_record",
    "guide_asked",
    "open_record",
]

EARLIEST: Final = date(2000, 1, 1)
"""No record reaches further back: an earlier day is a slip of the hand."""

RecordOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The record; else FORMCHECK_RECORD, else one in your own data folder."),
]
GuideOption = Annotated[
    Path | None, typer.Option(metavar="FILE.toml", help="A programme in place of the guide's; else FORMCHECK_GUIDE.")
]
DayOption = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day; else today.")]

app = typer.Typer(help="The record of your programme: where it is, all of it as files, all of it gone.")


def open_record(named: Path | None) -> RecordFile:
    """The record that is meant, made new where there is none.

    Raises:
        FormcheckError: the libraries it needs are not installed, or as of ``RecordFile.open``.
    """
    from formcheck.programme.places import record_path

    try:
        from formcheck.programme.record_file import RecordFile

        return RecordFile.open(record_path(named))
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("sqlalchemy", "alembic"):
            raise
        raise FormcheckError(f"the record needs {error.name}: pip install 'formcheck[programme]'") from error


def existing_record(named: Path | None) -> RecordFile:
    """The record that is meant, which has to be there: what reads all of it makes no empty one.

    Raises:
        SourceError: there is none.
        FormcheckError: as of :func:`open_record`.
    """
    from formcheck.programme.places import record_path

    where = record_path(named)
    if not where.exists():
        raise SourceError(f"there is no record at '{where}': name yours with --record")
    return open_record(named)


def guide_asked(named: Path | None) -> Guide:
    """The programme in force. Raises UsageError."""
    import os

    from formcheck.programme.guide import load_guide

    return load_guide(named or (Path(text) if (text := os.environ.get("FORMCHECK_GUIDE")) else None))


def day_asked(text: str | None) -> date:
    """The day that is meant, today by default. Raises UsageError: no date, one in the future or before 2000."""
    today = date.today()
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--date '{text}' is no date such as {today.isoformat()}") from error
    if day > today:
        raise UsageError(f"--date {text} lies in the future: today is {today.isoformat()}")
    if day < EARLIEST:
        raise UsageError(f"--date {text} lies too far back: the earliest is {EARLIEST.isoformat()}")
    return day


@app.command("path")
def path(record: RecordOption = None) -> None:
    """Print where the record is."""
    from formcheck.programme.places import record_path

    print(record_path(record))


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or an empty folder.")],
    record: RecordOption = None,
) -> None:
    """Write all of your data: record.json, and a CSV table for each kind of entry."""
    file = existing_record(record)
    from formcheck.programme.exporting import export_record

    for written in export_record(file.logs(), folder):
        print(written)


@app.command("delete")
def delete(
    record: RecordOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Delete all of your data: the record, its write-ahead log and its backups. Exports are left alone."""
    from formcheck.programme.places import delete_record, record_path

    where = record_path(record)
    if not yes and not _sure(where):
        raise UsageError("nothing was deleted; --yes deletes without asking")
    for gone in delete_record(where):
        print(f"deleted {gone}")


def _sure(where: Path) -> bool:
    return sys.stdin.isatty() and typer.confirm(f"Delete the record '{where}' and its backups for good?")
