"""One worker process as seen from outside: start, talk to, measure, kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

from formcheck.workers.child import main
from formcheck.workers.settings import WorkerSettings

__all__ = ["Ended", "WorkerProcess"]

LAST_BREATH_S: Final = 5.0
"""How long a process whose pipe broke may take until it has ended."""

_starting = threading.Lock()


class Ended(Exception):  # noqa: N818 - an end, not an error of ours
    """The process is gone; ``code`` as multiprocessing gives it: negative for a signal."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class WorkerProcess:
    """A process that was spawned, never forked: MediaPipe and OpenCV have threads of their own."""

    def __init__(self, settings: WorkerSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, settings), name="formcheck-worker", daemon=True)
        with _starting:
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Of the process, and of its group."""
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    @property
    def rss(self) -> int:
        """Resident bytes; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def send(self, thing: object) -> None:
        """Raises Ended."""
        try:
            self._pipe.send(thing)
        except OSError as error:
            raise Ended(self._exit_code()) from error

    def receive(self, wait_s: float) -> Any:
        """What it says next; None when it said nothing for ``wait_s``. Raises Ended."""
        if not wait([self._pipe, self._process.sentinel], wait_s):
            return None
        try:
            return self._pipe.recv() if self._pipe.poll() else self._raise_ended()
        except (EOFError, OSError) as error:
            raise Ended(self._exit_code()) from error

    def kill(self) -> None:
        """End it and whatever it started, at once; harmless when it is gone."""
        if self.is_alive:
            _kill_group(self.pid)
            self._process.kill()
        self._process.join()
        self._pipe.close()

    def _raise_ended(self) -> None:
        raise Ended(self._exit_code())

    def _exit_code(self) -> int | None:
        self._process.join(LAST_BREATH_S)
        return self._process.exitcode


def _kill_group(pid: int) -> None:
    if sys.platform == "win32":
        return
    try:
        if os.getpgid(pid) == pid:  # until it has a group of its own, its group is ours
            os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
