"""Readers of OpenSim's text formats, written to its documentation and to how its own adapters split lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.results import SetReport
from formcheck.scoring import Analysis, analyse
from tests.golden.tracks import golden, truth

TRC_KEYS = [
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
]


@dataclass(frozen=True)
class Table:
    """Columns over time; ``values`` (n, columns) or (n, markers, 3), NaN where a cell is empty."""

    header: dict[str, str]
    names: list[str]
    t_s: NDArray[np.float64]
    values: NDArray[np.float64]


def cells(line: str) -> list[str]:
    """Split at tabs as OpenSim does: what follows the last tab counts only when it is not empty."""
    parts = line.split("\t")
    return parts[:-1] if parts[-1] == "" else parts


def read_trc(path: Path) -> Table:
    """A marker file, refused wherever OpenSim's TRCFileAdapter would refuse it."""
    lines = path.read_text(encoding="ascii").split("\n")
    assert lines[0].split()[0] == "PathFileType"
    keys, values = cells(lines[1]), cells(lines[2])
    assert keys == TRC_KEYS
    header = dict(zip(keys, values, strict=True))
    count = int(header["NumMarkers"])
    labels = [cell for cell in cells(lines[3]) if cell]
    assert labels[:2] == ["Frame#", "Time"]
    assert len(labels) == count + 2
    assert [cell for cell in cells(lines[4]) if cell] == [f"{a}{i + 1}" for i in range(count) for a in "XYZ"]
    assert lines[5] == ""
    assert lines[-1] == ""
    rows = [cells(line) for line in lines[6:-1]]
    assert all(len(row) == 3 * count + 2 for row in rows)
    assert len(rows) == int(header["NumFrames"])
    assert [row[0] for row in rows] == [str(i + 1) for i in range(len(rows))]
    numbers = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    return Table(header, labels[2:], numbers[:, 0], numbers[:, 1:].reshape(len(rows), count, 3))


def read_mot(path: Path) -> Table:
    """A motion file: a header up to ``endheader``, a line of names, then the rows it announces."""
    lines = path.read_text(encoding="ascii").split("\n")
    end = lines.index("endheader")
    header = dict(line.split("=") for line in lines[1:end] if "=" in line)
    names = lines[end + 1].split("\t")
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[end + 2 : -1]])
    assert lines[-1] == ""
    assert names[0] == "time"
    assert rows.shape == (int(header["nRows"]), int(header["nColumns"]))
    assert rows.shape[1] == len(names)
    return Table(header | {"name": lines[0]}, names[1:], rows[:, 0], rows[:, 1:])


def analysis_of(name: str) -> Analysis:
    """A golden track, scored."""
    return analyse(golden(name), exercise=truth(name)["exercise"])


def report_of(name: str) -> SetReport:
    """Its result."""
    return analysis_of(name).report
