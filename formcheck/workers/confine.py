"""What a worker process may do, decided before it opens a file. Called in the process itself."""

from __future__ import annotations

import math
import multiprocessing
import os
import sys
import threading
from multiprocessing.connection import wait
from typing import Final

from formcheck.workers.settings import MIB, WorkerSettings

if sys.platform != "win32":
    import resource

__all__ = ["allow_cpu", "confine", "end_with_parent"]

RESERVED: Final = 1024 * MIB
"""Address space that libraries take without ever using it: measured 430 MiB above what is resident."""

MAX_THREADS_BUSY: Final = 2
"""Decoding runs beside inference."""

ORPHANED: Final = 3


def confine(settings: WorkerSettings) -> None:
    """Own process group, silence, one thread for maths, and the limits that hold for all tasks."""
    _one_thread()
    _be_silent()
    if sys.platform == "win32":
        return
    os.setsid()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, settings.open_files)
    _limit(resource.RLIMIT_FSIZE, settings.file_size)
    # Not RLIMIT_AS: MediaPipe's networks and the C library reserve up to 1.4 GB that they never touch.
    _limit(resource.RLIMIT_DATA, settings.memory + RESERVED)


def allow_cpu(wall_s: float) -> None:
    """Allow the CPU time that a task of ``wall_s`` can need, counted from now: for the case that nobody watches."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent_s = used.ru_utime + used.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(spent_s + MAX_THREADS_BUSY * wall_s) + 1, hard))


def end_with_parent() -> None:
    """End this process at once when the one that started it has ended, however that came about.

    A thread waits on the pipe that multiprocessing keeps open for it. (Linux could send a signal instead, but
    does so when the parent's starting *thread* ends.)
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), name="orphan-watch", daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(ORPHANED)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _one_thread() -> None:
    """Before numpy and OpenCV are imported: with a worker for each core, more threads only get in each other's way."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = "1"


def _be_silent() -> None:
    """What native code prints may name files; what is to be said goes through the pipe."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
