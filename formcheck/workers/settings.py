"""How much of the machine one worker may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["WorkerSettings"]

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Limits of one worker process, in bytes where no unit is named.

    A worker at rest takes 330 MiB, one that scores 640x480 film 450 MiB. On Linux all limits hold; on macOS all but
    ``memory``; on Windows only the time limit of a task does.

    Attributes:
        memory: resident; a worker above it is killed, and the task failed.
        file_size: of any file it writes.
        open_files: at once.
        recycle_after_tasks: a fresh process takes over after so many.
        recycle_above: a fresh process takes over when this one holds more between two tasks.
    """

    memory: int = 2048 * MIB
    file_size: int = 2048 * MIB
    open_files: int = 256
    recycle_after_tasks: int = 200
    recycle_above: int = 900 * MIB
