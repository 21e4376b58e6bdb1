"""Reads ``.npz`` files that nobody vouches for: no pickles, no more memory than the file honestly needs."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from formcheck.errors import SourceError

__all__ = ["Arrays", "read_npz"]

Arrays = dict[str, NDArray[Any]]

_MOST_BYTES: Final = 1 << 30
"""Unpacked; an hour of poses at 240 frames a second is less."""


def read_npz(path: Path) -> Arrays:
    """All arrays of the file, by name.

    Raises:
        SourceError: missing, unreadable, cut short, larger than 1 GiB unpacked, or not plain numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > _MOST_BYTES:
                raise SourceError(f"'{path}' is no pose track: unpacked it would be {unpacked >> 20} MiB")
            return {entry.filename.removesuffix(".npy"): _array(archive.read(entry)) for entry in entries}
    except OSError as error:
        raise SourceError(f"cannot read '{path}': {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"'{path}' is no pose track or is damaged ({error}): make it again") from error


def _array(content: bytes) -> NDArray[Any]:
    # np.load would allocate whatever size the array's header claims.
    stream = io.BytesIO(content)
    if npy.read_magic(stream) != (1, 0):
        raise ValueError("unknown array version")
    shape, fortran_order, dtype = npy.read_array_header_1_0(stream)
    if dtype.kind not in "iuf" or fortran_order:
        raise ValueError("not plain numbers in rows")
    if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError("an array is cut short")
    return np.frombuffer(content, dtype=dtype, offset=stream.tell()).reshape(shape)
