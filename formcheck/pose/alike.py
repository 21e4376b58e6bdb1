"""Which columns of a table were seen in the same rows, so that they can be worked on together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["seen_alike"]

Marks = NDArray[np.bool_]


def seen_alike(seen: Marks) -> list[tuple[Marks, NDArray[np.intp]]]:
    """The different columns of (n, k) marks, each (n,), with the places at which they stand."""
    if seen.all():
        return [(seen[:, 0], np.arange(seen.shape[1]))]
    alike: dict[bytes, list[int]] = {}
    for place, marks in enumerate(np.ascontiguousarray(seen.T)):
        alike.setdefault(marks.tobytes(), []).append(place)
    return [(seen[:, places[0]], np.array(places)) for places in alike.values()]
