"""The shared libraries that the wheels of mediapipe and OpenCV expect from a Linux system.

Needs nothing installed, so that the set-up can ask first: ``python formcheck/system_libraries.py``.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from typing import Final

__all__ = ["NEEDED", "SystemLibrary", "advice", "missing"]


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A shared library by the name people know, the name the loader knows, and Debian's package of it."""

    title: str
    soname: str
    debian: str


NEEDED: Final = (
    SystemLibrary("libGL", "libGL.so.1", "libgl1"),
    SystemLibrary("libEGL", "libEGL.so.1", "libegl1"),
    SystemLibrary("libGLES", "libGLESv2.so.2", "libgles2"),
    SystemLibrary("GLib", "libgthread-2.0.so.0", "libglib2.0-0"),
)


def missing(needed: tuple[SystemLibrary, ...] = NEEDED) -> tuple[SystemLibrary, ...]:
    """Those of ``needed`` that cannot be loaded; none on other systems, where the wheels bring their own."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in needed if not _loads(library.soname))


def advice(absent: tuple[SystemLibrary, ...]) -> str:
    """One line: what is missing and the command that brings it on Debian and Ubuntu."""
    titles = ", ".join(f"{library.title} ({library.soname})" for library in absent)
    packages = " ".join(library.debian for library in absent)
    return f"missing system libraries: {titles}; on Debian or Ubuntu: apt-get install {packages}"


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    if absent := missing():
        sys.exit(f"formcheck: {advice(absent)}")
