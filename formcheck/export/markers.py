"""The landmarks as markers in space, and the two files that hold such: TRC (OpenSim) and C3D."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.atomic import replacing, write_text
from formcheck.errors import OutputError, SourceError
from formcheck.export.even_track import even_track
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array
from formcheck.pose.track import PoseTrack

__all__ = ["Markers", "markers_of", "write_c3d", "write_trc"]

_MM: Final = 1000.0
_Y_UP: Final = np.array([1.0, -1.0, -1.0])
"""From the camera's axes (x right, y down, z away) to x right, y up, z toward the camera: right-handed too."""

_TRC_KEYS: Final = (
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
)
_C3D_BLOCK: Final = 512
_C3D_POINT_BYTES: Final = 16
_C3D_MOST_FRAMES: Final = 65535


@dataclass(frozen=True, slots=True, eq=False)
class Markers:
    """Marker positions at even times.

    Attributes:
        rate_hz: samples a second.
        t_s: (n,) on the recording's own clock.
        names: (m) of the markers.
        position_mm: (n, m, 3) from the middle of the hips; x to the picture's right, y up in the picture,
            z toward the camera; NaN where missing.
    """

    rate_hz: float
    t_s: Array
    names: tuple[str, ...]
    position_mm: Array


def markers_of(track: PoseTrack) -> Markers:
    """The track's 33 world landmarks as markers, unfiltered, at even times.

    Raises:
        SourceError: see `even_track`.
    """
    even, rate_hz = even_track(track)
    names = tuple(landmark.name.lower() for landmark in Landmark)
    return Markers(rate_hz, even.t_s, names, even.world_m * _Y_UP * _MM)


def write_trc(track: PoseTrack, path: Path) -> None:
    """OpenSim's marker file: tab-separated text, millimetres; a missing marker's three cells are empty.

    Raises:
        OutputError: the file cannot be written.
        SourceError: see `even_track`.
    """
    markers = markers_of(track)
    count, rate = len(markers.t_s), f"{markers.rate_hz:.10g}"
    numbers = range(1, len(markers.names) + 1)
    head = [
        ["PathFileType", "4", "(X/Y/Z)", "markers.trc"],
        _TRC_KEYS,
        [rate, rate, str(count), str(len(markers.names)), "mm", rate, "1", str(count)],
        ["Frame#", "Time", *(cell for name in markers.names for cell in (name, "", ""))],
        ["", "", *(f"{axis}{i}" for i in numbers for axis in "XYZ")],
        [],
    ]
    # A tab after the last cell too: OpenSim drops an empty last cell that has none, and refuses the row.
    rows = [_trc_row(i, markers) + "\t" for i in range(count)]
    write_text(path, "\n".join(["\t".join(line) for line in head] + rows) + "\n")


def _trc_row(index: int, markers: Markers) -> str:
    seen = np.isfinite(markers.position_mm[index]).all(axis=1)
    cells = (
        f"{x:.3f}\t{y:.3f}\t{z:.3f}" if known else "\t\t"
        for (x, y, z), known in zip(markers.position_mm[index].tolist(), seen, strict=True)
    )
    return "\t".join([str(index + 1), f"{markers.t_s[index]:.6f}", *cells])


def write_c3d(track: PoseTrack, path: Path) -> None:
    """C3D, millimetres; a missing marker has the residual -1, all others 0: computed, not measured.

    Raises:
        OutputError: the file cannot be written.
        SourceError: more than 65535 frames, which C3D cannot count; and see `even_track`.
    """
    markers = markers_of(track)
    if len(markers.t_s) > _C3D_MOST_FRAMES:
        raise SourceError(f"C3D counts up to {_C3D_MOST_FRAMES} frames, this has {len(markers.t_s)}: write TRC instead")
    with replacing(path) as partial, tempfile.TemporaryDirectory(prefix=".formcheck-", dir=partial.parent) as folder:
        # ezc3d insists on its suffix, and says nothing when the disk is full: it writes aside, and is measured after.
        aside = Path(folder) / "markers.c3d"
        _c3d(markers).write(str(aside))
        least = 2 * _C3D_BLOCK + _C3D_POINT_BYTES * len(markers.t_s) * len(markers.names)
        if not aside.exists() or aside.stat().st_size < least:
            raise OutputError(f"cannot write '{path}': no space left on device; choose another place")
        aside.replace(partial)


def _c3d(markers: Markers) -> Any:
    import ezc3d

    c3d = ezc3d.c3d()
    point = c3d["parameters"]["POINT"]
    point["RATE"]["value"] = [markers.rate_hz]
    point["UNITS"]["value"] = ["mm"]
    point["LABELS"]["value"] = list(markers.names)
    c3d.add_parameter("POINT", "X_SCREEN", ["+X"])
    c3d.add_parameter("POINT", "Y_SCREEN", ["+Y"])
    points = markers.position_mm.transpose(2, 1, 0)
    c3d["data"]["points"] = np.concatenate([points, np.ones_like(points[:1])])
    missing = ~np.isfinite(points).all(axis=0)
    c3d["data"]["meta_points"]["residuals"] = np.where(missing, -1.0, 0.0)[None]
    return c3d
