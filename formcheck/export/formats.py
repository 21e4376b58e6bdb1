"""Every export by its name: what it holds, what it needs, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from formcheck.errors import UsageError
from formcheck.export.columns import columns_of
from formcheck.export.joint_angles import write_mot
from formcheck.export.markers import write_c3d, write_trc
from formcheck.export.rows import rows_of
from formcheck.export.tables import OpenTable, csv_table, parquet_table
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport

__all__ = ["FORMATS", "Format", "format_named", "require", "write_export"]

Write = Callable[[SetReport, PoseTrack, Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes:
        name: such as "csv"; the end of a web address or the value of an option.
        suffix: of file names, with its dot.
        media_type: for HTTP.
        holds: what is in it, for people.
        write: writes a scored set and its track to a path.
        module: what has to be installed for it; empty for nothing more.
        extra: the extra of formcheck that installs it.
    """

    name: str
    suffix: str
    media_type: str
    holds: str
    write: Write
    module: str = ""
    extra: str = ""


def _table(open_table: OpenTable) -> Write:
    def write(report: SetReport, _: PoseTrack, path: Path) -> None:
        with open_table(path, columns_of([report.exercise])) as add:
            add(rows_of(report))

    return write


FORMATS: Final = {
    each.name: each
    for each in (
        Format("csv", ".csv", "text/csv", "one row a repetition, as text", _table(csv_table)),
        Format(
            "parquet",
            ".parquet",
            "application/vnd.apache.parquet",
            "one row a repetition, with types",
            _table(parquet_table),
            module="pyarrow",
            extra="tables",
        ),
        Format(
            "trc",
            ".trc",
            "text/tab-separated-values",
            "markers over time, for OpenSim",
            lambda _, track, path: write_trc(track, path),
        ),
        Format(
            "mot",
            ".mot",
            "text/plain",
            "joint angles over time, for OpenSim",
            write_mot,
        ),
        Format(
            "c3d",
            ".c3d",
            "application/octet-stream",
            "markers over time, for biomechanics software",
            lambda _, track, path: write_c3d(track, path),
            module="ezc3d",
            extra="c3d",
        ),
    )
}
"""By name, in the order in which they are offered."""


def format_named(name: str) -> Format:
    """The format of that name. Raises UsageError for one that is not known."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; it is one of {', '.join(FORMATS)}")
    return FORMATS[name]


def require(names: Iterable[str]) -> None:
    """Find out before the work starts whether these formats can be written here.

    Raises:
        UsageError: one is unknown, or what it needs is not installed.
    """
    for each in map(format_named, names):
        if each.module and find_spec(each.module) is None:
            raise UsageError(
                f"{each.name} needs {each.module}, which is not installed: pip install 'formcheck[{each.extra}]'"
            )


def write_export(name: str, report: SetReport, track: PoseTrack, path: Path) -> None:
    """Write one export of a scored set, whole or not at all.

    Args:
        name: a key of ``FORMATS``.
        track: the poses that were scored, as recorded (``Analysis.track``).

    Raises:
        UsageError: the format is unknown, or what it needs is not installed.
        OutputError: the file cannot be written.
        SourceError: the track has too few frames for a motion file.
    """
    require([name])
    format_named(name).write(report, track, path)
