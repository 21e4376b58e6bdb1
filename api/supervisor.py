"""Starts the server's worker processes, starts them again when they end, and stops them with the server.

A worker's stdin is its lifeline: the settings are its first line, and its end tells the worker that the server is
gone, however it went. So no worker outlives its server, and no secret stands on a command line.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Final

import structlog

from api.settings import Settings

__all__ = ["Supervisor"]

CHECK_S: Final = 0.5
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
STEADY_S: Final = 60.0
"""A worker that ran for so long did not fail to start."""

KILL_MARGIN_S: Final = 10.0

_log = structlog.get_logger()


class Supervisor:
    """Keeps ``settings.workers`` worker processes running."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._slots = [_Slot(settings) for _ in range(settings.workers)]
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start all workers; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Let running work finish for ``drain_s``, then have it given back; returns when all workers ended."""
        self._stopping.set()
        if self._thread.ident is None:
            return
        self._thread.join()
        for slot in self._slots:
            slot.let_go()
        ends_at = time.monotonic() + self._settings.drain_s + KILL_MARGIN_S
        for slot in self._slots:
            slot.await_end(ends_at)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            for slot in self._slots:
                slot.keep_running()
            self._stopping.wait(CHECK_S)


class _Slot:
    """The place of one worker, whatever process holds it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._wait_s = FIRST_WAIT_S
        self._start_after = 0.0

    def keep_running(self) -> None:
        """Start the worker where it is not running; wait longer each time it ends early."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            _log.warning("worker_ended", code=self._process.returncode)
            steady = now - self._started_at > STEADY_S
            self._wait_s = FIRST_WAIT_S if steady else min(2 * self._wait_s, LONGEST_WAIT_S)
            self._start_after = now + self._wait_s
            self.let_go()
            self._process = None
        if self._process is None and now >= self._start_after:
            self._start(now)

    def _start(self, now: float) -> None:
        # A session of its own: Ctrl-C is for the server, which then lets its workers finish.
        command = [sys.executable, "-m", "api.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        self._started_at = now
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(self._settings.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it ended already: seen at the next look

    def let_go(self) -> None:
        """Close the lifeline."""
        if self._process is not None and self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                return

    def await_end(self, ends_at: float) -> None:
        """Wait for its end; kill it when it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("worker_killed", reason="it did not stop in time")
            self._process.kill()
            self._process.wait()
