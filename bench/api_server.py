"""The server as its users run it, `formcheck serve` in a process of its own, to be killed and measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx2

from bench.postgresql import free_port

__all__ = ["ServerProcess", "children_of", "memory_mb"]

START_S: Final = 120.0


class ServerProcess:
    """``formcheck serve`` with ``settings``; its data lies in ``folder`` and outlives every kill.

    Its log goes to ``folder/server.log``. ``within`` is a command that ends by running the server in its place.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any], within: Sequence[str] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._within = folder, list(within)
        self.port = free_port()
        named = {f"FORMCHECK_{name.upper()}": str(value) for name, value in settings.items()}
        usual = {"FORMCHECK_DATA_DIR": str(folder / "data"), "FORMCHECK_PORT": str(self.port)}
        self._environment = {**os.environ, **usual, **named}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; returns when it answers."""
        with (self.folder / "server.log").open("ab") as log:
            command = [*self._within, sys.executable, "-m", "formcheck", "serve"]
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        ends_at = time.monotonic() + START_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > ends_at:
                raise SystemExit(f"the server did not start; see {self.folder / 'server.log'}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            return httpx2.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def await_workers(self, number: int) -> None:
        """Until so many workers are warm."""
        ends_at = time.monotonic() + START_S
        while httpx2.get(f"{self.url}/readyz", timeout=30).json()["workers_alive"] < number:
            if time.monotonic() > ends_at:
                raise SystemExit(f"no {number} workers after {START_S:.0f} s; see {self.folder / 'server.log'}")
            time.sleep(0.1)

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return [pid for pid in children_of(self.pid) if b"api.worker" in _command_of(pid)]

    def scorers(self) -> list[int]:
        """Process ids of its workers' confined scoring processes."""
        found = [pid for worker in self.workers() for pid in children_of(worker)]
        return [pid for pid in found if b"resource_tracker" not in _command_of(pid)]

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(120)


def children_of(pid: int) -> list[int]:
    """Processes that ``pid`` started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def memory_mb(pid: int) -> float:
    """Resident memory; 0.0 of a process that ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
